import fc from 'fast-check';
import type { Block, Card, Row } from '../../../src/chat/card';
import { digestCard, isGreen } from '../../../src/chat/cards/digest';
import { digestThreadCard } from '../../../src/chat/cards/digest-thread';
import type { Digest, DigestLine } from '../../../src/domain/digest';
import { counts, green, group, line, massFailure, parent, people, personal, red, reviews, unknown } from '../digests';
import { lists, said } from './reading';

const bare = { reviews: [], people };
const draw = (digest: Digest): Card => digestCard(digest, bare);
const rowsOf = (card: Card): Row[] => lists(card).flatMap((list) => list.rows);
const tags = (card: Card): string[] => rowsOf(card).map((row) => `${row.tag} ${row.name}`);

describe('a green digest', () => {
  it('is one line without heading and buttons', () => {
    expect(draw(green)).toMatchObject({
      title: '',
      buttons: [],
      blocks: [{ type: 'text' }],
      fallback: 'Chemistry backup, night Wed 18 Nov: 46 of 46 scheduled backups reported success (2 with notes).',
    });
    expect(said(draw(green))).toBe(
      'Backup \u00b7 Chemistry \u00b7 night Wed 18 Nov: 46 of 46 scheduled backups reported success (2 with notes). as of 07:28',
    );
  });

  it.each<[string, Partial<Digest>, string]>([
    ['that nothing was due', { counts: counts({ excluded: 3 }) }, 'no backup was due (3 excluded). as of 07:28'],
    [
      'who is well again',
      { populations: { new: 0, still: 0, recovered: 2, flapping: 0 }, counts: counts({ ok: 46 }) },
      'reported success (2 recovered). as of 07:28',
    ],
    [
      'what ran outside the window',
      { outside: { runs: 1, bad: 1 } },
      '1 run outside the night window, 1 of them bad, in no count \u00b7 as of 07:28',
    ],
    ['that it is late', { lateMinutes: 124 }, 'as of 07:28 \u00b7 2 h 04 m late'],
    ['when its data are of the evening before', { asOf: '2026-11-18T22:10:00Z' }, 'as of Wed 18 Nov 23:10'],
  ])('tells %s', (_, part, text) => {
    expect(said(draw({ ...green, counts: counts({ ok: 44, notes: 2 }), ...part }))).toContain(text);
  });

  it.each<[string, Partial<Digest>]>([
    ['an unknown node', { counts: counts({ ok: 45, unknown: 1 }) }],
    ['a running node', { counts: counts({ ok: 45, running: 1 }) }],
    ['a missed node', { counts: counts({ ok: 45, missed: 1 }) }],
    ['an unread server, even with nothing due', { counts: counts(), unread: unknown.unread }],
  ])('is not for %s', (_, part) => {
    expect(isGreen({ ...green, ...part })).toBe(false);
    expect(draw({ ...green, ...part }).title).not.toBe('');
  });
});

