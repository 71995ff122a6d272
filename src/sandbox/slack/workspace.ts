import type { DateTime } from 'luxon';
import type { Pool } from 'pg';
import type { SlackBlock } from './blocks';
import { bot } from './ids';
import { prepareTables } from './tables';

export interface User {
  id: string;
  name: string;
  realName: string;
  title: string;
  isBot: boolean;
  /** A guest: sees only the channels that they are in. */
  isRestricted: boolean;
  deleted: boolean;
}

export interface Channel {
  id: string;
  name: string;
  kind: 'public' | 'private' | 'im';
  topic: string;
  archived: boolean;
  /** The person at the other end of a direct message with the bot. */
  imUser: string | null;
}

export interface Message {
  channel: string;
  ts: string;
  /** Set on replies and on messages that have replies, as in Slack. */
  threadTs: string | null;
  user: string;
  text: string;
  blocks: SlackBlock[] | null;
  metadata: MessageMetadata | null;
  files: SharedFile[] | null;
  /** A reply that is shown in the channel too. */
  broadcast: boolean;
  /** ts of the last edit. */
  edited: string | null;
  deleted: boolean;
}

export interface Ephemeral {
  channel: string;
  ts: string;
  threadTs: string | null;
  toUser: string;
  user: string;
  text: string;
  blocks: SlackBlock[] | null;
}

export interface MessageMetadata {
  event_type: string;
  event_payload: Record<string, unknown>;
}

export interface SharedFile {
  id: string;
  name: string;
  title: string;
  size: number;
}

export interface Draft {
  channel: string;
  user: string;
  text: string;
  blocks?: SlackBlock[] | null;
  metadata?: MessageMetadata | null;
  files?: SharedFile[] | null;
  threadTs?: string | null;
  broadcast?: boolean;
}

export interface Changes {
  text?: string;
  /** Absent: they stay. */
  blocks?: SlackBlock[] | null;
  metadata?: MessageMetadata | null;
}

/** What every part of the workspace works on: the tables, the service clock, and the next free ts. */
export interface Workspace {
  pool: Pool;
  /** Service time: what messages are stamped with. */
  now(): DateTime;
  /** Unique in the workspace and growing, from the service clock; two at the same millisecond differ in the microseconds. */
  nextTs(): string;
}

const userColumns =
  'id, name, real_name AS "realName", title, is_bot AS "isBot", is_restricted AS "isRestricted", deleted';
const channelColumns = 'id, name, kind, topic, archived, im_user AS "imUser"';
const messageColumns =
  'channel, ts, thread_ts AS "threadTs", user_id AS "user", text, blocks, metadata, files, broadcast, edited, deleted';
const ephemeralColumns = 'channel, ts, thread_ts AS "threadTs", to_user AS "toUser", user_id AS "user", text, blocks';

/** Makes or re-opens the workspace in schema `sandbox`. */
export async function openWorkspace(pool: Pool, now: () => DateTime): Promise<Workspace> {
  await prepareTables(pool);
  const stored = await pool.query<{ last: string | null }>(
    'SELECT max(ts) AS last FROM (SELECT ts FROM sandbox.messages UNION ALL SELECT ts FROM sandbox.ephemerals) AS t',
  );
  let last = stored.rows[0]?.last ?? '';
  function nextTs(): string {
    const wanted = formatTs(now().toMillis() * 1000);
    last = wanted > last ? wanted : formatTs(Number(last.replace('.', '')) + 1);
    return last;
  }
  return { pool, now, nextTs };
}

/** Microseconds as Slack writes them: seconds, a point, six digits. Exact up to the year 2255. */
function formatTs(micros: number): string {
  const text = String(micros).padStart(16, '0');
  return `${text.slice(0, -6)}.${text.slice(-6)}`;
}

export async function findUser(w: Workspace, id: string): Promise<User | undefined> {
  return (await w.pool.query<User>(`SELECT ${userColumns} FROM sandbox.users WHERE id = $1`, [id])).rows[0];
}

export async function listUsers(w: Workspace): Promise<User[]> {
  return (await w.pool.query<User>(`SELECT ${userColumns} FROM sandbox.users ORDER BY place`)).rows;
}

export async function findChannel(w: Workspace, id: string): Promise<Channel | undefined> {
  return (await w.pool.query<Channel>(`SELECT ${channelColumns} FROM sandbox.channels WHERE id = $1`, [id])).rows[0];
}

export async function listChannels(w: Workspace): Promise<Channel[]> {
  return (await w.pool.query<Channel>(`SELECT ${channelColumns} FROM sandbox.channels ORDER BY place`)).rows;
}

export async function memberIds(w: Workspace, channel: string): Promise<string[]> {
  const found = await w.pool.query<{ id: string }>(
    'SELECT user_id AS id FROM sandbox.members JOIN sandbox.users ON id = user_id WHERE channel = $1 ORDER BY place',
    [channel],
  );
  return found.rows.map((row) => row.id);
}

export async function isMember(w: Workspace, channel: string, user: string): Promise<boolean> {
  const found = await w.pool.query('SELECT 1 FROM sandbox.members WHERE channel = $1 AND user_id = $2', [
    channel,
    user,
  ]);
  return found.rowCount === 1;
}

