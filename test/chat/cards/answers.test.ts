import fc from 'fast-check';
import { detailsCard, pageOf, pageSize } from '../../../src/chat/cards/details';
import { greetingCard } from '../../../src/chat/cards/greeting';
import { helpCard } from '../../../src/chat/cards/help';
import { noticeCard } from '../../../src/chat/cards/notice';
import { refusalCard } from '../../../src/chat/cards/refusal';
import { serviceCard } from '../../../src/chat/cards/service';
import { statusCard } from '../../../src/chat/cards/status';
import { whoamiCard } from '../../../src/chat/cards/whoami';
import { counts } from '../digests';
import { lists, said } from './reading';
import { details, detailsLines, status } from './samples';

const zone = 'Europe/Berlin';

describe('details', () => {
  const names = (wanted: number, total = 46): string[] => {
    const { page, offset } = pageOf(wanted, total);
    const lines = detailsLines(total).slice(offset, offset + pageSize);
    return lists(detailsCard({ ...details, lines, total, page })).flatMap((list) => list.rows.map((row) => row.name));
  };

  it('begin with the worst and show twenty a page', () => {
    expect(names(1)).toHaveLength(20);
    expect(names(1)[0]).toBe('PC008.CHEM');
    expect(names(3)).toHaveLength(6);
  });

  it.each([
    [1, ['Next details UNI/SCI/CHEM 2026-11-18 page:2', 'Back digest UNI/SCI/CHEM 2026-11-18']],
    [
      2,
      [
        'Previous details UNI/SCI/CHEM 2026-11-18 page:1',
        'Next details UNI/SCI/CHEM 2026-11-18 page:3',
        'Back digest UNI/SCI/CHEM 2026-11-18',
      ],
    ],
    [3, ['Previous details UNI/SCI/CHEM 2026-11-18 page:2', 'Back digest UNI/SCI/CHEM 2026-11-18']],
    [99, ['Previous details UNI/SCI/CHEM 2026-11-18 page:2', 'Back digest UNI/SCI/CHEM 2026-11-18']],
    [-1, ['Next details UNI/SCI/CHEM 2026-11-18 page:2', 'Back digest UNI/SCI/CHEM 2026-11-18']],
  ])('lead on and back from page %i', (page, buttons) => {
    expect(
      detailsCard({ ...details, page }).buttons.map(({ label, verb, args }) => `${label} ${verb} ${args}`),
    ).toEqual(buttons);
  });

  it('of nothing say so on one page', () => {
    const card = detailsCard({ ...details, lines: [], total: 0, counts: counts() });

    expect(said(card)).toBe('0 of 0 OK \u00b7 0 not OK \u00b7 0 unknown\n0 nodes \u00b7 as of 07:28');
    expect(card.buttons.map((button) => button.verb)).toEqual(['digest']);
  });

  it('show every node on exactly one page', () => {
    fc.assert(
      fc.property(fc.nat(300), (total) => {
        const pages = Math.max(1, Math.ceil(total / 20));
        const all = Array.from({ length: pages }, (_, index) => names(index + 1, total)).flat();

        expect(new Set(all).size).toBe(total);
        expect(all).toHaveLength(total);
      }),
      { numRuns: 40 },
    );
  });
});

