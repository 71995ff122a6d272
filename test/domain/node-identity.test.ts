import fc from 'fast-check';
import { decideNodes, type Identified, parseRename, type Rename } from '../../src/domain/node-identity';
import type { NodeRow } from '../../src/protect/protect';

const registered = '2024-03-01 09:00:00';
const later = '2026-11-17 14:03:22';

function known(id: number, name: string, more: { registered?: string; goneAt?: string | null } = {}) {
  return { id, name, registered, goneAt: null, ...more };
}

function row(node: string, more: Partial<NodeRow> = {}): NodeRow {
  return {
    node,
    domain: 'DESKTOP',
    registered,
    platform: 'WinNT',
    clientVersion: '8.1.21.0',
    lastAccess: null,
    locked: false,
    decommissioned: false,
    contact: null,
    email: null,
    ...more,
  };
}

/** Nodes that stay, so that a few changes are no mass event. */
const others = Array.from({ length: 10 }, (_, index) => index + 100);
const knownOthers = others.map((id) => known(id, `PC${id}.IT`, { registered: `2023-01-01 00:0${id % 10}:00` }));
const rowsOfOthers = knownOthers.map((node) => row(node.name, { registered: node.registered }));

function decide(nodes: ReturnType<typeof known>[], rows: NodeRow[], renames: Rename[] = []) {
  const found = decideNodes([...nodes, ...knownOthers], [...rows, ...rowsOfOthers], renames);
  if (!found.ok) throw new Error(found.reason);
  const { seen, fresh, renamed, gone } = found.decisions;
  return {
    seen: seen.filter((each) => each.nodeId < 100).map((each) => each.nodeId),
    fresh: fresh.map((each) => each.name),
    renamed,
    gone,
    reregistered: found.reregistered,
  };
}

const nothing = { seen: [], fresh: [], renamed: [], gone: [], reregistered: [] };

it('knows a node by name and registration time', () => {
  expect(decide([known(1, 'LAB7.CHEM')], [row('LAB7.CHEM')])).toEqual({ ...nothing, seen: [1] });
});

it('takes a stranger for a new node and a missing one for gone', () => {
  const found = decide([known(1, 'LAB7.CHEM')], [row('LAB8.CHEM', { registered: later })]);
  expect(found).toEqual({ ...nothing, fresh: ['LAB8.CHEM'], gone: [1] });
});

it('keeps what the server says about a node', () => {
  const found = decideNodes([], [row('A', { domain: 'GEO', decommissioned: true, contact: 'Tess' })], []);
  expect(found).toMatchObject({
    ok: true,
    decisions: { fresh: [{ name: 'A', registered, domain: 'GEO', facts: { decommissioned: true, contact: 'Tess' } }] },
  });
});

it('finds a node again that was gone', () => {
  const gone = known(1, 'LAB7.CHEM', { goneAt: '2026-10-01T00:00:00Z' });
  expect(decide([gone], [row('LAB7.CHEM')])).toEqual({ ...nothing, seen: [1] });
  expect(decide([gone], [])).toEqual(nothing);
});

describe('a node of the same name that was registered anew', () => {
  it('is another node, and told', () => {
    expect(decide([known(1, 'LAB7.CHEM')], [row('LAB7.CHEM', { registered: later })])).toEqual({
      ...nothing,
      fresh: ['LAB7.CHEM'],
      gone: [1],
      reregistered: [{ name: 'LAB7.CHEM', before: registered, now: later }],
    });
  });

  it('is told also when the first was gone for long', () => {
    const gone = known(1, 'LAB7.CHEM', { goneAt: '2026-10-01T00:00:00Z' });
    const found = decide([gone], [row('LAB7.CHEM', { registered: later })]);
    expect(found.reregistered).toEqual([{ name: 'LAB7.CHEM', before: registered, now: later }]);
  });
});

describe('a renamed node', () => {
  const renames = [{ from: 'OLD', to: 'NEW' }];

  it('is the same when one vanished and one new node share the registration time', () => {
    expect(decide([known(1, 'OLD')], [row('NEW')])).toEqual({
      ...nothing,
      seen: [1],
      renamed: [{ nodeId: 1, from: 'OLD', to: 'NEW' }],
    });
  });

  it('is not guessed when two share it, but believed from the activity log', () => {
    const nodes = [known(1, 'OLD'), known(2, 'OTHER')];
    const rows = [row('NEW'), row('ANOTHER')];
    expect(decide(nodes, rows)).toMatchObject({ fresh: ['NEW', 'ANOTHER'], gone: [1, 2], renamed: [] });
    // With one pair told, the other pair is the only one left.
    expect(decide(nodes, rows, renames)).toMatchObject({
      fresh: [],
      gone: [],
      renamed: [
        { nodeId: 1, from: 'OLD', to: 'NEW' },
        { nodeId: 2, from: 'OTHER', to: 'ANOTHER' },
      ],
    });
  });

  it('is another machine when the new name was registered later', () => {
    expect(decide([known(1, 'OLD')], [row('NEW', { registered: later })], renames)).toMatchObject({
      fresh: ['NEW'],
      gone: [1],
    });
  });

  it('is followed through several names, and names that were exchanged', () => {
    const chain = [...renames, { from: 'NEW', to: 'NEWEST' }];
    expect(decide([known(1, 'OLD')], [row('NEWEST')], chain).renamed).toEqual([
      { nodeId: 1, from: 'OLD', to: 'NEWEST' },
    ]);
    const swap = [
      { from: 'A', to: 'T' },
      { from: 'B', to: 'A' },
      { from: 'T', to: 'B' },
    ];
    const nodes = [known(1, 'A'), known(2, 'B', { registered: later })];
    const found = decide(nodes, [row('B'), row('A', { registered: later })], swap);
    expect(found).toMatchObject({ fresh: [], gone: [], reregistered: [] });
    expect(found.renamed.map(({ nodeId, to }) => [nodeId, to])).toEqual([
      [1, 'B'],
      [2, 'A'],
    ]);
  });

  it('is not disturbed by an old rename of another machine', () => {
    const old = [{ from: 'OLD', to: 'ELSEWHERE' }, ...renames];
    expect(decide([known(1, 'OLD')], [row('NEW')], old).renamed).toEqual([{ nodeId: 1, from: 'OLD', to: 'NEW' }]);
    expect(decide([known(1, 'OLD')], [row('OLD')], renames)).toEqual({ ...nothing, seen: [1] });
  });
});