/** True when the person was not there before. */
export async function addMember(w: Workspace, channel: string, user: string): Promise<boolean> {
  const added = await w.pool.query('INSERT INTO sandbox.members VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    channel,
    user,
  ]);
  return added.rowCount === 1;
}

/** True when the person was there. */
export async function removeMember(w: Workspace, channel: string, user: string): Promise<boolean> {
  const gone = await w.pool.query('DELETE FROM sandbox.members WHERE channel = $1 AND user_id = $2', [channel, user]);
  return gone.rowCount === 1;
}

/** The direct message between the bot and a person, made when it is first asked for. */
export async function openDirect(w: Workspace, user: User): Promise<Channel> {
  const id = `D0${user.id.slice(2)}`;
  await w.pool.query(
    "INSERT INTO sandbox.channels (id, name, kind, im_user) VALUES ($1, 'directmessage', 'im', $2) ON CONFLICT DO NOTHING",
    [id, user.id],
  );
  await w.pool.query('INSERT INTO sandbox.members SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING', [
    id,
    [user.id, bot.user],
  ]);
  return { id, name: 'directmessage', kind: 'im', topic: '', archived: false, imUser: user.id };
}

export async function findMessage(w: Workspace, channel: string, ts: string): Promise<Message | undefined> {
  const found = await w.pool.query<Message>(
    `SELECT ${messageColumns} FROM sandbox.messages WHERE channel = $1 AND ts = $2`,
    [channel, ts],
  );
  return found.rows[0];
}

export async function addMessage(w: Workspace, draft: Draft): Promise<Message> {
  const message: Message = {
    channel: draft.channel,
    ts: w.nextTs(),
    threadTs: draft.threadTs ?? null,
    user: draft.user,
    text: draft.text,
    blocks: draft.blocks ?? null,
    metadata: draft.metadata ?? null,
    files: draft.files ?? null,
    broadcast: draft.broadcast ?? false,
    edited: null,
    deleted: false,
  };
  await w.pool.query(
    `INSERT INTO sandbox.messages (channel, ts, thread_ts, user_id, text, blocks, metadata, files, broadcast)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      message.channel,
      message.ts,
      message.threadTs,
      message.user,
      message.text,
      json(message.blocks),
      json(message.metadata),
      json(message.files),
      message.broadcast,
    ],
  );
  return message;
}

/** An edit: what is absent in `changes` stays. */
export async function editMessage(w: Workspace, old: Message, changes: Changes): Promise<Message> {
  const message = { ...old, ...changes, edited: w.nextTs() };
  await w.pool.query(
    'UPDATE sandbox.messages SET text = $3, blocks = $4, metadata = $5, edited = $6 WHERE channel = $1 AND ts = $2',
    [message.channel, message.ts, message.text, json(message.blocks), json(message.metadata), message.edited],
  );
  return message;
}

export async function removeMessage(w: Workspace, channel: string, ts: string): Promise<void> {
  await w.pool.query('UPDATE sandbox.messages SET deleted = true WHERE channel = $1 AND ts = $2', [channel, ts]);
}

export async function addEphemeral(
  w: Workspace,
  draft: Omit<Ephemeral, 'ts' | 'blocks' | 'threadTs'> & { blocks?: SlackBlock[] | null; threadTs?: string | null },
): Promise<Ephemeral> {
  const ephemeral: Ephemeral = {
    ...draft,
    ts: w.nextTs(),
    threadTs: draft.threadTs ?? null,
    blocks: draft.blocks ?? null,
  };
  await w.pool.query(
    'INSERT INTO sandbox.ephemerals (channel, ts, thread_ts, to_user, user_id, text, blocks) VALUES ($1, $2, $3, $4, $5, $6, $7)',
    [
      ephemeral.channel,
      ephemeral.ts,
      ephemeral.threadTs,
      ephemeral.toUser,
      ephemeral.user,
      ephemeral.text,
      json(ephemeral.blocks),
    ],
  );
  return ephemeral;
}

export async function findEphemeral(w: Workspace, channel: string, ts: string): Promise<Ephemeral | undefined> {
  const found = await w.pool.query<Ephemeral>(
    `SELECT ${ephemeralColumns} FROM sandbox.ephemerals WHERE channel = $1 AND ts = $2`,
    [channel, ts],
  );
  return found.rows[0];
}

export async function editEphemeral(w: Workspace, changed: Ephemeral): Promise<void> {
  await w.pool.query('UPDATE sandbox.ephemerals SET text = $3, blocks = $4 WHERE channel = $1 AND ts = $2', [
    changed.channel,
    changed.ts,
    changed.text,
    json(changed.blocks),
  ]);
}

export async function removeEphemeral(w: Workspace, channel: string, ts: string): Promise<void> {
  await w.pool.query('DELETE FROM sandbox.ephemerals WHERE channel = $1 AND ts = $2', [channel, ts]);
}

/** jsonb parameters go over as text: pg would write a JavaScript array as a PostgreSQL array. */
function json(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}
