import { wordsOf } from './chat';
import { node } from './scripted-server';
import { dieAt, openWorld, type World } from './world';

let world: World;
beforeEach(async () => {
  world = await openWorld();
  world.sp1.backsUp('NIGHTLY', '21:30', ['NMR1.CHEM', 'NMR2.CHEM', 'LASER1.PHYS']);
});
afterEach(() => world.close());

/** The nights of a node as they are judged, oldest first. */
async function nightsOf(name: string): Promise<{ night: string; verdict: string | null; streak: number }[]> {
  return world.sql(
    `SELECT v.night::text AS night, v.verdict, v.streak FROM node_night v JOIN node n ON n.id = v.node_id
     WHERE n.name = $1 ORDER BY v.night`,
    [name],
  );
}

const lastNight = (name: string) => nightsOf(name).then((nights) => nights.at(-1));
const findings = (kind: string) =>
  world.sql<{ subject: string; detail: Record<string, unknown>; closed: boolean }>(
    'SELECT subject, detail, closed_at IS NOT NULL AS closed FROM finding WHERE kind = $1 ORDER BY id',
    [kind],
  );

describe('reading a server', () => {
  it('asks for all that it remembers the first time, then only for nights that may still change', async () => {
    await world.collect('SP1');
    const first = world.sp1.asked.filter((question) => question.startsWith('events'));
    world.sp1.asked.length = 0;
    world.setClock('2026-11-19 07:43');
    await world.collect('SP1');
    const morning = world.sp1.asked.filter((question) => question.startsWith('events'));
    world.sp1.asked.length = 0;
    world.setClock('2026-11-19 18:13');
    await world.collect('SP1');
    world.setClock('2026-11-19 20:13');
    world.sp1.asked.length = 0;
    await world.collect('SP1');

    expect(first).toEqual(['events 2026-11-08..2026-11-17', 'events 2026-11-18..2026-11-18']);
    expect(morning).toEqual(['events 2026-11-18..2026-11-18']);
    expect(world.sp1.asked.filter((question) => question.startsWith('events'))).toEqual([
      'events 2026-11-19..2026-11-19',
    ]);
  });

  it('goes back to the nights that were open when it was last read, after days of silence', async () => {
    await world.collect('SP1');
    world.sp1.asked.length = 0;
    world.setClock('2026-11-22 09:13');
    await world.collect('SP1');

    expect(world.sp1.asked.filter((question) => question.startsWith('events'))).toEqual([
      'events 2026-11-18..2026-11-21',
    ]);
  });

  it('reads nodes, schedules and associations every six hours, not every quarter', async () => {
    for (const at of ['07:28', '07:43', '13:27', '13:28']) {
      world.setClock(`2026-11-19 ${at}`);
      await world.collect('SP1');
    }

    expect(world.sp1.asked.filter((question) => question === 'nodes')).toHaveLength(2);
  });

  it('changes nothing when it hears the same again', async () => {
    world.sp1.tells('NMR1.CHEM', '2026-11-18 21:30:00', 'Failed');
    const everything = async () => {
      const rows: unknown[] = [];
      for (const table of [
        'event',
        'node_night',
        'node',
        'node_tenant',
        'association',
        'schedule',
        'finding',
        'outbox',
      ])
        rows.push(
          await world.sql(`SELECT '${table}' AS of, xmin::text AS changed, t.* FROM ${table} t ORDER BY t::text`),
        );
      return rows;
    };
    await world.collect('SP1');
    const before = await everything();
    world.setClock('2026-11-19 07:43');
    await world.collect('SP1');

    expect(await everything()).toEqual(before);
  });

  it('is judged by what it says now, and sets its next reading', async () => {
    world.setClock('2026-11-18 22:13');
    world.sp1.tells('NMR1.CHEM', '2026-11-18 21:30:00', 'In Progress');
    world.sp1.tells('NMR2.CHEM', '2026-11-18 21:30:00', 'Pending');
    await world.collect('SP1');
    const evening = await Promise.all([lastNight('NMR1.CHEM'), lastNight('NMR2.CHEM')]);
    world.sp1.tells('NMR1.CHEM', '2026-11-18 21:30:00', 'Completed');
    world.sp1.tells('NMR2.CHEM', '2026-11-18 21:30:00', 'Missed');
    world.setClock('2026-11-18 22:45');
    await world.collect('SP1');

    expect(evening.map((night) => night?.verdict)).toEqual(['running', 'running']);
    expect(await lastNight('NMR1.CHEM')).toMatchObject({ verdict: 'ok', streak: 0 });
    expect(await lastNight('NMR2.CHEM')).toMatchObject({ verdict: 'missed', streak: 1 });
    expect(await world.sql("SELECT wall FROM timer WHERE kind = 'collect'")).toEqual([{ wall: '2026-11-18 22:58:00' }]);
  });

  it('keeps what a server has forgotten: an edited schedule makes nothing uncertain', async () => {
    world.sp1.tells('NMR1.CHEM', '2026-11-18 21:30:00', 'Completed');
    world.sp1.tells('NMR2.CHEM', '2026-11-18 21:30:00', 'Missed');
    await world.collect('SP1');
    world.sp1.tells('NMR1.CHEM', '2026-11-18 21:30:00', 'Uncertain');
    world.sp1.events = world.sp1.events.filter((row) => row.node !== 'NMR2.CHEM');
    world.setClock('2026-11-19 08:13');
    await world.collect('SP1');

    expect((await lastNight('NMR1.CHEM'))?.verdict).toBe('ok');
    expect((await lastNight('NMR2.CHEM'))?.verdict).toBe('missed');
  });

  it('puts a node of nobody on the list with the rules named', async () => {
    world.sp1.backsUp('OTHER', '23:00', ['KIOSK3']);
    await world.collect('SP1');

    expect(await world.deps.store.unassigned()).toMatchObject([{ node: 'KIOSK3', server: 'SP1' }]);
  });
});

