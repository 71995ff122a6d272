import fc from 'fast-check';
import { causes } from '../../src/domain/catalogue';
import { composeDigest, type DigestInput, tone, verdictSentence } from '../../src/domain/compose';
import { badOf, checkCounts, countsOf } from '../../src/domain/counts';
import type { Digest } from '../../src/domain/digest';
import { isBad, outcomes } from '../../src/domain/outcome';
import { defaultSettings, type Settings } from '../../src/domain/settings';
import { type NamedNight, night, nodeNight } from './material';

const settings: Settings = { ...defaultSettings, zone: 'Europe/Berlin' };

let lastId = 0;

function row(verdict: NamedNight['verdict'], more: Partial<NamedNight> = {}): NamedNight {
  lastId += 1;
  const bad = isBad(verdict);
  const usual = {
    population: bad ? ('new' as const) : ('steady' as const),
    streak: bad ? 1 : 0,
    cause: bad ? 'no-contact' : null,
  };
  return nodeNight({ nodeId: lastId, node: `N${String(lastId).padStart(5, '0')}`, verdict, ...usual, ...more });
}

function many(count: number, verdict: NamedNight['verdict'], more: Partial<NamedNight> = {}): NamedNight[] {
  return Array.from({ length: count }, () => row(verdict, more));
}

const still = (streak: number, cause = 'no-contact') => ({ population: 'still' as const, streak, cause });

function compose(rows: NamedNight[], more: Partial<DigestInput> = {}): Digest {
  return composeDigest({
    tenant: { id: 3, path: 'UNI/SCI/CHEM', name: 'Chemistry' },
    night,
    settings,
    rows,
    children: [],
    servers: [{ name: 'SP1', readable: true, lastGood: '2026-11-19T06:28:00Z', reason: '' }],
    contacts: [],
    asOf: '2026-11-19T06:28:00.000Z',
    lateMinutes: 0,
    ...more,
  });
}

describe('a digest', () => {
  it('of a night on which all went well is green', () => {
    const digest = compose([...many(44, 'ok'), ...many(2, 'notes'), row(null), row('excluded')]);
    expect(digest).toMatchObject({
      tenant: { path: 'UNI/SCI/CHEM' },
      night,
      zone: 'Europe/Berlin',
      asOf: '2026-11-19T06:28:00.000Z',
      counts: { scheduled: 47, due: 46, ok: 44, notes: 2, excluded: 1 },
      banners: [],
      groups: [],
      unread: [],
    });
    expect(tone(digest)).toBe('green');
    expect(verdictSentence(digest)).toBe('46 of 46 OK (2 with notes)');
  });

  it('of a bad night tells who is new and who still', () => {
    const bad = [
      row('failed', { node: 'NMR2.CHEM', cause: 'access-denied' }),
      row('severed', still(4, 'throughput-limit')),
      row('missed', still(2)),
    ];
    const digest = compose([...many(41, 'ok'), ...many(2, 'notes'), ...bad]);
    expect(tone(digest)).toBe('red');
    expect(verdictSentence(digest)).toBe('43 of 46 OK (2 with notes), 1 new, 2 still');
    expect(digest.populations).toEqual({ new: 1, still: 2, recovered: 0, flapping: 0 });
    expect(digest.groups[0]).toMatchObject({
      cause: 'access-denied',
      headline: causes['access-denied']?.sentence,
      serverSide: false,
      count: 1,
      lines: [{ node: 'NMR2.CHEM', verdict: 'failed', population: 'new', streak: 1, daysSinceGood: 1 }],
    });
  });

  it('of a night on which nothing was due says so', () => {
    const digest = compose([row(null), row('excluded')]);
    expect(verdictSentence(digest)).toBe('no backup was due');
    expect(tone(digest)).toBe('green');
    expect(checkCounts(digest)).toBeNull();
  });

  it('is not green while something runs or is not known', () => {
    expect(tone(compose([row('ok'), row('running')]))).toBe('unknown');
    expect(tone(compose([row('ok'), row('unknown')]))).toBe('unknown');
    expect(verdictSentence(compose([row('ok'), row('running'), row('unknown')]))).toBe(
      '1 of 3 OK, 1 running, 1 unknown',
    );
  });

  it('adds up what ran outside the window, in no count', () => {
    const digest = compose([row('ok', { outsideRuns: 3, outsideBad: 1 }), row(null, { outsideRuns: 2 })]);
    expect(digest.outside).toEqual({ runs: 5, bad: 1 });
    expect(digest.counts.scheduled).toBe(1);
  });
});

