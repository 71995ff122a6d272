import { nightOf } from '../../src/domain/night';
import type { Material, NightContext, NightEvent } from '../../src/domain/night-material';
import type { NodeNight } from '../../src/domain/node-night';
import { defaultSettings, type Exclusion } from '../../src/domain/settings';
import { judgeNode } from '../../src/domain/verdict';
import type { ScheduleRow } from '../../src/protect/protect';
import { association, context, event, material, message, schedule } from './material';

const daily = schedule('DAILY', '21:30:00');

function judge(
  more: Partial<Material>,
  where: Partial<NightContext> = {},
  schedules: ScheduleRow[] = [daily],
): NodeNight {
  return judgeNode(material(more), context(where, schedules));
}

/** Nights of one node in a row, each judged from its own events and the night before. */
function fold(nights: (NightEvent | null)[][], more: Partial<Material> = {}): NodeNight[] {
  const judged: NodeNight[] = [];
  nights.forEach((events, index) => {
    const night = `2026-11-${String(index + 1).padStart(2, '0')}`;
    const morning = `2026-11-${String(index + 2).padStart(2, '0')}`;
    judged.push(
      judge(
        {
          ...more,
          events: events
            .filter((each) => each !== null)
            .map((each) => ({ ...each, scheduledStart: `${night} ${each.scheduledStart.slice(11)}` })),
          before: judged.at(-1) ?? null,
        },
        { night, lastGoodPoll: `${morning}T06:28:00.000Z`, now: `${morning}T06:30:00.000Z` },
      ),
    );
  });
  return judged;
}

const said = ({ verdict, population, streak }: NodeNight) => [verdict, population, streak];

describe('one schedule', () => {
  it('that completed is well, with the instant of its end', () => {
    expect(judge({ events: [event('Completed')], associations: [association()] })).toEqual({
      nodeId: 7,
      night: '2026-11-18',
      serverId: 1,
      tenantId: 3,
      verdict: 'ok',
      population: 'steady',
      streak: 0,
      cause: null,
      detail: null,
      lastGoodAt: '2026-11-18T21:10:40.000Z',
      outsideRuns: 0,
      outsideBad: 0,
      units: [
        {
          domain: 'D',
          schedule: 'DAILY',
          due: true,
          outcome: 'ok',
          scheduledStart: '2026-11-18 21:30:00',
          actualStart: '2026-11-18 21:32:11',
          completed: '2026-11-18 22:10:40',
          status: 'Completed',
          result: 0,
          streak: 0,
          recent: 'O',
          earlierBad: 0,
        },
      ],
    });
  });

  it('that failed tells why, and how much was not saved', () => {
    const judged = judge({
      events: [event('Failed')],
      messages: [
        message(4007, 'ANE4007E (Session: 1, Node: NMR2.CHEM) access denied', { schedule: 'DAILY' }),
        message(2579, 'ANR2579E Schedule DAILY failed (return code 12).', { at: '2026-11-18 22:12:00' }),
      ],
      runs: [{ startTime: '2026-11-18 21:32:12', schedule: 'DAILY', failed: 1037 }],
    });
    expect(judged).toMatchObject({ verdict: 'failed', population: 'new', streak: 1, cause: 'access-denied' });
    expect(judged.detail).toBe('1,037 files not saved');
    expect(judged.units[0]).toMatchObject({ recent: 'F', cause: 'access-denied', result: 12 });
  });

  it('that was cut tells after how long', () => {
    const cut = event('Severed', { actualStart: '2026-11-18 21:32:00', completed: null, result: null });
    const text = 'ANR0488W Session 1 for node NMR2.CHEM (WinNT) terminated - transfer rate is less than 256';
    const judged = judge({ events: [cut], messages: [message(488, text, { at: '2026-11-19 05:36:30' })] });
    expect(judged).toMatchObject({ verdict: 'severed', cause: 'throughput-limit', detail: 'cut after 8 h 04 m' });
  });

  it('that was cut on a DST night ran by the clock of the world', () => {
    const cut = event('Severed', {
      scheduledStart: '2026-10-24 21:30:00',
      actualStart: '2026-10-24 23:00:00',
      completed: '2026-10-25 05:00:00',
    });
    const where = { night: '2026-10-24', lastGoodPoll: '2026-10-25T06:28:00Z', now: '2026-10-25T06:30:00Z' };
    expect(judge({ events: [cut] }, where).detail).toBe('cut after 7 h 00 m');
  });

  it('takes no message for its cause that came before its start, after its end or from another schedule', () => {
    const denied = 'ANE4007E access denied';
    const judged = judge({
      events: [event('Failed')],
      messages: [
        message(4007, denied, { at: '2026-11-18 21:29:59' }),
        message(4007, denied, { at: '2026-11-18 23:00:00' }),
        message(4007, denied, { schedule: 'OTHER' }),
      ],
    });
    expect(judged.cause).toBe('client-error');
  });

  it.each([
    ['Completed', 8, 'notes'],
    ['Completed', 12, 'failed'],
    ['Failed - no restart', null, 'failed'],
    ['Missed', null, 'missed'],
    ['Started', null, 'running'],
    ['Uncertain', null, 'unknown'],
    ['Whatever', null, 'unknown'],
  ])('with %s and result %s is %s', (status, result, verdict) => {
    expect(judge({ events: [event(status, { result })] }).verdict).toBe(verdict);
  });

  it('is read as the tenant wants it', () => {
    const settings = { ...defaultSettings, treat: { Missed: 'excluded', 'Completed/8': 'failed' } as const };
    expect(judge({ events: [event('Missed')] }, { settings }).verdict).toBe('excluded');
    expect(judge({ events: [event('Completed', { result: 8 })] }, { settings }).verdict).toBe('failed');
  });

  it('does not take the end of a start-up window for the end of a backup', () => {
    expect(judge({ events: [event('Missed', { completed: '2026-11-18 23:30:00' })] }).lastGoodAt).toBeNull();
  });
});

