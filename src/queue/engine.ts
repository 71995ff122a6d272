import type { JobsOptions, RepeatOptions } from 'bullmq';
import type { Queue } from './queue';

export const queueName = 'backchat';

/**
 * A worker that dies takes its jobs along for this long at most: until its locks have run out and two rounds of looking for such jobs
 * are over. BullMQ's own half minute each would be felt on the morning after a power cut.
 */
export const takeOver = { lockDuration: 10_000, stalledInterval: 5_000 };

/** What we use of BullMQ, which is the same on both of its backends. */
export interface Engine {
  name: Queue['engine'];
  queue: {
    addBulk(jobs: { name: string; data: unknown; opts: JobsOptions }[]): Promise<unknown>;
    upsertJobScheduler(
      id: string,
      every: RepeatOptions,
      template: { name: string; data: unknown; opts: JobsOptions },
    ): Promise<unknown>;
    getJobCounts(...states: 'waiting'[]): Promise<unknown>;
    waitUntilReady(): Promise<unknown>;
    close(): Promise<void>;
  };
  work(process: (data: unknown) => Promise<void>, concurrency: number): EngineWorker;
  /** Closes the connections that are ours to close. */
  disconnect(): Promise<void>;
}

export interface EngineWorker {
  waitUntilReady(): Promise<unknown>;
  /** Takes no more work and waits for what is running. */
  pause(): Promise<void>;
  /** Only the first call counts; forced, it waits for nothing. */
  close(force: boolean): Promise<void>;
}

/** Told of connections that break; an event without a listener would end the process. */
export type OnError = (error: Error) => void;
/** Told of jobs that threw. */
export type OnFailed = (name: string | undefined, error: Error) => void;
