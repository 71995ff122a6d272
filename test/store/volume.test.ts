import { addNodes, aNodeNight, anEvent, aUnit, type Bench, type Campus, openBench, settle } from './bench';

jest.setTimeout(120_000);

const nodes = 20_000;
const nights = ['2026-11-17', '2026-11-18'];

let bench: Bench;
let campus: Campus;
beforeAll(async () => {
  bench = await openBench();
  campus = await settle(bench.store);
});
afterAll(() => bench.close());

// More rows than one statement takes, and more than one portion of nodes: nothing may be lost or doubled at the seams.
test('two nights of 20,000 nodes go in, come out whole, and go in again without a change', async () => {
  const { server, tenant } = campus;
  const tenantId = tenant['UNI/CHEM'];
  const names = Array.from({ length: nodes }, (_, i) => `PC${i}.CHEM`);
  const ids = await addNodes(bench.store, server.id, names);
  const { store } = bench;
  await store.commit(async (tx) => {
    await tx.assign(ids.map((nodeId) => ({ nodeId, tenantId, fromNight: '2026-01-01', rule: '*.CHEM' })));
    await tx.saveAssociations(
      server.id,
      names.map((node) => ({ domain: 'STANDARD', schedule: 'NIGHTLY', node })),
    );
  });

  for (const [index, night] of nights.entries()) {
    const events = names.map((node) => anEvent({ node, night, scheduledStart: `${night} 22:00:00` }));
    expect(await store.commit((tx) => tx.saveEvents(server.id, events))).toBe(nodes);
    expect(await store.commit((tx) => tx.saveEvents(server.id, events))).toBe(0);

    const seen = new Set<number>();
    for (let after = 0; ; ) {
      const portion = await store.material(server.id, night, after, 5_000);
      const last = portion.at(-1);
      if (!last) break;
      after = last.node.id;
      for (const { node, tenantId: owner, events: told, associations, before, stored } of portion) {
        seen.add(node.id);
        if (told.length !== 1 || told[0]?.node !== node.name || associations.length !== 1 || owner !== tenantId)
          throw new Error(`wrong material of ${node.name}`);
        if ((before?.night ?? null) !== (nights[index - 1] ?? null) || stored !== null)
          throw new Error(`wrong nights of ${node.name}`);
      }
      await store.commit((tx) =>
        tx.saveNodeNights(
          portion.map(({ node }) =>
            aNodeNight({ nodeId: node.id, serverId: server.id, tenantId, night, units: [aUnit()] }),
          ),
        ),
      );
    }
    expect(seen.size).toBe(nodes);
    expect(await store.tally([tenantId], night)).toEqual([expect.objectContaining({ nodes })]);
  }
});
