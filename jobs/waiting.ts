import { DateTime } from 'luxon';
import type { Deps } from '../src/deps';
import { windowEnd } from '../src/domain/night';
import type { Night } from '../src/domain/node-night';
import type { Wake } from '../src/queue/queue';
import type { Tenant, TimerRow } from '../src/store/store';
import { settingsOf } from './arm';
import { usedServers } from './compose';

/** How often a morning message that waits for something looks again. */
const lookAgainMs = 5_000;
/** After so many looks, five to fifteen seconds apart, it goes out and says what it does not know. */
const mostLooks = 60;

export function mayStillWait(timer: TimerRow): boolean {
  return timer.generation < mostLooks;
}

/** Moves the timer a few seconds on; the promised time stays in its wall. */
export async function lookAgain(timer: TimerRow, wake: Wake, deps: Deps): Promise<void> {
  const now = deps.clock.now();
  const dueAt = now.plus({ milliseconds: lookAgainMs }).toUTC().toISO() ?? '';
  await deps.store.commit((tx) => tx.setTimer({ ...timer, dueAt }));
  // One wake for all that wait in these seconds.
  const version = Math.ceil(now.toMillis() / lookAgainMs);
  await deps.queue.add({ job: 'tick', object: 'look-again', version, correlation: wake.correlation }, lookAgainMs);
}

/**
 * True while a server that the tenant uses has not been asked since the night's window ended. A server that was never asked at all
 * counts too: it may hold the tenant's nodes.
 */
export async function someoneUnasked(
  tenants: readonly Tenant[],
  tenant: Tenant,
  night: Night,
  deps: Deps,
): Promise<boolean> {
  const polls = await deps.store.lastPolls();
  const used = new Set((await usedServers(tenants, tenant, deps)).map((server) => server.id));
  const { window } = settingsOf(tenants, tenant);
  return (await deps.store.servers()).some((server) => {
    const last = polls.get(server.id)?.last;
    if (!last) return true;
    return used.has(server.id) && DateTime.fromISO(last.startedAt) < windowEnd(night, window, server.zone);
  });
}
