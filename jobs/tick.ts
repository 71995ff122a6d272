import type { Deps } from '../src/deps';

/** Longer than any job should take; a timer whose job died is claimed again after it. */
const timerLeaseMs = 5 * 60_000;
const atOnce = 500;

/**
 * Looks for work that is due by our clock and wakes workers for it: timers and undelivered intents. It is the only source of
 * timed work, so a queue that lost everything, or a process that slept for days, catches up through the same code.
 */
export async function tick(deps: Deps): Promise<void> {
  const timers = await deps.store.claimTimers(timerLeaseMs, atOnce);
  const intents = await deps.store.dueIntents(atOnce);
  await deps.queue.addMany([
    ...timers.map((timer) => ({
      job: timer.kind,
      object: timer.objectId,
      version: timer.generation,
      correlation: `${timer.kind}-${timer.objectId}-${timer.generation}`,
    })),
    ...intents.map((intent) => ({
      job: 'deliver',
      object: String(intent.id),
      version: intent.attempts,
      correlation: intent.correlation,
    })),
  ]);
}

/** Wakes workers for intents just committed, without waiting for the next tick. */
export async function wakeDeliveries(ids: readonly number[], correlation: string, deps: Deps): Promise<void> {
  await deps.queue.addMany(ids.map((id) => ({ job: 'deliver', object: String(id), version: 0, correlation })));
}
