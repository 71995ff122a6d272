import { addNodes, type Bench, type Campus, openBench, registered, settle, university } from './bench';

let bench: Bench;
let campus: Campus;
beforeEach(async () => {
  bench = await openBench();
  campus = await settle(bench.store);
});
afterEach(() => bench.close());

const quiet = { seen: [], fresh: [], renamed: [], gone: [] };
const server = () => campus.server.id;

describe('nodes', () => {
  test('a new node is there with what the server said of it', async () => {
    const [id = 0] = await addNodes(bench.store, server(), ['NMR2.CHEM']);

    expect(await bench.store.nodesOf(server())).toEqual([
      {
        ...{ id, serverId: server(), name: 'NMR2.CHEM', registered, domain: 'STANDARD', goneAt: null },
        facts: { platform: 'Linux x86-64' },
      },
    ]);
  });

  test('two inventories at once do not make a node twice', async () => {
    const fresh = [{ name: 'NMR2.CHEM', registered, domain: 'STANDARD', facts: {} }];

    await Promise.all(
      [bench.store, bench.second()].map((store) => store.commit((tx) => tx.saveNodes(server(), { ...quiet, fresh }))),
    );

    expect(await bench.store.nodesOf(server())).toHaveLength(1);
  });

  test('seen again it is refreshed; gone it is marked, and comes back', async () => {
    const [id = 0] = await addNodes(bench.store, server(), ['NMR2.CHEM']);
    const seen = [{ nodeId: id, name: 'NMR2.CHEM', domain: 'SCIENCE', facts: { locked: true } }];

    await bench.store.commit((tx) => tx.saveNodes(server(), { ...quiet, gone: [id] }));
    expect(await bench.store.nodesOf(server())).toEqual([
      expect.objectContaining({ goneAt: '2026-11-19T06:45:00.000Z' }),
    ]);

    bench.clock.forward({ hours: 6 });
    await bench.store.commit((tx) => tx.saveNodes(server(), { ...quiet, seen }));
    expect(await bench.store.nodesOf(server())).toEqual([
      expect.objectContaining({ id, domain: 'SCIENCE', facts: { locked: true }, goneAt: null }),
    ]);
    expect(await bench.rows('SELECT last_seen_at, first_seen_at FROM node')).toEqual([
      { first_seen_at: new Date('2026-11-19T06:45:00Z'), last_seen_at: new Date('2026-11-19T12:45:00Z') },
    ]);
  });

  test('a rename keeps the node and remembers its former name', async () => {
    const [id = 0] = await addNodes(bench.store, server(), ['LAB7.CHEM']);
    const seen = [{ nodeId: id, name: 'LAB8.CHEM', domain: 'STANDARD', facts: {} }];

    await bench.store.commit((tx) =>
      tx.saveNodes(server(), { ...quiet, seen, renamed: [{ nodeId: id, from: 'LAB7.CHEM', to: 'LAB8.CHEM' }] }),
    );

    expect(await bench.store.nodesOf(server())).toEqual([expect.objectContaining({ id, name: 'LAB8.CHEM' })]);
    expect(await bench.rows('SELECT name, from_at, to_at FROM node_name ORDER BY from_at')).toEqual([
      // Named so since it was registered, 10:00 in Berlin.
      { name: 'LAB7.CHEM', from_at: new Date('2024-03-01T09:00:00Z'), to_at: new Date('2026-11-19T06:45:00Z') },
      { name: 'LAB8.CHEM', from_at: new Date('2026-11-19T06:45:00Z'), to_at: null },
    ]);
  });
});

describe('finding a node by name', () => {
  test('tells server and tenant of each that bears it', async () => {
    const two = university();
    two.servers.push({ name: 'SP2', zone: 'UTC', transport: {} });
    await bench.store.commit((tx) => tx.applyConfig(two));
    const other = (await bench.store.servers()).find((each) => each.name === 'SP2')?.id ?? 0;
    const [id = 0] = await addNodes(bench.store, server(), ['NMR2.CHEM']);
    await addNodes(bench.store, other, ['NMR2.CHEM']);
    await bench.store.commit((tx) =>
      tx.assign([{ nodeId: id, tenantId: campus.tenant['UNI/CHEM'], fromNight: '2026-11-18', rule: '*.CHEM' }]),
    );

    const found = await bench.store.findNodes('NMR2.CHEM');

    expect(found.map((node) => [node.server, node.tenantId])).toEqual([
      ['SP1', campus.tenant['UNI/CHEM']],
      ['SP2', null],
    ]);
    expect(await bench.store.findNodes('NMR3.CHEM')).toEqual([]);
  });

  test('prefers who bears it now over who is gone or was renamed, and finds those where nobody does', async () => {
    const [old = 0, renamed = 0] = await addNodes(bench.store, server(), ['MYPC.IT', 'LAB7.CHEM']);
    await bench.store.commit((tx) =>
      tx.saveNodes(server(), {
        ...quiet,
        gone: [old],
        renamed: [{ nodeId: renamed, from: 'LAB7.CHEM', to: 'LAB8.CHEM' }],
      }),
    );

    expect((await bench.store.findNodes('LAB7.CHEM')).map((node) => node.name)).toEqual(['LAB8.CHEM']);
    expect((await bench.store.findNodes('MYPC.IT')).map((node) => node.id)).toEqual([old]);

    await addNodes(bench.store, server(), ['MYPC.IT'], '2026-11-18 21:00:00');
    const [again] = await bench.store.findNodes('MYPC.IT');
    expect(again).toMatchObject({ registered: '2026-11-18 21:00:00', goneAt: null });
  });
});

