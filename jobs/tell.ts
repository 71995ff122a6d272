import type { Deps } from '../src/deps';
import { noticeIntents } from '../src/domain/notice';
import type { Writer } from '../src/store/writer';
import { wakeDeliveries } from './tick';

/** Something for the manager. `kind` and the keys of `detail` are those of the notice card. */
interface News {
  kind: string;
  subject: string;
  detail: Record<string, unknown>;
}

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
  await commitAndTell({ kind, subject, detail }, correlation, deps);
}

/** The same, together with the change that it tells of: neither is ever there without the other. */
export async function commitAndTell(
  news: News,
  correlation: string,
  deps: Deps,
  change?: (tx: Writer) => Promise<void>,
): Promise<void> {
  const managers = await managersOf(deps);
  const ids = await deps.store.commit(async (tx) => {
    await change?.(tx);
    const { finding } = await tx.openFinding(news.kind, news.subject, news.detail);
    // The version that is shown already is not wanted twice.
    return tx.want(noticeIntents(finding, managers, correlation));
  });
  await wakeDeliveries(ids, correlation, deps);
}

/** The opposite of `tell`: it is over. The notices that were posted are edited to say so. */
export async function tellOver(kind: string, subject: string, correlation: string, deps: Deps): Promise<void> {
  const managers = await managersOf(deps);
  const ids = await deps.store.commit(async (tx) => {
    const finding = await tx.closeFinding(kind, subject);
    return finding ? tx.want(noticeIntents(finding, managers, correlation)) : [];
  });
  await wakeDeliveries(ids, correlation, deps);
}

async function managersOf(deps: Deps): Promise<number[]> {
  return (await deps.store.bindings({ purpose: 'manager' })).map((binding) => binding.conversation.id);
}
