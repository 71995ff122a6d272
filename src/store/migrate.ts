import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';

interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

interface LedgerRow {
  migration_name: string;
  checksum: string;
  finished_at: string | null;
}

/** The lock that `prisma migrate deploy` takes, so that neither runs into the other. */
const prismaLock = 72707369;

/** The ledger of `prisma migrate deploy`, column for column. */
const ledger = `
  CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum VARCHAR(64) NOT NULL,
    finished_at TIMESTAMPTZ,
    migration_name VARCHAR(255) NOT NULL,
    logs TEXT,
    rolled_back_at TIMESTAMPTZ,
    started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count INTEGER NOT NULL DEFAULT 0
  )`;

/**
 * Brings the database to the newest migration: each file in a transaction of its own, in order of name. Several processes at once
 * are safe: one works, the others wait and find nothing left to do. Rejects with a sentence when a migration that was applied
 * has been changed, is missing here, or fails; what was applied before that stays.
 *
 * @returns names of the migrations that were applied now
 */
export async function migrate(
  connectionString: string,
  log: (line: string) => void = () => {},
  folder: string = join(repository(), 'prisma', 'migrations'),
): Promise<string[]> {
  const client = new Client({ connectionString, application_name: 'backchat migrations', options: '-c timezone=UTC' });
  // A connection that breaks rejects the query that runs; without a listener it would end the process as well.
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [prismaLock]);
    await client.query(ledger);
    const known = await client.query<LedgerRow>(
      'SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL',
    );
    const open = stillToApply(migrationsIn(folder), known.rows);
    for (const migration of open) {
      await apply(client, migration);
      log(`Applied migration ${migration.name}.`);
    }
    return open.map((migration) => migration.name);
  } finally {
    // Ending the session frees the lock.
    await client.end();
  }
}

/** From src/store as well as from dist/src/store. */
function repository(): string {
  const source = join(__dirname, '..', '..');
  return source.endsWith('dist') ? join(source, '..') : source;
}

function migrationsIn(folder: string): Migration[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      const sql = readFileSync(join(folder, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    });
}

function stillToApply(migrations: readonly Migration[], known: readonly LedgerRow[]): Migration[] {
  const byName = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const row of known) {
    const migration = byName.get(row.migration_name);
    if (!migration) {
      throw new Error(
        `The database has the migration ${row.migration_name}, which this version of Backchat does not know: it was set up by a newer one.`,
      );
    }
    if (row.finished_at === null) {
      throw new Error(
        `The migration ${row.migration_name} was begun and never finished. Repair the database, then start again.`,
      );
    }
    if (row.checksum !== migration.checksum) {
      throw new Error(
        `The migration ${row.migration_name} was changed after it had been applied to this database. Restore the file, and put the change into a new migration.`,
      );
    }
  }
  const applied = new Set(known.map((row) => row.migration_name));
  return migrations.filter((migration) => !applied.has(migration.name));
}

async function apply(client: Client, migration: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(migration.sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), migration.checksum, migration.name],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw new Error(`The migration ${migration.name} failed and was undone: ${(error as Error).message}`);
  }
}
