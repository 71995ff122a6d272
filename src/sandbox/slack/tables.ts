import type { Pool } from 'pg';
import { castChannels, castUsers, everywhere } from './cast';
import { bot, slackbot } from './ids';

// A ts is text of fixed width (10 digits, a point, 6 digits), so it sorts as text.
const tables = `
CREATE SCHEMA IF NOT EXISTS sandbox;
CREATE TABLE IF NOT EXISTS sandbox.users (
  id text PRIMARY KEY, name text NOT NULL, real_name text NOT NULL, title text NOT NULL DEFAULT '',
  is_bot boolean NOT NULL DEFAULT false, is_restricted boolean NOT NULL DEFAULT false, deleted boolean NOT NULL DEFAULT false,
  place integer GENERATED ALWAYS AS IDENTITY);
CREATE TABLE IF NOT EXISTS sandbox.channels (
  id text PRIMARY KEY, name text NOT NULL, kind text NOT NULL CHECK (kind IN ('public', 'private', 'im')), topic text NOT NULL DEFAULT '',
  archived boolean NOT NULL DEFAULT false, im_user text REFERENCES sandbox.users, place integer GENERATED ALWAYS AS IDENTITY);
CREATE TABLE IF NOT EXISTS sandbox.members (
  channel text REFERENCES sandbox.channels, user_id text REFERENCES sandbox.users, PRIMARY KEY (channel, user_id));
CREATE TABLE IF NOT EXISTS sandbox.messages (
  channel text REFERENCES sandbox.channels, ts text, thread_ts text, user_id text NOT NULL REFERENCES sandbox.users, text text NOT NULL,
  blocks jsonb, metadata jsonb, files jsonb, broadcast boolean NOT NULL DEFAULT false, edited text, deleted boolean NOT NULL DEFAULT false,
  PRIMARY KEY (channel, ts));
CREATE INDEX IF NOT EXISTS messages_thread ON sandbox.messages (channel, thread_ts);
CREATE TABLE IF NOT EXISTS sandbox.ephemerals (
  channel text REFERENCES sandbox.channels, ts text, thread_ts text, to_user text NOT NULL REFERENCES sandbox.users,
  user_id text NOT NULL REFERENCES sandbox.users, text text NOT NULL, blocks jsonb, PRIMARY KEY (channel, ts));
CREATE TABLE IF NOT EXISTS sandbox.files (
  id text PRIMARY KEY, name text NOT NULL, title text NOT NULL, length integer NOT NULL, content bytea, shared boolean NOT NULL DEFAULT false);
CREATE TABLE IF NOT EXISTS sandbox.reads (
  user_id text REFERENCES sandbox.users, channel text REFERENCES sandbox.channels, ts text NOT NULL, PRIMARY KEY (user_id, channel));
CREATE TABLE IF NOT EXISTS sandbox.faults (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL, source text NOT NULL, name text NOT NULL,
  error text NOT NULL, detail text NOT NULL);
`;

/** Makes the tables of the workspace and, at the first start, its people and channels. Later starts add only what is new. */
export async function prepareTables(pool: Pool): Promise<void> {
  await pool.query(tables);
  await addUser(pool, { id: bot.user, name: bot.name, realName: 'Backchat', title: 'App', isBot: true });
  await addUser(pool, { id: slackbot, name: 'slackbot', realName: 'Slackbot', title: '', isBot: true });
  for (const user of castUsers) {
    const name = user.name.toLowerCase().replace(' ', '.');
    await addUser(pool, { id: user.id, name, realName: user.name, title: user.title, guest: user.guest ?? false });
  }
  for (const channel of castChannels) {
    const added = await pool.query(
      "INSERT INTO sandbox.channels (id, name, kind, topic) VALUES ($1, $2, 'public', $3) ON CONFLICT DO NOTHING",
      [channel.id, channel.name, channel.topic],
    );
    if (added.rowCount === 0) continue;
    const members = new Set([...everywhere, ...channel.members, ...(channel.bot ? [bot.user] : [])]);
    await pool.query('INSERT INTO sandbox.members SELECT $1, unnest($2::text[])', [channel.id, [...members]]);
  }
}

async function addUser(
  pool: Pool,
  user: { id: string; name: string; realName: string; title: string; isBot?: boolean; guest?: boolean },
): Promise<void> {
  await pool.query(
    `INSERT INTO sandbox.users (id, name, real_name, title, is_bot, is_restricted) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
    [user.id, user.name, user.realName, user.title, user.isBot ?? false, user.guest ?? false],
  );
}
