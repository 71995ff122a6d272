import { addNodes, aNodeNight, aUnit, type Bench, type Campus, night, openBench, settle } from './bench';

let bench: Bench;
let campus: Campus;
let server: number;
beforeEach(async () => {
  bench = await openBench();
  campus = await settle(bench.store);
  server = campus.server.id;
});
afterEach(() => bench.close());

describe('verdicts', () => {
  test('what is stored comes back as it was, and equal ones are not written again', async () => {
    const [nodeId = 0] = await addNodes(bench.store, server, ['NMR2.CHEM']);
    const row = aNodeNight({
      ...{
        nodeId,
        serverId: server,
        tenantId: campus.tenant['UNI/CHEM'],
        verdict: 'failed',
        population: 'still',
        streak: 3,
      },
      ...{ cause: 'no-contact', detail: '37 files not saved', outsideRuns: 2, outsideBad: 1, units: [aUnit()] },
    });
    await bench.store.commit((tx) => tx.saveNodeNights([row]));
    bench.clock.forward({ minutes: 15 });
    await bench.store.commit((tx) => tx.saveNodeNights([row]));

    expect(await bench.store.nodeNights([campus.tenant['UNI/CHEM']], night)).toEqual([
      { ...row, node: 'NMR2.CHEM', server: 'SP1' },
    ]);
    expect(await bench.rows('SELECT evaluated_at FROM node_night')).toEqual([
      { evaluated_at: new Date('2026-11-19T06:45:00Z') },
    ]);
    expect(await bench.store.nodeNights([campus.tenant['UNI/PHYS']], night)).toEqual([]);
  });

  test('a page of the worst begins with the verdict, then what is new, then the longest streak, then the name', async () => {
    const tenantId = campus.tenant['UNI/CHEM'];
    const wanted = [
      ['FAILED', 'failed', 'still', 2],
      ['MISSED-NEW', 'missed', 'new', 1],
      ['MISSED-LONG', 'missed', 'still', 9],
      ['MISSED-A', 'missed', 'still', 2],
      ['MISSED-B', 'missed', 'still', 2],
      ['BACK', 'ok', 'recovered', 0],
      ['OK', 'ok', 'steady', 0],
    ] as const;
    const ids = await addNodes(bench.store, server, ['NOT-DUE', ...wanted.map(([name]) => name)]);
    const rows = wanted.map(([, verdict, population, streak], index) =>
      aNodeNight({ nodeId: ids[index + 1] ?? 0, serverId: server, tenantId, verdict, population, streak }),
    );
    const notDue = aNodeNight({ nodeId: ids[0] ?? 0, serverId: server, tenantId, verdict: null });
    await bench.store.commit((tx) => tx.saveNodeNights([notDue, ...rows.reverse()]));
    const page = async (offset: number) =>
      (await bench.store.worstNodeNights([tenantId], night, offset, 4)).map((row) => row.node);

    expect([...(await page(0)), ...(await page(4))]).toEqual(wanted.map(([name]) => name));
    expect(await page(7)).toEqual([]);
  });

  test('history is newest first', async () => {
    const [nodeId = 0] = await addNodes(bench.store, server, ['NMR2.CHEM']);
    const nights = ['2026-11-16', '2026-11-17', '2026-11-18'];
    await bench.store.commit((tx) =>
      tx.saveNodeNights(nights.map((each) => aNodeNight({ nodeId, serverId: server, night: each }))),
    );

    expect((await bench.store.historyOf(nodeId, 2)).map((row) => row.night)).toEqual(['2026-11-18', '2026-11-17']);
  });

  test('a tally counts nodes that are alike', async () => {
    const ids = await addNodes(bench.store, server, ['A', 'B', 'C']);
    const tenantId = campus.tenant['UNI/CHEM'];
    await bench.store.commit((tx) =>
      tx.saveNodeNights(
        ids.map((nodeId, i) =>
          aNodeNight({ nodeId, serverId: server, tenantId, verdict: i === 0 ? 'missed' : 'ok', outsideRuns: 1 }),
        ),
      ),
    );

    expect(await bench.store.tally([tenantId], night)).toEqual([
      expect.objectContaining({ tenantId, server: 'SP1', verdict: 'missed', nodes: 1, outsideRuns: 1, outsideBad: 0 }),
      expect.objectContaining({ tenantId, server: 'SP1', verdict: 'ok', nodes: 2, outsideRuns: 2, outsideBad: 0 }),
    ]);
  });
});
