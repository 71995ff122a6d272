import { digestDue } from '../../src/domain/poll-plan';
import { inherit } from '../../src/domain/settings';
import { wordsOf } from './chat';
import { openWorld, type World } from './world';

/** Whole nights through the jobs: read, judged, told, on the nights where the clock is not what it seems. */

let world: World;
afterEach(() => world.close());

interface Judged {
  node: string;
  night: string;
  verdict: string | null;
  streak: number;
  outside: number;
}

const judged = (night: string) =>
  world.sql<Judged>(
    `SELECT n.name AS node, v.night::text AS night, v.verdict, v.streak, v.outside_runs AS outside
     FROM node_night v JOIN node n ON n.id = v.node_id WHERE v.night = $1 ORDER BY n.name`,
    [night],
  );

/** Both servers are read at a time, and what is due then is done. */
async function morning(at: string): Promise<void> {
  world.setClock(at);
  await world.collect('SP1');
  await world.collect('SP2');
  await world.arm();
  await world.settle();
}

const said = (conversation: string) => world.slack.in(conversation).map((message) => wordsOf(message.card));

describe('a night across midnight', () => {
  it('counts what starts before and after twelve as one night, and noon parts it from the next', async () => {
    world = await openWorld();
    for (const [name, start] of [
      ['A-EVENING.CHEM', '20:00'],
      ['B-LATE.CHEM', '23:59'],
      ['C-MIDNIGHT.CHEM', '00:00'],
      ['D-MORNING.CHEM', '05:59'],
      ['E-AFTER.CHEM', '06:00'],
      ['F-BEFORE.CHEM', '19:59'],
      ['G-NOON.CHEM', '12:00'],
    ] as const) {
      world.sp1.backsUp(`AT_${start}`, start, [name]);
      for (const date of ['2026-11-18', '2026-11-19']) world.sp1.tells(name, `${date} ${start}:00`, 'Completed');
    }
    await morning('2026-11-19 07:31');
    // The server shows what lies ahead of today as done: it is of the night that has not begun, and no number of this one.
    const night = await judged('2026-11-18');

    expect(night.map(({ node, verdict, outside }) => [node, verdict, outside])).toEqual([
      ['A-EVENING.CHEM', 'ok', 0],
      ['B-LATE.CHEM', 'ok', 0],
      ['C-MIDNIGHT.CHEM', 'ok', 0],
      ['D-MORNING.CHEM', 'ok', 0],
      ['E-AFTER.CHEM', null, 1],
      ['F-BEFORE.CHEM', null, 1],
      ['G-NOON.CHEM', null, 1],
    ]);
    expect(said('CCHEM')).toEqual([
      expect.stringMatching(/night Wed 18 Nov: 4 of 4 .* 3 runs outside the night window, none of them bad/),
    ]);
  });

  it('carries a streak over a run that begins on the other side of midnight', async () => {
    world = await openWorld();
    world.sp1.backsUp('EARLY', '00:30', ['A.CHEM']);
    world.sp1.tells('A.CHEM', '2026-11-18 00:30:00', 'Missed');
    world.sp1.tells('A.CHEM', '2026-11-19 00:30:00', 'Missed');
    await morning('2026-11-19 07:31');

    expect((await judged('2026-11-17'))[0]).toMatchObject({ verdict: 'missed', streak: 1 });
    expect((await judged('2026-11-18'))[0]).toMatchObject({ verdict: 'missed', streak: 2 });
  });
});

