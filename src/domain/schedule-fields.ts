import { faceMillis, faceWall } from './night';
import type { Wall } from './node-night';

/** The fields of CLIENT_SCHEDULES that say when, verbatim. Open on purpose: stored definitions come back as plain data. */
export interface ScheduleFields {
  readonly startDate?: unknown;
  readonly startTime?: unknown;
  readonly duration?: unknown;
  readonly durationUnits?: unknown;
  readonly period?: unknown;
  readonly periodUnits?: unknown;
  readonly dayOfWeek?: unknown;
  readonly expiration?: unknown;
  readonly style?: unknown;
  readonly month?: unknown;
  readonly dayOfMonth?: unknown;
  readonly weekOfMonth?: unknown;
  readonly changed?: unknown;
}

/** Weekdays count from Sunday = 0, months from January = 0, days of the month from 1 or from the end (-1), weeks from 1 or -1 = last. */
export type Repeat =
  | { kind: 'once'; days: ReadonlySet<number> }
  | { kind: 'hours' | 'days' | 'months'; every: number; days: ReadonlySet<number> }
  | {
      kind: 'calendar';
      days: ReadonlySet<number>;
      months: ReadonlySet<number> | null;
      monthDays: ReadonlySet<number> | null;
      weeks: ReadonlySet<number> | null;
    };

/** Times are milliseconds on the face of the server's clock. */
interface Schedule {
  base: number;
  changed: number;
  /** `changed` as text; null when it is not known. */
  changedWall: Wall | null;
  /** The schedule does not start from here on. */
  until: number;
  startUpMs: number;
  repeat: Repeat;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;
const parsed = new WeakMap<ScheduleFields, Schedule | null>();

/** Null when the fields make no schedule that is understood: an unknown unit, a date that is none. */
export function parseSchedule(fields: ScheduleFields): Schedule | null {
  let schedule = parsed.get(fields);
  if (schedule === undefined) {
    schedule = parse(fields);
    parsed.set(fields, schedule);
  }
  return schedule;
}

function parse(fields: ScheduleFields): Schedule | null {
  const base = faceMillis(`${text(fields.startDate).slice(0, 10)} ${timeText(text(fields.startTime))}`);
  const repeat = word(fields.style) === 'ENHANCED' ? calendarOf(fields) : periodOf(fields);
  if (Number.isNaN(base) || !repeat) return null;
  const changed = faceMillis(text(fields.changed).slice(0, 19));
  const expires = faceMillis(`${text(fields.expiration).slice(0, 10)} 00:00:00`);
  return {
    base,
    changed: Number.isNaN(changed) ? Number.NEGATIVE_INFINITY : changed,
    changedWall: Number.isNaN(changed) ? null : faceWall(changed),
    until: Number.isNaN(expires) ? Number.POSITIVE_INFINITY : expires + dayMs,
    startUpMs: startUpOf(fields),
    repeat,
  };
}

function timeText(time: string): string {
  const plain = time.slice(0, 8);
  return plain.length === 5 ? `${plain}:00` : plain;
}

function startUpOf(fields: ScheduleFields): number {
  const units: Record<string, number> = { MINUTES: minuteMs, HOURS: 60 * minuteMs, DAYS: dayMs };
  const unit = word(fields.durationUnits);
  if (unit.startsWith('IND')) return Number.POSITIVE_INFINITY;
  return wholeNumber(fields.duration, 1) * (units[unit] ?? 60 * minuteMs);
}

function periodOf(fields: ScheduleFields): Repeat | null {
  const days = weekdaysOf(fields.dayOfWeek);
  const every = wholeNumber(fields.period, 1);
  if (!days) return null;
  switch (word(fields.periodUnits)) {
    case 'HOURS':
      return { kind: 'hours', every, days };
    case '':
    case 'DAYS':
      return { kind: 'days', every, days };
    case 'WEEKS':
      return { kind: 'days', every: 7 * every, days };
    case 'MONTHS':
      return { kind: 'months', every, days };
    case 'YEARS':
      return { kind: 'months', every: 12 * every, days };
    case 'ONETIME':
      return { kind: 'once', days };
    default:
      return null;
  }
}

const weekdays = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY'];
const monthNames = [
  'JANUARY',
  'FEBRUARY',
  'MARCH',
  'APRIL',
  'MAY',
  'JUNE',
  'JULY',
  'AUGUST',
  'SEPTEMBER',
  'OCTOBER',
  'NOVEMBER',
  'DECEMBER',
];
const weekNames = ['FIRST', 'SECOND', 'THIRD', 'FOURTH'];

function calendarOf(fields: ScheduleFields): Repeat | null {
  const days = weekdaysOf(fields.dayOfWeek);
  const months = listOf(fields.month, (name) => [nameIndex(monthNames, name)]);
  const monthDays = listOf(fields.dayOfMonth, (number) => [/^-?\d{1,2}$/.test(number) ? Number(number) : Number.NaN]);
  const weeks = listOf(fields.weekOfMonth, (name) => [name === 'LAST' ? -1 : nameIndex(weekNames, name) + 1]);
  if (!days || months === undefined || monthDays === undefined || weeks === undefined) return null;
  return { kind: 'calendar', days, months, monthDays, weeks };
}

function weekdaysOf(value: unknown): Set<number> | null {
  const days = listOf(value, (name) => {
    if (name === 'WEEKDAY') return [1, 2, 3, 4, 5];
    return name === 'WEEKEND' ? [0, 6] : [nameIndex(weekdays, name)];
  });
  return days === undefined ? null : (days ?? new Set([0, 1, 2, 3, 4, 5, 6]));
}

/** A list like `MONDAY, FRIDAY`: null = ANY, undefined = something in it is not understood. */
function listOf(value: unknown, read: (item: string) => number[]): Set<number> | null | undefined {
  const items = word(value)
    .split(/[\s,]+/)
    .filter((item) => item !== '');
  if (items.length === 0 || items.includes('ANY')) return null;
  const numbers = items.flatMap(read);
  return numbers.some(Number.isNaN) ? undefined : new Set(numbers);
}

/** Names may be shortened, `SU` for `SUNDAY`; one that fits none or several is NaN. */
function nameIndex(names: readonly string[], name: string): number {
  const found = names.filter((each) => each.startsWith(name));
  return found.length === 1 ? names.findIndex((each) => each.startsWith(name)) : Number.NaN;
}

function wholeNumber(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : otherwise;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

function word(value: unknown): string {
  return text(value).toUpperCase();
}