describe('several starts in a night', () => {
  const at = (time: string, status: string) =>
    event(status, { schedule: 'LOGS', scheduledStart: `${time < '12' ? '2026-11-19' : '2026-11-18'} ${time}:00` });

  it('are judged by the last one; earlier bad ones are a note', () => {
    const judged = judge({ events: [at('20:00', 'Failed'), at('23:00', 'Missed'), at('04:00', 'Completed')] });
    expect(judged).toMatchObject({ verdict: 'ok', cause: null, detail: '2 earlier runs failed' });
    const worse = judge({ events: [at('20:00', 'Completed'), at('23:00', 'Failed'), at('04:00', 'Missed')] });
    expect(worse).toMatchObject({ verdict: 'missed', detail: '1 earlier run failed' });
  });

  it('count outside the window in one line only', () => {
    const judged = judge({
      events: [at('20:00', 'Completed'), at('06:00', 'Failed'), at('13:00', 'Missed'), at('19:59', 'Completed')],
    });
    expect(judged).toMatchObject({ verdict: 'ok', outsideRuns: 3, outsideBad: 2 });
    expect(judge({ events: [at('13:00', 'Failed')] })).toMatchObject({ verdict: null, outsideRuns: 1, units: [] });
  });

  it('with equal times on the night that has 25 hours are told apart by their ordinal', () => {
    const twice = (ordinal: number, status: string) =>
      event(status, { schedule: 'LOGS', scheduledStart: '2026-10-25 02:30:00', ordinal });
    const where = { night: '2026-10-24', lastGoodPoll: '2026-10-25T06:28:00Z', now: '2026-10-25T06:30:00Z' };
    expect(judge({ events: [twice(0, 'Failed'), twice(1, 'Completed')] }, where)).toMatchObject({
      verdict: 'ok',
      detail: '1 earlier run failed',
    });
    expect(judge({ events: [twice(1, 'Failed'), twice(0, 'Completed')] }, where).verdict).toBe('failed');
  });
});

