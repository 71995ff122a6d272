import { randomUUID } from 'node:crypto';
import { type Activity, CloudAdapter, ConfigurationBotFrameworkAuthentication } from 'botbuilder';
import express, { type Express, type Request, type Response } from 'express';
import type { Logger } from 'pino';
import type { Clock } from '../../domain/clock';
import { isLoopbackAddress } from '../../domain/loopback';
import type { Dispatch, OnPresence } from '../call';
import type { Messenger } from '../messenger';
import { activitySchema, tenantOf } from './activity';
import { connectorHttp } from './connector-http';
import { type CredentialsFactory, patientCredentials } from './credentials';
import { teamsMessenger } from './messenger';
import { isLoopbackUrl } from './reference';
import { standingBook } from './standing';
import { turnHandler } from './turn';

export interface TeamsCredentials {
  appId: string;
  /** Absent for a managed identity. */
  password?: string;
  /** The Entra tenant in which the bot is registered. */
  tenantId: string;
  type: 'SingleTenant' | 'MultiTenant' | 'UserAssignedMSI';
}

/** Where tokens come from and who signs requests, for clouds other than the public one. */
export interface TeamsCloud {
  issuer: string;
  /** OpenID metadata of the keys that sign what Teams sends. */
  metadataUrl: string;
  loginUrl: string;
  /** Issues the tokens for what the bot sends; by default the SDK does, from the app's id and password. */
  credentials?: CredentialsFactory;
}

export interface TeamsOptions {
  app: Express;
  /** `open`: no credentials and no check; for the Agents Playground on this machine only. */
  credentials: TeamsCredentials | 'open';
  cloud?: TeamsCloud;
  dispatch: Dispatch;
  onPresence: OnPresence;
  /** Whether this Entra tenant is one of ours. */
  allowedTenant: (tenantId: string) => Promise<boolean>;
  /** True the first time a key is seen. */
  once: (key: string) => Promise<boolean>;
  clock: Clock;
  log: Logger;
  /** For one request to the connector, default 15 s. */
  timeoutMs?: number;
}

export interface TeamsConnection {
  messenger: Messenger;
  /** Refuses new activities and waits for those at work. */
  close(): Promise<void>;
}

/** Mounts POST /api/messages and returns the way to write to Teams. Nothing is sent or asked until the first activity or post. */
export function connectTeams(options: TeamsOptions): TeamsConnection {
  const { app, credentials, log } = options;
  const open = credentials === 'open';
  const authentication = botAuthentication(options);
  const adapter = new CloudAdapter(authentication);
  const appId = open ? '' : credentials.appId;
  const handleTurn = turnHandler({ ...options, appId, standing: standingBook(options.clock) });
  const atWork = new Set<Promise<unknown>>();
  let closing = false;

  async function receive(request: Request, response: Response): Promise<void> {
    const parsed = activitySchema.safeParse(request.body);
    if (!parsed.success)
      return refuse(response, 400, 'teams activity not understood', { issues: parsed.error.issues.slice(0, 5) });
    const activity = parsed.data;
    // Other channels of the Bot Framework have other keys and rules; none of them is served here.
    if (activity.channelId !== 'msteams')
      return refuse(response, 403, 'activity of another channel', { channel: activity.channelId });
    if (open && !(isLoopbackAddress(request.socket.remoteAddress) && isLoopbackUrl(activity.serviceUrl)))
      return refuse(response, 403, 'open teams endpoint refuses other machines', {
        remote: request.socket.remoteAddress,
      });

    const raw = request.body as Activity;
    let verified: Awaited<ReturnType<typeof authentication.authenticateRequest>>;
    try {
      verified = await authentication.authenticateRequest(raw, request.headers.authorization ?? '');
    } catch (error) {
      return refuse(response, 401, 'teams request refused', {
        reason: error instanceof Error ? error.message : String(error),
      });
    }
    // The SDK skips this check for some kinds of token; the bot's own token would go to this address.
    if (!open && verified.claimsIdentity.getClaimValue('serviceurl') !== activity.serviceUrl)
      return refuse(response, 401, 'teams request refused', { reason: 'service URL not vouched for' });

    const tenant = tenantOf(activity);
    if (tenant === null || !(await options.allowedTenant(tenant)))
      return refuse(response, 403, 'activity of an unknown tenant', { tenant });

    const call = randomUUID();
    let answer: Awaited<ReturnType<typeof handleTurn>>;
    await adapter.processActivityDirect(verified, raw, async (context) => {
      answer = await handleTurn({ context, activity, tenant, call, audience: verified.audience, adapter });
    });
    response.status(200);
    if (answer) response.json(answer);
    else response.end();
  }

  function refuse(response: Response, status: number, message: string, detail: object): void {
    log.warn(detail, message);
    response.status(status).end();
  }

  app.post('/api/messages', express.json({ limit: '1mb' }), (request, response) => {
    if (closing) {
      response.status(503).end();
      return;
    }
    const work = receive(request, response).catch((error: unknown) => {
      log.error({ err: error }, 'teams activity failed');
      if (!response.headersSent) response.status(500).end();
    });
    atWork.add(work);
    void work.finally(() => atWork.delete(work));
  });

  return {
    messenger: teamsMessenger(adapter, appId, open),
    async close() {
      closing = true;
      await Promise.all(atWork);
      await handleTurn.settled();
    },
  };
}

function botAuthentication(options: TeamsOptions): ConfigurationBotFrameworkAuthentication {
  const { credentials, timeoutMs = 15_000 } = options;
  const cloud = credentials === 'open' ? undefined : options.cloud;
  // An empty app id makes the SDK accept everything: only `open` may leave it out.
  const configuration =
    credentials === 'open'
      ? { MicrosoftAppId: '' }
      : {
          MicrosoftAppId: credentials.appId,
          MicrosoftAppTenantId: credentials.tenantId,
          MicrosoftAppType: credentials.type,
          ...(credentials.password && { MicrosoftAppPassword: credentials.password }),
        };
  if (credentials !== 'open' && !credentials.appId)
    throw new Error('connectTeams needs an app id, or credentials "open"');
  return new ConfigurationBotFrameworkAuthentication(
    {
      ...configuration,
      // One of these names makes the SDK expect all of them.
      ...(cloud && {
        ToBotFromChannelTokenIssuer: cloud.issuer,
        ToBotFromChannelOpenIdMetadataUrl: cloud.metadataUrl,
        ToBotFromEmulatorOpenIdMetadataUrl: cloud.metadataUrl,
        ToChannelFromBotOAuthScope: cloud.issuer,
        ToChannelFromBotLoginUrl: cloud.loginUrl,
        OAuthUrl: cloud.issuer,
      }),
    },
    patientCredentials(configuration, cloud?.credentials),
    { requiredEndorsements: ['msteams'] },
    undefined,
    { httpClient: connectorHttp(timeoutMs) },
  );
}
