/** A piece of work to wake a worker for. The truth is in the database: losing or doubling one of these does no harm. */
export interface Wake {
  /** Name of the job file that handles it: `collect`, `deliver`. */
  job: string;
  /** Id of the object, as text without `:`. */
  object: string;
  version: number;
  correlation: string;
}

export interface Queue {
  /** Wakes a worker, at once or after a delay. jobId = `job-object-version`: the same wake twice is one wake while it waits. */
  add(wake: Wake, delayMs?: number): Promise<void>;
  addMany(wakes: readonly Wake[]): Promise<void>;
  /** Starts working. `handle` is called for each wake; a throw is logged and counted, the tick brings lost work back. */
  start(handle: (wake: Wake) => Promise<void>, options: { concurrency: number; tickMs: number }): Promise<void>;
  /** Resolves when the engine answers; rejects with a sentence otherwise. */
  ping(): Promise<void>;
  /** Lets running work finish, then closes. */
  stop(): Promise<void>;
  readonly engine: 'redis' | 'postgresql';
}