describe('a server that cannot be read', () => {
  const down = { code: 'SERVER_TIMEOUT' as const, reason: 'SP1 did not answer within 120 s.' };

  it('is a stored fact, since when and why, while the other one is read', async () => {
    world.sp2.backsUp('NIGHTLY', '21:30', ['WEB1.PHYS']);
    world.sp2.tells('WEB1.PHYS', '2026-11-18 21:30:00', 'Completed');
    world.sp1.down = down;
    await world.collect('SP1');
    world.setClock('2026-11-19 07:43');
    await world.collect('SP1');
    await world.collect('SP2');
    const [sp1, sp2] = await world.deps.store.servers();

    expect(sp1).toMatchObject({
      state: 'unreadable',
      unreadable: { since: '2026-11-19T06:28:00.000Z', code: 'SERVER_TIMEOUT', reason: down.reason },
    });
    expect(sp2).toMatchObject({ state: 'readable', unreadable: null });
    expect((await lastNight('WEB1.PHYS'))?.verdict).toBe('ok');
  });

  it('makes what was due unknown, not bad and not good, and moves no streak', async () => {
    world.setClock('2026-11-17 23:13');
    world.sp1.tells('NMR1.CHEM', '2026-11-16 21:30:00', 'Missed');
    world.sp1.tells('NMR1.CHEM', '2026-11-17 21:30:00', 'Missed');
    world.sp1.tells('NMR2.CHEM', '2026-11-17 21:30:00', 'Completed');
    await world.collect('SP1');
    world.sp1.down = down;
    world.setClock('2026-11-19 07:28');
    await world.collect('SP1');

    expect(await nightsOf('NMR1.CHEM').then((nights) => nights.slice(-3))).toEqual([
      { night: '2026-11-16', verdict: 'missed', streak: 1 },
      { night: '2026-11-17', verdict: 'missed', streak: 2 },
      { night: '2026-11-18', verdict: 'unknown', streak: 0 },
    ]);
    const [stored] = await world.sql<{ units: { streak: number }[] }>(
      "SELECT units FROM node_night v JOIN node n ON n.id = v.node_id WHERE n.name = 'NMR1.CHEM' AND night = '2026-11-18'",
    );
    expect(stored?.units).toMatchObject([{ streak: 2 }]);
    expect((await lastNight('NMR2.CHEM'))?.verdict).toBe('unknown');

    world.sp1.down = null;
    world.sp1.tells('NMR1.CHEM', '2026-11-18 21:30:00', 'Missed');
    world.setClock('2026-11-19 09:43');
    await world.collect('SP1');

    expect(await lastNight('NMR1.CHEM')).toEqual({ night: '2026-11-18', verdict: 'missed', streak: 3 });
  });

  it('gives the manager one notice, which is edited when it is over', async () => {
    world.sp1.down = down;
    for (const minute of ['28', '43', '58']) {
      world.setClock(`2026-11-19 07:${minute}`);
      await world.collect('SP1');
      await world.settle();
    }
    const during = world.slack.in('CSERVICE').map((message) => wordsOf(message.card));
    world.sp1.down = null;
    world.setClock('2026-11-19 08:13');
    await world.collect('SP1');
    await world.settle();
    const after = world.slack.in('CSERVICE');

    expect(during).toEqual([expect.stringContaining('cannot be read')]);
    expect(during[0]).toContain(down.reason);
    expect(after).toMatchObject([{ edits: 1 }]);
    expect(after.map((message) => wordsOf(message.card))).toEqual([expect.stringContaining('can be read again')]);
  });

  it('changes its notice when the reason changes', async () => {
    world.sp1.down = down;
    await world.collect('SP1');
    await world.settle();
    world.sp1.down = { code: 'SERVER_LOGIN', reason: 'SP1 refused the password of CHATOPS.' };
    world.setClock('2026-11-19 07:43');
    await world.collect('SP1');
    await world.settle();

    expect(world.slack.in('CSERVICE')).toMatchObject([{ edits: 1 }]);
    expect(world.slack.in('CSERVICE').map((message) => wordsOf(message.card))).toEqual([
      expect.stringContaining('refused the password'),
    ]);
  });
});

