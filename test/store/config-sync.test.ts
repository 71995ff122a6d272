import type { Wanted } from '../../src/store/writer';
import { addNodes, type Bench, openBench, settle, university } from './bench';

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.close());

const apply = (wanted: Wanted) => bench.store.commit((tx) => tx.applyConfig(wanted));

/** Plans, sees that nothing happened, applies, and sees that plan and application agree. */
async function change(wanted: Wanted): Promise<string[]> {
  const before = await content();
  const plan = await bench.store.planConfig(wanted);
  expect(await content()).toEqual(before);
  expect(await apply(wanted)).toEqual(plan);
  expect(await bench.store.planConfig(wanted)).toEqual([]);
  return plan.map(({ change, what, detail }) => `${change} ${what}${detail ? `: ${detail}` : ''}`);
}

async function content(): Promise<unknown> {
  const tables = ['workspace', 'server', 'tenant', 'person', 'identity', 'membership', 'conversation', 'binding'];
  return Promise.all(tables.map((table) => bench.rows(`SELECT * FROM ${table} ORDER BY id`)));
}

test('an empty database gets all that the file names, owners before what is theirs', async () => {
  expect(await change(university())).toEqual([
    'added workspace T0UNI of slack: uni-slack',
    'added server SP1',
    'added tenant UNI: University',
    'added tenant UNI/CHEM: Chemistry',
    'added tenant UNI/PHYS: Physics',
    'added person tess: Tess Moreau',
    'added account U0TESS of slack T0UNI: tess',
    'added role contact of tess on UNI/CHEM',
    'added channel C0CHEM of slack T0UNI: digest of UNI/CHEM',
  ]);
  const chemistry = (await bench.store.tenants()).find((tenant) => tenant.path === 'UNI/CHEM');
  expect(chemistry).toMatchObject({ name: 'Chemistry', rules: { patterns: ['*.CHEM'] }, parentId: expect.any(Number) });
  expect(await bench.store.bindings({ purpose: 'digest' })).toEqual([
    expect.objectContaining({
      tenantId: chemistry?.id,
      origin: 'file',
      conversation: expect.objectContaining({ externalId: 'C0CHEM', name: 'chem-backup', kind: 'channel' }),
    }),
  ]);
  expect(await bench.store.personOf('slack', 'T0UNI', 'U0TESS')).toMatchObject({
    key: 'tess',
    identities: [{ provider: 'slack', workspace: 'T0UNI', user: 'U0TESS' }],
    memberships: [{ role: 'contact', tenantId: chemistry?.id, until: null, origin: 'file' }],
  });
});

test('changes are told by field; what stays equal is not touched, whatever the order of keys', async () => {
  await apply(university());
  const wanted = university();
  wanted.servers = [{ name: 'SP1', zone: 'UTC', transport: { kind: 'sandbox' } }];
  wanted.tenants[1] = {
    ...{ path: 'UNI/CHEM', name: 'Chemistry and Biology', parentPath: 'UNI', rules: { patterns: ['*.CHEM'] } },
    settings: { treat: { Missed: 'ok' }, digest: '07:00' },
  };
  wanted.people[0] = {
    ...{ key: 'tess', name: 'Tess M.', identities: [{ provider: 'slack', workspace: 'T0UNI', user: 'U0TESS' }] },
    roles: [{ role: 'contact', tenantPath: 'UNI/CHEM', until: '2027-01-01T00:00:00Z' }],
  };

  expect(await change(wanted)).toEqual([
    'changed server SP1: zone',
    'changed tenant UNI/CHEM: name, settings',
    'changed person tess: name',
    'changed role contact of tess on UNI/CHEM: until',
  ]);
  const reordered = structuredClone(wanted);
  const [, chemistry] = reordered.tenants;
  if (chemistry) chemistry.settings = { digest: '07:00', treat: { Missed: 'ok' } };
  expect(await bench.store.planConfig(reordered)).toEqual([]);
});

test('what the file names no more goes: children before parents, and with a tenant all that hung on it', async () => {
  await apply(university());

  expect(await change({ workspaces: [], servers: [], tenants: [], bindings: [], people: [] })).toEqual([
    'removed channel C0CHEM of slack T0UNI: digest of UNI/CHEM',
    'removed role contact of tess on UNI/CHEM',
    'removed account U0TESS of slack T0UNI: tess',
    'removed person tess',
    'removed tenant UNI/PHYS',
    'removed tenant UNI/CHEM',
    'removed tenant UNI',
    'removed server SP1: its nights are kept',
    'removed workspace T0UNI of slack',
  ]);
  expect(await bench.store.servers()).toEqual([]);
  expect(await bench.rows('SELECT name FROM server WHERE gone_at IS NOT NULL')).toEqual([{ name: 'SP1' }]);
  expect(await bench.rows('SELECT 1 FROM tenant')).toEqual([]);
});

test('a tenant with nights is closed, with its parents, and opens again with the same id', async () => {
  const { server, tenant } = await settle(bench.store);
  const [nodeId = 0] = await addNodes(bench.store, server.id, ['NMR2.CHEM']);
  await bench.store.commit((tx) =>
    tx.assign([{ nodeId, tenantId: tenant['UNI/CHEM'], fromNight: '2026-11-01', rule: '*.CHEM' }]),
  );
  const without = { ...university(), tenants: [], bindings: [], people: [] };

  expect(await change(without)).toEqual(
    expect.arrayContaining([
      'removed tenant UNI/PHYS',
      'removed tenant UNI/CHEM: closed; its nights are kept',
      'removed tenant UNI: closed; its nights are kept',
    ]),
  );
  expect(await bench.store.tenants()).toEqual([]);
  expect(await bench.store.bindings({})).toEqual([]);

  expect(await change(university())).toEqual(expect.arrayContaining(['added tenant UNI/CHEM: opened again']));
  expect((await bench.store.tenants()).find((each) => each.path === 'UNI/CHEM')?.id).toBe(tenant['UNI/CHEM']);
});

