import { DateTime } from 'luxon';
import { daysSince, daysUntil } from '../../src/domain/ages';

const berlin = 'Europe/Berlin';
const at = (iso: string) => DateTime.fromISO(iso);

it.each([
  ['2026-11-19T06:00:00Z', '2026-11-19T22:59:00Z', 0],
  ['2026-11-18T22:59:00Z', '2026-11-18T23:01:00Z', 1],
  ['2026-10-24T22:30:00Z', '2026-10-25T22:30:00Z', 0],
  ['2027-03-27T22:30:00Z', '2027-03-28T22:30:00Z', 2],
  ['2026-11-20T06:00:00Z', '2026-11-19T06:00:00Z', 0],
])('from %s to %s counts days of the calendar, not of 24 hours', (instant, now, days) => {
  expect(daysSince(instant, at(now), berlin)).toBe(days);
});

it('counts to a date as well, and nothing from nothing', () => {
  expect(daysUntil('2026-02-28T12:00:00Z', '2026-03-02', 'UTC')).toBe(2);
  expect(daysUntil(null, '2026-03-02', 'UTC')).toBeNull();
  expect(daysSince('long ago', at('2026-11-19T06:00:00Z'), berlin)).toBeNull();
});