describe('a red digest', () => {
  it('answers first: verdict and numbers, then its age', () => {
    expect(said(draw(red)).split('\n').slice(0, 2)).toEqual([
      '42 of 46 OK (2 with notes) \u00b7 1 NEW \u00b7 2 STILL \u00b7 1 FLAPPING \u00b7 1 recovered \u00b7 1 running \u00b7 0 unknown \u00b7 1 excluded',
      'as of 07:28',
    ]);
  });

  it('keeps the order that it was given, and says on every line when it was last good', () => {
    const card = draw(red);

    expect(tags(card)).toEqual([
      'STILL x4 LAB7.CHEM',
      'NEW NMR2.CHEM',
      'STILL x2 MYPC.CHEM',
      'FLAPPING HPLC4.CHEM',
      '\u21bb RUNNING XRAY.CHEM',
      'RECOVERED GCMS1.CHEM',
    ]);
    for (const row of rowsOf(card))
      expect(JSON.stringify(row.text)).toMatch(/last good (today|yesterday|\d+ days ago)/);
  });

  it('says verdict, result code, cause, detail and whom it concerns', () => {
    const [, failed, missed] = rowsOf(draw(red));

    expect(failed?.text).toEqual([
      { bold: '\u2717 FAILED rc 12' },
      ' \u00b7 ',
      'access denied \u00b7 37 files not saved \u00b7 last good yesterday',
    ]);
    expect(missed?.text.slice(-3)).toEqual([
      { mention: { name: 'Tess Moreau', slack: 'U0TESS', teams: '00000000-0000-0000-0000-00000000a001' } },
      ' \u00b7 ',
      { mention: { name: 'Noor Haddad' } },
    ]);
  });

  it('says a cause once above its nodes, and calls a server\u2019s cause that', () => {
    const two = group([line('A'), line('B')], { serverSide: true, headline: 'pool full' });

    expect(lists(draw({ ...red, groups: [two] }))[0]).toMatchObject({
      heading: [{ bold: '2 nodes: pool full (server side)' }],
      total: 2,
      rows: [{ name: 'A', text: [{ bold: '\u25cb MISSED' }, ' \u00b7 ', 'last good yesterday'] }, { name: 'B' }],
    });
  });

  it('names verdict, counts and the first three nodes in a notification', () => {
    expect(draw(red).fallback).toBe(
      'Chemistry backup, night Wed 18 Nov: 42 of 46 OK, 1 new, 2 still, 1 flapping, 1 running: LAB7.CHEM, NMR2.CHEM, MYPC.CHEM',
    );
  });

  it('asks for a review until somebody has, then names who and when', () => {
    const args = 'UNI/SCI/CHEM 2026-11-18';
    const reviewed = digestCard(red, { reviews, people });

    expect(draw(red).buttons.map((button) => [button.verb, button.args])).toEqual([
      ['reviewed', args],
      ['details', args],
    ]);
    expect(reviewed.buttons.map((button) => button.verb)).toEqual(['details']);
    expect(said(reviewed)).toContain('Reviewed by Tess Moreau 08:12');
  });

  it('shows a person without a record by their key', () => {
    const digest = { ...red, groups: [group([line('A', { mention: ['ghost'] })])] };

    expect(rowsOf(digestCard(digest, { reviews: [], people: new Map() }))[0]?.text).toContainEqual({
      mention: { name: 'ghost' },
    });
  });
});

describe('what is not known', () => {
  it('is told with its server, since when, and how many', () => {
    const text = said(draw(unknown));

    expect(text).toContain('5 of 48 OK \u00b7 43 unknown');
    expect(text).toContain('as of 07:28 \u00b7 1 h 23 m late');
    expect(text).toContain('no data from SP2 since 05:40, 41 nodes unknown. No connection to the server');
    expect(text).toContain('2 nodes: no record of a run was found');
  });

  it('also when the server was never read, and when it was read days ago', () => {
    const [server] = unknown.unread;
    if (!server) throw new Error('The digest has an unread server.');
    const since = (at: string | null) => said(draw({ ...unknown, unread: [{ ...server, since: at }] }));

    expect(since(null)).toContain('no data from SP2 yet, 41 nodes unknown');
    expect(since('2026-11-16T04:40:00Z')).toContain('since Mon 16 Nov 05:40');
  });
});

describe('a mass failure', () => {
  it('is one banner with a few of its nodes, and leaves room for other causes', () => {
    const card = draw(massFailure);

    expect(card.blocks.filter((block) => block.type === 'banner')).toHaveLength(1);
    expect(said(card)).toContain('24 of 46 nodes: the storage pool is full on SP1.');
    expect(lists(card).map((list) => [list.heading, list.rows.length, list.total])).toEqual([
      [undefined, 3, 24],
      [undefined, 2, 2],
    ]);
  });
});

describe('a tenant with departments below it', () => {
  it('lists those that are not well, worst first, and counts the others', () => {
    const card = draw(parent);

    expect(tags(card)).toEqual(['5 BAD UNI/SCI/PHYS', '3 BAD UNI/SCI/CHEM']);
    expect(said(card)).toContain('Physics \u00b7 49 of 56 OK \u00b7 2 NEW \u00b7 3 STILL \u00b7 2 unknown');
    expect(said(card)).toContain('1 department all OK');
    expect(card.fallback).toMatch(/: Physics, Chemistry$/);
  });

  it('keeps room for both departments and nodes of its own', () => {
    const children = Array.from({ length: 12 }, (_, index) => ({
      path: `UNI/D${index}`,
      name: `D${index}`,
      counts: counts({ missed: 1 }),
      new: 1,
      still: 0,
    }));
    const groups = [group(Array.from({ length: 12 }, (_, index) => line(`OWN${index}`)))];
    const card = draw({ ...parent, children, groups });

    expect(rowsOf(card).filter((row) => row.name.startsWith('UNI/'))).toHaveLength(5);
    expect(rowsOf(card).filter((row) => row.name.startsWith('OWN'))).toHaveLength(5);
  });
});

