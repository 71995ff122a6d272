import { instantMillis, inWindow, isShown, nightSpan, type Span, windowSpan } from './night';
import type { Material, NightContext, NightEvent } from './night-material';
import type { Wall } from './node-night';
import { type Outcome, type Reading, readStatus } from './outcome';
import { closingWall } from './poll-plan';
import { changedAt, dueStarts, startUpEnd } from './schedule';
import type { ScheduleFields } from './schedule-fields';

/** One start of a schedule, as far as it can be judged now. `row` is absent when the server never showed it. */
export interface Occurrence {
  start: Wall;
  row: NightEvent | null;
  outcome: Outcome;
}

export interface Unit {
  domain: string;
  schedule: string;
  /** In order of time; never empty in a list of due units. */
  inside: Occurrence[];
  outside: Occurrence[];
}

/** A server that was not read for longer says nothing about what runs now. Outside the window it is read hourly. */
const freshMs = 2 * 3_600_000;

interface Times {
  night: Span;
  window: Span;
  zone: string;
  now: number;
  closing: number;
  lastGood: number;
}

// All nodes of a server and a tenant share these.
const knownTimes = new Map<string, Times>();
const mostTimes = 1_000;

export function timesOf(context: NightContext): Times {
  const { night, settings, server, now, lastGoodPoll } = context;
  const { window, closing } = settings;
  const key = [night, server.zone, window.from, window.to, closing, now, lastGoodPoll].join();
  let times = knownTimes.get(key);
  if (!times) {
    if (knownTimes.size >= mostTimes) knownTimes.clear();
    times = readTimes(context);
    knownTimes.set(key, times);
  }
  return times;
}

function readTimes(context: NightContext): Times {
  const { night, settings, server } = context;
  return {
    night: nightSpan(night),
    window: windowSpan(night, settings.window),
    zone: server.zone,
    now: Date.parse(context.now),
    closing: instantMillis(closingWall(night, settings.closing), server.zone),
    lastGood: context.lastGoodPoll === null ? Number.NEGATIVE_INFINITY : Date.parse(context.lastGoodPoll),
  };
}

/** One-time actions that an operator queued (DEFINE CLIENTACTION): their schedules are named `@1`, `@2` … and promise nothing. */
export function isOneTimeAction(schedule: string): boolean {
  return schedule.startsWith('@');
}

/**
 * The starts of a night that are due by now, by unit (schedule): every row that the server showed, and what associations and
 * schedules promise beyond that. A start that was promised counts although its server could not be read.
 */
export function unitsOf(material: Material, context: NightContext, times: Times): Map<string, Unit> {
  const rows = rowsByUnit(material.events, times);
  const units = new Map<string, Unit>();
  const unitNamed = (domain: string, schedule: string): Unit => {
    const key = `${domain}/${schedule}`;
    const unit = units.get(key) ?? { domain, schedule, inside: [], outside: [] };
    units.set(key, unit);
    return unit;
  };
  const add = (unit: Unit, start: Wall, row: NightEvent | null): void => {
    const definition = context.schedules.get(`${unit.domain}/${unit.schedule}`)?.definition;
    const reading = row ? readStatus(row, context.settings.treat) : 'open';
    const outcome = settle(reading, start, definition, times);
    if (outcome) (inWindow(start, times.window) ? unit.inside : unit.outside).push({ start, row, outcome });
  };

  for (const [key, list] of rows) {
    for (const row of list)
      if (!isVoid(row, key, material, context, times))
        add(unitNamed(row.domain, row.schedule), row.scheduledStart, row);
  }
  for (const promise of promised(material, context, times, rows))
    add(unitNamed(promise.domain, promise.schedule), promise.start, null);
  for (const unit of units.values()) {
    unit.inside.sort(byTime);
    unit.outside.sort(byTime);
  }
  return units;
}

