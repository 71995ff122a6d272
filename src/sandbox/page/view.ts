import { readEphemerals, readHistory, readReplies, threadFacts } from '../slack/history';
import { bot } from '../slack/ids';
import {
  type Channel,
  findMessage,
  isMember,
  listChannels,
  listUsers,
  type User,
  type Workspace,
} from '../slack/workspace';
import type { Entry } from './draw-message';
import type { Names } from './mrkdwn';

/** A channel in the list on the left. */
export interface NavChannel {
  channel: Channel;
  member: boolean;
  unread: number;
}

/** Everything that one page shows, read as one person. */
export interface View {
  user: User;
  /** Everyone whom one can act as. */
  people: User[];
  nav: NavChannel[];
  channel: Channel;
  member: boolean;
  botMember: boolean;
  entries: Entry[];
  /** ts to read further back from; absent when everything is shown. */
  older: string | undefined;
  thread: string | undefined;
  names: Names;
}

const shownMessages = 40;
const shownReplies = 200;

export async function listPeople(w: Workspace): Promise<User[]> {
  return (await listUsers(w)).filter((user) => !user.isBot && !user.deleted);
}

/** Channels that this person may see: their own first, then, for full members, the other public ones. */
export async function readNav(w: Workspace, user: User): Promise<NavChannel[]> {
  const found = await w.pool.query<{ channel: string; unread: number }>(
    `SELECT m.channel, (SELECT count(*)::integer FROM sandbox.messages s LEFT JOIN sandbox.reads r ON r.user_id = $1 AND r.channel = s.channel
       WHERE s.channel = m.channel AND s.user_id <> $1 AND s.thread_ts IS NULL AND NOT s.deleted AND s.ts > coalesce(r.ts, '')) AS unread
     FROM sandbox.members m WHERE m.user_id = $1`,
    [user.id],
  );
  const own = new Map(found.rows.map((row) => [row.channel, row.unread]));
  const visible = (await listChannels(w)).filter(
    (channel) => own.has(channel.id) || (channel.kind === 'public' && !user.isRestricted),
  );
  return visible.map((channel) => ({ channel, member: own.has(channel.id), unread: own.get(channel.id) ?? 0 }));
}

export async function readView(
  w: Workspace,
  zone: string,
  who: { user: User; channel: Channel },
  where: { thread?: string | undefined; before?: string | undefined },
): Promise<View> {
  const { user, channel } = who;
  const users = await listUsers(w);
  const channels = await listChannels(w);
  const { entries, older } = where.thread
    ? { entries: await readThread(w, channel, user, where.thread), older: undefined }
    : await readChannel(w, channel, user, where.before);
  await markRead(w, user, channel, entries);
  return {
    user,
    people: users.filter((each) => !each.isBot && !each.deleted),
    nav: await readNav(w, user),
    channel,
    member: await isMember(w, channel.id, user.id),
    botMember: await isMember(w, channel.id, bot.user),
    entries,
    older,
    thread: where.thread,
    names: {
      users: new Map(users.map((each) => [each.id, each.realName])),
      channels: new Map(channels.map((each) => [each.id, each.name])),
      zone,
    },
  };
}

async function readChannel(
  w: Workspace,
  channel: Channel,
  user: User,
  before: string | undefined,
): Promise<{ entries: Entry[]; older: string | undefined }> {
  const found = await readHistory(w, channel.id, {
    ...(before ? { latest: before } : {}),
    limit: shownMessages + 1,
  });
  const shown = found.slice(0, shownMessages);
  const messages = await Promise.all(
    shown.map(async ({ message, thread }): Promise<Entry> => {
      const replies = thread ? await readReplies(w, channel.id, message.ts, { limit: shownReplies }) : [];
      return { kind: 'message', message, thread, replies };
    }),
  );
  const oldest = shown.at(-1)?.message.ts;
  const older = found.length > shownMessages ? oldest : undefined;
  const whispers = (await readEphemerals(w, channel.id, user.id)).filter(
    ({ ts, threadTs }) => threadTs === null && (!older || ts > older) && (!before || ts < before),
  );
  return { entries: merge(messages, whispers), older };
}

async function readThread(w: Workspace, channel: Channel, user: User, head: string): Promise<Entry[]> {
  const first = await findMessage(w, channel.id, head);
  if (!first) return [];
  const thread = (await threadFacts(w, channel.id, [head])).get(head);
  const replies = await readReplies(w, channel.id, head, { limit: shownReplies });
  const messages = [first, ...replies].map((message): Entry => ({ kind: 'message', message, thread, replies: [] }));
  const whispers = (await readEphemerals(w, channel.id, user.id)).filter(({ threadTs }) => threadTs === head);
  return merge(messages, whispers);
}

type Whisper = Extract<Entry, { kind: 'ephemeral' }>['ephemeral'];

function merge(messages: Entry[], whispers: Whisper[]): Entry[] {
  const all: Entry[] = [...messages, ...whispers.map((ephemeral): Entry => ({ kind: 'ephemeral', ephemeral }))];
  return all.sort((a, b) => (tsOf(a) < tsOf(b) ? -1 : 1));
}

function tsOf(entry: Entry): string {
  return entry.kind === 'message' ? entry.message.ts : entry.ephemeral.ts;
}

async function markRead(w: Workspace, user: User, channel: Channel, entries: Entry[]): Promise<void> {
  const last = entries.findLast((entry) => entry.kind === 'message');
  if (!last) return;
  await w.pool.query(
    `INSERT INTO sandbox.reads VALUES ($1, $2, $3) ON CONFLICT (user_id, channel) DO UPDATE SET ts = greatest(reads.ts, excluded.ts)`,
    [user.id, channel.id, tsOf(last)],
  );
}
