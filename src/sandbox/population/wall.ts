import { DateTime } from 'luxon';

/**
 * A server's wall time as milliseconds, counted as if its days had no zone. Adding hours to one is what the hands of the clock do;
 * in the two nights of the time change that is not what passes, which is how the server's own texts behave.
 */
export type WallMs = number;

/** The date of the evening on which a night begins, ISO. */
export type Night = string;

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** The first night of the seeded history and its last; both changes of the year's second half lie in between or ahead. */
export const firstNight: Night = '2026-08-21';
export const lastNight: Night = '2026-11-18';

/** `2026-11-18 21:30:00` or `2026-11-18`. */
export function wallMs(text: string): WallMs {
  return Date.parse(text.length === 10 ? `${text}T00:00:00Z` : `${text.replace(' ', 'T')}Z`);
}

export function wallText(at: WallMs): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}

export function wallNow(now: DateTime, zone: string): WallMs {
  return wallMs(now.setZone(zone).toFormat('yyyy-MM-dd HH:mm:ss'));
}

/** Asked for every event of the seed; parsing each time would cost it half a second. */
const noons = new Map<Night, WallMs>();

/** The night begins at noon. */
export function noonOf(night: Night): WallMs {
  const known = noons.get(night) ?? Date.parse(`${night}T12:00:00Z`);
  noons.set(night, known);
  return known;
}

export function nightOf(at: WallMs): Night {
  return new Date(at - 12 * hour).toISOString().slice(0, 10);
}

export function nightsAfter(night: Night, count: number): Night {
  return new Date(noonOf(night) + count * day).toISOString().slice(0, 10);
}

/** How many nights after the last seeded one: 0 is the last seeded, negative before. */
export function ageOf(night: Night): number {
  return Math.round((noonOf(night) - noonOf(lastNight)) / day);
}

/** True when the hands pass this time twice, as between 2 and 3 in the night of 25 October in Berlin. */
export function passesTwice(at: WallMs, zone: string): boolean {
  const one = DateTime.fromFormat(wallText(at), 'yyyy-MM-dd HH:mm:ss', { zone });
  // which of the two Luxon returns is not promised
  return [-1, 1].some((hours) => one.plus({ hours }).toFormat('yyyy-MM-dd HH:mm:ss') === wallText(at));
}

/** True when the hands skip this time, as between 2 and 3 on 28 March in Berlin. */
export function isSkipped(at: WallMs, zone: string): boolean {
  return (
    DateTime.fromFormat(wallText(at), 'yyyy-MM-dd HH:mm:ss', { zone }).toFormat('HH:mm:ss') !== wallText(at).slice(11)
  );
}
