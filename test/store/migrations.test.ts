import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { migrate } from '../../src/store/migrate';
import { emptyDatabase, freshDatabase, type TestDatabase } from '../database';

const { missingSql } = require('../../prisma/schema-engine.cjs') as {
  missingSql(scratchUrl: string, folder?: string): Promise<string>;
};
const ours = join(__dirname, '..', '..', 'prisma', 'migrations');

let database: TestDatabase;
let folder: string;

beforeEach(async () => {
  database = await emptyDatabase();
  folder = mkdtempSync(join(tmpdir(), 'backchat-migrations-'));
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await database.drop();
});

test('the migrations lead to the schema', async () => {
  const missing = await missingSql(database.url);
  expect(missing.replaceAll(/^\s*--.*$/gm, '').trim()).toBe('');
});

test('a column that no migration makes is found', async () => {
  write('1_half', 'CREATE TABLE "inbox_dedup" ("key" TEXT NOT NULL)');
  cpSync(join(ours, 'migration_lock.toml'), join(folder, 'migration_lock.toml'));

  expect(await missingSql(database.url, folder)).toContain('ADD COLUMN     "seen_at"');
});

describe('migrate', () => {
  test('applies each once, in order, and says which', async () => {
    write('2_b', 'CREATE TABLE b (a_id INT REFERENCES a)');
    write('1_a', 'CREATE TABLE a (id INT PRIMARY KEY)');
    const said: string[] = [];

    expect(await migrate(database.url, (line) => said.push(line), folder)).toEqual(['1_a', '2_b']);
    expect(await migrate(database.url, (line) => said.push(line), folder)).toEqual([]);
    expect(said).toEqual(['Applied migration 1_a.', 'Applied migration 2_b.']);
  });

  test('applies functions, which hold semicolons', async () => {
    write(
      '1_a',
      'CREATE FUNCTION f() RETURNS INT LANGUAGE plpgsql AS $$ BEGIN PERFORM 1; RETURN 2; END; $$; SELECT f();',
    );
    await migrate(database.url, undefined, folder);
    expect(await rows('SELECT f()')).toEqual([{ f: 2 }]);
  });

  test('refuses a migration that was changed after it was applied, and changes nothing', async () => {
    write('1_a', 'CREATE TABLE a (id INT)');
    await migrate(database.url, undefined, folder);
    write('1_a', 'CREATE TABLE a (id BIGINT)');
    write('2_b', 'CREATE TABLE b (id INT)');

    await expect(migrate(database.url, undefined, folder)).rejects.toThrow('1_a was changed after it had been applied');
    expect(await rows("SELECT to_regclass('b') AS b")).toEqual([{ b: null }]);
  });

  test('refuses a database of a newer version', async () => {
    write('1_a', 'CREATE TABLE a (id INT)');
    await migrate(database.url, undefined, folder);
    rmSync(join(folder, '1_a'), { recursive: true });
    write('0_z', 'CREATE TABLE z (id INT)');

    await expect(migrate(database.url, undefined, folder)).rejects.toThrow('it was set up by a newer one');
  });

  test('undoes the one that fails and keeps those before it; the next run goes on there', async () => {
    write('1_a', 'CREATE TABLE a (id INT)');
    write('2_b', 'CREATE TABLE b (id INT); SELECT 1/0;');

    await expect(migrate(database.url, undefined, folder)).rejects.toThrow(
      '2_b failed and was undone: division by zero',
    );
    expect(await rows("SELECT to_regclass('a') IS NOT NULL AS a, to_regclass('b') AS b")).toEqual([
      { a: true, b: null },
    ]);

    write('2_b', 'CREATE TABLE b (id INT)');
    expect(await migrate(database.url, undefined, folder)).toEqual(['2_b']);
  });

  test('refuses what Prisma began and never finished', async () => {
    write('1_a', 'CREATE TABLE a (id INT)');
    await migrate(database.url, undefined, folder);
    await rows('UPDATE _prisma_migrations SET finished_at = NULL');

    await expect(migrate(database.url, undefined, folder)).rejects.toThrow('1_a was begun and never finished');
  });

  test('is safe when several processes start at once', async () => {
    cpSync(ours, folder, { recursive: true });
    const applied = await Promise.all([1, 2, 3, 4].map(() => migrate(database.url, undefined, folder)));

    expect(applied.filter((names) => names.length > 0)).toHaveLength(1);
    expect(await rows('SELECT count(*)::int AS n FROM _prisma_migrations')).toEqual([{ n: applied.flat().length }]);
  });

  test('says that there is no database to reach', async () => {
    await expect(migrate('postgresql://x:y@127.0.0.1:1/x')).rejects.toThrow('ECONNREFUSED');
  });
});

describe('the audit', () => {
  test.each(["UPDATE audit SET actor = 'someone else'", 'DELETE FROM audit', 'TRUNCATE audit'])(
    'refuses %s',
    async (sql) => {
      const { url, drop } = await freshDatabase();
      const client = new Client({ connectionString: url });
      await client.connect();
      await client.query(
        "INSERT INTO audit (at, actor, action, object, outcome, correlation) VALUES (now(), 'tess', 'try', 'x', 'done', 'c')",
      );

      await expect(client.query(sql)).rejects.toThrow('rows of audit are never changed or deleted');
      await client.end();
      await drop();
    },
  );
});

function write(name: string, sql: string): void {
  mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, name, 'migration.sql'), sql);
}

async function rows(sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
