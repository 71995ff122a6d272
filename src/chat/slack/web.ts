import type { Logger as SlackLogger } from '@slack/bolt';
import { LogLevel } from '@slack/bolt';
import { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import { wholeFetch } from './connection';

/** A call of the Web API that has not answered by then may still arrive: its outcome is unknown. */
const timeoutMs = 10_000;

/**
 * One client per token. Nothing is retried and nothing waits inside: a refusal or a rate limit comes back at once, and the outbox decides
 * when to try again.
 */
export function clientOptions(apiUrl: string | undefined, log: Logger) {
  return {
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: timeoutMs,
    fetch: wholeFetch,
    logger: slackLogger(log),
  };
}

export type Clients = (workspace: string) => WebClient | undefined;

export function makeClients(
  tokenFor: (workspace: string) => { token: string } | undefined,
  apiUrl: string | undefined,
  log: Logger,
): Clients {
  const clients = new Map<string, WebClient>();
  return (workspace) => {
    const token = tokenFor(workspace)?.token;
    if (token === undefined) return undefined;
    const client = clients.get(token) ?? new WebClient(token, clientOptions(apiUrl, log));
    clients.set(token, client);
    return client;
  };
}

/** The SDK's log on ours. Its debug lines carry whole requests with tokens and texts: they are dropped. */
export function slackLogger(log: Logger): SlackLogger {
  const write =
    (level: 'info' | 'warn' | 'error') =>
    (...messages: unknown[]) => {
      const error = messages.find((message) => message instanceof Error);
      const said = messages.filter((message) => typeof message === 'string').join(' ');
      log[level]({ said, ...(error ? { err: error } : {}) }, 'slack sdk');
    };
  return {
    debug: () => {},
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    setLevel: () => {},
    getLevel: () => LogLevel.INFO,
    setName: () => {},
  };
}
