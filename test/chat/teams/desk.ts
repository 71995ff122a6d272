import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { DateTime } from 'luxon';
import pino from 'pino';
import type { Answer, Call, Presence, Standing } from '../../../src/chat/call';
import type { Card } from '../../../src/chat/card';
import { connectTeams, type TeamsConnection, type TeamsOptions } from '../../../src/chat/teams/connect';
import { type OidcIssuer, startOidcIssuer } from '../../fakes/oidc-issuer';
import { startTeamsConnector, type TeamsConnector } from '../../fakes/teams-connector';

export const appId = '11111111-2222-3333-4444-555555555555';
export const tenant = '00000000-0000-0000-0000-000000000001';
export const tess = { id: '29:tess', name: 'Tess Moreau', aadObjectId: '00000000-0000-0000-0000-00000000a001' };
export const bot = { id: `28:${appId}`, name: 'Backup' };

export interface Desk {
  issuer: OidcIssuer;
  connector: TeamsConnector;
  teams: TeamsConnection;
  calls: Call[];
  standings: (Standing | Error)[];
  presences: Presence[];
  /** What was logged, as objects. */
  logged: Record<string, unknown>[];
  /** What dispatch answers next and from then on. */
  answer: Answer;
  now: DateTime;
  token(): string;
  /** Posts a body to /api/messages. `token`: null for none. */
  send(body: unknown, token?: string | null): Promise<{ status: number; body: unknown }>;
  /** An activity from Tess in the personal chat unless said otherwise. */
  activity(part?: Record<string, unknown>): Record<string, unknown>;
  close(): Promise<void>;
}

export function card(text: string, more: Partial<Card> = {}): Card {
  return { kind: 'test', title: '', fallback: text, blocks: [{ type: 'text', spans: [text] }], buttons: [], ...more };
}

export const channel = {
  conversation: { id: '19:chem@thread.tacv2;messageid=1600000000000', conversationType: 'channel', tenantId: tenant },
  channelData: {
    tenant: { id: tenant },
    team: { id: '19:team@thread.tacv2', name: 'University' },
    channel: { id: '19:chem@thread.tacv2' },
  },
};

/** The bot's Teams side on a real HTTP server, with an issuer of tokens and a connector to write to. */
export async function startDesk(part: Partial<TeamsOptions> = {}): Promise<Desk> {
  const issuer = await startOidcIssuer();
  const connector = await startTeamsConnector();
  connector.addMember('a:tess', { ...tess, tenantId: tenant, userRole: 'user' });
  connector.addMember('19:chem@thread.tacv2', { ...tess, tenantId: tenant, userRole: 'user' });
  const app = express();
  const seen = new Set<string>();
  const logged: Record<string, unknown>[] = [];

  const desk: Desk = {
    issuer,
    connector,
    calls: [],
    standings: [],
    presences: [],
    logged,
    answer: { card: card('answer about NMR2.CHEM') },
    now: DateTime.fromISO('2026-11-19T07:45:00Z', { zone: 'utc' }),
    token: () => issuer.token({ audience: appId, serviceUrl: connector.serviceUrl }),
    async send(body, token = desk.token()) {
      const response = await fetch(`${origin}/api/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(token !== null && { authorization: `Bearer ${token}` }) },
        body: JSON.stringify(body),
      });
      const text = await response.text();
      return { status: response.status, body: text === '' ? null : JSON.parse(text) };
    },
    activity: (more = {}) => ({
      type: 'message',
      id: `act-${Math.random()}`,
      channelId: 'msteams',
      serviceUrl: connector.serviceUrl,
      from: tess,
      recipient: bot,
      conversation: { id: 'a:tess', conversationType: 'personal', tenantId: tenant },
      channelData: { tenant: { id: tenant } },
      text: 'status NMR2.CHEM',
      ...more,
    }),
    teams: connectTeams({
      app,
      credentials: { appId, password: 'secret', tenantId: tenant, type: 'SingleTenant' },
      cloud: {
        issuer: issuer.issuer,
        metadataUrl: issuer.metadataUrl,
        loginUrl: 'https://login.example.org/',
        credentials: {
          isValidAppId: async (id) => id === appId,
          isAuthenticationDisabled: async () => false,
          createCredentials: async () => ({
            async signRequest(request) {
              request.headers.set('authorization', 'Bearer token-of-the-bot');
              return request;
            },
          }),
        },
      },
      dispatch: async (call) => {
        desk.calls.push(call);
        desk.standings.push(
          await call.standing().catch((error: unknown) => (error instanceof Error ? error : new Error('?'))),
        );
        return desk.answer;
      },
      onPresence: async (presence) => {
        desk.presences.push(presence);
      },
      allowedTenant: async (id) => id === tenant,
      once: async (key) => !seen.has(key) && seen.add(key) === seen,
      clock: { now: () => desk.now },
      log: pino({ level: 'debug' }, { write: (line: string) => void logged.push(JSON.parse(line)) }),
      ...part,
    }),
    async close() {
      await desk.teams.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await Promise.all([issuer.close(), connector.close()]);
    },
  };
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return desk;
}