describe('several schedules of a node', () => {
  it('make the worst of them its verdict', () => {
    const judged = judge({
      events: [event('Completed'), event('Missed', { schedule: 'B' }), event('Started', { schedule: 'C' })],
    });
    expect(judged).toMatchObject({ verdict: 'missed', cause: 'no-contact' });
    expect(judged.units.map((unit) => unit.schedule)).toEqual(['B', 'C', 'DAILY']);
  });

  it('of the same name in two domains are two', () => {
    const judged = judge({ events: [event('Completed'), event('Failed', { domain: 'E' })] });
    expect(judged.units).toHaveLength(2);
    expect(judged.verdict).toBe('failed');
  });

  it('keep their own streaks; the longest bad one is told', () => {
    const [, , third] = fold([
      [event('Missed')],
      [event('Missed'), event('Completed', { schedule: 'B' })],
      [event('Missed'), event('Failed', { schedule: 'B' })],
    ]);
    expect(third && said(third)).toEqual(['failed', 'still', 3]);
  });
});

describe('a node without any schedule', () => {
  it('is in no count', () => {
    expect(judge({}, {}, [])).toMatchObject({ verdict: null, population: 'steady', units: [], lastGoodAt: null });
  });

  it('is not judged by what an operator queued by hand, but its data count', () => {
    const action = event('Completed', { schedule: '@1', scheduledStart: '2026-11-18 22:00:00' });
    expect(judge({ events: [action] })).toMatchObject({
      verdict: null,
      units: [],
      lastGoodAt: '2026-11-18T21:10:40.000Z',
    });
    expect(judge({ events: [{ ...action, status: 'Failed', result: 12 }] })).toMatchObject({
      verdict: null,
      lastGoodAt: null,
    });
  });
});

