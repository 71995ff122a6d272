import type { ThreadFacts } from './message-json';
import type { Ephemeral, Message, Workspace } from './workspace';

const columns =
  'channel, ts, thread_ts AS "threadTs", user_id AS "user", text, blocks, metadata, files, broadcast, edited, deleted';

/** Which stretch of a conversation; every bound is a ts, and an absent one is open. */
export interface Stretch {
  oldest?: string;
  latest?: string;
  /** Whether messages exactly at a bound belong to it. */
  inclusive?: boolean;
  limit: number;
}

export interface Threaded {
  message: Message;
  thread: ThreadFacts | undefined;
}

/** Top-level messages and broadcast replies, newest first; deleted ones stay only as heads of their thread. */
export async function readHistory(w: Workspace, channel: string, stretch: Stretch): Promise<Threaded[]> {
  const { from, to } = operators(stretch.inclusive);
  const found = await w.pool.query<Message>(
    `SELECT ${columns} FROM sandbox.messages m
     WHERE channel = $1 AND (thread_ts IS NULL OR broadcast) AND ts ${from} $2 AND ts ${to} $3
       AND (NOT deleted OR EXISTS (SELECT 1 FROM sandbox.messages r WHERE r.channel = m.channel AND r.thread_ts = m.ts AND NOT r.deleted))
     ORDER BY ts DESC LIMIT $4`,
    [channel, stretch.oldest ?? '', stretch.latest ?? ':', stretch.limit],
  );
  const threads = await threadFacts(
    w,
    channel,
    found.rows.map((row) => row.ts),
  );
  return found.rows.map((message) => ({ message, thread: threads.get(message.ts) }));
}

/** Replies under a message, oldest first, without the message itself. */
export async function readReplies(w: Workspace, channel: string, ts: string, stretch: Stretch): Promise<Message[]> {
  const { from, to } = operators(stretch.inclusive);
  const found = await w.pool.query<Message>(
    `SELECT ${columns} FROM sandbox.messages
     WHERE channel = $1 AND thread_ts = $2 AND NOT deleted AND ts ${from} $3 AND ts ${to} $4 ORDER BY ts LIMIT $5`,
    [channel, ts, stretch.oldest ?? '', stretch.latest ?? ':', stretch.limit],
  );
  return found.rows;
}

export async function threadFacts(w: Workspace, channel: string, heads: string[]): Promise<Map<string, ThreadFacts>> {
  const found = await w.pool.query<{ ts: string; replyCount: number; replyUsers: string[]; latestReply: string }>(
    `SELECT thread_ts AS ts, count(*)::integer AS "replyCount", array_agg(DISTINCT user_id) AS "replyUsers", max(ts) AS "latestReply"
     FROM sandbox.messages WHERE channel = $1 AND thread_ts = ANY ($2::text[]) AND NOT deleted GROUP BY thread_ts`,
    [channel, heads],
  );
  return new Map(found.rows.map(({ ts, ...facts }) => [ts, facts]));
}

/** What one person alone can see in a channel, oldest first. */
export async function readEphemerals(w: Workspace, channel: string, user: string): Promise<Ephemeral[]> {
  const found = await w.pool.query<Ephemeral>(
    `SELECT channel, ts, thread_ts AS "threadTs", to_user AS "toUser", user_id AS "user", text, blocks
     FROM sandbox.ephemerals WHERE channel = $1 AND to_user = $2 ORDER BY ts`,
    [channel, user],
  );
  return found.rows;
}

/** `:` sorts after every digit, so it is the open upper bound of a ts. */
function operators(inclusive: boolean | undefined): { from: '>=' | '>'; to: '<=' | '<' } {
  return inclusive ? { from: '>=', to: '<=' } : { from: '>', to: '<' };
}