describe('assignments', () => {
  const rule = '*.CHEM';

  async function assign(nodeId: number, tenantId: number | null, fromNight: string): Promise<void> {
    await bench.store.commit((tx) => tx.assign([{ nodeId, tenantId, fromNight, rule }]));
  }

  const periods = () =>
    bench.rows('SELECT tenant_id, from_night::text, to_night::text FROM node_tenant ORDER BY node_id, from_night');

  test('a new one ends the one before on the night before', async () => {
    const [id = 0] = await addNodes(bench.store, server(), ['NMR2.CHEM']);
    const { 'UNI/CHEM': chem, 'UNI/PHYS': phys } = campus.tenant;

    await assign(id, chem, '2024-03-01');
    await assign(id, phys, '2026-11-18');

    expect(await periods()).toEqual([
      { tenant_id: chem, from_night: '2024-03-01', to_night: '2026-11-17' },
      { tenant_id: phys, from_night: '2026-11-18', to_night: null },
    ]);
    expect(await bench.store.assignmentsOf(server())).toEqual(new Map([[id, { tenantId: phys, rule }]]));
    expect(await bench.store.serversOf([phys])).toEqual([server()]);
    expect(await bench.store.serversOf([chem])).toEqual([]);
  });

  test('changed twice in one night only the last one counts', async () => {
    const [id = 0] = await addNodes(bench.store, server(), ['NMR2.CHEM']);
    const { 'UNI/CHEM': chem, 'UNI/PHYS': phys } = campus.tenant;

    await assign(id, chem, '2026-11-18');
    await assign(id, phys, '2026-11-18');
    await assign(id, chem, '2026-11-18');

    expect(await periods()).toEqual([{ tenant_id: chem, from_night: '2026-11-18', to_night: null }]);
  });

  test('an earlier one replaces those after it', async () => {
    const [id = 0] = await addNodes(bench.store, server(), ['NMR2.CHEM']);
    const { 'UNI/CHEM': chem, 'UNI/PHYS': phys, UNI: uni } = campus.tenant;
    await assign(id, uni, '2026-11-01');
    await assign(id, phys, '2026-11-10');
    await assign(id, phys, '2026-11-18');

    await assign(id, chem, '2026-11-05');

    expect(await periods()).toEqual([
      { tenant_id: uni, from_night: '2026-11-01', to_night: '2026-11-04' },
      { tenant_id: chem, from_night: '2026-11-05', to_night: null },
    ]);
  });

  test('nodes of nobody are listed with the reason, those that are gone are not', async () => {
    const [one = 0, two = 0, gone = 0] = await addNodes(bench.store, server(), ['A.BIO', 'B.CHEM', 'C.BIO']);
    await assign(one, null, '2026-11-18');
    await assign(two, campus.tenant['UNI/CHEM'], '2026-11-18');
    await assign(gone, null, '2026-11-18');
    await bench.store.commit((tx) => tx.saveNodes(server(), { ...quiet, gone: [gone] }));

    expect(await bench.store.unassigned()).toEqual([{ node: 'A.BIO', server: 'SP1', rule }]);
  });
});