describe('what was promised and never seen', () => {
  const unread = { lastGoodPoll: '2026-11-18T18:00:00.000Z' };

  it('is unknown when the server could not be read', () => {
    const judged = judge({ associations: [association()] }, unread);
    expect(judged).toMatchObject({ verdict: 'unknown', population: 'steady', cause: null });
    expect(judged.units[0]).toMatchObject({ due: true, scheduledStart: '2026-11-18 21:30:00', recent: '' });
    expect(judge({ associations: [association()] }, { lastGoodPoll: null }).verdict).toBe('unknown');
  });

  it('is unknown too when the server was read but has no record', () => {
    expect(judge({ associations: [association()] }).verdict).toBe('unknown');
  });

  it('counts from rows that lay ahead when the server was last read', () => {
    expect(judge({ events: [event('Future')] }, unread, []).verdict).toBe('unknown');
    expect(judge({ events: [event('Pending')] }, unread, []).verdict).toBe('unknown');
  });

  it('is not due yet before its time', () => {
    const early = { now: '2026-11-18T19:00:00.000Z', lastGoodPoll: '2026-11-18T18:58:00.000Z' };
    expect(judge({ associations: [association()] }, early)).toMatchObject({ verdict: null, units: [] });
    expect(judge({ events: [event('Future')] }, early)).toMatchObject({ verdict: null, units: [] });
  });

  it.each<[string, Partial<Material>, ScheduleRow]>([
    ['associated after the start', { associations: [association({ firstSeenAt: '2026-11-18T20:31:00Z' })] }, daily],
    ['no longer associated', { associations: [association({ goneAt: '2026-11-18T12:00:00Z' })] }, daily],
    ['registered after the start', { node: { ...material().node, registered: '2026-11-18 22:00:00' } }, daily],
    ['gone before the start', { node: { ...material().node, goneAt: '2026-11-18T20:00:00Z' } }, daily],
    ['changed after the start', {}, { ...daily, changed: '2026-11-19 06:20:44' }],
    ['outside the window', {}, schedule('DAILY', '14:00:00')],
  ])('is not due when %s', (_, more, row) => {
    expect(judge({ associations: [association()], ...more }, unread, [row]).verdict).toBeNull();
  });

  it('is not due when the schedule was deleted before', () => {
    const schedules = new Map([['D/DAILY', { definition: { ...daily }, goneAt: '2026-11-18T12:00:00Z' }]]);
    expect(judge({ associations: [association()] }, { ...unread, schedules }).verdict).toBeNull();
  });

  it('is due although association, node or schedule went after the start', () => {
    const gone = '2026-11-18T21:00:00Z';
    const schedules = new Map([['D/DAILY', { definition: { ...daily }, goneAt: gone }]]);
    const node = { ...material().node, goneAt: gone };
    expect(judge({ node, associations: [association({ goneAt: gone })] }, { ...unread, schedules }).verdict).toBe(
      'unknown',
    );
  });

  it('stays due when the schedule is changed later and the server forgets', () => {
    const promised = judge({ associations: [association()] }, unread);
    const changed = { ...schedule('DAILY', '23:00:00'), changed: '2026-11-19 06:20:44' };
    expect(judge({ associations: [association()], stored: promised }, {}, [changed]).verdict).toBe('unknown');
  });

  it('does not count twice when rows show it', () => {
    const judged = judge({ associations: [association()], events: [event('Completed')] });
    expect(judged.units).toHaveLength(1);
    expect(judged.verdict).toBe('ok');
  });

  it('fills a gap among the rows of an hourly schedule', () => {
    const hourly = schedule('LOGS', '00:00:00', { periodUnits: 'HOURS', duration: 30, durationUnits: 'MINUTES' });
    const rows = [20, 21, 22].map((hour) =>
      event('Completed', { schedule: 'LOGS', scheduledStart: `2026-11-18 ${hour}:00:00` }),
    );
    const judged = judge({ associations: [association({ schedule: 'LOGS' })], events: rows }, unread, [hourly]);
    expect(judged.units[0]).toMatchObject({ outcome: 'unknown', scheduledStart: '2026-11-19 05:00:00' });
  });

  it('is left to the rows when they disagree with what the calendar says', () => {
    const odd = event('Completed', { scheduledStart: '2026-11-18 21:15:00' });
    const judged = judge({ associations: [association()], events: [odd] });
    expect(judged).toMatchObject({ verdict: 'ok' });
    expect(judged.units[0]).toMatchObject({ scheduledStart: '2026-11-18 21:15:00', earlierBad: 0 });
  });

  it('is not promised in the hour that summer time leaves out', () => {
    const missing = schedule('DAILY', '02:30:00');
    const where = { night: '2027-03-27', lastGoodPoll: null, now: '2027-03-28T05:30:00Z' };
    expect(judge({ associations: [association()] }, where, [missing]).verdict).toBeNull();
    expect(
      judge({ associations: [association()] }, { ...where, night: '2027-03-26', now: '2027-03-27T06:30:00Z' }, [
        missing,
      ]).verdict,
    ).toBe('unknown');
  });
});

describe('a row that lay ahead and was taken back', () => {
  const future = event('Future', { seenAt: '2026-11-18T12:00:00Z' });

  it('is void when the schedule was moved before its time', () => {
    const moved = { ...schedule('DAILY', '22:00:00'), changed: '2026-11-18 18:00:00' };
    expect(
      judge({ events: [future, event('Completed', { scheduledStart: '2026-11-18 22:00:00' })] }, {}, [moved]),
    ).toMatchObject({
      verdict: 'ok',
    });
  });

  it('is void when the association or the node went before its time', () => {
    const associations = [association({ goneAt: '2026-11-18T16:00:00Z' })];
    expect(judge({ events: [future], associations }).verdict).toBeNull();
    expect(
      judge({ events: [future], node: { ...material().node, goneAt: '2026-11-18T16:00:00Z' } }).verdict,
    ).toBeNull();
  });

  it('stands when the schedule was changed in something else', () => {
    const same = { ...daily, changed: '2026-11-18 18:00:00' };
    expect(judge({ events: [future] }, {}, [same]).verdict).toBe('unknown');
  });
});