describe('rows that do not fit', () => {
  it('are counted, kept with the poll and told to the manager, and the others are used', async () => {
    world.sp1.tells('NMR1.CHEM', '2026-11-18 21:30:00', 'Completed');
    world.sp1.refused = [
      { query: 'events', reason: 'STATUS is missing', row: '{"NODE_NAME":"NMR2.CHEM"}' },
      { query: 'events', reason: 'RESULT is `many`', row: '{}' },
    ];
    await world.collect('SP1');
    await world.settle();

    expect((await lastNight('NMR1.CHEM'))?.verdict).toBe('ok');
    // Two windows of nights are read at first, and each answer has them.
    expect(await world.sql('SELECT outcome, refused, refusals FROM poll')).toEqual([
      { outcome: 'ok', refused: 4, refusals: expect.arrayContaining(world.sp1.refused) },
    ]);
    const [notice] = world.slack.in('CSERVICE');
    expect(notice && wordsOf(notice.card)).toMatch(/4 rows of.*SP1.*events.*STATUS is missing/);

    world.sp1.refused = [];
    world.setClock('2026-11-19 07:43');
    await world.collect('SP1');
    expect(await findings('rows-refused')).toMatchObject([{ subject: 'SP1', closed: true }]);
  });
});

describe('a machine that changes', () => {
  const laser = '2026-11-18 21:30:00';
  const rename = (from: string, to: string) => {
    for (const row of world.sp1.nodes) if (row.node === from) row.node = to;
    for (const row of world.sp1.associations) if (row.node === from) row.node = to;
  };
  const nodes = () =>
    world.sql('SELECT name, registered, gone_at IS NOT NULL AS gone FROM node ORDER BY id') as Promise<
      { name: string; registered: string; gone: boolean }[]
    >;

  it('is the same under a new name that the activity log tells of, with its streak', async () => {
    world.sp1.tells('LASER1.PHYS', laser, 'Missed');
    await world.collect('SP1');
    rename('LASER1.PHYS', 'MASER1.PHYS');
    world.sp1.messages.push({
      at: '2026-11-19 10:31:05',
      number: 2017,
      severity: 'I',
      node: null,
      schedule: null,
      session: 41,
      text: 'ANR2017I Administrator KLAUS issued command: RENAME NODE LASER1.PHYS MASER1.PHYS',
    });
    // A second machine with the same registration comes at the same time: only the log tells which is which.
    world.sp1.backsUp('OTHER', '23:00', ['MASER2.PHYS']);
    world.sp1.tells('MASER1.PHYS', '2026-11-19 21:30:00', 'Missed', { schedule: 'NIGHTLY' });
    world.setClock('2026-11-20 07:28');
    await world.collect('SP1');

    expect(await nightsOf('MASER1.PHYS').then((nights) => nights.slice(-2))).toEqual([
      { night: '2026-11-18', verdict: 'missed', streak: 1 },
      { night: '2026-11-19', verdict: 'missed', streak: 2 },
    ]);
    expect((await nodes()).map(({ name }) => name)).toEqual(['NMR1.CHEM', 'NMR2.CHEM', 'MASER1.PHYS', 'MASER2.PHYS']);
  });

  it('is believed to be the same when just one vanished and one came with its registration', async () => {
    world.sp1.nodes = world.sp1.nodes.map((row, index) => ({ ...row, registered: `2024-03-0${index + 1} 09:00:00` }));
    world.sp1.tells('LASER1.PHYS', laser, 'Missed');
    await world.collect('SP1');
    rename('LASER1.PHYS', 'MASER1.PHYS');
    world.setClock('2026-11-19 14:28');
    await world.collect('SP1');

    expect(await nodes()).toHaveLength(3);
    expect(await nightsOf('MASER1.PHYS')).toContainEqual({ night: '2026-11-18', verdict: 'missed', streak: 1 });
    expect(await world.sql("SELECT detail FROM audit WHERE action = 'node renamed'")).toEqual([
      { detail: { server: 'SP1', from: 'LASER1.PHYS', to: 'MASER1.PHYS' } },
    ]);
  });

  it('is a new one with an empty history when it was registered anew under its old name, and the manager hears of it', async () => {
    world.sp1.tells('LASER1.PHYS', laser, 'Missed');
    await world.collect('SP1');
    world.sp1.nodes = world.sp1.nodes.map((row) =>
      row.node === 'LASER1.PHYS' ? node('LASER1.PHYS', { registered: '2026-11-19 11:05:17' }) : row,
    );
    world.sp1.tells('LASER1.PHYS', '2026-11-19 21:30:00', 'Missed');
    world.setClock('2026-11-20 07:28');
    await world.collect('SP1');
    await world.settle();

    const twins = await world.sql(
      `SELECT n.registered, n.gone_at IS NOT NULL AS gone, v.night::text AS night, v.streak
       FROM node n JOIN node_night v ON v.node_id = n.id WHERE n.name = 'LASER1.PHYS' AND v.verdict = 'missed' ORDER BY v.night`,
    );
    expect(twins).toEqual([
      { registered: '2024-03-01 09:00:00', gone: true, night: '2026-11-18', streak: 1 },
      { registered: '2026-11-19 11:05:17', gone: false, night: '2026-11-19', streak: 1 },
    ]);
    const [notice] = world.slack.in('CSERVICE');
    expect(notice && wordsOf(notice.card)).toMatch(
      /LASER1\.PHYS was registered anew.*SP1.*2024-03-01 09:00:00.*2026-11-19 11:05:17/,
    );
  });

  it('is not believed to be gone when half of all seem to vanish at once', async () => {
    world.sp1.backsUp('OTHER', '23:00', ['A.CHEM', 'B.CHEM', 'C.CHEM']);
    await world.collect('SP1');
    const all = world.sp1.nodes;
    world.sp1.nodes = all.slice(0, 3);
    world.setClock('2026-11-19 14:28');
    await world.collect('SP1');
    await world.settle();

    expect((await nodes()).filter(({ gone }) => gone)).toEqual([]);
    expect(world.slack.in('CSERVICE').map((message) => wordsOf(message.card))).toEqual([
      expect.stringMatching(/list of nodes of SP1 looks wrong.*3 of 6 nodes/),
    ]);

    world.sp1.nodes = all;
    world.setClock('2026-11-19 20:43');
    await world.collect('SP1');
    expect(await findings('nodes-suspicious')).toMatchObject([{ closed: true }]);
  });

  it('keeps its nights with the department it had when the rules give it to another', async () => {
    world.sp1.nodes = world.sp1.nodes.map((row, index) => ({ ...row, registered: `2024-03-0${index + 1} 09:00:00` }));
    world.sp1.tells('LASER1.PHYS', laser, 'Missed');
    await world.collect('SP1');
    world.sp1.tells('LASER1.CHEM', '2026-11-19 21:30:00', 'Missed', { schedule: 'NIGHTLY' });
    rename('LASER1.PHYS', 'LASER1.CHEM');
    world.sp1.messages.push({
      at: '2026-11-19 10:31:05',
      number: 2017,
      severity: 'I',
      node: null,
      schedule: null,
      session: 41,
      text: 'ANR2017I Administrator KLAUS issued command: RENAME NODE LASER1.PHYS LASER1.CHEM',
    });
    world.setClock('2026-11-20 07:28');
    await world.collect('SP1');

    expect(
      await world.sql(
        `SELECT v.night::text AS night, t.path FROM node_night v JOIN node n ON n.id = v.node_id JOIN tenant t ON t.id = v.tenant_id
         WHERE n.name = 'LASER1.CHEM' AND v.verdict = 'missed' ORDER BY v.night`,
      ),
    ).toEqual([
      { night: '2026-11-18', path: 'UNI/PHYS' },
      { night: '2026-11-19', path: 'UNI/CHEM' },
    ]);
  });
});

