import fc from 'fast-check';
import { addNights, nightSpan } from '../../src/domain/night';
import { changedAt, dueStarts, startUpEnd } from '../../src/domain/schedule';
import type { ScheduleRow } from '../../src/protect/protect';
import { schedule } from './material';

function starts(more: Partial<ScheduleRow>, from: string, to: string): string[] {
  return dueStarts(schedule('S', more.startTime ?? '21:30:00', more), `${from} 00:00:00`, `${to} 00:00:00`);
}

function days(more: Partial<ScheduleRow>, from: string, to: string): string[] {
  return starts(more, from, to).map((start) => start.slice(0, 10));
}

describe('a classic schedule', () => {
  it('starts daily at its time', () => {
    expect(starts({}, '2026-11-18', '2026-11-20')).toEqual(['2026-11-18 21:30:00', '2026-11-19 21:30:00']);
  });

  it('counts every other day from its start date', () => {
    expect(days({ period: 2 }, '2026-11-17', '2026-11-22')).toEqual(['2026-11-17', '2026-11-19', '2026-11-21']);
  });

  it('starts hourly across midnight', () => {
    const hourly = schedule('LOGS', '00:15:00', { periodUnits: 'Hours', period: 2 });
    expect(dueStarts(hourly, '2026-11-18 20:00:00', '2026-11-19 02:00:00')).toEqual([
      '2026-11-18 20:15:00',
      '2026-11-18 22:15:00',
      '2026-11-19 00:15:00',
    ]);
  });

  it.each<[string, Partial<ScheduleRow>, string[]]>([
    ['WEEKDAY', {}, ['2026-11-16', '2026-11-17', '2026-11-18', '2026-11-19', '2026-11-20', '2026-11-23']],
    ['WEEKEND', {}, ['2026-11-21', '2026-11-22']],
    ['SUNDAY', { periodUnits: 'WEEKS' }, ['2026-11-22']],
    ['friday', { periodUnits: 'weeks' }, ['2026-11-20']],
    ['ANY', { periodUnits: 'WEEKS' }, ['2026-11-19']],
  ])('keeps to %s', (dayOfWeek, more, wanted) => {
    expect(days({ dayOfWeek, ...more }, '2026-11-16', '2026-11-24')).toEqual(wanted);
  });

  it('of every hour on weekdays rests on Saturday and Sunday', () => {
    const found = days({ periodUnits: 'HOURS', dayOfWeek: 'WEEKDAY' }, '2026-11-20', '2026-11-24');
    expect([...new Set(found)]).toEqual(['2026-11-20', '2026-11-23']);
  });

  it('moves from the 31st to the last day of short months and stays there', () => {
    const monthly = { periodUnits: 'MONTHS', startDate: '2025-12-31', changed: null };
    expect(days(monthly, '2025-12-01', '2026-06-01')).toEqual([
      '2025-12-31',
      '2026-01-31',
      '2026-02-28',
      '2026-03-28',
      '2026-04-28',
      '2026-05-28',
    ]);
  });

  it('of a year that began on 29 February goes on on the 28th', () => {
    const yearly = { periodUnits: 'YEARS', startDate: '2024-02-29' };
    expect(days(yearly, '2024-01-01', '2029-01-01')).toEqual([
      '2024-02-29',
      '2025-02-28',
      '2026-02-28',
      '2027-02-28',
      '2028-02-28',
    ]);
  });

  it('moves a monthly start to the wanted weekday', () => {
    const monthly = { periodUnits: 'MONTHS', startDate: '2026-09-01', dayOfWeek: 'SUNDAY', changed: null };
    expect(days(monthly, '2026-09-01', '2026-12-01')).toEqual(['2026-09-06', '2026-10-11', '2026-11-08']);
  });

  it('starts once when it is to start once', () => {
    expect(days({ periodUnits: 'ONETIME', startDate: '2026-11-18' }, '2026-11-01', '2026-12-01')).toEqual([
      '2026-11-18',
    ]);
  });
});

describe('an enhanced schedule', () => {
  const enhanced = { style: 'ENHANCED', period: null, periodUnits: null } as const;

  it.each<[string, Partial<ScheduleRow>, string[]]>([
    ['the first Sunday', { weekOfMonth: 'FIRST', dayOfWeek: 'SUNDAY' }, ['2026-10-04', '2026-11-01']],
    ['the last Friday', { weekOfMonth: 'LAST', dayOfWeek: 'FRIDAY' }, ['2026-10-30', '2026-11-27']],
    ['the last day', { dayOfMonth: '-1' }, ['2026-10-31', '2026-11-30']],
    ['the 2nd and the last but one', { dayOfMonth: '2,-2' }, ['2026-10-02', '2026-10-30', '2026-11-02', '2026-11-29']],
    ['October only', { month: 'OCTOBER', dayOfMonth: '31' }, ['2026-10-31']],
    [
      'two weeks',
      { weekOfMonth: 'FIRST,THIRD', dayOfWeek: 'MON' },
      ['2026-10-05', '2026-10-19', '2026-11-02', '2026-11-16'],
    ],
    [
      'Mondays and Fridays of one week',
      { weekOfMonth: 'SECOND', dayOfWeek: 'MONDAY, FRIDAY' },
      ['2026-10-09', '2026-10-12', '2026-11-09', '2026-11-13'],
    ],
  ])('keeps to %s', (_, more, wanted) => {
    expect(days({ ...enhanced, ...more }, '2026-10-01', '2026-12-01')).toEqual(wanted);
  });

  it('that names nothing starts daily', () => {
    expect(
      days({ ...enhanced, month: 'ANY', dayOfMonth: 'ANY', weekOfMonth: 'ANY' }, '2026-11-18', '2026-11-20'),
    ).toEqual(['2026-11-18', '2026-11-19']);
  });
});