describe('what has not ended', () => {
  const started = event('Started', { actualStart: '2026-11-18 21:32:00' });

  it('runs while the server is read', () => {
    expect(judge({ events: [started] })).toMatchObject({ verdict: 'running', population: 'steady' });
  });

  it('is unknown when the server fell silent', () => {
    expect(judge({ events: [started] }, { lastGoodPoll: '2026-11-19T04:00:00Z' }).verdict).toBe('unknown');
  });

  it('is unknown when the night has closed', () => {
    const closed = { now: '2026-11-19T17:00:00Z', lastGoodPoll: '2026-11-19T16:58:00Z' };
    expect(judge({ events: [started] }, closed).verdict).toBe('unknown');
  });

  it('may still begin while its start-up window lasts', () => {
    const inside = { now: '2026-11-18T21:00:00Z', lastGoodPoll: '2026-11-18T20:58:00Z' };
    expect(judge({ events: [event('Pending')] }, inside).verdict).toBe('running');
    const after = { now: '2026-11-18T22:31:00Z', lastGoodPoll: '2026-11-18T22:28:00Z' };
    expect(judge({ events: [event('Pending')] }, after).verdict).toBe('unknown');
  });

  it('may begin at any time when its start-up window has no end', () => {
    const open = schedule('DAILY', '21:30:00', { durationUnits: 'INDEFINITE' });
    expect(judge({ events: [event('Pending')] }, {}, [open]).verdict).toBe('running');
  });
});

describe('excluded', () => {
  const excluding = (exclusion: Partial<Exclusion>) => ({
    settings: { ...defaultSettings, exclude: [{ nodes: [], schedules: [], reason: 'field work', ...exclusion }] },
  });

  it.each<[boolean, Partial<Exclusion>]>([
    [true, { nodes: ['nmr*.chem'] }],
    [true, { nodes: ['*'], until: '2026-11-18' }],
    [true, { schedules: ['DAI??'] }],
    [true, { schedules: ['D/*'] }],
    [true, { nodes: ['NMR2.CHEM'], schedules: ['DAILY'] }],
    [false, { nodes: ['*'], until: '2026-11-17' }],
    [false, { nodes: ['NMR2'] }],
    [false, { nodes: ['NMR2.CHEM'], schedules: ['WEEKLY'] }],
    [false, {}],
  ])('is %s for %j', (excluded, exclusion) => {
    expect(judge({ events: [event('Missed')] }, excluding(exclusion)).verdict).toBe(excluded ? 'excluded' : 'missed');
  });

  it('also when nothing was seen, so that scheduled stays what it was', () => {
    expect(judge({ associations: [association()] }, excluding({ nodes: ['*'] })).verdict).toBe('excluded');
  });

  it('are decommissioned nodes', () => {
    const node = { ...material().node, facts: { decommissioned: true } };
    expect(judge({ node, events: [event('Missed')] }).verdict).toBe('excluded');
    expect(judge({ node }).verdict).toBeNull();
  });

  it('tells nothing about the runs outside the window either', () => {
    const outside = event('Failed', { scheduledStart: '2026-11-18 14:00:00' });
    expect(judge({ events: [outside] }, excluding({ nodes: ['*'] }))).toMatchObject({ outsideRuns: 0, outsideBad: 0 });
  });
});

