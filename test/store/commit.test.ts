import { openStore } from '../../src/store/open';
import { type Bench, clockAt, openBench, settle } from './bench';

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.close());

const timer = {
  kind: 'digest',
  objectId: '1',
  dueAt: '2026-11-19T06:30:00.000Z',
  wall: '2026-11-19 07:30:00',
  zone: 'Europe/Berlin',
};
const note = { actor: 'backchat', action: 'try', object: 'x', outcome: 'done', correlation: 'c' };

test('nothing of a commit that throws remains: state, audit, timers, outbox', async () => {
  const { conversation, server } = await settle(bench.store);

  const commit = bench.store.commit(async (tx) => {
    await tx.serverUnreadable(server.id, 'SERVER_TIMEOUT', 'no answer');
    await tx.audit(note);
    await tx.setTimer(timer);
    await tx.want([{ conversationId: conversation, card: 'digest', objectId: '1', version: 1, correlation: 'c' }]);
    throw new Error('changed my mind');
  });

  await expect(commit).rejects.toThrow('changed my mind');
  expect((await bench.store.server(server.id))?.state).toBe('new');
  expect(await bench.store.auditRows({ limit: 10 })).toEqual([]);
  expect(await bench.store.timer('digest', '1')).toBeNull();
  expect(await bench.store.ledger({ limit: 10 })).toEqual([]);
  expect(await bench.store.copiesOf('digest', '1')).toEqual([]);
});

test('all of a commit carries the same instant, which is the clock’s', async () => {
  await bench.store.commit(async (tx) => {
    await tx.audit({ ...note, object: 'a' });
    bench.clock.forward({ hours: 1 });
    await tx.audit({ ...note, object: 'b' });
  });

  const rows = await bench.store.auditRows({ limit: 10 });
  expect(rows.map((row) => row.at)).toEqual(['2026-11-19T06:45:00.000Z', '2026-11-19T06:45:00.000Z']);
});

test('of two commits that wait for each other the loser runs again, and both succeed', async () => {
  const other = bench.second();
  const bothHold = barrier(2);
  let runs = 0;
  const cross = (store: typeof other, first: string, second: string) =>
    store.commit(async (tx) => {
      runs += 1;
      await tx.setTimer({ ...timer, objectId: first });
      await bothHold();
      await tx.setTimer({ ...timer, objectId: second });
    });

  await Promise.all([cross(bench.store, 'a', 'b'), cross(other, 'b', 'a')]);

  expect(runs).toBe(3);
  expect(await bench.store.timer('digest', 'a')).not.toBeNull();
});

test('instants are stored as they are, whatever the zone of the database', async () => {
  await bench.rows(
    `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone TO ''Europe/Berlin''', current_database()); END $$`,
  );
  const store = bench.second();

  await store.commit((tx) => tx.setTimer(timer));

  expect((await store.timer('digest', '1'))?.dueAt).toBe(timer.dueAt);
  expect(await bench.rows("SELECT due_at AT TIME ZONE 'UTC' AS utc FROM timer")).toEqual([{ utc: expect.anything() }]);
  expect(await bench.rows('SELECT extract(epoch FROM due_at)::float8 AS s FROM timer')).toEqual([
    { s: Date.parse(timer.dueAt) / 1000 },
  ]);
});

test('a ping tells whether the database answers', async () => {
  await expect(bench.store.ping()).resolves.toBeUndefined();

  const nowhere = openStore({
    connectionString: 'postgresql://x:y@127.0.0.1:1/x',
    clock: clockAt('2026-11-19T06:45:00Z'),
  });
  await expect(nowhere.ping()).rejects.toThrow('The database does not answer');
  await nowhere.close();
});

test('audit rows are told newest first, by object', async () => {
  for (const object of ['a', 'b', 'a']) {
    await bench.store.commit((tx) => tx.audit({ ...note, object, detail: { n: 1 } }));
    bench.clock.forward({ minutes: 1 });
  }

  const rows = await bench.store.auditRows({ object: 'a', limit: 1 });
  expect(rows).toEqual([{ ...note, object: 'a', detail: { n: 1 }, at: '2026-11-19T06:47:00.000Z' }]);
});

/** Lets everyone through once `count` have come; later ones at once. */
function barrier(count: number): () => Promise<void> {
  let come = 0;
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return () => {
    come += 1;
    if (come >= count) open();
    return opened;
  };
}