test('a server that comes back is the one from before', async () => {
  const { server } = await settle(bench.store);
  await apply({ ...university(), servers: [] });

  expect(await bench.store.server(server.id)).toBeNull();
  expect(await change(university())).toEqual(['added server SP1: known from before']);
  expect((await bench.store.servers()).map((each) => each.id)).toEqual([server.id]);
});

test('rows made in chat are left where they are, and keep alive what they hang on', async () => {
  const { tenant, conversation } = await settle(bench.store);
  await bench.rows(`
    INSERT INTO person (key, name, origin) VALUES ('amara', 'Amara', 'chat');
    INSERT INTO membership (person_id, tenant_id, role, origin) VALUES
      ((SELECT id FROM person WHERE key = 'amara'), ${tenant['UNI/PHYS']}, 'owner', 'chat'),
      ((SELECT id FROM person WHERE key = 'tess'), ${tenant['UNI/PHYS']}, 'lead', 'chat');
    INSERT INTO binding (conversation_id, tenant_id, purpose, origin) VALUES (${conversation}, ${tenant['UNI/PHYS']}, 'digest', 'chat')`);

  expect(await change(university())).toEqual([]);
  const lines = await change({ workspaces: [], servers: [], tenants: [], bindings: [], people: [] });

  expect(lines).toEqual(
    expect.arrayContaining([
      'changed person tess: kept for an account or a role given in chat',
      'changed workspace T0UNI of slack: kept, because people or channels were bound to it in chat',
      'removed tenant UNI/PHYS: closed; its nights are kept',
    ]),
  );
  expect(await bench.rows('SELECT origin, purpose FROM binding')).toEqual([{ origin: 'chat', purpose: 'digest' }]);
  expect(await bench.rows('SELECT role FROM membership ORDER BY id')).toEqual([{ role: 'owner' }, { role: 'lead' }]);
});

test('what was made in chat and is then named by the file becomes the file’s', async () => {
  const { tenant, conversation } = await settle(bench.store);
  await bench.rows(
    `INSERT INTO binding (conversation_id, tenant_id, purpose, origin) VALUES (${conversation}, ${tenant['UNI/PHYS']}, 'digest', 'chat')`,
  );
  const wanted = university();
  wanted.bindings.push({
    ...{ provider: 'slack', workspace: 'T0UNI', conversation: 'C0CHEM', kind: 'channel' },
    ...{ tenantPath: 'UNI/PHYS', purpose: 'digest' },
  });

  expect(await change(wanted)).toEqual(['changed channel C0CHEM of slack T0UNI: was bound in chat, is now the file’s']);
  expect(await change(university())).toEqual(['removed channel C0CHEM of slack T0UNI: digest of UNI/PHYS']);
});

test('an account can move from one person to another in one step', async () => {
  await apply(university());
  const wanted = university();
  wanted.people.push({
    key: 'amara',
    name: 'Amara',
    identities: wanted.people[0]?.identities ?? [],
    roles: [{ role: 'owner', tenantPath: 'UNI/CHEM' }],
  });
  wanted.people.shift();

  expect(await change(wanted)).toEqual([
    'added person amara: Amara',
    'changed account U0TESS of slack T0UNI: person',
    'added role owner of amara on UNI/CHEM',
    'removed role contact of tess on UNI/CHEM',
    'removed person tess',
  ]);
  expect((await bench.store.personOf('slack', 'T0UNI', 'U0TESS'))?.key).toBe('amara');
});

test('processes that start together apply the file once', async () => {
  const stores = [bench.store, bench.second(), bench.second()];

  const lines = await Promise.all(stores.map((store) => store.commit((tx) => tx.applyConfig(university()))));

  expect(lines.map((each) => each.length).sort((a, b) => a - b)).toEqual([0, 0, 9]);
});

test('deliveries that wait for a removed workspace are dropped, not tried for ever', async () => {
  const { conversation } = await settle(bench.store);
  await bench.store.commit((tx) =>
    tx.want([{ conversationId: conversation, card: 'digest', objectId: '1', version: 1, correlation: 'c' }]),
  );

  await apply({ workspaces: [], servers: [], tenants: [], bindings: [], people: [] });

  expect(await bench.store.ledger({ limit: 1 })).toEqual([expect.objectContaining({ state: 'dropped' })]);
});

test('people are found by role, account and key; strangers are nobody', async () => {
  const { tenant } = await settle(bench.store);

  expect((await bench.store.peopleOf([tenant['UNI/CHEM']])).map((person) => person.key)).toEqual(['tess']);
  expect(await bench.store.peopleOf([tenant['UNI/PHYS']])).toEqual([]);
  expect((await bench.store.people(['tess', 'nobody'])).map((person) => person.key)).toEqual(['tess']);
  expect(await bench.store.personOf('slack', 'T0OTHER', 'U0TESS')).toBeNull();
  expect(await bench.store.personOf('teams', 'T0UNI', 'U0TESS')).toBeNull();
});