describe('the lines', () => {
  it.each<[string | null, number | null]>([
    ['2026-11-19T01:30:00.000Z', 0],
    ['2026-11-18T22:59:00.000Z', 1],
    ['2026-11-18T23:01:00.000Z', 0],
    ['2026-10-25T00:30:00.000Z', 25],
    [null, null],
  ])('count days from %s on the calendar of the tenant', (lastGoodAt, days) => {
    expect(compose([row('missed', { lastGoodAt })]).groups[0]?.lines[0]?.daysSinceGood).toBe(days);
  });

  it('are severe from so many nights on', () => {
    const digest = compose([row('missed', still(3)), row('missed', still(2))]);
    expect(digest.groups[0]?.lines.map((line) => line.severe)).toEqual([true, false]);
  });

  it('carry the result code of the schedule that made the verdict', () => {
    const unit = {
      domain: 'D',
      due: true,
      scheduledStart: '2026-11-18 21:30:00',
      streak: 1,
      recent: 'F',
      earlierBad: 0,
    };
    const units = [
      { ...unit, schedule: 'A', outcome: 'ok' as const, result: 0 },
      { ...unit, schedule: 'B', outcome: 'failed' as const, result: 12 },
      { ...unit, schedule: 'C', outcome: 'failed' as const, due: false, streak: 9, result: 1 },
    ];
    expect(compose([row('failed', { units })]).groups[0]?.lines[0]?.result).toBe(12);
  });

  it('tell of a recovered node how long it had been bad', () => {
    const unit = {
      domain: 'D',
      schedule: 'A',
      due: true,
      outcome: 'ok' as const,
      scheduledStart: '',
      streak: 0,
      recent: 'MMMO',
      earlierBad: 0,
    };
    const digest = compose([row('ok', { population: 'recovered', units: [{ ...unit, endedStreak: 3 }] })]);
    expect(digest.recovered[0]).toMatchObject({ population: 'recovered', streak: 3, severe: false });
    expect(tone(digest)).toBe('green');
  });

  it('put flapping nodes in a group of their own', () => {
    const digest = compose([row('missed', { population: 'flapping' }), row('ok', { population: 'flapping' })]);
    expect(digest.groups).toEqual([]);
    expect(digest.flapping.map((line) => line.verdict)).toEqual(['missed', 'ok']);
    expect(checkCounts(digest)).toBeNull();
  });
});

describe('the groups', () => {
  it('come in order: server side, something new, longest streak, size', () => {
    const digest = compose([
      ...many(60, 'ok'),
      row('missed', still(9, 'no-contact')),
      ...many(2, 'failed', still(2, 'read-error')),
      row('failed', still(2, 'access-denied')),
      row('failed', { cause: 'script-failed' }),
      row('failed', still(1, 'server-full')),
    ]);
    expect(digest.groups.map((group) => group.cause)).toEqual([
      'server-full',
      'script-failed',
      'no-contact',
      'read-error',
      'access-denied',
    ]);
    expect(digest.groups[0]?.serverSide).toBe(true);
  });

  it('have their worst nodes first', () => {
    const digest = compose([
      ...many(60, 'ok'),
      row('missed', { ...still(2), node: 'D' }),
      row('missed', { ...still(5), node: 'C' }),
      row('missed', { node: 'B' }),
      row('severed', { node: 'A', cause: 'no-contact' }),
    ]);
    expect(digest.groups[0]?.lines.map((line) => line.node)).toEqual(['A', 'B', 'C', 'D']);
  });

  it('list fifty nodes at most and count them all', () => {
    const causeless = { cause: 'unknown', population: 'still' as const, streak: 2 };
    const digest = compose([...many(70, 'failed', causeless)]);
    expect(digest.groups[0]).toMatchObject({ count: 70, headline: 'the reason is not known' });
    expect(digest.groups[0]?.lines).toHaveLength(50);
  });

  it('take a bad node without a cause for one whose reason is not known', () => {
    expect(compose([row('failed', { cause: null })]).groups[0]?.cause).toBe('unknown');
    expect(compose([row('failed', { cause: 'from-another-version' })]).groups[0]).toMatchObject({
      cause: 'from-another-version',
      headline: 'the reason is not known',
    });
  });
});

