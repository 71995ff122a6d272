import { randomBytes } from 'node:crypto';
import type { DateTime } from 'luxon';
import type { Logger } from 'pino';
import { type BotCaller, faultOf, type Reply } from './bot-caller';
import type { Faults } from './faults';
import { bot, team } from './ids';
import type { Manifest } from './manifest';

/** Events that the workspace can send, and the scope that each needs. */
const scopes = {
  app_mention: 'app_mentions:read',
  'message.im': 'im:history',
  'message.channels': 'channels:history',
  member_joined_channel: 'channels:read',
  member_left_channel: 'channels:read',
  channel_left: 'channels:read',
  channel_archive: 'channels:read',
  channel_unarchive: 'channels:read',
  channel_rename: 'channels:read',
} as const;

export type EventName = keyof typeof scopes;

/** Retries of the Events API: nearly at once, after a minute, after five (docs.slack.dev/apis/events-api). */
const retryDelays: readonly number[] = [0, 60_000, 300_000];

const reasons = { late: 'http_timeout', refused: 'http_error', unreachable: 'connection_failed' } as const;

export interface Events {
  /** Sends an event that the app subscribed to; resolves after the first attempt, retries go on in the background. */
  emit(name: EventName, event: Record<string, unknown>): Promise<void>;
  close(): void;
}

export function openEvents(parts: {
  caller: BotCaller;
  manifest: Manifest;
  faults: Faults;
  machineNow: () => DateTime;
  log: Logger;
  delays?: readonly number[];
}): Events {
  const { caller, manifest, faults } = parts;
  const delays = parts.delays ?? retryDelays;
  const timers = new Set<NodeJS.Timeout>();
  let closed = false;

  async function attempt(name: EventName, body: unknown, retry: number, last: string): Promise<void> {
    const headers: Record<string, string> =
      retry === 0 ? {} : { 'x-slack-retry-num': String(retry), 'x-slack-retry-reason': last };
    const reply = await caller.event(body, headers);
    if (reply.kind === 'ok' || closed) return;
    const { error, detail } = faultOf(reply);
    await faults.add('bot', name, error, `${detail}${retry === 0 ? '' : ` Retry ${retry}.`}`);
    const delay = delays[retry];
    if (delay === undefined || stops(reply) || closed) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      attempt(name, body, retry + 1, reasons[reply.kind]).catch((error: unknown) =>
        parts.log.error({ err: error, event: name }, 'sandbox could not retry an event'),
      );
    }, delay);
    timer.unref();
    timers.add(timer);
  }

  return {
    async emit(name, event) {
      if (!manifest.events.has(name)) return;
      if (!manifest.scopes.has(scopes[name])) {
        await faults.add('bot', name, 'missing_scope', `The event needs the scope ${scopes[name]}.`);
        return;
      }
      await attempt(name, envelope(event, parts.machineNow()), 0, '');
    },
    close() {
      closed = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

function stops(reply: Reply): boolean {
  return reply.kind === 'refused' && reply.noRetry;
}

function envelope(event: Record<string, unknown>, now: DateTime): Record<string, unknown> {
  return {
    token: 'sandbox-verification',
    team_id: team.id,
    context_team_id: team.id,
    context_enterprise_id: null,
    api_app_id: bot.app,
    event,
    type: 'event_callback',
    event_id: `Ev0${randomBytes(5).toString('hex').toUpperCase()}`,
    event_time: Math.floor(now.toSeconds()),
    authorizations: [
      { enterprise_id: null, team_id: team.id, user_id: bot.user, is_bot: true, is_enterprise_install: false },
    ],
    is_ext_shared_channel: false,
  };
}
