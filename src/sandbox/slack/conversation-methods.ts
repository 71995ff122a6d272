import { type Arguments, count, flag, text } from './arguments';
import { readHistory, readReplies, threadFacts } from './history';
import { bot, team } from './ids';
import { messageJson } from './message-json';
import { type ApiAnswer, type Method, refuse } from './method';
import {
  type Channel,
  findMessage,
  findUser,
  isMember,
  listChannels,
  memberIds,
  openDirect,
  type Workspace,
} from './workspace';

const families = { public: 'channels', private: 'groups', im: 'im' } as const;
const kindsByType: Record<string, Channel['kind']> = {
  public_channel: 'public',
  private_channel: 'private',
  im: 'im',
};

function scopeFor(channel: Channel | undefined, right: 'read' | 'history'): string[] {
  return channel ? [`${families[channel.kind]}:${right}`] : [];
}

function wantedKinds(args: Arguments): Channel['kind'][] {
  const types = text(args, 'types') || 'public_channel';
  return types.split(',').flatMap((type) => kindsByType[type.trim()] ?? []);
}

async function channelJson(w: Workspace, channel: Channel, withCount: boolean): Promise<Record<string, unknown>> {
  const common = {
    id: channel.id,
    created: 1_700_000_000,
    is_archived: channel.archived,
    is_im: channel.kind === 'im',
    is_mpim: false,
    is_org_shared: false,
    context_team_id: team.id,
  };
  if (channel.kind === 'im') return { ...common, user: channel.imUser, is_user_deleted: false };
  const members = await memberIds(w, channel.id);
  return {
    ...common,
    name: channel.name,
    name_normalized: channel.name,
    creator: 'U0OSKAR',
    is_channel: channel.kind === 'public',
    is_group: channel.kind === 'private',
    is_private: channel.kind === 'private',
    is_general: false,
    is_shared: false,
    is_ext_shared: false,
    is_member: members.includes(bot.user),
    topic: { value: channel.topic, creator: 'U0OSKAR', last_set: 1_700_000_000 },
    purpose: { value: '', creator: '', last_set: 0 },
    ...(withCount ? { num_members: members.length } : {}),
  };
}

/** Cuts a page of `limit` out of all there is; the cursor is the position, in Slack's wrapping. */
function page<T>(all: T[], args: Arguments, fallback: number, max: number): { items: T[]; next: string } {
  const cursor = Buffer.from(text(args, 'cursor'), 'base64').toString();
  const from = cursor.startsWith('from:') ? Number(cursor.slice(5)) : 0;
  const limit = count(args, 'limit', fallback, max);
  const more = from + limit < all.length;
  return {
    items: all.slice(from, from + limit),
    next: more ? Buffer.from(`from:${from + limit}`).toString('base64') : '',
  };
}

function stretchOf(
  args: Arguments,
  limit: number,
): { oldest: string; latest: string; inclusive: boolean; limit: number } {
  const cursor = Buffer.from(text(args, 'cursor'), 'base64').toString();
  // Slack takes "0" and unpadded seconds for bounds; ours compare as text, so they are widened here.
  return {
    oldest: widen(text(args, 'oldest')),
    latest: cursor.startsWith('next_ts:') ? cursor.slice(8) : widen(text(args, 'latest')) || ':',
    inclusive: cursor.startsWith('next_ts:') || flag(args, 'inclusive'),
    limit,
  };
}

function widen(ts: string): string {
  if (ts === '') return '';
  const [seconds = '', micros = ''] = ts.split('.');
  return `${seconds.padStart(10, '0')}.${micros.padEnd(6, '0').slice(0, 6)}`;
}

async function readable(w: Workspace, channel: Channel): Promise<ApiAnswer | null> {
  return (await isMember(w, channel.id, bot.user)) ? null : refuse('not_in_channel');
}

function historyScopes(args: Arguments, channel: Channel | undefined): string[] {
  const metadata = flag(args, 'include_all_metadata') ? ['metadata.message:read'] : [];
  return [...scopeFor(channel, 'history'), ...metadata];
}