describe('a reading that dies', () => {
  it.each([
    'saveMessages',
    'saveNodes',
    'saveAssociations',
    'inventoryTaken',
    'assign',
    'saveEvents',
    'saveNodeNights',
    'finishPoll',
  ] as const)('at %s is made up for by the next one', async (call) => {
    world.sp1.tells('NMR1.CHEM', '2026-11-17 21:30:00', 'Missed');
    world.sp1.tells('NMR1.CHEM', '2026-11-18 21:30:00', 'Missed');
    world.sp1.tells('NMR2.CHEM', '2026-11-18 21:30:00', 'Completed');
    dieAt(world, call);
    await expect(world.collect('SP1')).rejects.toThrow(`killed at ${call}`);
    expect((await world.deps.store.lastPolls()).size).toBe(0);
    world.setClock('2026-11-19 07:33');
    await world.collect('SP1');

    expect(await lastNight('NMR1.CHEM')).toEqual({ night: '2026-11-18', verdict: 'missed', streak: 2 });
    expect((await lastNight('NMR2.CHEM'))?.verdict).toBe('ok');
    expect(await world.sql('SELECT count(*)::int AS n FROM node_tenant WHERE tenant_id IS NOT NULL')).toEqual([
      { n: 3 },
    ]);
    expect((await world.deps.store.server(1))?.state).toBe('readable');
  });
});
