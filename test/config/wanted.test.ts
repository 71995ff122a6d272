import { wantedOf } from '../../src/config/wanted';
import { inherit } from '../../src/domain/settings';
import { configOf, edited, secrets } from './given';

function wanted(...edits: Parameters<typeof edited>) {
  return wantedOf(configOf({ yaml: edited(...edits) }).file);
}

it('what is stored of a server holds references, never secrets', () => {
  const { servers } = wanted();

  expect(servers[0]).toEqual({
    name: 'SP1',
    zone: 'Europe/Berlin',
    transport: {
      kind: 'operations-center',
      url: 'https://oc.example.org:11090/oc/api',
      route: 'SP1',
      user: 'CHATOPS',
      password: { env: 'SP1_PASSWORD' },
      ca: 'oc-ca.pem',
      timeout: 120,
    },
  });
  for (const secret of secrets) expect(JSON.stringify(wanted())).not.toContain(secret);
});

it('tenants come parents first, with their paths and rules', () => {
  expect(wanted().tenants.map(({ path, parentPath, rules }) => ({ path, parentPath, rules }))).toEqual([
    { path: 'UNI', parentPath: null, rules: { servers: ['SP2'] } },
    { path: 'UNI/SCI', parentPath: 'UNI', rules: {} },
    { path: 'UNI/SCI/CHEM', parentPath: 'UNI/SCI', rules: { patterns: ['*.CHEM'], groups: ['INSTRUMENTS'] } },
  ]);
});

it('settings of the whole tree go to the roots, under what a root says itself; heirs keep their own alone', () => {
  const exclude = (name: string) => [{ nodes: [name], schedules: [], reason: 'x' }];
  const { tenants } = wanted(
    [['settings', 'exclude'], exclude('A')],
    [['tenants', 0, 'settings'], { green: 'silent', treat: { Missed: 'notes' }, exclude: exclude('B') }],
  );

  expect(tenants.map((one) => one.settings)).toEqual([
    {
      zone: 'Europe/Berlin',
      green: 'silent',
      treat: { 'Completed/8': 'ok', Missed: 'notes' },
      exclude: [...exclude('A'), ...exclude('B')],
    },
    {},
    { digest: '07:15', zone: 'Europe/Athens' },
  ]);
  expect(inherit(tenants.map((one) => one.settings))).toMatchObject({
    zone: 'Europe/Athens',
    digest: '07:15',
    green: 'silent',
    closing: '18:00',
  });
});

it('channels and accounts carry the ids of their platforms; GUIDs in small letters', () => {
  const { bindings, people, workspaces } = wanted([['workspaces', 1, 'id'], '0000000A-0000-0000-0000-000000000001']);

  expect(workspaces).toEqual([
    { provider: 'slack', externalId: 'T0UNI', name: 'uni-slack' },
    { provider: 'teams', externalId: '0000000a-0000-0000-0000-000000000001', name: 'uni-teams' },
  ]);
  expect(bindings[0]).toEqual({
    provider: 'slack',
    workspace: 'T0UNI',
    conversation: 'C0CHEM',
    kind: 'channel',
    name: 'chem-backup',
    tenantPath: 'UNI/SCI/CHEM',
    purpose: 'digest',
  });
  expect(bindings[4]).toMatchObject({
    provider: 'teams',
    workspace: '0000000a-0000-0000-0000-000000000001',
    conversation: '19:chem@thread.tacv2',
  });
  expect(people[0]?.identities).toEqual([
    { provider: 'slack', workspace: 'T0UNI', user: 'U0TESS' },
    {
      provider: 'teams',
      workspace: '0000000a-0000-0000-0000-000000000001',
      user: '00000000-0000-0000-0000-00000000a001',
    },
  ]);
});

it('a role until a date lasts to the end of that day where its tenant is', () => {
  const { people } = wanted();

  expect(people[0]?.roles).toEqual([
    { role: 'contact', tenantPath: 'UNI/SCI/CHEM', until: '2026-12-24T22:00:00.000Z' },
  ]);
  expect(people[1]?.roles).toEqual([{ role: 'manager', tenantPath: 'UNI' }]);
});
