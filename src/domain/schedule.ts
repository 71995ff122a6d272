import { faceMillis, faceWall } from './night';
import type { Wall } from './node-night';
import { parseSchedule, type Repeat, type ScheduleFields } from './schedule-fields';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** A start that falls on a day that the schedule does not allow moves on by whole days: six at most. */
const longestShiftMs = 6 * dayMs;
/** Beyond ten years of days nobody asks; it keeps a mistaken range from costing minutes. */
const mostDays = 3_700;

/**
 * The starts of a schedule in [from, to), ascending, on the server's clock. None before the schedule was last changed: what held
 * before is not known any more. Which of them the clock really shows on a DST night is for the caller to ask (`isShown`).
 *
 * @param fields a row of CLIENT_SCHEDULES; one that cannot be read has no starts
 */
export function dueStarts(fields: ScheduleFields, from: Wall, to: Wall): Wall[] {
  const schedule = parseSchedule(fields);
  const end = Math.min(faceMillis(to), schedule?.until ?? Number.POSITIVE_INFINITY);
  if (!schedule) return [];
  const begin = Math.max(faceMillis(from), schedule.base, schedule.changed);
  if (!(begin < end) || end - begin > mostDays * dayMs) return [];
  const starts = startsOf(schedule.base, schedule.repeat, begin, end).filter((at) => at >= begin && at < end);
  return [...new Set(starts)].sort((a, b) => a - b).map(faceWall);
}

/** End of the start-up window of a start; null = it has none (DURUNITS=INDefinite). An hour when the schedule does not say. */
export function startUpEnd(fields: ScheduleFields | undefined, start: Wall): Wall | null {
  const length = fields ? (parseSchedule(fields)?.startUpMs ?? hourMs) : hourMs;
  const at = faceMillis(start) + length;
  return Number.isFinite(at) ? faceWall(at) : null;
}

/** When the schedule was last changed, on the server's clock; null = not known. */
export function changedAt(fields: ScheduleFields): Wall | null {
  return parseSchedule(fields)?.changedWall ?? null;
}

function startsOf(base: number, repeat: Repeat, begin: number, end: number): number[] {
  switch (repeat.kind) {
    case 'once':
      return [shifted(base, repeat.days)];
    case 'hours':
      return stepped(base, repeat.every * hourMs, begin, end).filter((at) => repeat.days.has(weekday(at)));
    case 'days': {
      const first = shifted(base, repeat.days);
      const plain = stepped(first, repeat.every * dayMs, begin - longestShiftMs, end);
      return plain.map((at) => shifted(at, repeat.days));
    }
    case 'months':
      return monthly(shifted(base, repeat.days), repeat.every, begin - longestShiftMs, end).map((at) =>
        shifted(at, repeat.days),
      );
    case 'calendar':
      return daysOf(base, begin, end).filter((at) => fitsCalendar(at, repeat));
  }
}

function weekday(at: number): number {
  return new Date(at).getUTCDay();
}

function shifted(at: number, days: ReadonlySet<number>): number {
  let shift = at;
  while (!days.has(weekday(shift)) && shift - at < longestShiftMs) shift += dayMs;
  return shift;
}

function stepped(base: number, step: number, begin: number, end: number): number[] {
  const starts: number[] = [];
  const first = Math.max(0, Math.ceil((begin - base) / step));
  for (let at = base + first * step; at < end; at += step) starts.push(at);
  return starts;
}

/**
 * Every so many months on the same day. In a month that is too short it is the last day, and from then on that day: a schedule that
 * began on the 31st stays on the 30th after April and on the 28th after February (DEFINE SCHEDULE, PERUNITS=MONTHS).
 */
function monthly(base: number, every: number, begin: number, end: number): number[] {
  const starts: number[] = [];
  const from = new Date(base);
  const time = base - Date.UTC(from.getUTCFullYear(), from.getUTCMonth(), from.getUTCDate());
  let day = from.getUTCDate();
  for (let month = from.getUTCMonth(); ; month += every) {
    const first = Date.UTC(from.getUTCFullYear(), month, 1);
    if (!(first < end)) return starts;
    day = Math.min(day, daysInMonth(first));
    const at = first + (day - 1) * dayMs + time;
    if (at >= begin) starts.push(at);
  }
}

function daysInMonth(at: number): number {
  const date = new Date(at);
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
}

function daysOf(base: number, begin: number, end: number): number[] {
  return stepped(base, dayMs, begin, end);
}

function fitsCalendar(at: number, repeat: Extract<Repeat, { kind: 'calendar' }>): boolean {
  const date = new Date(at);
  const day = date.getUTCDate();
  const length = daysInMonth(at);
  if (!repeat.days.has(date.getUTCDay())) return false;
  if (repeat.months && !repeat.months.has(date.getUTCMonth())) return false;
  if (repeat.monthDays && !repeat.monthDays.has(day) && !repeat.monthDays.has(day - length - 1)) return false;
  // A week of the month is a run of seven days from the first on, whatever weekday that is; LAST are the last seven.
  if (!repeat.weeks) return true;
  return repeat.weeks.has(Math.ceil(day / 7)) || (repeat.weeks.has(lastWeek) && day > length - 7);
}

const lastWeek = -1;
