import { createHmac } from 'node:crypto';
import type { DateTime } from 'luxon';
import { signingSecret } from './ids';

/** What the bot said to a request from Slack. */
export type Reply =
  | { kind: 'ok'; contentType: string; body: string }
  /** No answer within the three seconds that Slack gives. */
  | { kind: 'late' }
  | { kind: 'refused'; status: number; noRetry: boolean }
  | { kind: 'unreachable'; reason: string };

export interface BotCaller {
  /** Posts a form: slash commands and clicks. */
  form(fields: Record<string, string>): Promise<Reply>;
  /** Posts an event. */
  event(body: unknown, headers?: Record<string, string>): Promise<Reply>;
}

/** docs.slack.dev/interactivity/handling-user-interaction: an acknowledgement is due within three seconds. */
const acknowledgeMs = 3000;

/** Calls the bot's `/slack/events` as Slack does, signed with the machine's own time. */
export function openBotCaller(
  botUrl: () => string,
  machineNow: () => DateTime,
  deadlineMs: number = acknowledgeMs,
): BotCaller {
  async function send(contentType: string, body: string, headers: Record<string, string> = {}): Promise<Reply> {
    const timestamp = String(Math.floor(machineNow().toSeconds()));
    const signature = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
    const signal = AbortSignal.timeout(deadlineMs);
    try {
      const response = await fetch(new URL('/slack/events', botUrl()), {
        method: 'POST',
        headers: {
          'content-type': contentType,
          'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
          'x-slack-request-timestamp': timestamp,
          'x-slack-signature': `v0=${signature}`,
          ...headers,
        },
        body,
        redirect: 'manual',
        signal,
      });
      const text = await response.text();
      if (response.ok) return { kind: 'ok', contentType: response.headers.get('content-type') ?? '', body: text };
      const noRetry = response.headers.get('x-slack-no-retry') === '1';
      return { kind: 'refused', status: response.status, noRetry };
    } catch (error) {
      if (signal.aborted) return { kind: 'late' };
      return { kind: 'unreachable', reason: error instanceof Error ? String(error.cause ?? error) : String(error) };
    }
  }
  return {
    form: (fields) => send('application/x-www-form-urlencoded', new URLSearchParams(fields).toString()),
    event: (body, headers) => send('application/json', JSON.stringify(body), headers),
  };
}

/** The word that Slack shows or logs for a request that failed. */
export function faultOf(reply: Exclude<Reply, { kind: 'ok' }>): { error: string; detail: string } {
  switch (reply.kind) {
    case 'late':
      return { error: 'operation_timeout', detail: 'No acknowledgement within 3 seconds.' };
    case 'refused':
      return { error: 'dispatch_failed', detail: `The bot answered HTTP ${reply.status}.` };
    case 'unreachable':
      return { error: 'dispatch_failed', detail: reply.reason };
  }
}