describe('a mass failure', () => {
  it.each<[number, number, boolean]>([
    [3, 10, true],
    [2, 3, false],
    [3, 11, false],
    [3, 3, true],
    [9, 100, false],
    [10, 1000, true],
  ])('%i of %i due nodes: %s', (bad, due, isMass) => {
    const digest = compose([...many(bad, 'missed'), ...many(due - bad, 'ok')]);
    expect(digest.banners).toHaveLength(isMass ? 1 : 0);
  });

  it('is one banner with its servers; the nodes are examples under their count', () => {
    const full = { cause: 'server-full' };
    const digest = compose([...many(20, 'failed', { ...full, server: 'SP2' }), ...many(20, 'failed', full), row('ok')]);
    expect(digest.banners).toEqual([
      {
        cause: 'server-full',
        headline: causes['server-full']?.sentence,
        fix: causes['server-full']?.fix,
        serverSide: true,
        count: 40,
        due: 41,
        servers: ['SP1', 'SP2'],
      },
    ]);
    expect(digest.groups[0]?.count).toBe(40);
    expect(digest.groups[0]?.lines).toHaveLength(10);
  });

  it('needs one cause: nodes whose reason is not known have none in common', () => {
    expect(compose(many(40, 'failed', { cause: 'unknown' })).banners).toEqual([]);
    expect(
      compose([...many(9, 'missed'), ...many(9, 'failed', { cause: 'read-error' }), ...many(40, 'ok')]).banners,
    ).toEqual([]);
  });

  it('counts flapping nodes too', () => {
    expect(compose(many(3, 'missed', { population: 'flapping' })).banners[0]?.count).toBe(3);
  });

  it('of the departments below is told to the parent without a name', () => {
    const tallies = [
      {
        verdict: 'failed' as const,
        population: 'new' as const,
        cause: 'server-full',
        server: 'SP1',
        nodes: 12,
        outsideRuns: 0,
        outsideBad: 0,
      },
      {
        verdict: 'ok' as const,
        population: 'steady' as const,
        cause: null,
        server: 'SP1',
        nodes: 3,
        outsideRuns: 4,
        outsideBad: 1,
      },
    ];
    const digest = compose([], { children: [{ path: 'UNI/SCI/PHYS', name: 'Physics', tallies }] });
    expect(digest.banners[0]).toMatchObject({ count: 12, due: 15, servers: ['SP1'] });
    expect(JSON.stringify(digest.banners)).not.toMatch(/PHYS|Physics/);
    expect(digest.outside).toEqual({ runs: 4, bad: 1 });
  });
});

describe('a server that could not be read', () => {
  const down = { name: 'SP2', readable: false, lastGood: '2026-11-19T04:40:00Z', reason: 'No connection.' };

  it('is told with the nodes that are unknown for it; the others have no record', () => {
    const rows = [
      ...many(2, 'unknown', { server: 'SP2' }),
      row('ok', { server: 'SP2' }),
      row('unknown', { node: 'LOST' }),
    ];
    const digest = compose(rows, { servers: [down, { name: 'SP1', readable: true, lastGood: null, reason: '' }] });
    expect(digest.unread).toEqual([
      { server: 'SP2', since: '2026-11-19T04:40:00Z', reason: 'No connection.', nodes: 2 },
    ]);
    expect(digest.unexplained.map((line) => line.node)).toEqual(['LOST']);
    expect(tone(digest)).toBe('unknown');
  });

  it('keeps a digest from being green even when nothing is missing', () => {
    expect(tone(compose([row('ok')], { servers: [down] }))).toBe('unknown');
  });

  it('counts the nodes of the departments below', () => {
    const tallies = [
      {
        verdict: 'unknown' as const,
        population: 'steady' as const,
        server: 'SP2',
        nodes: 41,
        outsideRuns: 0,
        outsideBad: 0,
      },
    ];
    const digest = compose([], { servers: [down], children: [{ path: 'P', name: 'P', tallies }] });
    expect(digest.unread[0]?.nodes).toBe(41);
  });
});