describe('status', () => {
  it('answers first, then tells its age, the likely cause and what to do', () => {
    expect(said(statusCard(status)).split('\n')).toEqual([
      'MYPC.CHEM \u25cb MISSED last night (2 in a row)',
      'as of 07:28 \u00b7 night Wed 18 Nov \u00b7 server SP1 \u00b7 UNI/SCI/CHEM',
      'Likely cause no contact in its window. Do this See that the machine is on during the window.',
      'Last good backup: Mon 16 Nov 22:41 (3 days ago)',
      'Last contact: Wed 18 Nov 18:02',
      'Schedule: DESK_2130 last Wed 18 Nov 21:30 \u00b7 next Thu 19 Nov 21:30',
      '14 nights from Thu 5 Nov: \u2713 OK x4 \u00b7 \u00b1 NOTES \u00b7 \u2713 OK x7 \u00b7 \u25cb MISSED x2',
      '3 drives, 211 GB',
      '180 GB \\\\mypc\\c$ backed up Mon 16 Nov 22:41',
      '31 GB \\\\mypc\\e$ backed up Sun 16 Aug 22:10',
      'size unknown SYSTEM STATE never backed up',
    ]);
  });

  it('says what is not known instead of leaving it out', () => {
    const text = said(
      statusCard({
        ...status,
        tenant: null,
        asOf: null,
        verdict: null,
        streak: 0,
        cause: null,
        detail: '1 earlier run failed',
        lastGoodAt: null,
        daysSinceGood: null,
        lastContactAt: null,
        schedules: [],
        nights: [],
        filespaces: [],
      }),
    );

    expect(text).toBe(
      [
        'MYPC.CHEM \u00b7 not due last night',
        'no data from SP1 yet \u00b7 night Wed 18 Nov \u00b7 server SP1 \u00b7 owned by nobody',
        '1 earlier run failed',
        'Last good backup: none known',
        'Last contact: none known',
        'Schedule: none: nothing is expected of it',
      ].join('\n'),
    );
  });

  it('lists ten schedules and ten drives, and counts the others', () => {
    const [schedule] = status.schedules;
    const [filespace] = status.filespaces;
    if (!schedule || !filespace) throw new Error('The sample has both.');
    const card = statusCard({ ...status, schedules: Array(14).fill(schedule), filespaces: Array(25).fill(filespace) });

    expect(said(card)).toContain('Schedules: 4 more');
    expect(lists(card)[0]).toMatchObject({ total: 25 });
    expect(lists(card)[0]?.rows).toHaveLength(10);
  });
});

describe('a notice', () => {
  const notice = { subject: 'SP2', openedAt: '2026-11-19T04:45:00Z', closedAt: null };

  it.each<[string, Record<string, unknown>, string]>([
    [
      'server-unreadable',
      { server: 'SP2', code: 'SERVER_TLS', reason: 'The certificate has changed.' },
      'Server SP2 cannot be read. The certificate has changed.',
    ],
    [
      'delivery-off',
      { place: 'chem-backup', reason: 'The channel is archived.' },
      'Nothing is delivered any more to chem-backup. The channel is archived.',
    ],
    [
      'delivery-failed',
      { place: 'chem-backup', reason: 'Too long.' },
      'A message could not be delivered to chem-backup. Too long.',
    ],
    [
      'node-reregistered',
      { server: 'SP1', node: 'MYPC.IT', before: '2019-02-01 10:00:00', now: '2026-11-18 09:00:00' },
      'MYPC.IT was registered anew on SP1. It counts as a new node with an empty history. Registered 2019-02-01 10:00:00 before, 2026-11-18 09:00:00 now',
    ],
    [
      'rows-refused',
      { server: 'SP1', count: 3, first: 'STATUS is missing', query: 'events' },
      '3 rows of SP1 could not be read and are in no count. The first, of events: STATUS is missing',
    ],
    [
      'nodes-suspicious',
      { server: 'SP1', reason: 'Half of the nodes are gone.' },
      'The list of nodes of SP1 looks wrong and was not believed. Half of the nodes are gone.',
    ],
    ['something-new', { reason: 'Look.' }, 'something-new SP2 Look.'],
    ['server-unreadable', {}, 'Server SP2 cannot be read.'],
  ])('of %s', (kind, detail, text) => {
    const card = noticeCard({ ...notice, kind, detail }, zone);

    expect(said(card)).toContain(text);
    expect(card.fallback).toContain(text);
    expect(said(card)).toContain('since Thu 19 Nov 05:45');
  });

  it('says when it is over, and asks for nothing any more', () => {
    const closed = { ...notice, closedAt: '2026-11-19T07:00:00Z' };

    expect(said(noticeCard({ ...closed, kind: 'server-unreadable', detail: {} }, zone))).toBe(
      'Server SP2 can be read again.\nsince Thu 19 Nov 05:45, over Thu 19 Nov 08:00',
    );
    expect(said(noticeCard({ ...closed, kind: 'rows-refused', detail: { count: 1 } }, zone))).toMatch(
      /^Over: 1 row of SP2/,
    );
  });
});