describe('the rest of an inventory', () => {
  test('a schedule that is not named any more is gone, and comes back', async () => {
    const nightly = { domain: 'STANDARD', name: 'NIGHTLY', definition: { startTime: '22:00:00' } };
    const weekly = { domain: 'STANDARD', name: 'WEEKLY', definition: { startTime: '20:00:00' } };
    const save = (rows: (typeof nightly)[]) => bench.store.commit((tx) => tx.saveSchedules(server(), rows));
    const goneAt = async () => (await bench.store.schedulesOf(server())).map((row) => [row.name, row.goneAt]);

    await save([nightly, weekly]);
    await save([nightly]);
    expect(await goneAt()).toEqual([
      ['NIGHTLY', null],
      ['WEEKLY', '2026-11-19T06:45:00.000Z'],
    ]);
    await save([{ ...nightly, definition: { startTime: '23:00:00' } }, weekly]);

    expect(await bench.store.schedulesOf(server())).toEqual([
      { ...nightly, definition: { startTime: '23:00:00' }, goneAt: null },
      { ...weekly, goneAt: null },
    ]);
  });

  test('an association given again counts from then, not for the time between', async () => {
    const row = { domain: 'STANDARD', schedule: 'NIGHTLY', node: 'NMR2.CHEM' };
    const save = (rows: (typeof row)[]) => bench.store.commit((tx) => tx.saveAssociations(server(), rows));
    const stored = () => bench.rows('SELECT first_seen_at, gone_at FROM association');

    await save([row, row]);
    bench.clock.forward({ days: 1 });
    await save([row]);
    expect(await stored()).toEqual([{ first_seen_at: new Date('2026-11-19T06:45:00Z'), gone_at: null }]);
    await save([]);
    expect(await stored()).toEqual([
      { first_seen_at: new Date('2026-11-19T06:45:00Z'), gone_at: new Date('2026-11-20T06:45:00Z') },
    ]);
    bench.clock.forward({ days: 1 });
    await save([row]);
    expect(await stored()).toEqual([{ first_seen_at: new Date('2026-11-21T06:45:00Z'), gone_at: null }]);
  });

  test('file spaces belong to nodes that are known; others are left out and counted', async () => {
    const [id = 0] = await addNodes(bench.store, server(), ['NMR2.CHEM']);
    const filespace = {
      ...{ fsid: 1, name: '/home', type: 'EXT4', capacityMb: 1000.5, pctUtil: 12.5 },
      ...{ backupStart: '2026-11-18 22:01:00', backupEnd: '2026-11-18 22:30:00' },
    };
    const save = (rows: (typeof filespace & { node: string })[]) =>
      bench.store.commit((tx) => tx.saveFilespaces(server(), rows));

    expect(
      await save([
        { ...filespace, node: 'NMR2.CHEM' },
        { ...filespace, node: 'NOBODY' },
      ]),
    ).toBe(1);
    expect(await bench.store.filespacesOf(id)).toEqual([filespace]);
    expect(await save([{ ...filespace, fsid: 2, node: 'NMR2.CHEM' }])).toBe(0);
    expect((await bench.store.filespacesOf(id)).map((row) => row.fsid)).toEqual([2]);
  });
});

describe('polls', () => {
  const ended = { rows: 10, refused: 1, refusals: [{ query: 'events', reason: 'no number', row: '…' }] };

  test('the last good one stays known while others fail; one that runs is not the last', async () => {
    const poll = async (outcome?: string) => {
      const id = await bench.store.commit((tx) => tx.startPoll(server()));
      bench.clock.forward({ minutes: 1 });
      if (outcome) await bench.store.commit((tx) => tx.finishPoll(id, { outcome, ...ended }));
      bench.clock.forward({ minutes: 14 });
    };
    expect(await bench.store.lastPolls()).toEqual(new Map());
    await poll('ok');
    await poll('SERVER_TIMEOUT');
    await poll();

    expect((await bench.store.lastPolls()).get(server())).toEqual({
      lastGood: { startedAt: '2026-11-19T06:45:00.000Z', finishedAt: '2026-11-19T06:46:00.000Z', outcome: 'ok' },
      last: {
        startedAt: '2026-11-19T07:00:00.000Z',
        finishedAt: '2026-11-19T07:01:00.000Z',
        outcome: 'SERVER_TIMEOUT',
      },
    });
    expect(await bench.store.triesSince(server(), '2026-11-19T07:00:00.000Z')).toBe(2);
  });

  test('since when a server is unreadable is told from the first failure, with the latest reason', async () => {
    await bench.store.commit((tx) => tx.serverUnreadable(server(), 'SERVER_TIMEOUT', 'No answer in 120 s.'));
    bench.clock.forward({ hours: 2 });
    await bench.store.commit((tx) => tx.serverUnreadable(server(), 'SERVER_LOGIN', 'Refused.'));

    expect(await bench.store.server(server())).toMatchObject({
      state: 'unreadable',
      unreadable: { since: '2026-11-19T06:45:00.000Z', code: 'SERVER_LOGIN', reason: 'Refused.' },
    });

    await bench.store.commit(async (tx) => {
      await tx.serverReadable(server());
      await tx.inventoryTaken(server());
    });
    expect(await bench.store.server(server())).toMatchObject({
      ...{ state: 'readable', unreadable: null, inventoryAt: '2026-11-19T08:45:00.000Z', zone: 'Europe/Berlin' },
    });
  });
});