describe('half an answer', () => {
  const reason = (found: Identified) => (found.ok ? null : found.reason);

  it('is refused when half of the nodes would be gone', () => {
    expect(reason(decideNodes(knownOthers, rowsOfOthers.slice(5), []))).toBe(
      '5 of 10 nodes are missing from the answer',
    );
    expect(reason(decideNodes(knownOthers, rowsOfOthers.slice(4), []))).toBeNull();
  });

  it('is refused when it is empty', () => {
    expect(reason(decideNodes([known(1, 'ONLY')], [], []))).toBe('1 of 1 nodes are missing from the answer');
    expect(reason(decideNodes([], [], []))).toBeNull();
  });

  it('is not seen in a few machines, nor in nodes that are gone already or renamed', () => {
    expect(reason(decideNodes([known(1, 'A'), known(2, 'B')], [row('A')], []))).toBeNull();
    const gone = knownOthers.map((node) => ({ ...node, goneAt: '2026-10-01T00:00:00Z' }));
    expect(reason(decideNodes([...gone, known(1, 'A')], [row('A')], []))).toBeNull();
    const renamedRows = knownOthers.map((node) => row(`NEW-${node.name}`, { registered: node.registered }));
    expect(reason(decideNodes(knownOthers, renamedRows, []))).toBeNull();
  });
});

it('accounts for every row and every known node exactly once, in any order', () => {
  const names = fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F', 'G');
  const times = fc.constantFrom(registered, later, '2025-05-05 05:05:05');
  const nodes = fc.uniqueArray(fc.record({ name: names, registered: times, gone: fc.boolean() }), {
    selector: ({ name, registered: time }) => `${name} ${time}`,
  });
  const rows = fc.uniqueArray(fc.record({ node: names, registered: times }), { selector: ({ node }) => node });
  const renames = fc.array(fc.record({ from: names, to: names }));
  fc.assert(
    fc.property(nodes, rows, renames, (was, is, log) => {
      const before = was.map((node, index) => ({
        ...node,
        id: index,
        goneAt: node.gone ? '2026-01-01T00:00:00Z' : null,
      }));
      const answer = is.map(({ node, registered: time }) => row(node, { registered: time }));
      const found = decideNodes(before, answer, log);
      if (!found.ok) return;
      const { seen, fresh, renamed, gone } = found.decisions;
      expect([...seen, ...fresh].map((each) => each.name).sort()).toEqual(is.map((each) => each.node).sort());
      const present = before.filter((node) => node.goneAt === null).map((node) => node.id);
      const settled = [...seen.map((each) => each.nodeId), ...gone];
      expect(new Set(settled).size).toBe(settled.length);
      expect(present.every((id) => settled.includes(id))).toBe(true);
      expect(renamed.every((each) => seen.some((one) => one.nodeId === each.nodeId && one.name === each.to))).toBe(
        true,
      );
      const backwards = decideNodes(before, [...answer].reverse(), log);
      expect(backwards.ok && backwards.decisions.gone).toEqual(gone);
    }),
  );
});

it.each<[string, Rename | null]>([
  [
    'ANR2017I Administrator OSKAR issued command: RENAME NODE OLD.CHEM NEW.CHEM  (SESSION: 8461)',
    { from: 'OLD.CHEM', to: 'NEW.CHEM' },
  ],
  [
    'ANR2017I Administrator OSKAR issued command: ren n old.chem new.chem synclapdelete=no',
    { from: 'OLD.CHEM', to: 'NEW.CHEM' },
  ],
  [
    `ANR2753I (SCRIPT):ANR2017I Administrator OSKAR issued command: Rename Node "OLD" 'NEW'`,
    { from: 'OLD', to: 'NEW' },
  ],
  ['ANR2017I Administrator OSKAR issued command: RENAME FILESPACE OLD /a /b', null],
  ['ANR2017I Administrator OSKAR issued command: RENAME NODE OLD', null],
  ['ANR2017I Administrator OSKAR issued command: UPDATE NODE OLD CONTACT="RENAME NODE A B"', null],
  ['', null],
])('reads %s', (text, rename) => {
  expect(parseRename(text)).toEqual(rename);
});
