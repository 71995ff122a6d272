import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import { findPlace, type Place } from './embedded-place';
import { freePort, postmasterOf, runProgram } from './postmaster';

export interface Embedded {
  connectionString: string;
  /** True when a server was found running, left by a bot that was killed. */
  reused: boolean;
  /** Stops the server; does nothing if it does not run any more. Takes 20 s at most. */
  stop(): Promise<void>;
}

/** Role and database have the same name. */
const ours = 'backchat';
/** Any number will do; it marks a bot that has this server to itself. */
const ownerLock = 72707370;
/** Recovery after a power failure can take a while. */
const startMs = 60_000;
const stopMs = 8_000;

/**
 * Starts the PostgreSQL server that comes with the packages, or takes over the one that a killed bot left behind.
 * Rejects with a sentence: another bot has this folder, no server for this machine, a folder that cannot be used.
 *
 * @param folder where data, log and password are kept; made if it does not exist
 * @param settings of the server, `{ fsync: 'off' }`
 */
export async function startEmbedded({
  folder,
  log,
  settings = {},
}: {
  folder: string;
  log: (line: string) => void;
  settings?: Record<string, string>;
}): Promise<Embedded> {
  const place = findPlace(folder);
  if (place.notice) log(place.notice);
  const data = join(place.home, 'pg');
  const password = keepPassword(place.home);
  if (!existsSync(data)) await initialise(place, data, password);

  const reused = (await runningPort(data)) !== null;
  if (!reused) await start(place, data, settings);
  const port = await runningPort(data);
  if (port === null) throw new Error(`The embedded PostgreSQL ended at once. See ${join(place.home, 'pg.log')}.`);

  const url = (database: string) => `postgresql://${ours}:${password}@127.0.0.1:${port}/${database}`;
  const owner = await own(url('postgres'), place.home, log);
  await makeDatabase(owner);
  for (const name of readdirSync(place.home))
    if (name.startsWith('pg.new-')) rmSync(join(place.home, name), { recursive: true, force: true });

  let stopping: Promise<void> | undefined;
  return {
    connectionString: url(ours),
    reused,
    stop: () => {
      stopping ??= stop(place, data, owner);
      return stopping;
    },
  };
}

/**
 * What is in a folder, for those who only want to look: the address of a server that runs there, a database that stands still, or
 * nothing yet.
 */
export async function lookAtEmbedded(folder: string): Promise<{ running: string } | 'stopped' | 'none'> {
  const { home } = findPlace(folder);
  const data = join(home, 'pg');
  if (!existsSync(data)) return 'none';
  const port = await runningPort(data);
  return port === null
    ? 'stopped'
    : { running: `postgresql://${ours}:${keepPassword(home)}@127.0.0.1:${port}/${ours}` };
}

/** The password is made once and never leaves this file, which only its owner can read. */
function keepPassword(home: string): string {
  const file = join(home, 'pg.password');
  if (!existsSync(file)) {
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, randomBytes(24).toString('hex'), { mode: 0o600 });
    try {
      linkSync(draft, file);
    } catch (error) {
      // Another bot that starts at the same moment made it; the two will meet at the owner's lock.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(draft, { force: true });
    }
  }
  return readFileSync(file, 'utf8').trim();
}

/** initdb writes into a folder of another name: one that was killed half-way must never look finished. */
async function initialise(place: Place, data: string, password: string): Promise<void> {
  const draft = join(place.home, `pg.new-${randomBytes(4).toString('hex')}`);
  const passwordCopy = `${draft}.password`;
  mkdirSync(draft, { mode: 0o700 });
  writeFileSync(passwordCopy, password, { mode: 0o600 });
  give(place, draft, passwordCopy);
  try {
    await runProgram(
      place,
      'initdb',
      [
        ...['-D', draft, '-U', ours, '-A', 'scram-sha-256', '--pwfile', passwordCopy, '-E', 'UTF8'],
        ...['--locale-provider=builtin', '--locale=C.UTF-8', '--no-sync'],
      ],
      startMs,
    );
    renameSync(draft, data);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(data)) throw error;
  } finally {
    rmSync(passwordCopy, { force: true });
  }
}

function give(place: Place, ...paths: string[]): void {
  if (!place.user) return;
  for (const path of paths) chownSync(path, place.user.uid, place.user.gid);
}

async function start(place: Place, data: string, settings: Record<string, string>): Promise<void> {
  const logFile = join(place.home, 'pg.log');
  closeSync(openSync(logFile, 'a'));
  chmodSync(logFile, 0o600);
  give(place, logFile);
  const extra = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  for (let attempt = 1; ; attempt++) {
    const options = [`-p ${await freePort()}`, '-h 127.0.0.1', "-k ''", ...extra].join(' ');
    try {
      const args = ['start', '-w', '-t', String(startMs / 1000), '-D', data, '-l', logFile, '-o', options];
      return await runProgram(place, 'pg_ctl', args, startMs + 5_000);
    } catch (error) {
      // Somebody took the port meanwhile, or another bot started the server first.
      if ((await runningPort(data)) !== null) return;
      if (attempt === 3) {
        const tail = readFileSync(logFile, 'utf8').trim().split('\n').slice(-5).join('\n');
        throw new Error(`The embedded PostgreSQL does not start: ${(error as Error).message}\n${tail}`);
      }
      // What is left of a killed server needs a moment to notice that it is dead.
      await wait(500);
    }
  }
}

/** Port of the server on this data folder, once it is ready; null when none runs. */
async function runningPort(data: string): Promise<number | null> {
  const tries = startMs / 100;
  for (let i = 0; i < tries; i++) {
    const found = postmasterOf(data);
    if (!found) return null;
    if (found.ready && found.port > 0) return found.port;
    await wait(100);
  }
  throw new Error(`A PostgreSQL on ${data} has been starting or stopping for more than ${startMs / 1000} s.`);
}

/** Holds a lock as long as we live, so that no second bot uses, and stops, this server under us. */
async function own(connectionString: string, home: string, log: (line: string) => void): Promise<Client> {
  const client = new Client({ connectionString, application_name: 'backchat owner', keepAlive: true });
  client.on('error', (error) => log(`The embedded PostgreSQL went away: ${error.message}`));
  await client.connect();
  // The lock of a bot that was killed a moment ago is freed as soon as the server notices.
  for (let i = 0; i < 15; i++) {
    const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_lock($1) AS mine', [ownerLock]);
    if (rows[0]?.mine) return client;
    await wait(100);
  }
  await client.end();
  throw new Error(
    `Another Backchat is running on ${home}. Stop it first, or give this one a folder or a DATABASE_URL of its own.`,
  );
}

async function makeDatabase(owner: Client): Promise<void> {
  const { rowCount } = await owner.query('SELECT 1 FROM pg_database WHERE datname = $1', [ours]);
  if (rowCount === 0) await owner.query(`CREATE DATABASE ${ours}`);
}

async function stop(place: Place, data: string, owner: Client): Promise<void> {
  owner.removeAllListeners('error');
  owner.on('error', () => {});
  for (const mode of ['fast', 'immediate']) {
    if (!postmasterOf(data)) break;
    try {
      await runProgram(
        place,
        'pg_ctl',
        ['stop', '-m', mode, '-w', '-t', String(stopMs / 1000), '-D', data],
        stopMs + 2_000,
      );
      break;
    } catch (error) {
      if (postmasterOf(data) && mode === 'immediate') throw error;
    }
  }
  await owner.end().catch(() => {});
}