describe('from night to night', () => {
  it('is new, still, recovered and steady', () => {
    const nights = fold(
      [['Completed'], ['Missed'], ['Failed'], ['Severed'], ['Completed'], ['Completed']].map(([status = '']) => [
        event(status),
      ]),
    );
    expect(nights.map(said)).toEqual([
      ['ok', 'steady', 0],
      ['missed', 'new', 1],
      ['failed', 'still', 2],
      ['severed', 'still', 3],
      ['ok', 'recovered', 0],
      ['ok', 'steady', 0],
    ]);
    expect(nights.map((each) => each.units[0]?.recent)).toEqual(['O', 'OM', 'OMF', 'OMFS', 'OMFSO', 'OMFSOO']);
    expect(nights.map((each) => each.units[0]?.endedStreak)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      3,
      undefined,
    ]);
  });

  it('is new on the first night that is known', () => {
    expect(said(judge({ events: [event('Missed')] }))).toEqual(['missed', 'new', 1]);
  });

  it('leaves a streak as it was over unknown and running nights', () => {
    const nights = fold([
      [event('Missed')],
      [event('Uncertain')],
      [event('Started')],
      [event('Missed')],
      [event('Completed')],
    ]);
    expect(nights.map(said)).toEqual([
      ['missed', 'new', 1],
      ['unknown', 'steady', 0],
      ['running', 'steady', 0],
      ['missed', 'still', 2],
      ['ok', 'recovered', 0],
    ]);
    expect(nights.map((each) => each.units[0]?.streak)).toEqual([1, 1, 1, 2, 0]);
    expect(nights.at(-1)?.units[0]?.recent).toBe('MMO');
  });

  it('counts the nights on which the schedule was due', () => {
    const nights = fold([[event('Missed', { schedule: 'WEEKLY' })], [], [], [event('Missed', { schedule: 'WEEKLY' })]]);
    expect(nights.map(said)).toEqual([
      ['missed', 'new', 1],
      [null, 'steady', 0],
      [null, 'steady', 0],
      ['missed', 'still', 2],
    ]);
    expect(nights[2]?.units[0]).toMatchObject({
      due: false,
      outcome: 'missed',
      streak: 1,
      scheduledStart: '2026-11-01 21:30:00',
    });
  });

  it('forgets a schedule that was taken from the node', () => {
    const associations = [association({ goneAt: '2026-11-01T20:59:00Z' })];
    const [first, second] = fold([[event('Missed')], []], { associations });
    expect(first?.units).toHaveLength(1);
    expect(second?.units).toHaveLength(0);
  });

  it('flaps at the third change in ten nights, and calms down', () => {
    const statuses = ['Completed', 'Missed', 'Completed', 'Missed', 'Completed', 'Completed', 'Missed'];
    expect(fold(statuses.map((status) => [event(status)])).map((each) => each.population)).toEqual([
      'steady',
      'new',
      'recovered',
      'flapping',
      'flapping',
      'steady',
      'flapping',
    ]);
    const calm = [...statuses, ...Array<string>(10).fill('Completed'), 'Missed'];
    expect(fold(calm.map((status) => [event(status)])).at(-1)?.population).toBe('new');
  });

  it('remembers the last good backup', () => {
    const good = judge({ events: [event('Completed')] });
    const bad = judge({ events: [event('Failed')], before: good });
    expect(bad.lastGoodAt).toBe('2026-11-18T21:10:40.000Z');
    const newer = judge({ events: [event('Failed')], before: good, lastBackupEnd: '2026-11-19 03:00:00' });
    expect(newer.lastGoodAt).toBe('2026-11-19T02:00:00.000Z');
    const older = judge({ events: [event('Failed')], before: good, lastBackupEnd: '2026-11-01 03:00:00' });
    expect(older.lastGoodAt).toBe('2026-11-18T21:10:40.000Z');
  });

  it('does not credit a past night with what was saved after it had closed', () => {
    expect(judge({ events: [event('Failed')], lastBackupEnd: '2026-11-25 03:00:00' }).lastGoodAt).toBeNull();
  });
});

it('judges a start after midnight in the night of the evening before', () => {
  const start = '2026-11-19 00:30:00';
  expect(nightOf(start)).toBe('2026-11-18');
  expect(judge({ events: [event('Missed', { scheduledStart: start })] }).verdict).toBe('missed');
  expect(judge({ events: [event('Missed', { scheduledStart: '2026-11-18 00:30:00' })] }).verdict).toBeNull();
});
