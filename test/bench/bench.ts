import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startEmbedded } from '../../src/store/embedded';
import { migrate } from '../../src/store/migrate';
import { populate } from './population';

/** Prints each figure with its target; exits with 1 if one falls short. Figures go into RESULTS.md by hand, with the machine. */
const repository = join(__dirname, '..', '..', '..');
const { scripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
  scripts: { start: string };
};
/** The flags of Node with which `npm start` runs the bot. */
const startFlags = scripts.start.split(' ').filter((word) => word.startsWith('--'));
let shortfalls = 0;

function figure(name: string, value: string, holds: boolean, target: string): void {
  if (!holds) shortfalls += 1;
  process.stdout.write(`${name}: ${value} (target ${target}) ${holds ? 'holds' : 'falls short'}\n`);
}

interface Night {
  digests: number;
  save: number;
  judge: number;
  compose: number;
  render: number;
  total: number;
  peakMb: number;
}

/** One night in a process of its own, on a database of its own. */
async function night(connectionString: string, nodes: number, tenants: number): Promise<Night> {
  const name = `bench_${nodes}`;
  const admin = new Client({ connectionString });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  await admin.end();
  const url = new URL(connectionString);
  url.pathname = `/${name}`;
  await migrate(url.href);
  await populate(url.href, nodes, tenants);
  const run = spawnSync(
    process.execPath,
    [...startFlags, join(__dirname, 'night.js'), url.href, String(nodes), String(tenants)],
    {
      encoding: 'utf8',
    },
  );
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as Night;
}

async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** Seconds from `npm start` to a ready bot. */
async function start(folder: string): Promise<number> {
  const port = await freePort();
  const env = { ...process.env, PORT: String(port), BACKCHAT_DATA: folder, LOG_LEVEL: 'error' };
  const started = process.hrtime.bigint();
  const child = spawn('npm', ['start', '--silent'], { cwd: repository, env, stdio: 'ignore' });
  try {
    while (!(await isReady(port))) {
      if (child.exitCode !== null) throw new Error(`npm start ended with ${child.exitCode}.`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return Number(process.hrtime.bigint() - started) / 1e9;
  } finally {
    await ended(child);
  }
}

async function isReady(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
  } catch {
    return false;
  }
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    if (!child.kill('SIGTERM')) resolve();
  });
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'backchat-bench-'));
  try {
    const data = join(folder, 'start');
    await start(data);
    const times = [await start(data), await start(data), await start(data)].sort((a, b) => a - b);
    const median = times[1] ?? Number.NaN;
    figure('second start of npm start, ready after', `${median.toFixed(1)} s`, median <= 10, '≤ 10 s');

    const server = await startEmbedded({ folder: join(folder, 'night'), log: () => {} });
    try {
      const small = await night(server.connectionString, 10_000, 100);
      const large = await night(server.connectionString, 100_000, 1_000);
      const parts = (one: Night) =>
        `save ${one.save.toFixed(1)}, judge ${one.judge.toFixed(1)}, compose ${one.compose.toFixed(1)}, render ${one.render.toFixed(1)} s`;
      process.stdout.write(
        `10,000 nodes, 100 tenants: ${small.total.toFixed(1)} s (${parts(small)}), ${small.digests} digests\n`,
      );
      process.stdout.write(
        `100,000 nodes, 1,000 tenants: ${large.total.toFixed(1)} s (${parts(large)}), ${large.digests} digests\n`,
      );
      figure(
        'night of 1,000 tenants and 100,000 nodes, rows to digests, drawn twice',
        `${large.total.toFixed(1)} s`,
        large.digests === 1_000 && large.total <= 60,
        '≤ 60 s',
      );
      figure(
        'resident memory of the bot at its peak',
        `${large.peakMb.toFixed(0)} MB`,
        large.peakMb <= 512,
        '≤ 512 MB',
      );
      figure(
        '100,000 nodes against 10,000',
        `${(large.total / small.total).toFixed(1)}×`,
        large.total <= 11 * small.total,
        '≤ 11×',
      );
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  process.exitCode = shortfalls > 0 ? 1 : 0;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