describe('the service report', () => {
  const service = {
    service: 'University Backup',
    night: '2026-11-18',
    zone,
    asOf: '2026-11-19T06:28:00Z',
    counts: counts({ ok: 9996, missed: 4 }),
    tenants: [],
    servers: [{ name: 'SP1', readable: true, since: null, reason: null, nodes: 10_000 }],
    unassigned: [],
    findings: [],
    deliveries: { accepted: 12, due: 0, refused: [] },
  };

  it('never rounds up to all', () => {
    expect(said(serviceCard(service))).toContain('10,000 due \u00b7 99.9 % OK \u00b7 0 departments red');
  });

  it('has no rate for a night on which nothing was due', () => {
    expect(said(serviceCard({ ...service, counts: counts() }))).toContain('0 due \u00b7 nothing was due');
  });

  it('shortens each of its lists and counts what it leaves out', () => {
    const many = 700;
    const card = serviceCard({
      ...service,
      tenants: Array.from({ length: many }, (_, index) => ({
        path: `T${index}`,
        name: `T${index}`,
        counts: counts({ missed: 1 }),
        new: 1,
        still: 0,
      })),
      unassigned: Array.from({ length: many }, (_, index) => ({
        node: `N${index}`,
        server: 'SP1',
        rule: 'no rule fits',
      })),
      findings: Array.from({ length: many }, (_, index) => ({
        kind: 'rows-refused',
        subject: `S${index}`,
        since: '2026-11-19T04:00:00Z',
      })),
      deliveries: {
        accepted: 0,
        due: 3,
        refused: Array.from({ length: many }, (_, index) => ({ conversation: `C${index}`, reason: 'gone' })),
      },
    });

    expect(lists(card).map((list) => [list.rows.length, list.total])).toEqual(Array(4).fill([10, many]));
    expect(said(card)).toContain('0 digests accepted \u00b7 3 still to go \u00b7 700 refused');
  });
});

describe('who, where, how', () => {
  it('whoami gives a stranger the ids and the place for them', () => {
    const text = said(
      whoamiCard({
        name: 'gus',
        provider: 'teams',
        workspace: 'W',
        user: 'U',
        standing: 'outsider',
        person: null,
        conversation: '19:c',
        bindings: null,
      }),
    );

    expect(text).toContain('this Teams account is not linked to a person');
    expect(text).toContain('Teams workspace: W\nTeams user: U\nConversation: 19:c');
    expect(text).not.toContain('This place');
    expect(text).toContain('Standing: from outside this workspace');
  });

  it('a greeting tells what will come, or which ids to give to whom', () => {
    const place = {
      service: 'University Backup',
      provider: 'slack' as const,
      kind: 'channel' as const,
      workspace: 'T0',
      conversation: 'C0',
    };
    const binding = { tenant: { path: 'UNI', name: 'University' }, digest: '07:30', zone };
    const bound = (purpose: 'digest' | 'manager' | 'approvals') =>
      said(greetingCard({ ...place, bindings: [{ ...binding, purpose }], managers: [] }));

    expect(bound('digest')).toContain("University (UNI): last night's backups every morning at 07:30 (Europe/Berlin)");
    expect(bound('manager')).toContain('morning report');
    expect(bound('approvals')).toContain('requests that wait for a decision');
    expect(said(greetingCard({ ...place, bindings: [], managers: ['Mina', 'Oskar'] }))).toContain(
      'Give these two ids to Mina or Oskar.',
    );
    expect(said(greetingCard({ ...place, bindings: [], managers: [] }))).toContain('whoever keeps backchat.yaml');
    expect(said(greetingCard({ ...place, kind: 'chat', bindings: [], managers: [] }))).toContain('for you alone');
  });

  it('help shows what to type, and one command in full', () => {
    const verb = {
      name: 'status',
      usage: '<node>',
      summary: 'How a machine is doing',
      example: 'status MYPC.IT',
      aliases: ['s'],
    };

    expect(said(helpCard([verb, { ...verb, name: 'whoami' }]))).toContain(
      'How a machine is doing: /backup status MYPC.IT',
    );
    expect(said(helpCard([verb]))).toBe(
      '/backup status <node> How a machine is doing\nFor example /backup status MYPC.IT\nAlso: s',
    );
  });

  it('a refusal sets apart what was typed and names its code', () => {
    const card = refusalCard('UNKNOWN_NODE', 'There is no node `A*B` here.', [{ name: 'Id', value: '42' }]);

    expect(card.blocks[0]).toEqual({ type: 'text', spans: ['There is no node ', { code: 'A*B' }, ' here.'] });
    expect(card.fallback).toBe('There is no node A*B here.');
    expect(said(card)).toContain('Id: 42\nUNKNOWN_NODE');
  });
});
