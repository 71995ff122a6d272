import { addNodes, aNodeNight, anEvent, aUnit, type Bench, type Campus, night, openBench, settle } from './bench';

let bench: Bench;
let campus: Campus;
let server: number;
beforeEach(async () => {
  bench = await openBench();
  campus = await settle(bench.store);
  server = campus.server.id;
});
afterEach(() => bench.close());

const quiet = { seen: [], fresh: [], renamed: [], gone: [] };

async function save(...events: ReturnType<typeof anEvent>[]): Promise<number> {
  return bench.store.commit((tx) => tx.saveEvents(server, events));
}

async function material(of = night) {
  return bench.store.material(server, of, 0, 100);
}

describe('the material of a night', () => {
  test('is all that is known of a node, and nothing of other nights and nodes', async () => {
    const [id = 0, other = 0] = await addNodes(bench.store, server, ['NMR2.CHEM', 'GCMS.CHEM']);
    const run = {
      ...{
        node: 'NMR2.CHEM',
        startTime: `${night} 22:01:00`,
        endTime: `${night} 22:30:00`,
        number: 7,
        activity: 'BACKUP',
      },
      ...{ schedule: 'NIGHTLY', examined: 5, affected: 4, failed: 1, bytes: 5_000_000_000_000, successful: true },
    };
    const message = {
      ...{ at: `${night} 22:05:00`, number: 4007, severity: 'E', node: 'NMR2.CHEM', schedule: null, session: 3 },
      text: 'ANE4007E Error processing a file.',
    };
    const filespace = { node: 'NMR2.CHEM', capacityMb: 1, pctUtil: 1, backupStart: null };
    const before = aNodeNight({ nodeId: id, serverId: server, night: '2026-11-16', streak: 2 });
    const stored = aNodeNight({ nodeId: id, serverId: server, units: [aUnit()] });
    await save(anEvent(), anEvent({ night: '2026-11-17', scheduledStart: '2026-11-17 22:00:00' }));
    await bench.store.commit(async (tx) => {
      await tx.saveRuns(server, [
        { ...run, night },
        { ...run, night: '2026-11-17', startTime: '2026-11-17 22:00:00' },
      ]);
      await tx.saveMessages(server, [{ ...message, night }]);
      await tx.saveAssociations(server, [{ domain: 'STANDARD', schedule: 'NIGHTLY', node: 'NMR2.CHEM' }]);
      await tx.saveFilespaces(server, [
        { ...filespace, fsid: 1, name: '/', type: 'EXT4', backupEnd: '2026-11-18 22:29:00' },
        { ...filespace, fsid: 2, name: 'SYSTEM STATE', type: 'VSS', backupEnd: '2026-11-18 23:59:00' },
        { ...filespace, fsid: 3, name: '/db', type: 'API:DB2/LINUX', backupEnd: '2026-11-18 23:58:00' },
        { ...filespace, fsid: 4, name: '/data', type: null, backupEnd: '2026-11-18 22:30:00' },
      ]);
      await tx.assign([{ nodeId: id, tenantId: campus.tenant['UNI/CHEM'], fromNight: '2026-11-01', rule: '*.CHEM' }]);
      await tx.saveNodeNights([before, aNodeNight({ nodeId: id, serverId: server, night: '2026-11-10' }), stored]);
    });

    const [mine, its] = await material();

    const { night: _, ...event } = anEvent();
    expect(mine).toEqual({
      node: expect.objectContaining({ id, name: 'NMR2.CHEM' }),
      tenantId: campus.tenant['UNI/CHEM'],
      events: [{ ...event, seenAt: '2026-11-19T06:45:00.000Z' }],
      associations: [
        {
          domain: 'STANDARD',
          schedule: 'NIGHTLY',
          node: 'NMR2.CHEM',
          firstSeenAt: '2026-11-19T06:45:00.000Z',
          goneAt: null,
        },
      ],
      messages: [message],
      runs: [run],
      lastBackupEnd: '2026-11-18 22:30:00',
      before,
      stored,
    });
    expect(its).toEqual({
      ...{
        node: expect.objectContaining({ id: other }),
        tenantId: null,
        events: [],
        associations: [],
        messages: [],
        runs: [],
      },
      ...{ lastBackupEnd: null, before: null, stored: null },
    });
  });

  test('comes in portions that leave nobody out', async () => {
    const ids = await addNodes(bench.store, server, ['A', 'B', 'C', 'D', 'E']);
    const seen: number[] = [];
    for (let after = 0; ; ) {
      const portion = await bench.store.material(server, night, after, 2);
      const last = portion.at(-1);
      if (!last) break;
      expect(portion.length).toBeLessThanOrEqual(2);
      seen.push(...portion.map((each) => each.node.id));
      after = last.node.id;
    }
    expect(seen).toEqual(ids);
  });

  test('holds the tenant of that night, not today’s', async () => {
    const [id = 0] = await addNodes(bench.store, server, ['NMR2.CHEM']);
    const { 'UNI/CHEM': chem, 'UNI/PHYS': phys } = campus.tenant;
    await bench.store.commit((tx) => tx.assign([{ nodeId: id, tenantId: chem, fromNight: '2026-11-10', rule: 'a' }]));
    await bench.store.commit((tx) => tx.assign([{ nodeId: id, tenantId: phys, fromNight: night, rule: 'b' }]));

    const tenants = await Promise.all(
      ['2026-11-09', '2026-11-17', night].map(async (each) => (await material(each))[0]?.tenantId),
    );

    expect(tenants).toEqual([null, chem, phys]);
  });

  test('leaves out who was gone before it or registered after it, unless something is there of them', async () => {
    const [gone = 0, goneWithEvent = 0] = await addNodes(bench.store, server, ['GONE', 'GONE-WITH-EVENT', 'HERE']);
    bench.clock.set('2026-11-18T10:00:00Z');
    await bench.store.commit((tx) => tx.saveNodes(server, { ...quiet, gone: [gone, goneWithEvent] }));
    await addNodes(bench.store, server, ['LATER', 'LATER-WITH-EVENT'], '2026-11-19 13:00:00');
    await save(anEvent({ node: 'GONE-WITH-EVENT' }), anEvent({ node: 'LATER-WITH-EVENT' }));

    const names = (await material()).map((each) => each.node.name);

    expect(names.sort()).toEqual(['GONE-WITH-EVENT', 'HERE', 'LATER-WITH-EVENT']);
    expect((await material('2026-11-17')).map((each) => each.node.name).sort()).toEqual([
      'GONE',
      'GONE-WITH-EVENT',
      'HERE',
    ]);
  });

  test('a renamed node has what happened under both of its names', async () => {
    const [id = 0] = await addNodes(bench.store, server, ['LAB7.CHEM']);
    bench.clock.set('2026-11-18T22:00:00Z');
    await bench.store.commit((tx) =>
      tx.saveNodes(server, { ...quiet, renamed: [{ nodeId: id, from: 'LAB7.CHEM', to: 'LAB8.CHEM' }] }),
    );
    await save(
      anEvent({ node: 'LAB7.CHEM', scheduledStart: `${night} 20:00:00` }),
      anEvent({ node: 'LAB8.CHEM', scheduledStart: '2026-11-19 02:00:00' }),
    );

    const [mine] = await material();

    expect(mine?.events.map((event) => event.node)).toEqual(['LAB7.CHEM', 'LAB8.CHEM']);
  });

  test('a name registered anew during the night is two nodes, each with its own part', async () => {
    const [old = 0] = await addNodes(bench.store, server, ['MYPC.IT']);
    bench.clock.set('2026-11-19T05:00:00Z');
    await bench.store.commit((tx) => tx.saveNodes(server, { ...quiet, gone: [old] }));
    const [fresh = 0] = await addNodes(bench.store, server, ['MYPC.IT'], `${night} 23:00:00`).then(() =>
      bench.store.nodesOf(server).then((nodes) => nodes.filter((node) => node.goneAt === null).map((node) => node.id)),
    );
    await save(
      anEvent({ node: 'MYPC.IT', scheduledStart: `${night} 21:00:00`, status: 'Missed' }),
      anEvent({ node: 'MYPC.IT', scheduledStart: '2026-11-19 01:00:00' }),
    );

    const parts = (await material()).map((each) => [each.node.id, each.events.map((event) => event.scheduledStart)]);

    expect(parts).toEqual([
      [old, [`${night} 21:00:00`]],
      [fresh, ['2026-11-19 01:00:00']],
    ]);
  });

  test('two machines that swapped names keep their own nights', async () => {
    const [a = 0, b = 0] = await addNodes(bench.store, server, ['A', 'B']);
    bench.clock.set('2026-11-18T08:00:00Z');
    await bench.store.commit((tx) =>
      tx.saveNodes(server, {
        ...quiet,
        renamed: [
          { nodeId: a, from: 'A', to: 'B' },
          { nodeId: b, from: 'B', to: 'A' },
        ],
      }),
    );
    await save(
      anEvent({ node: 'A', night: '2026-11-17', scheduledStart: '2026-11-17 22:00:00' }),
      anEvent({ node: 'A' }),
    );

    expect((await material('2026-11-17')).find((each) => each.node.id === a)?.events).toHaveLength(1);
    expect((await material()).find((each) => each.node.id === b)?.events).toHaveLength(1);
    expect((await material()).find((each) => each.node.id === a)?.events).toHaveLength(0);
  });

  test('an association that ended before the night is not expected in it', async () => {
    await addNodes(bench.store, server, ['NMR2.CHEM']);
    const row = { domain: 'STANDARD', schedule: 'NIGHTLY', node: 'NMR2.CHEM' };
    bench.clock.set('2026-11-17T06:00:00Z');
    await bench.store.commit((tx) => tx.saveAssociations(server, [row]));
    // 18 November, 12:30 in Berlin: half an hour into the night.
    bench.clock.set('2026-11-18T11:30:00Z');
    await bench.store.commit((tx) => tx.saveAssociations(server, []));

    expect((await material())[0]?.associations).toEqual([
      expect.objectContaining({ goneAt: '2026-11-18T11:30:00.000Z' }),
    ]);
    expect((await material('2026-11-19'))[0]?.associations).toEqual([]);
  });
});
