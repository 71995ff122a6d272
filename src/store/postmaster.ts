import { spawn } from 'node:child_process';
import { readFileSync, readlinkSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Place } from './embedded-place';

/** What postmaster.pid says about a server that runs, or ran, on a data folder. */
export interface Postmaster {
  pid: number;
  port: number;
  ready: boolean;
}

/** The living server of a data folder; null when there is none. A file left by a dead one is removed if another process has its number now. */
export function postmasterOf(data: string): Postmaster | null {
  const file = join(data, 'postmaster.pid');
  let lines: string[];
  try {
    lines = readFileSync(file, 'utf8').split('\n');
  } catch {
    return null;
  }
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return null;
  if (!worksIn(pid, data)) {
    // PostgreSQL itself would take the stranger for a server and refuse to start.
    rmSync(file, { force: true });
    return null;
  }
  return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * A postmaster's working directory is its data folder. One that is dead but was not buried by its parent, as happens in containers,
 * has none. Where we may not look, the number alone must do.
 */
function worksIn(pid: number, data: string): boolean {
  if (process.platform !== 'linux') return true;
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === data;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES';
  }
}

/** Runs one of PostgreSQL's programs to its end; rejects with its own words, or after the deadline. */
export function runProgram(place: Place, program: string, args: readonly string[], deadlineMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(join(place.bin, program), args, {
      ...(place.user ? { uid: place.user.uid, gid: place.user.gid } : {}),
      // Our own working folder may be closed to that user, and PG* variables are meant for others.
      cwd: place.home,
      env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    const hear = (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-2000);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`${program} did not end within ${deadlineMs / 1000} s. ${said.trim()}`));
    }, deadlineMs);
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(new Error(`${program} could not be run: ${error.message}`));
    });
    // `exit`, not `close`: a server that pg_ctl has started may hold on to the pipes.
    child.once('exit', (code) => {
      clearTimeout(timer);
      setImmediate(() => {
        child.stdout.destroy();
        child.stderr.destroy();
        if (code === 0) resolve();
        else reject(new Error(`${program} ended with ${code}. ${said.trim()}`));
      });
    });
  });
}

/** A port of 127.0.0.1 that is free at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
