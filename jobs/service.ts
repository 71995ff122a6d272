import type { Deps } from '../src/deps';
import { addNights } from '../src/domain/night';
import type { Wake } from '../src/queue/queue';
import { reportTimer } from './arm';
import { wakeDeliveries } from './tick';

/** The manager's morning report of a night (object = night), in every conversation bound for the manager. */
export async function service(wake: Wake, deps: Deps): Promise<void> {
  const night = wake.object;
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
