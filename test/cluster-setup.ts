import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { type Embedded, startEmbedded } from '../src/store/embedded';
import { migrate } from '../src/store/migrate';

const prefix = 'backchat-test-';
const template = 'template_backchat';
/** Half of Docker's machines give /dev/shm 64 MB, which one cluster fills. */
const roomNeeded = 2 * 1024 ** 3;

export interface Cluster {
  server: Embedded;
  folder: string;
}

/** Starts the one PostgreSQL cluster of a test run, and in it the migrated database that every test database is copied from. */
export default async function setup(): Promise<void> {
  const parent = roomy('/dev/shm') ? '/dev/shm' : tmpdir();
  sweep(parent);
  const folder = mkdtempSync(join(parent, prefix));
  // mkdtemp closes it; the user that PostgreSQL runs as when we are root must get in.
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, 'runner'), String(process.pid));
  const server = await startEmbedded({
    folder,
    log: (line) => process.stdout.write(`${line}\n`),
    settings: { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', max_connections: '300' },
  });
  // Kept for the teardown, which runs in the same process.
  Object.assign(globalThis, { backchatCluster: { server, folder } satisfies Cluster });
  await makeTemplate(server.connectionString);
  process.env['BACKCHAT_TEST_CLUSTER'] = server.connectionString;
  process.env['BACKCHAT_TEST_TEMPLATE'] = template;
}

async function makeTemplate(connectionString: string): Promise<void> {
  const client = new Client({ connectionString });
  await client.connect();
  await client.query(`CREATE DATABASE ${template}`);
  await client.end();
  const url = new URL(connectionString);
  url.pathname = `/${template}`;
  await migrate(url.href);
}

function roomy(folder: string): boolean {
  if (!existsSync(folder)) return false;
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize > roomNeeded;
}

/** Ends what a run that was killed has left behind. */
function sweep(parent: string): void {
  for (const name of readdirSync(parent).filter((entry) => entry.startsWith(prefix))) {
    const folder = join(parent, name);
    // Others on this machine may have left theirs here too.
    if (statSync(folder, { throwIfNoEntry: false })?.uid !== process.getuid?.()) continue;
    const runner = numberIn(join(folder, 'runner'));
    if (runner === null || isAlive(runner)) continue;
    const postmaster = numberIn(join(folder, 'pg', 'postmaster.pid'));
    if (postmaster !== null && isOurs(postmaster, folder)) process.kill(postmaster, 'SIGQUIT');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

function numberIn(file: string): number | null {
  return existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : null;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function isOurs(pid: number, folder: string): boolean {
  if (!isAlive(pid)) return false;
  return execFileSync('ps', ['-o', 'args=', '-p', String(pid)])
    .toString()
    .includes(folder);
}
