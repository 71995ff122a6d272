import type { Deps } from '../src/deps';
import type { Wake } from '../src/queue/queue';
import { collect } from './collect';
import { deliver } from './deliver';
import { digest } from './digest';
import { prune } from './prune';
import { service } from './service';
import { tick } from './tick';

export type Job = (wake: Wake, deps: Deps) => Promise<void>;

/** What the clock and the queue do, by the name that wakes it. */
export const jobs: Readonly<Record<string, Job>> = {
  collect,
  deliver,
  digest,
  prune,
  service,
  tick: (_wake, deps) => tick(deps),
};
