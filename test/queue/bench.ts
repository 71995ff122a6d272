import type { Engine } from '../../src/queue/engine';
import { postgresqlEngine } from '../../src/queue/postgresql';
import type { Wake } from '../../src/queue/queue';
import { redisEngine } from '../../src/queue/redis';
import { freshDatabase } from '../database';
import { startRedis } from './redis-server';

export interface Place {
  redisUrl?: string;
  connectionString: string;
}

/** Gives every test an empty queue of its own on one engine. */
export interface Bench {
  place(): Promise<Place>;
  raw(place: Place): Engine;
  tearDown(): Promise<void>;
}

export interface Said {
  level: string;
  object: unknown;
  message: string;
}

/** Five at once, and no tick but the first. */
export const quiet = { concurrency: 5, tickMs: 3_600_000 };

export async function postgresqlBench(): Promise<Bench> {
  const drops: (() => Promise<void>)[] = [];
  return {
    place: async () => {
      const { url, drop } = await freshDatabase();
      drops.push(drop);
      return { connectionString: url };
    },
    raw: ({ connectionString }) => postgresqlEngine(connectionString, ignore, ignore),
    tearDown: async () => {
      for (const drop of drops) await drop();
    },
  };
}

export async function redisBench(): Promise<Bench> {
  const server = await startRedis();
  let database = 0;
  return {
    // Redis has 16 of them.
    place: async () => ({ redisUrl: `${server.url}/${database++ % 16}`, connectionString: 'unused' }),
    raw: ({ redisUrl = '' }) => redisEngine(redisUrl, ignore, ignore),
    tearDown: () => server.stop(),
  };
}

function ignore(): void {}

export function wake(job: string, object: string, version = 0): Wake {
  return { job, object, version, correlation: 'test' };
}

export function logInto(said: Said[]) {
  const write = (level: string) => (object: unknown, message?: string) => {
    said.push({ level, object, message: message ?? '' });
  };
  return { warn: write('warn'), error: write('error') };
}

/** A handler that remembers all but the scheduler's ticks, the first of which comes at once. */
export function listen(then: (all: readonly Wake[]) => unknown = () => {}) {
  const all: Wake[] = [];
  return {
    all,
    handle: async (each: Wake) => {
      if (each.job === 'tick') return;
      all.push(each);
      await then(all);
    },
    until: (fits: (heard: readonly Wake[]) => boolean) => untilTrue(() => fits(all)),
    next: async () => {
      await untilTrue(() => all.length > 0);
      return all[0];
    },
  };
}

export function closedGate() {
  let open = (): void => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open: () => open() };
}

/** Ends with the test's own time-out when it never becomes true. */
export async function untilTrue(fits: () => boolean): Promise<void> {
  while (!fits()) await pause();
}

export function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 10));
}
