import type { DateTime } from 'luxon';

/** How often something may happen: `burst` at once, and `perMinute` in the long run. */
export interface Rate {
  burst: number;
  perMinute: number;
}

/** Takes one from the bucket of that name; answers 0, or the whole seconds to wait before the next try. */
export type Take = (name: string, rate: Rate) => number;

/** Token buckets, in memory: a restart forgives. */
export function openBuckets(machineNow: () => DateTime): Take {
  const buckets = new Map<string, { left: number; at: number }>();
  return function take(name, rate) {
    const at = machineNow().toMillis();
    const perMs = rate.perMinute / 60_000;
    const before = buckets.get(name) ?? { left: rate.burst, at };
    const left = Math.min(rate.burst, before.left + (at - before.at) * perMs);
    // A hair of tolerance: sums of fractions must not turn "exactly one token" into "not quite one".
    const allowed = left >= 1 - 1e-9;
    buckets.set(name, { left: allowed ? left - 1 : left, at });
    return allowed ? 0 : Math.max(1, Math.ceil((1 - left) / perMs / 1000));
  };
}
