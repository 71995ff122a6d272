import { DateTime } from 'luxon';

/** Whole calendar days from an instant (ISO) to another on the calendar of a zone, never below 0; null when there is no instant. */
export function daysSince(instant: string | null, now: DateTime, zone: string): number | null {
  if (instant === null) return null;
  const day = DateTime.fromISO(instant, { zone }).startOf('day');
  const days = now.setZone(zone).startOf('day').diff(day, 'days').days;
  return Number.isNaN(days) ? null : Math.max(0, Math.round(days));
}