describe('the night in which summer time ends', () => {
  // At 03:00 the clock goes back to 02:00: 02:30 passes twice, and the server writes both as 02:30.
  beforeEach(async () => {
    world = await openWorld({ now: '2026-10-25T07:28:00' });
    world.sp1.backsUp('AT_0230', '02:30', ['A.CHEM', 'B.CHEM']);
    world.sp1.tells('A.CHEM', '2026-10-24 02:30:00', 'Missed');
    world.sp1.tells('A.CHEM', '2026-10-25 02:30:00', 'Missed');
    world.sp1.tells('B.CHEM', '2026-10-25 02:30:00', 'Completed');
  });

  it('has one backup of a schedule at half past two, and adds one to its streak', async () => {
    await morning('2026-10-25 07:31');

    expect(await judged('2026-10-24')).toMatchObject([
      { node: 'A.CHEM', verdict: 'missed', streak: 2 },
      { node: 'B.CHEM', verdict: 'ok', streak: 0 },
    ]);
    expect(said('CCHEM')[0]).toMatch(/night Sat 24 Oct 1 of 2 OK .* STILL x2 A\.CHEM/);
  });

  it('keeps both starts of an hourly schedule apart; the later one makes the verdict', async () => {
    world.sp1.backsUp('HOURLY', '00:30', ['DB.CHEM'], { periodUnits: 'HOURS', durationUnits: 'MINUTES', duration: 10 });
    const starts = ['20:30', '21:30', '22:30', '23:30'].map((time) => `2026-10-24 ${time}:00`);
    starts.push(...['00:30', '01:30', '03:30', '04:30'].map((time) => `2026-10-25 ${time}:00`));
    for (const start of starts) world.sp1.tells('DB.CHEM', start, 'Completed');
    const twice = {
      node: 'DB.CHEM',
      domain: 'D',
      schedule: 'HOURLY',
      scheduledStart: '2026-10-25 02:30:00',
      reason: null,
    };
    world.sp1.events.push(
      // The server does not promise an order.
      { ...twice, actualStart: '2026-10-25 02:30:11', completed: '2026-10-25 02:31:00', status: 'Failed', result: 12 },
      {
        ...twice,
        actualStart: '2026-10-25 02:30:04',
        completed: '2026-10-25 02:31:00',
        status: 'Completed',
        result: 0,
      },
    );
    await morning('2026-10-25 07:31');

    const rows = await world.sql(
      "SELECT ordinal, status FROM event WHERE node_name = 'DB.CHEM' AND scheduled_start = '2026-10-25 02:30:00' ORDER BY ordinal",
    );
    expect(rows).toEqual([
      { ordinal: 0, status: 'Completed' },
      { ordinal: 1, status: 'Failed' },
    ]);
    // Nine starts, the last at 04:30 was well; the one that failed is a note.
    expect((await judged('2026-10-24')).find(({ node }) => node === 'DB.CHEM')).toMatchObject({ verdict: 'ok' });
    const [line] = await world.sql<{ detail: string }>(
      "SELECT detail FROM node_night v JOIN node n ON n.id = v.node_id WHERE n.name = 'DB.CHEM' AND night = '2026-10-24'",
    );
    expect(line?.detail).toMatch(/1 earlier run failed/);
  });

  it('is not judged before its second half past two is over', async () => {
    world.sp1.events = [];
    world.setClock('2026-10-25T02:29:00+02:00');
    await world.collect('SP1');
    const before = await judged('2026-10-24');
    world.setClock('2026-10-25T02:45:00+01:00');
    await world.collect('SP1');
    const during = await judged('2026-10-24');
    world.setClock('2026-10-25T04:28:00+01:00');
    await world.collect('SP1');

    expect(before.map(({ verdict }) => verdict)).toEqual([null, null]);
    expect(during.map(({ verdict }) => verdict)).toEqual(['running', 'running']);
    expect((await judged('2026-10-24')).map(({ verdict }) => verdict)).toEqual(['unknown', 'unknown']);
  });

  it('ends for its readers at half past seven by the clock on the wall, an hour later than the day before', async () => {
    await morning('2026-10-25 07:29');
    const early = said('CCHEM');
    await morning('2026-10-25 07:30');

    expect(early).toEqual([]);
    expect(said('CCHEM')).toHaveLength(1);
    const settings = inherit([{ zone: 'Europe/Berlin' }]);
    expect(digestDue('2026-10-23', settings, []).dueAt).toBe('2026-10-24T05:30:00.000Z');
    expect(digestDue('2026-10-24', settings, []).dueAt).toBe('2026-10-25T06:30:00.000Z');
  });
});