describe('a parent', () => {
  it('sees its departments rolled up and its own nodes one by one', () => {
    const chem = [row('ok'), row('missed', still(2)), row('failed', { node: 'SECRET.CHEM' })];
    const digest = compose([row('missed', { node: 'OWN.SCI' })], {
      children: [
        { path: 'UNI/SCI/CHEM', name: 'Chemistry', tallies: chem },
        { path: 'UNI/SCI/GEO', name: 'Geosciences', tallies: [] },
      ],
    });
    expect(digest.counts).toMatchObject({ due: 4, ok: 1, missed: 2, failed: 1 });
    expect(digest.populations).toMatchObject({ new: 2, still: 1 });
    expect(digest.children).toMatchObject([
      { path: 'UNI/SCI/CHEM', name: 'Chemistry', counts: { due: 3, ok: 1 }, new: 1, still: 1 },
      { path: 'UNI/SCI/GEO', counts: { scheduled: 0 } },
    ]);
    expect(digest.groups.flatMap((group) => group.lines.map((line) => line.node))).toEqual(['OWN.SCI']);
    expect(JSON.stringify(digest)).not.toContain('SECRET.CHEM');
  });
});

describe('mentions', () => {
  const mentioned = (rows: NamedNight[], more: Partial<DigestInput> = {}) =>
    compose([...many(40, 'ok'), ...rows], { contacts: ['tess', 'jo', 'tess'], ...more })
      .groups.flatMap((group) => group.lines)
      .filter((line) => line.mention.length > 0)
      .map((line) => [line.streak, line.mention]);

  it.each([
    [1, false],
    [2, true],
    [3, true],
    [4, false],
    [5, true],
    [6, false],
  ])('at a streak of %i: %s', (streak, isMentioned) => {
    expect(mentioned([row('missed', still(streak))])).toEqual(isMentioned ? [[streak, ['tess', 'jo']]] : []);
  });

  it('name each person once, on the worst line', () => {
    expect(
      mentioned([row('missed', still(2)), row('missed', still(5)), row('failed', still(3, 'read-error'))]),
    ).toEqual([[5, ['tess', 'jo']]]);
  });

  it('are silent where nobody wants them', () => {
    expect(mentioned([row('missed', still(2))], { settings: { ...settings, mentions: false } })).toEqual([]);
    expect(mentioned([row('missed', still(2))], { settings: { ...settings, personal: true } })).toEqual([]);
    expect(mentioned([row('missed', still(2))], { contacts: [] })).toEqual([]);
  });
});

describe('a tenant whose names of nodes are personal', () => {
  it('gets numbers by cause and no name', () => {
    const rows = [
      row('missed', still(2)),
      row('failed', { cause: 'read-error' }),
      row('missed', { population: 'flapping' }),
      row('ok', { population: 'recovered' }),
      row('running'),
      row('unknown'),
    ].map((each) => ({ ...each, node: `PETRA-NB${each.nodeId}`, detail: '3 files not saved' }));
    const digest = compose(rows, { settings: { ...settings, personal: true }, contacts: ['tess'] });
    expect(JSON.stringify(digest)).not.toContain('PETRA');
    expect(digest.groups.map(({ cause, count, lines }) => [cause, count, lines.length])).toEqual([
      ['read-error', 1, 0],
      ['no-contact', 1, 0],
    ]);
    expect(digest.counts).toMatchObject({ due: 6, ok: 1, running: 1, unknown: 1 });
    expect(checkCounts(digest)).toBeNull();
  });
});