export const conversationMethods: Record<string, Method> = {
  'conversations.list': {
    perMinute: 20,
    scopes: (args) => wantedKinds(args).map((kind) => `${families[kind]}:read`),
    channel: false,
    async run(args, { workspace }) {
      const kinds = wantedKinds(args);
      if (kinds.length === 0) return refuse('invalid_types');
      const visible: Channel[] = [];
      for (const channel of await listChannels(workspace)) {
        if (!kinds.includes(channel.kind) || (channel.archived && flag(args, 'exclude_archived'))) continue;
        if (channel.kind === 'public' || (await isMember(workspace, channel.id, bot.user))) visible.push(channel);
      }
      const { items, next } = page(visible, args, 100, 1000);
      const channels = await Promise.all(items.map((channel) => channelJson(workspace, channel, true)));
      return { ok: true, channels, response_metadata: { next_cursor: next } };
    },
  },
  'conversations.info': {
    perMinute: 50,
    scopes: (_args, channel) => scopeFor(channel, 'read'),
    channel: true,
    async run(args, { workspace }, channel) {
      return { ok: true, channel: await channelJson(workspace, channel, flag(args, 'include_num_members')) };
    },
  },
  'conversations.members': {
    perMinute: 100,
    scopes: (_args, channel) => scopeFor(channel, 'read'),
    channel: true,
    async run(args, { workspace }, channel) {
      const { items, next } = page(await memberIds(workspace, channel.id), args, 100, 1000);
      return { ok: true, members: items, response_metadata: { next_cursor: next } };
    },
  },
  'conversations.history': {
    perMinute: 50,
    scopes: historyScopes,
    channel: true,
    async run(args, { workspace }, channel) {
      const barred = await readable(workspace, channel);
      if (barred) return barred;
      const limit = count(args, 'limit', 100, 999);
      const found = await readHistory(workspace, channel.id, stretchOf(args, limit + 1));
      const metadata = flag(args, 'include_all_metadata');
      const next = found[limit]?.message.ts;
      return {
        ok: true,
        messages: found
          .slice(0, limit)
          .map(({ message, thread }) =>
            messageJson(thread ? { ...message, threadTs: message.ts } : message, { metadata, thread }),
          ),
        has_more: next !== undefined,
        pin_count: 0,
        response_metadata: { next_cursor: next ? Buffer.from(`next_ts:${next}`).toString('base64') : '' },
      };
    },
  },
  'conversations.replies': {
    perMinute: 50,
    scopes: historyScopes,
    channel: true,
    async run(args, { workspace }, channel) {
      const barred = await readable(workspace, channel);
      if (barred) return barred;
      const asked = await findMessage(workspace, channel.id, text(args, 'ts'));
      const head = asked?.threadTs ? await findMessage(workspace, channel.id, asked.threadTs) : asked;
      if (!head) return refuse('thread_not_found');
      const limit = count(args, 'limit', 999, 1000);
      const metadata = flag(args, 'include_all_metadata');
      const from = Buffer.from(text(args, 'cursor'), 'base64').toString();
      const stretch = stretchOf({ ...args, cursor: '' }, limit + 1);
      // Threads are read from the oldest on, so their cursor is a lower bound.
      const replies = await readReplies(workspace, channel.id, head.ts, {
        ...stretch,
        ...(from.startsWith('after_ts:') ? { oldest: from.slice(9), inclusive: false } : {}),
      });
      const shown = replies.slice(0, limit);
      const thread = (await threadFacts(workspace, channel.id, [head.ts])).get(head.ts);
      const headJson = messageJson(thread ? { ...head, threadTs: head.ts } : head, { metadata, thread });
      const more = replies.length > limit;
      const last = shown.at(-1)?.ts;
      return {
        ok: true,
        messages: [headJson, ...shown.map((message) => messageJson(message, { metadata }))],
        has_more: more,
        response_metadata: {
          next_cursor: more && last ? Buffer.from(`after_ts:${last}`).toString('base64') : '',
        },
      };
    },
  },
  'conversations.open': {
    perMinute: 50,
    scopes: () => ['im:write'],
    channel: false,
    async run(args, { workspace }) {
      const users = text(args, 'users').split(',').filter(Boolean);
      if (users.length === 0) return refuse('users_list_not_supplied');
      if (users.length > 1) return refuse('not_supported_in_sandbox');
      const user = await findUser(workspace, users[0] ?? '');
      if (!user) return refuse('user_not_found');
      if (user.isBot) return refuse('cannot_dm_bot');
      if (user.deleted) return refuse('user_disabled');
      const channel = await openDirect(workspace, user);
      return { ok: true, channel: { id: channel.id } };
    },
  },
};
