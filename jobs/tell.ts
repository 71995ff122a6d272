import type { Deps } from '../src/deps';
import { wakeDeliveries } from './tick';

/**
 * Tells the manager something: opens a finding (or refreshes the open one) and, when it is new or has changed, wants its notice in
 * every conversation bound for the manager. Saying the same thing again is silent.
 */
export async function tell(
  kind: string,
  subject: string,
  detail: Record<string, unknown>,
  correlation: string,
  deps: Deps,
): Promise<void> {
  const bindings = await deps.store.bindings({ purpose: 'manager' });
  const ids = await deps.store.commit(async (tx) => {
    const { finding } = await tx.openFinding(kind, subject, detail);
    // The version that is shown already is not wanted twice.
    return tx.want(
      bindings.map(({ conversation }) => ({
        conversationId: conversation.id,
        card: 'notice',
        objectId: String(finding.id),
        version: finding.version,
        correlation,
      })),
    );
  });
  await wakeDeliveries(ids, correlation, deps);
}

/** The opposite of `tell`: it is over. The notices that were posted are edited to say so. */
export async function tellOver(kind: string, subject: string, correlation: string, deps: Deps): Promise<void> {
  const bindings = await deps.store.bindings({ purpose: 'manager' });
  const ids = await deps.store.commit(async (tx) => {
    const finding = await tx.closeFinding(kind, subject);
    if (!finding) return [];
    return tx.want(
      bindings.map(({ conversation }) => ({
        conversationId: conversation.id,
        card: 'notice',
        objectId: String(finding.id),
        version: finding.version,
        correlation,
      })),
    );
  });
  await wakeDeliveries(ids, correlation, deps);
}