function byTime(a: Occurrence, b: Occurrence): number {
  return compare(a.start, b.start) || (a.row?.ordinal ?? 0) - (b.row?.ordinal ?? 0);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function rowsByUnit(events: readonly NightEvent[], times: Times): Map<string, NightEvent[]> {
  const rows = new Map<string, NightEvent[]>();
  for (const event of events) {
    if (isOneTimeAction(event.schedule) || !inWindow(event.scheduledStart, times.night)) continue;
    const key = `${event.domain}/${event.schedule}`;
    const list = rows.get(key);
    if (list) list.push(event);
    else rows.set(key, [event]);
  }
  return rows;
}

/** What a start has come to; null while it lies ahead. */
function settle(reading: Reading, start: Wall, fields: ScheduleFields | undefined, times: Times): Outcome | null {
  if (reading !== 'open' && reading !== 'pending' && reading !== 'running') return reading;
  if (reading === 'open' && !(instantMillis(start, times.zone) <= times.now)) return null;
  if (times.now - times.lastGood > freshMs || times.now >= times.closing) return 'unknown';
  if (reading === 'running') return 'running';
  const end = startUpEnd(fields, start);
  const stillMayStart = end === null || times.now < instantMillis(end, times.zone);
  return stillMayStart ? 'running' : 'unknown';
}

/**
 * True for a row that lay ahead when it was last seen and was taken back before its time came: the schedule was changed to other
 * times or deleted, the association or the node removed.
 */
function isVoid(row: NightEvent, key: string, material: Material, context: NightContext, times: Times): boolean {
  if (row.status !== 'Future' && row.status !== 'Pending') return false;
  const start = instantMillis(row.scheduledStart, times.zone);
  if (isGoneBy(material.node.goneAt, start)) return true;
  const association = material.associations.find((each) => `${each.domain}/${each.schedule}` === key);
  if (association && isGoneBy(association.goneAt, start)) return true;
  const schedule = context.schedules.get(key);
  if (!schedule) return false;
  if (isGoneBy(schedule.goneAt, start)) return true;
  const changed = changedAt(schedule.definition);
  if (changed === null || changed > row.scheduledStart) return false;
  if (instantMillis(changed, times.zone) <= Date.parse(row.seenAt)) return false;
  return !nightStarts(schedule.definition, times.night).includes(row.scheduledStart);
}

function isGoneBy(goneAt: string | null, instant: number): boolean {
  return goneAt !== null && Date.parse(goneAt) <= instant;
}

interface Promised {
  domain: string;
  schedule: string;
  start: Wall;
}

/** Starts inside the window that no row shows although association and schedule promised them before their time. */
function promised(
  material: Material,
  context: NightContext,
  times: Times,
  rows: ReadonlyMap<string, readonly NightEvent[]>,
): Promised[] {
  const found: Promised[] = [];
  for (const { domain, schedule, firstSeenAt, goneAt } of material.associations) {
    const key = `${domain}/${schedule}`;
    const known = context.schedules.get(key);
    if (!known || isOneTimeAction(schedule)) continue;
    const starts = nightStarts(known.definition, times.night);
    const shown = rows.get(key) ?? [];
    if (starts.length === 0 || !agrees(known.definition, starts, shown)) continue;
    for (const start of starts) {
      if (!inWindow(start, times.window) || start < material.node.registered) continue;
      if (shown.some((row) => row.scheduledStart === start)) continue;
      const at = instantMillis(start, times.zone);
      if (Date.parse(firstSeenAt) > at || isGoneBy(goneAt, at)) continue;
      if (isGoneBy(known.goneAt, at) || isGoneBy(material.node.goneAt, at)) continue;
      // The hour that summer time leaves out: nobody can tell whether the server starts later or not at all.
      if (isShown(start, times.zone)) found.push({ domain, schedule, start });
    }
  }
  return [...found, ...keptPromises(material, context, times, rows, found)];
}

/**
 * Promises of an earlier judgement of this night that nothing shows any more, because the schedule was changed after their start:
 * the server then deletes their records, but they were due.
 */
function keptPromises(
  material: Material,
  context: NightContext,
  times: Times,
  rows: ReadonlyMap<string, readonly NightEvent[]>,
  found: readonly Promised[],
): Promised[] {
  const kept: Promised[] = [];
  for (const unit of material.stored?.units ?? []) {
    const { domain, schedule, scheduledStart: start } = unit;
    const definition = context.schedules.get(`${domain}/${schedule}`)?.definition;
    const changed = definition ? changedAt(definition) : null;
    if (!unit.due || changed === null || changed <= start || !inWindow(start, times.window)) continue;
    if (rows.has(`${domain}/${schedule}`)) continue;
    if (found.some((each) => each.domain === domain && each.schedule === schedule)) continue;
    kept.push({ domain, schedule, start });
  }
  return kept;
}

/** The calendar is trusted only where it agrees with every row that the server showed since the schedule was last changed. */
function agrees(definition: ScheduleFields, starts: readonly Wall[], shown: readonly NightEvent[]): boolean {
  if (shown.length === 0) return true;
  const changed = changedAt(definition) ?? '';
  return shown.every((row) => row.scheduledStart < changed || starts.includes(row.scheduledStart));
}

// The starts of a schedule in a night are the same for each of its thousands of nodes.
const startsOfNight = new WeakMap<ScheduleFields, Map<string, Wall[]>>();
const mostNights = 100;

function nightStarts(definition: ScheduleFields, night: Span): Wall[] {
  const nights = startsOfNight.get(definition) ?? new Map<string, Wall[]>();
  startsOfNight.set(definition, nights);
  let starts = nights.get(night.from);
  if (!starts) {
    if (nights.size >= mostNights) nights.clear();
    starts = dueStarts(definition, night.from, night.to);
    nights.set(night.from, starts);
  }
  return starts;
}
