import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { stringify } from 'node:querystring';
import express from 'express';
import { DateTime } from 'luxon';
import { pino } from 'pino';
import type { Answer, Call, Presence } from '../../../src/chat/call';
import type { Card } from '../../../src/chat/card';
import { connectSlack, type SlackConnection } from '../../../src/chat/slack/connect';
import { type FakeSlack, signed, startFakeSlack } from '../../fakes/slack-api';

export const secret = 'a-signing-secret';
export const token = 'xoxb-uni';

export function answerCard(text: string): Card {
  return { kind: 'test', title: '', fallback: text, blocks: [{ type: 'text', spans: [text] }], buttons: [] };
}

export interface Wired {
  slack: FakeSlack;
  connection: SlackConnection;
  calls: Call[];
  presence: Presence[];
  logged: string[];
  /** What the next calls are answered with; a function may throw. */
  dispatch: { current: (call: Call) => Promise<Answer> };
  once: { current: (key: string) => Promise<boolean> };
  clock: { now: DateTime<true> };
  /** Sends a request as Slack would and resolves with its status. */
  send(body: string, headers?: Record<string, string>, type?: string): Promise<number>;
  command(fields?: Record<string, string>): Promise<number>;
  click(payload: Record<string, unknown>): Promise<number>;
  event(event: Record<string, unknown>, envelope?: Record<string, unknown>): Promise<number>;
  stop(): Promise<void>;
}

const form = 'application/x-www-form-urlencoded';

/** The bot's Slack side on a real HTTP port, with a fake Slack behind it. */
export async function wire(): Promise<Wired> {
  const slack = await startFakeSlack();
  const calls: Call[] = [];
  const presence: Presence[] = [];
  const logged: string[] = [];
  const seen = new Set<string>();
  const dispatch: Wired['dispatch'] = { current: async () => ({ card: answerCard('fine') }) };
  const once: Wired['once'] = {
    current: async (key) => {
      const fresh = !seen.has(key);
      seen.add(key);
      return fresh;
    },
  };
  const clock = { now: DateTime.fromISO('2026-11-19T06:30:00Z', { zone: 'utc' }) as DateTime<true> };
  const app = express();
  const connection = connectSlack({
    app,
    signingSecret: secret,
    apiUrl: slack.url,
    tokenFor: (workspace) => (workspace === 'T0UNI' || workspace === 'E0UNI' ? { token } : undefined),
    dispatch: async (call) => {
      calls.push(call);
      return dispatch.current(call);
    },
    onPresence: async (told) => {
      presence.push(told);
    },
    once: (key) => once.current(key),
    clock: { now: () => clock.now },
    log: pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) }),
  });
  const server: Server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`;

  const send: Wired['send'] = async (body, headers, type = form) => {
    const at = Math.floor(Date.now() / 1000);
    const response = await fetch(url, { method: 'POST', body, headers: headers ?? signed(secret, body, at, type) });
    await response.text();
    return response.status;
  };
  return {
    slack,
    connection,
    calls,
    presence,
    logged,
    dispatch,
    once,
    clock,
    send,
    command: (fields = {}) => send(commandBody(slack, fields)),
    click: (payload) => send(clickBody(slack, payload)),
    event: (event, envelope = {}) => send(eventBody(event, envelope), undefined, 'application/json'),
    stop: async () => {
      await connection.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await slack.close();
    },
  };
}

export function commandBody(slack: FakeSlack, fields: Record<string, string> = {}): string {
  return stringify({
    token: 'legacy',
    command: '/backup',
    text: 'status MYPC.IT',
    response_url: slack.responseUrl,
    trigger_id: '1.2.3',
    user_id: 'U0TESS',
    user_name: 'tess',
    team_id: 'T0UNI',
    team_domain: 'uni',
    channel_id: 'C0CHEM',
    channel_name: 'chem-backup',
    api_app_id: 'A0BACKCHAT',
    ...fields,
  });
}

export function clickBody(slack: FakeSlack, payload: Record<string, unknown> = {}): string {
  return stringify({
    payload: JSON.stringify({
      type: 'block_actions',
      team: { id: 'T0UNI', domain: 'uni' },
      user: { id: 'U0TESS', username: 'tess', name: 'tess', team_id: 'T0UNI' },
      channel: { id: 'C0CHEM', name: 'chem-backup' },
      container: { type: 'message', message_ts: '1763533800.000100', channel_id: 'C0CHEM', is_ephemeral: false },
      message: { type: 'message', ts: '1763533800.000100' },
      trigger_id: '1.2.4',
      api_app_id: 'A0BACKCHAT',
      token: 'legacy',
      response_url: slack.responseUrl,
      actions: [
        {
          type: 'button',
          block_id: 'b',
          action_id: 'verb:1:reviewed',
          action_ts: '1763533900.1',
          value: 'reviewed UNI/SCI/CHEM 2026-11-18',
          text: { type: 'plain_text', text: 'Reviewed' },
        },
      ],
      ...payload,
    }),
  });
}

export function eventBody(event: Record<string, unknown>, envelope: Record<string, unknown> = {}): string {
  return JSON.stringify({
    token: 'legacy',
    team_id: 'T0UNI',
    api_app_id: 'A0BACKCHAT',
    type: 'event_callback',
    event_id: 'Ev1',
    event_time: 1763533800,
    authorizations: [
      { enterprise_id: null, team_id: 'T0UNI', user_id: 'U0BACKCHAT', is_bot: true, is_enterprise_install: false },
    ],
    event: { event_ts: '1763533800.000200', ...event },
    ...envelope,
  });
}
