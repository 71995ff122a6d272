import { DateTime } from 'luxon';
import { toWall } from './night';

const dayMs = 86_400_000;

/** Whole calendar days from an instant (ISO) to another on the calendar of a zone, never below 0; null when there is no instant. */
export function daysSince(instant: string | null, now: DateTime, zone: string): number | null {
  return daysUntil(instant, toWall(now, zone).slice(0, 10), zone);
}

/** The same to a date (ISO) of that calendar. */
export function daysUntil(instant: string | null, date: string, zone: string): number | null {
  if (instant === null) return null;
  const millis = Date.parse(instant);
  if (Number.isNaN(millis)) return null;
  const day = toWall(DateTime.fromMillis(millis), zone).slice(0, 10);
  return Math.max(0, Math.round((Date.parse(date) - Date.parse(day)) / dayMs));
}