describe('the check before posting', () => {
  const good = compose([...many(3, 'ok'), row('missed')], {
    children: [{ path: 'C', name: 'C', tallies: [row('ok')] }],
  });
  const off = (counts: Partial<Digest['counts']>, more: Partial<Digest> = {}) =>
    checkCounts({ ...good, counts: { ...good.counts, ...counts }, ...more });

  it('lets a right digest pass', () => {
    expect(checkCounts(good)).toBeNull();
  });

  it.each<[string, string | null]>([
    ['the tenant: scheduled 6 is not due 5 + excluded 0', off({ scheduled: 6 })],
    ['the tenant: due 6 is not 5, the outcomes added up', off({ due: 6, scheduled: 6 })],
    ['ok of the tenant is -1', off({ ok: -1 })],
    ['failed of the tenant is 0.5', off({ failed: 0.5 })],
    ['2 new or still, but 1 bad', off({}, { populations: { ...good.populations, still: 1 } })],
    ['2 in groups, but 1 bad', off({}, { groups: good.groups.map((group) => ({ ...group, count: 2 })) })],
    [
      'C: scheduled 2 is not due 1 + excluded 0',
      off({}, { children: good.children.map((child) => ({ ...child, counts: { ...child.counts, scheduled: 2 } })) }),
    ],
    [
      'scheduled is 5, but 9 below the tenant',
      off(
        {},
        {
          children: good.children.map((child) => ({
            ...child,
            counts: { ...child.counts, scheduled: 9, due: 9, ok: 9 },
          })),
        },
      ),
    ],
  ])('says %s', (reason, found) => {
    expect(found).toBe(reason);
  });
});

describe('for any population', () => {
  const anyRow = fc
    .record({
      nodeId: fc.nat(500),
      node: fc.string(),
      server: fc.constantFrom('SP1', 'SP2'),
      verdict: fc.constantFrom(null, ...outcomes),
      streak: fc.integer({ min: 1, max: 9 }),
      cause: fc.constantFrom(...Object.keys(causes), 'gone'),
      isFlapping: fc.boolean(),
      isRecovered: fc.boolean(),
      outsideRuns: fc.nat(3),
    })
    .map(({ verdict, streak, cause, isFlapping, isRecovered, ...more }) => {
      const bad = isBad(verdict);
      const changed = bad || (isRecovered && (verdict === 'ok' || verdict === 'notes'));
      const usual = bad ? (streak > 1 ? 'still' : 'new') : 'recovered';
      const population = changed ? (isFlapping ? 'flapping' : usual) : 'steady';
      return nodeNight({ ...more, verdict, population, streak: bad ? streak : 0, cause: bad ? cause : null });
    });
  const rows = fc.array(anyRow, { maxLength: 60 });
  const children = fc
    .array(rows, { maxLength: 3 })
    .map((lists) => lists.map((tallies, index) => ({ path: `C${index}`, name: `C${index}`, tallies })));
  const servers = fc
    .tuple(fc.boolean(), fc.boolean())
    .map((readable) =>
      readable.map((each, index) => ({ name: `SP${index + 1}`, readable: each, lastGood: null, reason: '' })),
    );

  it('the numbers add up', () => {
    fc.assert(
      fc.property(rows, children, servers, fc.boolean(), (own, below, used, personal) => {
        const digest = compose(own, {
          children: below,
          servers: used,
          settings: { ...settings, personal },
          contacts: ['tess'],
        });
        expect(checkCounts(digest)).toBeNull();
        const all = [...own, ...below.flatMap((child) => child.tallies)];
        expect(digest.counts).toEqual(countsOf(all));
        expect(digest.counts.scheduled).toBe(all.filter((each) => each.verdict !== null).length);
        const flappingBad = all.filter((each) => each.population === 'flapping' && isBad(each.verdict)).length;
        expect(digest.populations.new + digest.populations.still + flappingBad).toBe(badOf(digest.counts));
        for (const group of digest.groups) expect(group.lines.length).toBeLessThanOrEqual(Math.min(50, group.count));
        expect(tone(digest) === 'green').toBe(
          digest.counts.due === digest.counts.ok + digest.counts.notes && used.every((server) => server.readable),
        );
      }),
    );
  });

  it('the order of rows does not matter', () => {
    const distinct = fc.uniqueArray(anyRow, { selector: (each) => each.nodeId, maxLength: 60 });
    fc.assert(
      fc.property(distinct, fc.infiniteStream(fc.nat()), (own, chance) => {
        const shuffled = own
          .map((each) => ({ each, key: chance.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ each }) => each);
        expect(compose(shuffled, { contacts: ['tess'] })).toEqual(compose(own, { contacts: ['tess'] }));
      }),
    );
  });
});
