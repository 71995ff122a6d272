import { tell } from '../../jobs/tell';
import { openWorld, type World } from './world';

let world: World;
beforeEach(async () => {
  world = await openWorld({ now: '2026-11-19T05:00:00' });
});
afterEach(() => world.close());

/** What a tick would wake workers for, without doing it. */
async function woken(): Promise<string[]> {
  const wakes: string[] = [];
  const { queue } = world.deps;
  world.deps.queue = {
    ...queue,
    addMany: async (list) => void wakes.push(...list.map(({ job, object }) => `${job} ${object}`)),
  };
  await world.run('tick', 'clock');
  world.deps.queue = queue;
  return wakes.sort();
}

const timer = (objectId: string, at: string) => ({
  kind: 'collect',
  objectId,
  dueAt: `2026-11-19T${at}:00.000Z`,
  wall: `2026-11-19 ${at}:00`,
  zone: 'UTC',
});

describe('the tick', () => {
  it('wakes for a timer once it is due, once while its worker may be at work, and again when that died', async () => {
    await world.deps.store.commit((tx) => tx.setTimer(timer('1', '04:10')));
    const early = await woken();
    world.setClock('2026-11-19 05:10');
    const due = await woken();
    world.setClock('2026-11-19 05:14');
    const claimed = await woken();
    world.setClock('2026-11-19 05:15');
    const again = await woken();

    expect([early, due, claimed, again]).toEqual([[], ['collect 1'], [], ['collect 1']]);
  });

  it('shares due timers with the ticks of other processes', async () => {
    await world.deps.store.commit(async (tx) => {
      for (let id = 1; id <= 40; id += 1) await tx.setTimer(timer(String(id), '03:00'));
    });
    const claimed = await Promise.all([1, 2, 3].map(() => world.deps.store.claimTimers(60_000, 500)));

    expect(
      claimed
        .flat()
        .map(({ objectId }) => Number(objectId))
        .sort((a, b) => a - b),
    ).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  });

  it('lets no late worker end a timer that was set anew', async () => {
    await world.deps.store.commit((tx) => tx.setTimer(timer('1', '03:00')));
    const [late] = await world.deps.store.claimTimers(1_000, 10);
    await world.deps.store.commit((tx) => tx.setTimer(timer('1', '06:00')));
    await world.deps.store.commit((tx) => tx.endTimer('collect', '1', late?.generation ?? 0));

    expect(await world.deps.store.timer('collect', '1')).toMatchObject({ wall: '2026-11-19 06:00:00' });
  });

  it('brings back every delivery that a flushed queue has forgotten', async () => {
    await tell('server-unreadable', 'SP1', { server: 'SP1', reason: 'It is away.' }, 'test', world.deps);
    const forgotten = await woken();
    const again = await woken();

    expect(forgotten).toEqual(['deliver 1']);
    expect(again).toEqual(['deliver 1']);
  });

  it('brings back waiting digests and polls after a queue was emptied in the middle of a morning', async () => {
    world.sp1.backsUp('NIGHTLY', '21:30', ['A.CHEM']);
    world.sp1.tells('A.CHEM', '2026-11-18 21:30:00', 'Completed');
    await world.arm();
    world.setClock('2026-11-19 07:30');
    // Digests look before the servers were asked, and the wake for their second look is lost.
    const chemistry = (await world.tenant('UNI/CHEM')).id;
    const waiting = await world.deps.store.timer('digest', `${chemistry}-2026-11-18`);
    await world.run('digest', waiting?.objectId ?? '', waiting?.generation);
    world.delayed.length = 0;
    await world.settle();
    world.setClock('2026-11-19 07:30:15');
    await world.settle();

    expect(world.slack.in('CCHEM')).toHaveLength(1);
  });

  it('after days of silence does each thing once, by the same way as every day', async () => {
    world.sp1.backsUp('NIGHTLY', '21:30', ['A.CHEM']);
    for (const day of ['18', '19', '20', '21']) world.sp1.tells('A.CHEM', `2026-11-${day} 21:30:00`, 'Completed');
    await world.arm();
    world.setClock('2026-11-22 11:00');
    for (let ticks = 0; ticks < 8; ticks += 1) await world.wait(15_000);
    const made = await world.sql<{ night: string; n: number }>(
      'SELECT night::text AS night, count(*)::int AS n FROM digest GROUP BY 1 ORDER BY 1',
    );
    const polls = await world.sql('SELECT server_id, count(*)::int AS n FROM poll GROUP BY 1 ORDER BY 1');

    expect(made).toEqual(['18', '19', '20', '21'].map((day) => ({ night: `2026-11-${day}`, n: 3 })));
    expect(polls).toEqual([
      { server_id: 1, n: 1 },
      { server_id: 2, n: 1 },
    ]);
    expect(world.slack.in('CCHEM')).toHaveLength(4);
    expect(world.slack.in('CSERVICE')).toHaveLength(4);
  });
});

describe('the daily clean-up', () => {
  it('keeps four hundred nights and comes back tomorrow', async () => {
    await world.sql(
      `INSERT INTO event (server_id, night, node_name, domain, schedule, scheduled_start, ordinal, status, seen_at)
       SELECT 1, d::date, 'A.CHEM', 'D', 'NIGHTLY', d::date || ' 21:30:00', 0, 'Completed', now()
       FROM generate_series('2025-10-10'::date, '2025-10-20'::date, interval '1 day') AS d`,
    );
    await world.arm();
    await world.run('prune', 'daily');
    const [oldest] = await world.sql<{ night: string }>('SELECT min(night)::text AS night FROM event');

    expect(oldest?.night).toBe('2025-10-15');
    expect(await world.deps.store.timer('prune', 'daily')).toMatchObject({ dueAt: '2026-11-20T04:00:00.000Z' });
  });
});
