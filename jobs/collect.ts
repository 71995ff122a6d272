import type { Deps } from '../src/deps';
import { addNights, nightOf, nightSpan, nightsBetween } from '../src/domain/night';
import type { Night } from '../src/domain/node-night';
import { nightsToRead } from '../src/domain/poll-plan';
import type { Protect, ReadFailure, Refusal } from '../src/protect/protect';
import type { Wake } from '../src/queue/queue';
import type { Server } from '../src/store/rows';
import { armCollect, lastClosing } from './arm';
import { evaluate } from './evaluate';
import { inventoryIsDue, takeInventory } from './inventory';
import { withOrdinals } from './ordinals';
import { tell, tellOver } from './tell';

/** Nights asked for in one query: the first reading of a long memory stays within small answers. */
const nightsAtOnce = 10;
/** After a longer silence the oldest nights stay blank: their digests are not posted anyway. */
const mostForgotten = 30;
/** Enough to see what is wrong; the poll row counts the rest. */
const refusalsKept = 20;

/**
 * Reads one server and judges the nights that it told about. Safe to repeat and to interrupt at any point: rows are upserted by key
 * and a poll counts as good only after its nights are judged, so the next one starts again where the last good one ended.
 */
export async function collect(wake: Wake, deps: Deps): Promise<void> {
  const server = await deps.store.server(Number(wake.object));
  if (!server) {
    // No longer in the configuration: nothing more to read until it is, and then start-up sets a timer anew.
    await deps.store.commit((tx) => tx.endTimer('collect', wake.object, wake.version));
    return;
  }
  const log = deps.log.child({ correlation: wake.correlation, server: server.name });
  const startedAt = deps.clock.now();
  const pollId = await deps.store.commit((tx) => tx.startPoll(server.id));

  const reading = await read(server, wake.correlation, deps);
  if (reading.ok) {
    const refusals = reading.refused.slice(0, refusalsKept);
    await deps.store.commit(async (tx) => {
      await tx.finishPoll(pollId, { outcome: 'ok', rows: reading.rows, refused: reading.refused.length, refusals });
      await tx.serverReadable(server.id);
      await armCollect(tx, server, deps);
    });
    log.info(
      {
        rows: reading.rows,
        refused: reading.refused.length,
        milliseconds: deps.clock.now().diff(startedAt).toMillis(),
      },
      'server read',
    );
    for (const refusal of refusals) log.warn(refusal, 'row refused');
    await tellOver('server-unreadable', server.name, wake.correlation, deps);
    if (refusals.length > 0)
      await tell(
        'rows-refused',
        server.name,
        { server: server.name, count: reading.refused.length, query: refusals[0]?.query, first: refusals[0]?.reason },
        wake.correlation,
        deps,
      );
    else await tellOver('rows-refused', server.name, wake.correlation, deps);
  } else {
    const { code, reason } = reading;
    const { last, lastGood: good } = (await deps.store.lastPolls()).get(server.id) ?? {};
    const before = good?.startedAt ?? null;
    // What nobody saw is unknown. The nights must say so before this poll counts as an attempt: digests wait for that. Those that had
    // closed by the attempt before, in vain or not, say so already.
    await evaluate(server, await nightsSince(last?.startedAt ?? null, server, null, deps), before, deps);
    await deps.store.commit(async (tx) => {
      await tx.finishPoll(pollId, { outcome: code, reason, rows: 0, refused: 0, refusals: [] });
      await tx.serverUnreadable(server.id, code, reason);
      await armCollect(tx, server, deps);
    });
    log.warn({ code, reason }, 'server not read');
    await tell('server-unreadable', server.name, { since: before, reason }, wake.correlation, deps);
  }
  await deps.queue.add({ job: 'tick', object: 'after-collect', version: pollId, correlation: wake.correlation });
}

type Reading = { ok: true; rows: number; refused: Refusal[] } | ReadFailure;

async function read(server: Server, correlation: string, deps: Deps): Promise<Reading> {
  const protect = deps.protect(server);
  const readAt = deps.clock.now();
  const before = await lastGood(server, deps);
  const status = await protect.status();
  if (!status.ok) return status;
  const nights = await nightsSince(before, server, status.value.eventRetentionDays, deps);
  const [first] = nights;
  const last = nights.at(-1);
  if (first === undefined || last === undefined) return { ok: true, rows: 0, refused: [] };

  let rows = 0;
  const refused: Refusal[] = [];
  for (let from = first; from <= last; from = addNights(from, nightsAtOnce)) {
    const to = [addNights(from, nightsAtOnce - 1), last].sort()[0] ?? last;
    const logs = await readLogs(server, protect, from, to, deps);
    if (!logs.ok) return logs;
    rows += logs.rows;
    refused.push(...logs.refused);
    // After the logs, because a rename is believed from them; before the events, because they are judged by node and schedule.
    if (from === first && inventoryIsDue(server, readAt)) {
      const inventory = await takeInventory(server, protect, from, correlation, deps);
      if (!inventory.ok) return inventory;
      rows += inventory.rows;
      refused.push(...inventory.refused);
    }
    if (from === first && before !== null) {
      // Nights that the server forgot while nobody read it: nobody will ever know, and that is what they say.
      const since = await nightsSince(before, server, mostForgotten, deps);
      await evaluate(
        server,
        since.filter((night) => night < first),
        readAt.toUTC().toISO(),
        deps,
      );
    }
    const events = await protect.events(from, to);
    if (!events.ok) return events;
    await deps.store.commit((tx) => tx.saveEvents(server.id, withOrdinals(events.value.rows)));
    rows += events.value.rows.length;
    refused.push(...events.value.refused);
    await evaluate(server, nightsBetween(from, to), readAt.toUTC().toISO(), deps);
  }
  return { ok: true, rows, refused };
}

/** Activity log and summary of these nights. */
async function readLogs(server: Server, protect: Protect, from: Night, to: Night, deps: Deps): Promise<Reading> {
  const span = { from: nightSpan(from).from, to: nightSpan(to).to };
  const messages = await protect.messages(span.from, span.to);
  if (!messages.ok) return messages;
  const runs = await protect.runs(span.from, span.to);
  if (!runs.ok) return runs;
  await deps.store.commit(async (tx) => {
    await tx.saveMessages(
      server.id,
      messages.value.rows.map((row) => ({ ...row, night: nightOf(row.at) })),
    );
    await tx.saveRuns(
      server.id,
      runs.value.rows.map((row) => ({ ...row, night: nightOf(row.startTime) })),
    );
  });
  return {
    ok: true,
    rows: messages.value.rows.length + runs.value.rows.length,
    refused: [...messages.value.refused, ...runs.value.refused],
  };
}

/** The nights that were open at an earlier poll (instant, ISO) or are open now. */
async function nightsSince(
  lastPoll: string | null,
  server: Server,
  retentionDays: number | null,
  deps: Deps,
): Promise<Night[]> {
  const closing = lastClosing(await deps.store.tenants());
  return nightsToRead({ now: deps.clock.now(), lastGood: lastPoll, zone: server.zone, closing, retentionDays });
}

async function lastGood(server: Server, deps: Deps): Promise<string | null> {
  return (await deps.store.lastPolls()).get(server.id)?.lastGood?.startedAt ?? null;
}
