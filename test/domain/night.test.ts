import fc from 'fast-check';
import { DateTime } from 'luxon';
import {
  addNights,
  instantMillis,
  inWindow,
  isShown,
  nightName,
  nightOf,
  nightSpan,
  nightsBetween,
  toInstant,
  toWall,
  windowEnd,
  windowSpan,
} from '../../src/domain/night';

const berlin = 'Europe/Berlin';
const usual = { from: '20:00', to: '06:00' };

it.each([
  ['2026-11-18 12:00:00', '2026-11-18'],
  ['2026-11-18 23:59:59', '2026-11-18'],
  ['2026-11-19 00:00:00', '2026-11-18'],
  ['2026-11-19 11:59:59', '2026-11-18'],
  ['2027-01-01 01:30:00', '2026-12-31'],
  ['2028-03-01 05:00:00', '2028-02-29'],
])('%s belongs to the night of %s', (wall, night) => {
  expect(nightOf(wall)).toBe(night);
});

it('refuses text that is no wall time', () => {
  expect(() => nightOf('yesterday')).toThrow(RangeError);
  expect(() => toInstant('2026-02-30 10:00:00', berlin)).toThrow('not a wall time: 2026-02-30 10:00:00');
  expect(() => toInstant('2026-11-18 21:30', berlin)).toThrow(RangeError);
  expect(() => toInstant('2026-11-18 21:30:00', 'Europe/Atlantis')).toThrow('unknown time zone: Europe/Atlantis');
});

it('lists nights with both ends', () => {
  expect(nightsBetween('2026-02-27', '2026-03-01')).toEqual(['2026-02-27', '2026-02-28', '2026-03-01']);
  expect(nightsBetween('2026-03-02', '2026-03-01')).toEqual([]);
});

it.each([
  [usual, '2026-11-18 20:00:00', '2026-11-19 06:00:00'],
  [{ from: '13:00', to: '18:00' }, '2026-11-18 13:00:00', '2026-11-18 18:00:00'],
  [{ from: '01:00', to: '05:00' }, '2026-11-19 01:00:00', '2026-11-19 05:00:00'],
  [{ from: '20:00', to: '00:00' }, '2026-11-18 20:00:00', '2026-11-19 00:00:00'],
  [{ from: '08:00', to: '20:00' }, '2026-11-19 08:00:00', '2026-11-19 12:00:00'],
  [{ from: '20:00', to: '14:00' }, '2026-11-18 20:00:00', '2026-11-19 12:00:00'],
  [{ from: '20:00', to: '20:00' }, '2026-11-18 12:00:00', '2026-11-19 12:00:00'],
])('the window %j spans %s to %s', (window, from, to) => {
  expect(windowSpan('2026-11-18', window)).toEqual({ from, to });
});

it('counts the first moment of a window in, its last one out', () => {
  const span = windowSpan('2026-11-18', usual);
  expect(inWindow('2026-11-18 20:00:00', span)).toBe(true);
  expect(inWindow('2026-11-19 06:00:00', span)).toBe(false);
});

describe('the night on which summer time begins (28 March 2027, 02:00 becomes 03:00)', () => {
  it('counts a missing wall time on from the old time', () => {
    expect(toInstant('2027-03-28 02:30:00', berlin).toISO()).toBe('2027-03-28T01:30:00.000Z');
    expect(toWall(toInstant('2027-03-28 02:30:00', berlin), berlin)).toBe('2027-03-28 03:30:00');
    expect(isShown('2027-03-28 02:30:00', berlin)).toBe(false);
    expect(isShown('2027-03-28 03:00:00', berlin)).toBe(true);
  });

  it('has a window of nine hours', () => {
    const { from } = windowSpan('2027-03-27', usual);
    expect(windowEnd('2027-03-27', usual, berlin).diff(toInstant(from, berlin)).as('hours')).toBe(9);
  });
});

describe('the night on which summer time ends (25 October 2026, 03:00 becomes 02:00)', () => {
  it('takes the first of two equal wall times unless asked otherwise', () => {
    expect(toInstant('2026-10-25 02:30:00', berlin).toISO()).toBe('2026-10-25T00:30:00.000Z');
    expect(toInstant('2026-10-25 02:30:00', berlin, 'second').toISO()).toBe('2026-10-25T01:30:00.000Z');
    expect(isShown('2026-10-25 02:30:00', berlin)).toBe(true);
  });

  it('has a window of eleven hours', () => {
    const { from } = windowSpan('2026-10-24', usual);
    expect(windowEnd('2026-10-24', usual, berlin).diff(toInstant(from, berlin)).as('hours')).toBe(11);
  });

  it('ends a window in the doubled hour with the second one', () => {
    expect(windowEnd('2026-10-24', { from: '20:00', to: '02:30' }, berlin).toISO()).toBe('2026-10-25T01:30:00.000Z');
  });
});

it('agrees with the calendar of the zone wherever a wall time is shown once', () => {
  const zones = [berlin, 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC', 'Pacific/Apia'];
  const instants = fc.integer({ min: Date.UTC(2012, 0, 1), max: Date.UTC(2036, 0, 1) });
  fc.assert(
    fc.property(instants, fc.constantFrom(...zones), (at, zone) => {
      const whole = Math.floor(at / 1000) * 1000;
      const wall = toWall(DateTime.fromMillis(whole), zone);
      expect(wall).toBe(DateTime.fromMillis(whole, { zone }).toFormat('yyyy-MM-dd HH:mm:ss'));
      expect([instantMillis(wall, zone), instantMillis(wall, zone, 'second')]).toContain(whole);
      expect(isShown(wall, zone)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

it('never throws for text that is no wall time when asked for milliseconds', () => {
  fc.assert(fc.property(fc.string(), (text) => Number.isNaN(instantMillis(text, berlin))));
  expect(instantMillis('2026-11-18 21:30:60', berlin)).toBeNaN();
  expect(instantMillis('2026-11-18 24:00:00', berlin)).toBeNaN();
});

it('spans every night from noon to noon without a gap', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date('1990-01-01'), max: new Date('2060-01-01'), noInvalidDate: true }), (date) => {
      const night = date.toISOString().slice(0, 10);
      expect(nightSpan(night).to).toBe(nightSpan(addNights(night, 1)).from);
      expect(nightOf(nightSpan(night).from)).toBe(night);
    }),
  );
});

it('names a night in its own words, whatever the locale data say', () => {
  expect(nightName('2026-11-18')).toBe('Wed 18 Nov');
  expect(nightName('2026-09-06')).toBe('Sun 6 Sep');
});
