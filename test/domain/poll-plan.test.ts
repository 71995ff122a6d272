import fc from 'fast-check';
import { DateTime } from 'luxon';
import { toInstant, toWall, windowEnd } from '../../src/domain/night';
import { digestDue, nextPoll, nightsToRead } from '../../src/domain/poll-plan';
import { defaultSettings } from '../../src/domain/settings';

const berlin = 'Europe/Berlin';
const window = { from: '20:00', to: '06:00' };
const at = (iso: string) => DateTime.fromISO(iso, { zone: 'utc' });

function pollsFrom(wall: string, count: number): string[] {
  let now = toInstant(wall, berlin);
  return Array.from({ length: count }, () => {
    now = nextPoll(now, berlin, window, '18:00');
    return toWall(now, berlin).slice(11, 16);
  });
}

describe('the next poll', () => {
  it('comes every 15 minutes from the start of the window on', () => {
    expect(pollsFrom('2026-11-18 20:00:00', 4)).toEqual(['20:13', '20:28', '20:43', '20:58']);
  });

  it('comes once more right after the window, before a digest may go out', () => {
    expect(pollsFrom('2026-11-19 05:50:00', 3)).toEqual(['05:58', '06:01', '06:13']);
  });

  it('comes just before the digests of 07:30', () => {
    expect(pollsFrom('2026-11-19 07:14:00', 1)).toEqual(['07:28']);
  });

  it('goes on until the night closes, hourly from then to the next window', () => {
    expect(pollsFrom('2026-11-19 17:40:00', 5)).toEqual(['17:43', '17:58', '18:58', '19:58', '20:13']);
  });

  it('lies ahead by an hour at most, on DST nights too', () => {
    const instants = fc.integer({ min: Date.UTC(2026, 9, 20), max: Date.UTC(2027, 3, 5) });
    const times = fc.constantFrom('00:00', '02:30', '06:00', '13:00', '20:00', '23:45');
    fc.assert(
      fc.property(instants, times, times, times, (millis, from, to, closing) => {
        const now = DateTime.fromMillis(millis);
        const wait = nextPoll(now, berlin, { from, to }, closing).diff(now).as('minutes');
        expect(wait).toBeGreaterThan(0);
        expect(wait).toBeLessThanOrEqual(60);
      }),
    );
  });
});

describe('the nights that a poll reads', () => {
  const read = (now: string, lastGood: string | null, retentionDays: number | null = 10) =>
    nightsToRead({ now: at(now), zone: berlin, closing: '18:00', lastGood, retentionDays });

  it('are the night that runs, and the one before until it closes', () => {
    expect(read('2026-11-19T06:28:00Z', '2026-11-19T06:13:00Z')).toEqual(['2026-11-18']);
    expect(read('2026-11-19T12:00:00Z', '2026-11-19T11:58:00Z')).toEqual(['2026-11-18', '2026-11-19']);
    expect(read('2026-11-19T20:00:00Z', '2026-11-19T19:58:00Z')).toEqual(['2026-11-19']);
  });

  it('include one that closed since the last good poll', () => {
    expect(read('2026-11-19T17:58:00Z', '2026-11-19T16:58:00Z')).toEqual(['2026-11-18', '2026-11-19']);
  });

  it('reach back over an outage to the nights that were open when it began', () => {
    expect(read('2026-11-19T06:28:00Z', '2026-11-16T22:00:00Z')).toEqual(['2026-11-16', '2026-11-17', '2026-11-18']);
  });

  it('never reach further than the memory of the server', () => {
    expect(read('2026-11-19T06:28:00Z', '2026-09-01T22:00:00Z', 2)).toEqual(['2026-11-16', '2026-11-17', '2026-11-18']);
  });

  it('are all that it remembers at the first poll, 90 nights at most, 10 when it does not tell', () => {
    expect(read('2026-11-19T06:28:00Z', null, 3)[0]).toBe('2026-11-15');
    expect(read('2026-11-19T06:28:00Z', null, 9999)).toHaveLength(91);
    expect(read('2026-11-19T06:28:00Z', null, null)).toHaveLength(11);
    expect(read('2026-11-19T06:28:00Z', null, 0)).toHaveLength(2);
  });
});

describe('the digest of a night is due', () => {
  const settings = { ...defaultSettings, zone: berlin };
  const night = '2026-11-18';

  it("at the tenant's time on the morning after", () => {
    expect(digestDue(night, settings, [{ zone: berlin }])).toEqual({
      dueAt: '2026-11-19T06:30:00.000Z',
      wall: '2026-11-19 07:30:00',
      zone: berlin,
    });
  });

  it('five minutes after the window when that is later', () => {
    const early = { ...settings, digest: '05:00' };
    expect(digestDue(night, early, [{ zone: berlin }]).wall).toBe('2026-11-19 06:05:00');
  });

  it('when the last of its servers is done, wherever that stands', () => {
    const far = digestDue(night, settings, [{ zone: berlin }, { zone: 'America/New_York' }]);
    expect(far.wall).toBe('2026-11-19 12:05:00');
    expect(digestDue(night, settings, [{ zone: 'Asia/Tokyo' }]).wall).toBe('2026-11-19 07:30:00');
  });

  it('by its own clock when it uses no server at all', () => {
    expect(digestDue(night, settings, []).wall).toBe('2026-11-19 07:30:00');
  });

  it.each([
    ['2026-10-24', '2026-10-25T06:30:00.000Z'],
    ['2027-03-27', '2027-03-28T05:30:00.000Z'],
  ])('at the same local time on the DST night %s', (dst, dueAt) => {
    expect(digestDue(dst, settings, [{ zone: berlin }])).toEqual({
      dueAt,
      wall: expect.stringContaining('07:30'),
      zone: berlin,
    });
  });

  it('never before the window has ended on any server', () => {
    const zones = fc.constantFrom(
      berlin,
      'UTC',
      'Asia/Kathmandu',
      'America/St_Johns',
      'Pacific/Kiritimati',
      'Pacific/Niue',
    );
    const times = fc.constantFrom('00:00', '02:30', '05:00', '06:00', '11:59', '12:00', '20:00');
    const nights = fc.constantFrom('2026-10-24', '2026-11-18', '2027-03-27', '2026-12-31');
    fc.assert(
      fc.property(nights, zones, zones, times, times, times, (each, zone, server, from, to, digest) => {
        const due = digestDue(each, { zone, window: { from, to }, digest }, [{ zone: server }]);
        expect(Date.parse(due.dueAt)).toBeGreaterThanOrEqual(
          windowEnd(each, { from, to }, server).toMillis() + 300_000,
        );
        expect(due.wall).toBe(toWall(at(due.dueAt), zone));
      }),
    );
  });
});
