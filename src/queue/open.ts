import type { Logger } from 'pino';
import { z } from 'zod';
import type { Engine, EngineWorker } from './engine';
import { postgresqlEngine } from './postgresql';
import type { Queue, Wake } from './queue';
import { redisEngine } from './redis';

/** BullMQ waits for ever for an engine that is not there. */
const defaultPatienceMs = 10_000;

/** Becomes part of a job's id, in which BullMQ allows no colon. */
const word = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^:]+$/, 'holds a colon');
const wakeForm = z.object({ job: word, object: word, version: z.number().int(), correlation: z.string().max(500) });

/** Our timers and the outbox decide what is tried again: a job runs once and leaves nothing that could stand in the way of the next. */
const once = { attempts: 1, removeOnComplete: true, removeOnFail: true };

/**
 * Opens the queue: on Redis when there is a URL for it, else in the schema `bullmq` of the database. Rejects with a sentence when
 * the engine cannot be reached.
 *
 * @param patienceMs how long the engine may take to answer, and running work to end when it has to stop
 */
export async function openQueue({
  redisUrl,
  connectionString,
  log,
  patienceMs = defaultPatienceMs,
}: {
  redisUrl?: string | undefined;
  connectionString: string;
  log: Pick<Logger, 'warn' | 'error'>;
  patienceMs?: number;
}): Promise<Queue> {
  const onError = (error: Error) => log.warn({ err: error }, 'queue connection trouble');
  const onFailed = (jobId: string | undefined, error: Error) => log.error({ err: error, jobId }, 'job failed');
  const engine = redisUrl
    ? redisEngine(redisUrl, onError, onFailed)
    : postgresqlEngine(connectionString, onError, onFailed);
  const silent = `${redisUrl ? 'Redis' : 'The PostgreSQL queue'} did not answer within ${patienceMs / 1000} s.`;
  try {
    await within(patienceMs, engine.queue.waitUntilReady(), silent);
  } catch (error) {
    await leave(engine, patienceMs);
    throw error;
  }
  return queueOn(engine, { patienceMs, silent, log });
}

function queueOn(
  engine: Engine,
  { patienceMs, silent, log }: { patienceMs: number; silent: string; log: Pick<Logger, 'warn' | 'error'> },
): Queue {
  let worker: EngineWorker | undefined;
  let stopping: Promise<void> | undefined;

  /** A wake that is lost comes back with the tick: whoever has just committed something must not fail for it. */
  async function addMany(wakes: readonly Wake[], delayMs = 0): Promise<void> {
    if (wakes.length === 0) return;
    const jobs = wakes.map((wake) => ({
      name: wake.job,
      data: wakeForm.parse(wake),
      opts: { ...once, jobId: `${wake.job}-${wake.object}-${wake.version}`, delay: delayMs },
    }));
    try {
      await within(patienceMs, engine.queue.addBulk(jobs), silent);
    } catch (error) {
      log.warn({ err: error, wakes: wakes.length }, 'wakes lost, the tick brings them back');
    }
  }

  return {
    engine: engine.name,
    add: (wake, delayMs) => addMany([wake], delayMs),
    addMany: (wakes) => addMany(wakes),
    start: async (handle, { concurrency, tickMs }) => {
      worker = engine.work((data) => handle(wakeForm.parse(data)), concurrency);
      await within(patienceMs, worker.waitUntilReady(), silent);
      const tick: Wake = { job: 'tick', object: 'clock', version: 0, correlation: 'tick' };
      await within(
        patienceMs,
        engine.queue.upsertJobScheduler('tick', { every: tickMs }, { name: 'tick', data: tick, opts: once }),
        silent,
      );
    },
    ping: async () => {
      await within(patienceMs, engine.queue.getJobCounts('waiting'), silent);
    },
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };

  async function stop(): Promise<void> {
    if (worker) {
      try {
        await within(patienceMs, worker.pause(), 'Work was still running when the queue had to stop.');
      } catch (error) {
        log.warn({ err: error }, 'queue stopped hard');
      }
      // By force, since a polite goodbye waits for an engine that may be gone; what runs has had its time.
      await settled(patienceMs, worker.close(true));
    }
    await leave(engine, patienceMs);
  }
}

async function leave(engine: Engine, patienceMs: number): Promise<void> {
  await settled(patienceMs, engine.queue.close());
  await engine.disconnect();
}

/** An engine that is gone cannot say goodbye; we leave all the same. */
async function settled(patienceMs: number, closing: Promise<unknown>): Promise<void> {
  await within(patienceMs, closing, 'closing').catch(() => {});
}

async function within<T>(milliseconds: number, work: Promise<T>, sentence: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(sentence)), milliseconds);
  });
  // Who comes too late may still fail; nobody is waiting for it then.
  work.catch(() => {});
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
