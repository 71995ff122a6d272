import { DateTime } from 'luxon';
import { lineage, subtrees, tenantNamed, visibleTenants } from '../../src/domain/access';

const tenants = [
  { id: 1, path: 'UNI', parentId: null },
  { id: 2, path: 'UNI/SCI', parentId: 1 },
  { id: 3, path: 'UNI/SCI/CHEM', parentId: 2 },
  { id: 4, path: 'UNI/SCI/PHYS', parentId: 2 },
  { id: 5, path: 'UNI/MED', parentId: 1 },
  { id: 6, path: 'UNI/MED/CHEM', parentId: 5 },
];
const now = DateTime.fromISO('2026-11-19T08:00:00Z');
const role = (tenantId: number, until: string | null = null) => ({ tenantId, role: 'contact', until });

test.each([
  ['a member sees what the channel is bound to, and below', 'member', [], [2], [2, 3, 4]],
  ['a role opens its tenant anywhere', 'member', [role(3)], [], [3]],
  ['role and channel add up', 'member', [role(3)], [5], [3, 5, 6]],
  ['a role that has run out opens nothing', 'member', [role(3, '2026-11-19T07:59:59.000Z')], [], []],
  [
    'a role holds until its last moment, whatever zone wrote it',
    'member',
    [role(3, '2026-11-19T09:00:01.000+01:00')],
    [],
    [3],
  ],
  ['a guest sees nothing, even with a role in a bound channel', 'guest', [role(1)], [1], []],
  ['an outsider sees nothing', 'outsider', [role(1)], [1], []],
  ['nobody sees anything in an unbound place', 'member', [], [], []],
  ['a binding to a tenant that is gone opens nothing', 'member', [], [99], []],
] as const)('%s', (_, standing, memberships, boundTo, visible) => {
  expect([...visibleTenants(tenants, { standing, memberships, boundTo, now })].sort()).toEqual(visible);
});

test('a tree with a circle ends', () => {
  const circle = [
    { id: 1, path: 'A', parentId: 2 },
    { id: 2, path: 'B', parentId: 1 },
  ];
  expect([...subtrees(circle, [1])].sort()).toEqual([1, 2]);
});

test('lineage runs from the root down', () => {
  expect(lineage(tenants, 3).map((tenant) => tenant.path)).toEqual(['UNI', 'UNI/SCI', 'UNI/SCI/CHEM']);
  expect(lineage(tenants, 99)).toEqual([]);
});

test.each([
  ['UNI/SCI/CHEM', 3],
  ['uni/sci/chem', 3],
  ['PHYS', 4],
  ['CHEM', undefined],
  ['SCI/CHEM', 3],
  ['EM', undefined],
  ['', undefined],
])('%j names tenant %j', (name, id) => {
  expect(tenantNamed(tenants, name)?.id).toBe(id);
});