it('tells no start before the schedule was last changed', () => {
  const changed = { changed: '2026-11-19 06:20:44' };
  expect(days(changed, '2026-11-17', '2026-11-21')).toEqual(['2026-11-19', '2026-11-20']);
  expect(changedAt(schedule('S', '21:30:00', changed))).toBe('2026-11-19 06:20:44');
  expect(changedAt(schedule('S', '21:30:00', { changed: null }))).toBeNull();
});

it('starts on the day of its expiration for the last time, and never before its start date', () => {
  expect(days({ expiration: '2026-11-18' }, '2026-11-17', '2026-11-21')).toEqual(['2026-11-17', '2026-11-18']);
  expect(days({ startDate: '2026-11-19' }, '2026-11-17', '2026-11-21')).toEqual(['2026-11-19', '2026-11-20']);
});

it.each<[number | null, string | null, string | null]>([
  [2, 'HOURS', '2026-11-19 00:30:00'],
  [30, 'Minutes', '2026-11-18 23:00:00'],
  [1, 'DAYS', '2026-11-19 22:30:00'],
  [null, null, '2026-11-18 23:30:00'],
  [1, 'INDEFINITE', null],
])('has a start-up window of %s %s', (duration, durationUnits, end) => {
  expect(startUpEnd(schedule('S', '22:30:00', { duration, durationUnits }), '2026-11-18 22:30:00')).toBe(end);
});

it('takes an hour for the start-up window of a schedule that is not known', () => {
  expect(startUpEnd(undefined, '2026-11-18 22:30:00')).toBe('2026-11-18 23:30:00');
});

it('has no starts when a field is not understood', () => {
  expect(days({ periodUnits: 'FORTNIGHTS' }, '2026-11-17', '2026-11-21')).toEqual([]);
  expect(days({ dayOfWeek: 'SOMEDAY' }, '2026-11-17', '2026-11-21')).toEqual([]);
  expect(days({ startDate: '00/00/0000' }, '2026-11-17', '2026-11-21')).toEqual([]);
  expect(days({ style: 'ENHANCED', dayOfMonth: 'first' }, '2026-11-17', '2026-11-21')).toEqual([]);
});

it('answers for a schedule that began in 1990 as for any other', () => {
  const old = { startDate: '1990-01-01', changed: null, startTime: '00:00:00' };
  expect(starts({ ...old, periodUnits: 'HOURS' }, '2026-11-18', '2026-11-19')).toHaveLength(24);
  expect(starts({ ...old, periodUnits: 'MONTHS', startDate: '0001-01-31' }, '2026-11-18', '2026-11-19')).toEqual([]);
});

it('whatever a schedule holds, its starts of a night lie in it, in order and each once', () => {
  const words = fc.constantFrom('ANY', 'WEEKDAY', 'MONDAY', 'LAST', 'FIRST', 'JUNE', '-1', '31', '', 'x', null);
  const fields = fc.record({
    startDate: fc.constantFrom('1990-01-31', '2026-11-18', '2030-01-01', '2026-02-30', ''),
    startTime: fc.constantFrom('00:00:00', '02:30', '23:59:59', '25:00:00'),
    duration: fc.option(fc.double()),
    durationUnits: words,
    period: fc.option(fc.integer()),
    periodUnits: fc.constantFrom('HOURS', 'DAYS', 'WEEKS', 'MONTHS', 'YEARS', 'ONETIME', 'x', null),
    dayOfWeek: words,
    expiration: fc.constantFrom(null, '2026-11-18', 'NEVER'),
    style: fc.constantFrom('CLASSIC', 'ENHANCED', null),
    month: words,
    dayOfMonth: words,
    weekOfMonth: words,
    changed: fc.constantFrom(null, '2026-11-18 21:00:00', 'x'),
  });
  fc.assert(
    fc.property(fields, fc.integer({ min: 0, max: 400 }), (definition, later) => {
      const span = nightSpan(addNights('2026-10-01', later));
      const found = dueStarts(definition, span.from, span.to);
      expect(found.every((start) => start >= span.from && start < span.to)).toBe(true);
      expect(found).toEqual([...new Set(found)].sort());
      expect(found.length).toBeLessThanOrEqual(24);
    }),
  );
});
