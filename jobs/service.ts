import { DateTime } from 'luxon';
import type { Deps } from '../src/deps';
import { addNights } from '../src/domain/night';
import type { Wake } from '../src/queue/queue';
import { reportTimer } from './arm';
import { ledgerRows } from './service-report';
import { wakeDeliveries } from './tick';
import { lookAgain } from './waiting';

/** A chat service that takes no digest for so long does not hold up the report, which says how many are still to go. */
const waitForDeliveryMs = 10 * 60_000;

/**
 * The manager's morning report of a night (object = night), in every conversation bound for the manager. It waits for the digests
 * that are due by now, because it tells whether they arrived.
 */
export async function service(wake: Wake, deps: Deps): Promise<void> {
  const night = wake.object;
  const timer = await deps.store.timer('service', night);
  if (timer?.generation !== wake.version) return;
  if (await digestsPending(night, deps)) return lookAgain(timer, wake, deps);
  const tenants = await deps.store.tenants();
  const next = await reportTimer(tenants, addNights(night, 1), deps);
  const bindings = await deps.store.bindings({ purpose: 'manager' });
  const ids = await deps.store.commit(async (tx) => {
    await tx.endTimer('service', night, wake.version);
    await tx.setTimer(next);
    return tx.want(
      bindings.map(({ conversation }) => ({
        conversationId: conversation.id,
        card: 'service',
        objectId: night,
        version: 1,
        correlation: wake.correlation,
      })),
    );
  });
  await wakeDeliveries(ids, wake.correlation, deps);
}

/** True while a digest of this night that is due is not made, or is made and on its way to a conversation that takes messages. */
async function digestsPending(night: string, deps: Deps): Promise<boolean> {
  const now = deps.clock.now();
  const bindings = await deps.store.bindings({ purpose: 'digest' });
  for (const tenantId of new Set(bindings.map((binding) => binding.tenantId))) {
    const timer = await deps.store.timer('digest', `${tenantId}-${night}`);
    if (timer && DateTime.fromISO(timer.dueAt) <= now.plus({ minutes: 1 })) return true;
  }
  const made = new Set((await deps.store.digestIdsOf(night)).map(String));
  const open = new Set(
    bindings.flatMap(({ conversation }) => (conversation.state === 'active' ? conversation.id : [])),
  );
  const digests = await deps.store.ledger({ card: 'digest', limit: ledgerRows });
  return digests.some(
    (row) =>
      row.state === 'due' &&
      made.has(row.objectId) &&
      open.has(row.conversationId) &&
      now.diff(DateTime.fromISO(row.createdAt)).toMillis() < waitForDeliveryMs,
  );
}
