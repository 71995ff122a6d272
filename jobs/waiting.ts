import { DateTime } from 'luxon';
import type { Deps } from '../src/deps';
import { windowEnd } from '../src/domain/night';
import type { Night } from '../src/domain/node-night';
import type { Wake } from '../src/queue/queue';
import type { Tenant, TimerRow } from '../src/store/rows';
import { settingsOf } from './arm';
import type { Sources } from './compose';

/** How often a morning message that waits for something looks again. */
const lookAgainMs = 5_000;
/** A server that was tried so often and never came to an end is not waited for. */
const mostTries = 3;
/** Only tries that began so long ago count: they died, or will not end soon. One that died is repeated when the lease of its timer ends. */
const tryMinutes = 4;

/** Moves the timer to the next round five seconds; the promised time stays in its wall. All that wait in these seconds share one wake. */
export async function lookAgain(timer: TimerRow, wake: Wake, deps: Deps): Promise<void> {
  const now = deps.clock.now().toMillis();
  const round = Math.floor(now / lookAgainMs) + 1;
  const dueAt = DateTime.fromMillis(round * lookAgainMs, { zone: 'utc' }).toISO() ?? '';
  await deps.store.commit((tx) => tx.setTimer({ ...timer, dueAt }));
  await deps.queue.add(
    { job: 'tick', object: 'look-again', version: round, correlation: wake.correlation },
    round * lookAgainMs - now,
  );
}

/**
 * True while a server that the tenant uses has not been asked since the night's window ended, in vain or not. A server that was never
 * asked at all counts too: it may hold the tenant's nodes.
 */
export async function someoneUnasked(
  tenants: readonly Tenant[],
  tenant: Tenant,
  night: Night,
  { servers, used, polls }: Sources,
  deps: Deps,
): Promise<boolean> {
  const { window } = settingsOf(tenants, tenant);
  for (const server of servers) {
    const last = polls.get(server.id)?.last;
    if (last && !used.includes(server)) continue;
    const since = windowEnd(night, window, server.zone);
    if (last && DateTime.fromISO(last.startedAt) >= since) continue;
    const until = deps.clock.now().minus({ minutes: tryMinutes });
    const tries = await deps.store.triesSince(server.id, since.toISO() ?? '', until.toISO() ?? '');
    if (tries < mostTries) return true;
  }
  return false;
}
