import { DateTime } from 'luxon';
import type { Deps } from '../src/deps';
import type { Wake } from '../src/queue/queue';
import { at } from './arm';

/** Events, verdicts and digests are our memory: the server forgets after ten days. */
const nightsKept = 400;
const pollsKeptDays = 30;
/** Slack repeats an event for up to an hour; a day is plenty. */
const inboxKeptDays = 1;

/** Findings about a moment, which nothing ends: after a week everybody has read them. */
const passing = ['node-reregistered', 'delivery-failed', 'digest-failed'];
const passingDays = 7;

/** Once a day: forgets what is older than promised. */
export async function prune(_wake: Wake, deps: Deps): Promise<void> {
  const now = deps.clock.now();
  const ago = (days: number) => now.minus({ days }).toUTC();
  const past = (await deps.store.openFindings()).filter(
    ({ kind, lastSeenAt }) => passing.includes(kind) && DateTime.fromISO(lastSeenAt) < ago(passingDays),
  );
  const rows = await deps.store.commit(async (tx) => {
    for (const { kind, subject } of past) await tx.closeFinding(kind, subject);
    const rows = await tx.prune({
      nights: ago(nightsKept).toISODate() ?? '',
      inbox: ago(inboxKeptDays).toISO() ?? '',
      polls: ago(pollsKeptDays).toISO() ?? '',
    });
    await tx.setTimer(at('prune', 'daily', now.plus({ days: 1 }), 'UTC'));
    return rows;
  });
  deps.log.info({ rows }, 'old rows pruned');
}
