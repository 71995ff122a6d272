import { type Bench, openBench, settle } from './bench';

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.close());

const seen = {
  provider: 'teams',
  workspace: 'entra-1',
  conversation: '19:chem@thread.tacv2',
  kind: 'channel',
  name: 'Chemistry',
} as const;

async function see(reference: unknown, over: { conversation?: string; workspace?: string } = {}) {
  return bench.store.commit((tx) => tx.seeConversation({ ...seen, ...over, reference }));
}

async function bindTeams(): Promise<void> {
  await bench.store.commit((tx) =>
    tx.applyConfig({
      workspaces: [{ provider: 'teams', externalId: 'entra-1', name: 'uni-teams' }],
      servers: [],
      tenants: [{ path: 'UNI', name: 'University', parentPath: null, settings: {}, rules: {} }],
      bindings: [
        {
          ...{ provider: 'teams', workspace: 'entra-1', conversation: seen.conversation, kind: 'channel' },
          ...{ tenantPath: 'UNI', purpose: 'digest' },
        },
      ],
      people: [],
    }),
  );
}

test('a bound Teams conversation waits until it is seen, then keeps how to reach it', async () => {
  await bindTeams();
  expect(await bench.store.findConversation('teams', 'entra-1', seen.conversation)).toMatchObject({
    state: 'waiting',
    reference: null,
  });
  bench.clock.forward({ minutes: 5 });

  const conversation = await see({ serviceUrl: 'https://smba.example/1' });

  expect(conversation).toMatchObject({
    ...{ state: 'active', stateSince: '2026-11-19T06:50:00.000Z', name: 'Chemistry', kind: 'channel' },
    ...{ reference: { serviceUrl: 'https://smba.example/1' }, workspace: { provider: 'teams', externalId: 'entra-1' } },
  });
});

test('the reference is refreshed each time; since when it is active stays', async () => {
  await bindTeams();
  await see({ serviceUrl: 'https://smba.example/1' });
  bench.clock.forward({ hours: 1 });

  const again = await see({ serviceUrl: 'https://smba.example/2' });

  expect(again).toMatchObject({
    reference: { serviceUrl: 'https://smba.example/2' },
    stateSince: '2026-11-19T06:45:00.000Z',
  });
});

test('a conversation nobody bound is remembered too', async () => {
  await bindTeams();
  expect(await see({}, { conversation: '19:new@thread.tacv2' })).toMatchObject({ state: 'active', name: 'Chemistry' });
});

test('one of an unknown workspace is not', async () => {
  expect(await see({}, { workspace: 'entra-2' })).toBeNull();
  expect(await bench.rows('SELECT 1 FROM conversation')).toEqual([]);
});

test('switched off it says why and since when; the first moment stays, and being seen switches it on', async () => {
  const { conversation: id } = await settle(bench.store);
  await bench.store.commit((tx) => tx.conversationOff(id, 'CHAT_GONE'));
  bench.clock.forward({ hours: 1 });
  await bench.store.commit((tx) => tx.conversationOff(id, 'CHAT_BLOCKED'));

  expect(await bench.store.conversation(id)).toMatchObject({
    ...{ state: 'off', stateReason: 'CHAT_BLOCKED', stateSince: '2026-11-19T06:45:00.000Z' },
  });

  await bench.store.commit((tx) =>
    tx.seeConversation({
      provider: 'slack',
      workspace: 'T0UNI',
      conversation: 'C0CHEM',
      kind: 'channel',
      reference: null,
    }),
  );
  expect(await bench.store.conversation(id)).toMatchObject({ state: 'active', stateReason: null, name: 'chem-backup' });
});

test('bindings are found by conversation, tenant and purpose', async () => {
  const { conversation, tenant } = await settle(bench.store);
  const found = async (filter: Parameters<typeof bench.store.bindings>[0]) =>
    (await bench.store.bindings(filter)).map((binding) => binding.tenantId);

  expect(await found({ conversationId: conversation })).toEqual([tenant['UNI/CHEM']]);
  expect(await found({ tenantIds: [tenant['UNI/PHYS']] })).toEqual([]);
  expect(await found({ tenantIds: [tenant['UNI/CHEM']], purpose: 'digest' })).toEqual([tenant['UNI/CHEM']]);
  expect(await found({ purpose: 'manager' })).toEqual([]);
  expect(await bench.store.conversation(4711)).toBeNull();
  expect(await bench.store.workspace('slack', 'T0UNI')).toMatchObject({ name: 'uni-slack' });
  expect(await bench.store.workspace('slack', 'nowhere')).toBeNull();
});