describe('a digest of people\u2019s machines', () => {
  it('counts by cause and names nobody, not even in the notification', () => {
    const card = digestCard(personal, { reviews: [], people });

    expect(JSON.stringify(card)).not.toMatch(/\.FIN|U0TESS|Tess/);
    expect(said(card)).toContain('2 nodes: no contact in its window\n1 node: access denied');
    expect(digestThreadCard(personal, 0, [])).toBeNull();
  });
});

describe('the thread under a digest', () => {
  it('has one answer for each cause: nodes, how long, what to do', () => {
    const log = [
      { node: 'LAB7.CHEM', text: `ANR0488W Session 7 for node LAB7.CHEM (WinNT) terminated - ${'x'.repeat(400)}` },
    ];
    const card = digestThreadCard(red, 0, log);

    expect(card && said(card)).toBe(
      [
        '1 node: cut by the 12 h limit of the server',
        'STILL x4 LAB7.CHEM \u00f7 SEVERED \u00b7 severe \u00b7 since Sun 15 Nov \u00b7 410 GB \u00b7 last good 5 days ago',
        'Longest: 4 nights in a row',
        'Where: the server',
        'Do this: Exclude what need not be saved, or ask for a longer limit.',
        `LAB7.CHEM ANR0488W Session 7 for node LAB7.CHEM (WinNT) terminated - ${'x'.repeat(180)}…`,
        'as of 07:28',
      ].join('\n'),
    );
  });

  it('has none for a cause that is gone', () => {
    expect(digestThreadCard(red, 3, [])).toBeNull();
    expect(digestThreadCard(red, -1, [])).toBeNull();
  });
});

describe('any digest', () => {
  const someLine: fc.Arbitrary<DigestLine> = fc
    .record({
      node: fc.stringMatching(/^[A-Z]{1,8}\.X$/),
      streak: fc.nat(9),
      population: fc.constantFrom('new' as const, 'still' as const),
    })
    .map(({ node, ...part }) => line(node, part));
  const lines = fc.array(someLine, { maxLength: 30 });
  const someGroup = fc.record({
    lines: fc.array(someLine, { minLength: 1, maxLength: 30 }),
    more: fc.nat(500),
    cause: fc.constantFrom('a', 'b', 'c'),
  });
  const someDigest = fc
    .record({
      groups: fc.array(someGroup, { maxLength: 20 }),
      flapping: lines,
      recovered: lines,
      running: lines,
      unexplained: lines,
      children: fc.array(fc.record({ path: fc.stringMatching(/^[A-Z]{1,5}$/), missed: fc.nat(3) }), { maxLength: 15 }),
      personal: fc.boolean(),
      bannered: fc.boolean(),
    })
    .map(({ groups, children, bannered, ...part }): Digest => {
      const made = groups.map(({ lines, more, cause }) =>
        group(lines, { cause, count: lines.length + (lines.length === 30 ? more : 0) }),
      );
      return {
        ...red,
        ...part,
        groups: made,
        banners: bannered ? massFailure.banners.map((banner) => ({ ...banner, cause: 'a' })) : [],
        children: children.map(({ path, missed }) => ({
          path,
          name: path,
          counts: counts({ ok: 1, missed }),
          new: missed,
          still: 0,
        })),
      };
    });

  it('shows at most ten lines and accounts for all the others', () => {
    fc.assert(
      fc.property(someDigest, (digest) => {
        const card = draw(digest);
        const nodes = lists(card).filter((list) => !isRollUp(list, digest));
        const bad = digest.groups.reduce((sum, each) => sum + each.count, 0);
        const others =
          digest.flapping.length + digest.recovered.length + digest.running.length + digest.unexplained.length;

        expect(rowsOf(card).length).toBeLessThanOrEqual(10);
        if (digest.personal) expect(rowsOf(card).filter((row) => row.name.endsWith('.X'))).toEqual([]);
        else expect(nodes.reduce((sum, list) => sum + list.total, 0)).toBe(bad + others);
      }),
      { numRuns: 300 },
    );
  });

  it('shows the first node of the first cause, whatever follows', () => {
    fc.assert(
      fc.property(someDigest, (digest) => {
        const first = digest.groups[0]?.lines[0];
        fc.pre(first !== undefined && !digest.personal);

        expect(rowsOf(draw(digest)).map((row) => row.name)).toContain(first?.node);
      }),
    );
  });
});

function isRollUp(list: Extract<Block, { type: 'rows' }>, digest: Digest): boolean {
  return digest.children.some((child) => child.path === list.rows[0]?.name);
}
