import { DateTime, IANAZone } from 'luxon';
import type { Night, Wall } from './node-night';
import type { TimeOfDay } from './settings';

/** Wall times [from, to) of one place. */
export interface Span {
  from: Wall;
  to: Wall;
}

/** The night window of a tenant, as times of day of each server. */
export interface Window {
  from: TimeOfDay;
  to: TimeOfDay;
}

const dayMs = 86_400_000;
const minuteMs = 60_000;

/** The night that a wall time belongs to: nights are cut at noon. Throws a RangeError for text that is no wall time. */
export function nightOf(wall: Wall): Night {
  const date = wall.slice(0, 10);
  return addNights(date, wall.slice(11, 13) >= '12' ? 0 : -1);
}

export function addNights(night: Night, nights: number): Night {
  return new Date(Date.parse(`${night}T00:00:00Z`) + nights * dayMs).toISOString().slice(0, 10);
}

/** All nights from the first to the last, both included; none when the first is later. */
export function nightsBetween(first: Night, last: Night): Night[] {
  const nights: Night[] = [];
  for (let night = first; night <= last; night = addNights(night, 1)) nights.push(night);
  return nights;
}

/** Noon to noon. */
export function nightSpan(night: Night): Span {
  return { from: `${night} 12:00:00`, to: `${addNights(night, 1)} 12:00:00` };
}

/**
 * The window of a night. Times of day from noon on lie on the date of the night, earlier ones on the next date; a window may cross
 * midnight or not. One that would cross noon ends at noon, since the night does; equal ends mean the whole night.
 */
export function windowSpan(night: Night, window: Window): Span {
  const whole = nightSpan(night);
  if (window.from === window.to) return whole;
  const from = onNight(night, window.from);
  const to = onNight(night, window.to);
  return { from, to: to <= from ? whole.to : to };
}

export function inWindow(wall: Wall, span: Span): boolean {
  return wall >= span.from && wall < span.to;
}

function onNight(night: Night, time: TimeOfDay): Wall {
  return `${time >= '12:00' ? night : addNights(night, 1)} ${time}:00`;
}

/** Which of two instants a wall time means that the clock shows twice. */
type Doubled = 'first' | 'second';

/**
 * The instant of a wall time. In the hour that the clock shows twice it is the first one unless asked otherwise; in the hour that it
 * leaves out, the wall time counts on from the old time (02:30 is what the new time calls 03:30). Throws a RangeError for text that
 * is no wall time and for an unknown zone.
 */
export function toInstant(wall: Wall, zone: string, doubled: Doubled = 'first'): DateTime {
  const millis = instantMillis(wall, zone, doubled);
  if (Number.isNaN(millis)) throw new RangeError(`not a wall time: ${wall}`);
  return DateTime.fromMillis(millis, { zone: 'utc' });
}

/** What a clock in the zone shows at an instant. */
export function toWall(instant: DateTime, zone: string): Wall {
  return wallAt(instant.toMillis(), zone);
}

/** End of the night's window; in a doubled hour the second one, since nothing may be judged before it is over. */
export function windowEnd(night: Night, window: Window, zone: string): DateTime {
  return toInstant(windowSpan(night, window).to, zone, 'second');
}

/** False for a wall time that the zone's clock leaves out when summer time begins, and for text that is no wall time. */
export function isShown(wall: Wall, zone: string): boolean {
  const millis = instantMillis(wall, zone);
  return !Number.isNaN(millis) && wallAt(millis, zone) === wall;
}

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Wed 18 Nov`. Own names of months: those of the runtime change with its locale data (`Sept`). */
export function nightName(night: Night): string {
  const date = new Date(`${night}T00:00:00Z`);
  return `${weekdays[date.getUTCDay()]} ${date.getUTCDate()} ${months[date.getUTCMonth()]}`;
}

const wallForm = /^(\d{4})-(\d\d)-(\d\d) ([01]\d|2[0-3]):([0-5]\d):([0-5]\d)$/;

/** A wall time as milliseconds of a calendar without zones, for arithmetic on the clock's face; NaN if it is none. */
export function faceMillis(wall: Wall): number {
  const parts = wallForm.exec(wall);
  if (!parts) return Number.NaN;
  const [, year, month, day, hour, minute, second] = parts.map(Number);
  const millis = Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute, second);
  return new Date(millis).getUTCDate() === day ? millis : Number.NaN;
}

export function faceWall(millis: number): Wall {
  return new Date(millis).toISOString().slice(0, 19).replace('T', ' ');
}

// A collected night asks for the same minutes of the same zone a hundred thousand times, and asking the zone costs microseconds.
const minutes = new Map<string, number>();
const mostMinutes = 20_000;

/** `toInstant` in milliseconds, NaN instead of throwing for text that is no wall time. */
export function instantMillis(wall: Wall, zone: string, doubled: Doubled = 'first'): number {
  const key = `${doubled}${zone}${wall.slice(0, 16)}`;
  let minute = minutes.get(key);
  if (minute === undefined) {
    if (minutes.size >= mostMinutes) minutes.clear();
    const face = faceMillis(`${wall.slice(0, 16)}:00`);
    minute = Number.isNaN(face) ? face : face - offsetOf(face, zone, doubled);
    minutes.set(key, minute);
  }
  return minute + secondsOf(wall) * 1000;
}

function secondsOf(wall: Wall): number {
  const tens = wall.charCodeAt(17) - 48;
  const ones = wall.charCodeAt(18) - 48;
  const fits = wall.length === 19 && wall[16] === ':' && tens >= 0 && tens < 6 && ones >= 0 && ones < 10;
  return fits ? tens * 10 + ones : Number.NaN;
}

function offsetOf(face: number, zone: string, doubled: Doubled): number {
  const known = zoneNamed(zone);
  const before = known.offset(face - dayMs) * minuteMs;
  const after = known.offset(face + dayMs) * minuteMs;
  if (before === after) return before;
  const beforeFits = known.offset(face - before) * minuteMs === before;
  const afterFits = known.offset(face - after) * minuteMs === after;
  if (beforeFits && afterFits) return doubled === 'first' ? Math.max(before, after) : Math.min(before, after);
  return afterFits ? after : before;
}

function wallAt(millis: number, zone: string): Wall {
  return faceWall(millis + zoneNamed(zone).offset(millis) * minuteMs);
}

function zoneNamed(zone: string): IANAZone {
  const known = IANAZone.create(zone);
  if (!known.isValid) throw new RangeError(`unknown time zone: ${zone}`);
  return known;
}
