import { type Bench, openBench } from './bench';

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.close());

const lease = 60_000;

function timerAt(objectId: string, time: string) {
  return { kind: 'digest', objectId, dueAt: `2026-11-19T${time}:00.000Z`, wall: `2026-11-19 ${time}:00`, zone: 'UTC' };
}

async function set(...timers: ReturnType<typeof timerAt>[]): Promise<void> {
  await bench.store.commit(async (tx) => {
    for (const timer of timers) await tx.setTimer(timer);
  });
}

test('due timers are claimed in due order; those that lie ahead are not', async () => {
  await set(timerAt('late', '06:44'), timerAt('early', '05:00'), timerAt('now', '06:45'), timerAt('ahead', '06:46'));

  const claimed = await bench.store.claimTimers(lease, 10);

  expect(claimed.map((timer) => timer.objectId)).toEqual(['early', 'late', 'now']);
  expect(claimed[0]).toMatchObject({
    kind: 'digest',
    dueAt: '2026-11-19T05:00:00.000Z',
    wall: '2026-11-19 05:00:00',
    zone: 'UTC',
  });
});

test('what is claimed is left alone until its lease ends by the clock', async () => {
  await set(timerAt('1', '06:00'));
  await bench.store.claimTimers(lease, 10);

  expect(await bench.store.claimTimers(lease, 10)).toEqual([]);
  bench.clock.forward({ seconds: 60 });
  expect(await bench.store.claimTimers(lease, 10)).toHaveLength(1);
});

test('processes that claim at once share the work, each timer taken once', async () => {
  await set(...Array.from({ length: 60 }, (_, i) => timerAt(String(i), '06:00')));
  const stores = [bench.store, bench.second(), bench.second()];

  const rounds = await Promise.all([...stores, ...stores].map((store) => store.claimTimers(lease, 10)));

  const taken = rounds.flat().map((timer) => timer.objectId);
  expect(taken).toHaveLength(60);
  expect(new Set(taken).size).toBe(60);
});

test('set again to the same moment it stays the same timer, also for the worker that has it', async () => {
  await set(timerAt('1', '06:00'));
  const [claimed] = await bench.store.claimTimers(lease, 10);

  await set(timerAt('1', '06:00'));

  expect(await bench.store.claimTimers(lease, 10)).toEqual([]);
  expect((await bench.store.timer('digest', '1'))?.generation).toBe(claimed?.generation);
});

test('moved it is a new one: the worker of the old one cannot end it', async () => {
  await set(timerAt('1', '06:00'));
  const [claimed] = await bench.store.claimTimers(lease, 10);
  await set(timerAt('1', '06:30'));

  await bench.store.commit((tx) => tx.endTimer('digest', '1', claimed?.generation ?? 0));

  expect(await bench.store.claimTimers(lease, 10)).toEqual([
    expect.objectContaining({ objectId: '1', dueAt: '2026-11-19T06:30:00.000Z' }),
  ]);
});

test('ended and set anew, it is out of reach of a worker that comes late', async () => {
  await set(timerAt('1', '06:00'));
  const [late] = await bench.store.claimTimers(lease, 10);
  await bench.store.commit((tx) => tx.endTimer('digest', '1', late?.generation ?? 0));
  expect(await bench.store.timer('digest', '1')).toBeNull();
  await set(timerAt('1', '06:00'));

  await bench.store.commit((tx) => tx.endTimer('digest', '1', late?.generation ?? 0));

  expect(await bench.store.timer('digest', '1')).not.toBeNull();
});