describe('the night in which summer time begins', () => {
  // At 02:00 the clock goes on to 03:00: there is no half past two.
  beforeEach(async () => {
    world = await openWorld({ now: '2027-03-28T07:28:00' });
    world.sp1.backsUp('AT_0230', '02:30', ['A.CHEM', 'B.CHEM']);
    world.sp1.tells('A.CHEM', '2027-03-27 02:30:00', 'Missed');
    world.sp1.tells('B.CHEM', '2027-03-27 02:30:00', 'Completed');
  });

  it('expects nothing of a schedule whose time does not come, and ends no streak', async () => {
    await morning('2027-03-28 07:31');
    world.sp1.tells('A.CHEM', '2027-03-29 02:30:00', 'Missed');
    world.sp1.tells('B.CHEM', '2027-03-29 02:30:00', 'Completed');
    const skipped = await judged('2027-03-27');
    await morning('2027-03-29 07:31');

    expect(skipped).toMatchObject([
      { node: 'A.CHEM', verdict: null },
      { node: 'B.CHEM', verdict: null },
    ]);
    expect(await judged('2027-03-28')).toMatchObject([
      { node: 'A.CHEM', verdict: 'missed', streak: 2 },
      { node: 'B.CHEM', verdict: 'ok', streak: 0 },
    ]);
    expect(said('CCHEM')[0]).toMatch(/night Sat 27 Mar: no backup was due/);
    expect(said('CCHEM')[1]).toMatch(/night Sun 28 Mar 1 of 2 OK .* STILL x2 A\.CHEM/);
  });

  it.each(['2027-03-28 02:30:00', '2027-03-28 03:30:00'])(
    'counts a backup that the server ran all the same, whatever it calls the time: %s',
    async (start) => {
      world.sp1.tells('A.CHEM', start, 'Missed');
      world.sp1.tells('B.CHEM', start, 'Completed');
      await morning('2027-03-28 07:31');

      expect(await judged('2027-03-27')).toMatchObject([
        { node: 'A.CHEM', verdict: 'missed', streak: 2 },
        { node: 'B.CHEM', verdict: 'ok', streak: 0 },
      ]);
      expect(said('CCHEM')[0]).toMatch(/night Sat 27 Mar 1 of 2 OK/);
    },
  );

  it('ends for its readers at half past seven by the clock on the wall, an hour earlier than the day before', async () => {
    await morning('2027-03-28 07:29');
    const early = said('CCHEM');
    await morning('2027-03-28 07:30');

    expect(early).toEqual([]);
    expect(said('CCHEM')).toHaveLength(1);
    const settings = inherit([{ zone: 'Europe/Berlin' }]);
    expect(digestDue('2027-03-26', settings, []).dueAt).toBe('2027-03-27T06:30:00.000Z');
    expect(digestDue('2027-03-27', settings, []).dueAt).toBe('2027-03-28T05:30:00.000Z');
  });
});

describe('a window of one’s own', () => {
  it('is waited for: nobody is told of a night that is still going on', async () => {
    world = await openWorld({ settings: { 'UNI/CHEM': { window: { from: '18:00', to: '09:00' } } } });
    world.sp1.backsUp('LATE', '08:30', ['A.CHEM']);
    world.sp1.backsUp('EARLY', '21:00', ['B.PHYS']);
    world.sp1.tells('B.PHYS', '2026-11-18 21:00:00', 'Completed');
    world.sp1.tells('A.CHEM', '2026-11-19 08:30:00', 'Completed');
    await morning('2026-11-19 07:31');
    const early = [said('CCHEM').length, said('CPHYS').length];
    await morning('2026-11-19 09:06');

    expect(early).toEqual([0, 1]);
    expect(said('CCHEM')).toEqual([expect.stringContaining('night Wed 18 Nov: 1 of 1')]);
  });
});
