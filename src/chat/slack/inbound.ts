import { z } from 'zod';
import type { Identity, Surface } from '../call';

/**
 * What Slack sends, reduced to what a call needs. Everything else in a payload is ignored. Identity and surface live in the enterprise if
 * there is one, else in the team, so that one person is one identity in all workspaces of a Grid.
 */
export interface Inbound {
  identity: Identity;
  surface: Surface;
  team: { id: string; enterprise: string | null };
  text: string;
  /** A repeat of this key is the same press or line arriving again (slack-and-teams.md 2.1: up to three more deliveries). */
  key: string;
}

/** Ids may be absent, null or empty, all of which mean that there is none. */
const id = z
  .string()
  .nullish()
  .transform((value) => (value ? value : null));

const commandBody = z.object({
  team_id: id,
  enterprise_id: id,
  user_id: z.string(),
  user_name: z.string().optional(),
  channel_id: z.string(),
  channel_name: z.string().optional(),
  text: z.string().default(''),
  trigger_id: z.string(),
});

export function readCommand(body: unknown): Inbound {
  const read = commandBody.parse(body);
  const team = { id: read.team_id ?? '', enterprise: read.enterprise_id };
  return {
    identity: identity(team, read.user_id, read.user_name),
    surface: surface(team, read.channel_id, read.channel_name === 'directmessage'),
    team,
    text: typed(read.text),
    key: `slack/command/${workspaceOf(team)}/${read.trigger_id}`,
  };
}

const clickBody = z.object({
  team: z.object({ id, enterprise_id: id }).nullish(),
  enterprise: z.object({ id }).nullish(),
  user: z.object({ id: z.string(), name: z.string().optional(), username: z.string().optional(), team_id: id }),
  channel: z.object({ id: z.string(), name: z.string().optional() }).optional(),
  container: z.object({
    channel_id: z.string().optional(),
    message_ts: z.string().default(''),
    is_ephemeral: z.boolean().default(false),
  }),
  actions: z
    .array(z.object({ action_id: z.string(), action_ts: z.string().default(''), value: z.string().default('') }))
    .min(1),
});

/** `ephemeral`: the pressed message is one that only this person sees. */
export function readClick(body: unknown): Inbound & { ephemeral: boolean } {
  const read = clickBody.parse(body);
  const team = {
    id: read.team?.id ?? read.user.team_id ?? '',
    enterprise: read.enterprise?.id ?? read.team?.enterprise_id ?? null,
  };
  const channel = read.channel?.id ?? read.container.channel_id ?? '';
  const action = read.actions[0] ?? { action_id: '', action_ts: '', value: '' };
  return {
    identity: identity(team, read.user.id, read.user.name ?? read.user.username, read.user.team_id),
    surface: surface(team, channel, read.channel?.name === 'directmessage'),
    team,
    // A button's value is ours: as written, not as typed.
    text: action.value,
    key: [
      'slack/click',
      workspaceOf(team),
      read.user.id,
      read.container.message_ts,
      action.action_id,
      action.action_ts,
    ].join('/'),
    ephemeral: read.container.is_ephemeral,
  };
}

const eventBody = z.object({
  team_id: id,
  enterprise_id: id,
  event_id: z.string(),
  authorizations: z
    .array(z.object({ team_id: id, enterprise_id: id, user_id: id, is_bot: z.boolean().optional() }))
    .nullish(),
  event: z.object({
    type: z.string(),
    user: z.string().optional(),
    user_team: id,
    bot_id: id,
    subtype: id,
    channel: z.string().optional(),
    channel_type: z.string().optional(),
    text: z.string().default(''),
    ts: z.string().optional(),
    thread_ts: z.string().optional(),
  }),
});

export interface InboundEvent extends Inbound {
  /** Slack's user id of the bot there, when the event tells. */
  bot: string | null;
  /** Written by a bot, or not written but edited, joined and the like. */
  automatic: boolean;
  /** The thread in which it was said. */
  thread: string | null;
}

export function readEvent(body: unknown): InboundEvent {
  const read = eventBody.parse(body);
  const installed = read.authorizations?.[0];
  const team = {
    id: installed?.team_id ?? read.team_id ?? '',
    enterprise: installed ? installed.enterprise_id : read.enterprise_id,
  };
  const { event } = read;
  return {
    identity: identity(team, event.user ?? '', undefined, event.user_team),
    surface: surface(team, event.channel ?? '', event.channel_type === 'im' || event.channel_type === 'mpim'),
    team,
    text: typed(event.text),
    key: `slack/event/${read.event_id}`,
    bot: installed?.is_bot === false ? null : (installed?.user_id ?? null),
    automatic: event.bot_id !== null || event.subtype !== null || event.user === undefined,
    thread: event.thread_ts ?? null,
  };
}

/** The id under which a workspace is known here. */
export function workspaceOf(team: { id: string; enterprise: string | null }): string {
  return team.enterprise ?? team.id;
}

/** `home`: the team that the user belongs to, when Slack tells: somebody from a connected workspace is nobody of ours. */
function identity(team: Inbound['team'], user: string, name: string | undefined, home: string | null = null): Identity {
  const foreign = team.enterprise === null && home !== null && team.id !== '' && home !== team.id;
  return { provider: 'slack', workspace: foreign ? home : workspaceOf(team), user, name: name ?? user };
}

function surface(team: Inbound['team'], conversation: string, chat: boolean): Surface {
  const kind = chat || conversation.startsWith('D') ? 'chat' : 'channel';
  return { provider: 'slack', workspace: workspaceOf(team), conversation, kind };
}

/**
 * What a person typed, from what Slack made of it: `<http://MYPC.IT|MYPC.IT>` is the node MYPC.IT, `&amp;` is `&`, and the
 * mention of the bot at the start is no word of the question.
 */
function typed(text: string): string {
  return text
    .replace(/^\s*<@[UW][A-Z0-9]+(?:\|[^>]*)?>/, '')
    .replace(/<(?:https?:\/\/|mailto:)[^|>]*\|([^>]*)>/g, '$1')
    .replace(/<(?:https?:\/\/|mailto:)([^|>]*?)\/?>/g, '$1')
    .replaceAll('\u00a0', ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .trim();
}
