import { DateTime } from 'luxon';
import { pino } from 'pino';
import { arm } from '../../jobs/arm';
import { digest } from '../../jobs/digest';
import { evaluate } from '../../jobs/evaluate';
import { withOrdinals } from '../../jobs/ordinals';
import { makeRender } from '../../jobs/render';
import { blockKit } from '../../src/chat/slack/block-kit';
import { adaptiveCard } from '../../src/chat/teams/adaptive-card';
import type { Deps } from '../../src/deps';
import type { EventRow } from '../../src/protect/protect';
import type { Wake } from '../../src/queue/queue';
import { openStore } from '../../src/store/open';
import { morning, night } from './population';

/** One night of a bot of its own process: collected rows to committed digests, each rendered once for both platforms. */
async function main(): Promise<void> {
  const connectionString = process.argv[2] ?? '';
  const nodes = Number(process.argv[3]);
  const tenants = Number(process.argv[4]);
  const clock = { now: () => DateTime.fromISO(morning, { zone: 'utc' }) };
  const store = openStore({ connectionString, clock });
  const deps: Deps = {
    clock,
    store,
    // Wakes are not needed: this process does all the work itself.
    queue: {
      add: async () => {},
      addMany: async () => {},
      start: async () => {},
      ping: async () => {},
      stop: async () => {},
      engine: 'postgresql',
    },
    log: pino({ level: 'silent' }),
    service: 'Bench',
    nodeGroups: new Map(),
    messenger: () => undefined,
    protect: () => {
      throw new Error('not used');
    },
    render: (...args) => render(...args),
  };
  const render = makeRender(deps);
  await arm(deps);
  const server = await store.server(1);
  if (!server) throw new Error('The population is missing.');
  const rows = Array.from({ length: nodes }, (_, index) => eventOf(index + 1, tenants - 1));

  const started = process.hrtime.bigint();
  const keyed = withOrdinals(rows);
  await store.commit((tx) => tx.saveEvents(1, keyed));
  const collected = process.hrtime.bigint();
  await evaluate(server, [night], clock.now().toISO(), deps);
  const judged = process.hrtime.bigint();
  let next = 1;
  const worker = async () => {
    while (next <= tenants) {
      const object = `${next++}-${night}`;
      const timer = await store.timer('digest', object);
      const wake: Wake = { job: 'digest', object, version: timer?.generation ?? 0, correlation: 'bench' };
      await digest(wake, deps);
    }
  };
  await Promise.all(Array.from({ length: 4 }, worker));
  const composed = process.hrtime.bigint();
  let bytes = 0;
  let digests = 0;
  for (const id of await store.digestIdsOf(night)) {
    const slack = await deps.render('digest', String(id), {
      id: 1,
      externalId: 'C1',
      kind: 'channel',
      workspace: { id: 1, provider: 'slack', externalId: 'T0BENCH', name: '' },
    });
    if (!slack) throw new Error(`Digest ${id} cannot be drawn.`);
    bytes += JSON.stringify(blockKit(slack.card)).length + JSON.stringify(adaptiveCard(slack.card)).length;
    digests += 1;
  }
  const rendered = process.hrtime.bigint();
  await store.close();
  const seconds = (from: bigint, to: bigint) => Number(to - from) / 1e9;
  process.stdout.write(
    `${JSON.stringify({
      nodes,
      digests,
      bytes,
      save: seconds(started, collected),
      judge: seconds(collected, judged),
      compose: seconds(judged, composed),
      render: seconds(composed, rendered),
      total: seconds(started, rendered),
      peakMb: process.resourceUsage().maxRSS / 1024,
    })}\n`,
  );
}

function eventOf(node: number, departments: number): EventRow {
  const bad = (node * 7919) % 33 === 0;
  return {
    node: `N${node}.T${1 + (node % departments)}`,
    domain: 'STD',
    schedule: 'DAILY',
    scheduledStart: `${night} 21:00:00`,
    actualStart: bad ? null : `${night} 21:04:00`,
    completed: bad ? null : `${night} 22:10:00`,
    status: bad ? 'Missed' : 'Completed',
    result: bad ? null : 0,
    reason: null,
  };
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
