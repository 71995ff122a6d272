import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import type { Clock } from '../src/domain/clock';
import { openStore } from '../src/store/open';
import type { Store } from '../src/store/store';

export interface TestDatabase {
  url: string;
  drop(): Promise<void>;
}

/** A migrated, empty database of its own on the cluster of this run. Close what is connected to it, then drop it. */
export async function freshDatabase(): Promise<TestDatabase> {
  return create(`TEMPLATE ${setting('BACKCHAT_TEST_TEMPLATE')}`);
}

/** A database without any table. */
export async function emptyDatabase(): Promise<TestDatabase> {
  return create('TEMPLATE template0');
}

/** A store on a fresh database; `close` closes and drops. */
export async function openTestStore(clock: Clock): Promise<{ store: Store; url: string; close(): Promise<void> }> {
  const database = await freshDatabase();
  const store = openStore({ connectionString: database.url, clock, max: 4 });
  return {
    store,
    url: database.url,
    close: async () => {
      await store.close();
      await database.drop();
    },
  };
}

async function create(options: string): Promise<TestDatabase> {
  // Random: a counter would start anew in every test file, and files share the cluster.
  const name = `t_${randomBytes(8).toString('hex')}`;
  await administer(`CREATE DATABASE ${name} ${options}`);
  const url = new URL(setting('BACKCHAT_TEST_CLUSTER'));
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => administer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function administer(sql: string): Promise<void> {
  const client = new Client({ connectionString: setting('BACKCHAT_TEST_CLUSTER') });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

function setting(name: string): string {
  const value = process.env[name];
  if (!value)
    throw new Error('Tests that need a database belong to the jest project `live`, whose set-up starts the cluster.');
  return value;
}
