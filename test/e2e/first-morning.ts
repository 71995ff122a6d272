import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import type { TestDatabase } from '../database';
import { type Desk, startBot, waitFor } from './harness';

/** The night that the first morning tells of. */
export const firstNight = '2026-11-18';
const template = 'first_morning';
const building = 41_897_004;
/** On a machine that does other things too. */
const patience = 200_000;

/**
 * A database on which the bot was started for the first time, has told of its first night, and was stopped. The first test file that
 * asks pays for it, the others of the run get copies.
 */
export async function firstMorning(): Promise<TestDatabase> {
  const client = new Client({ connectionString: process.env['BACKCHAT_TEST_CLUSTER'] });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [building]);
    const made = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [template]);
    if (made.rowCount === 0) {
      const bot = await startBot();
      try {
        await toldOf(bot, firstNight, patience);
      } finally {
        await bot.stop();
      }
      await client.query(`ALTER DATABASE ${new URL(bot.databaseUrl).pathname.slice(1)} RENAME TO ${template}`);
    }
    const name = `t_${randomBytes(8).toString('hex')}`;
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
    const url = new URL(process.env['BACKCHAT_TEST_CLUSTER'] ?? '');
    url.pathname = `/${name}`;
    return { url: url.href, drop: () => drop(name) };
  } finally {
    await client.end();
  }
}

async function drop(name: string): Promise<void> {
  const client = new Client({ connectionString: process.env['BACKCHAT_TEST_CLUSTER'] });
  await client.connect();
  await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await client.end();
}

/** Waits until the manager's report of a night, which comes last, and all else that can be delivered is delivered. */
export async function toldOf(desk: Pick<Desk, 'sql'>, night: string, milliseconds = 120_000): Promise<void> {
  const told = async () => {
    const [row] = await desk.sql<{ reported: boolean; open: number }>(
      `SELECT EXISTS (SELECT FROM outbox WHERE card = 'service' AND object_id = $1 AND state = 'delivered') AS reported,
         (SELECT count(*)::int FROM outbox o JOIN conversation c ON c.id = o.conversation_id
          WHERE o.state = 'due' AND c.state = 'active') AS open`,
      [night],
    );
    return row?.reported === true && row.open === 0;
  };
  await waitFor(`the morning after ${night}`, told, milliseconds);
}
