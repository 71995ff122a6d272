import { causeOf } from './cause-of';
import { exclusionFor } from './exclusion';
import { instantMillis, nightSpan } from './night';
import { detailOf, relevantMessages } from './night-detail';
import type { Material, NightContext } from './night-material';
import type { NodeNight, Population, UnitNight } from './node-night';
import { isOneTimeAction, type Occurrence, timesOf, type Unit, unitsOf } from './occurrences';
import { hasEnded, isBad, isGood, type Outcome, rankOf, readStatus } from './outcome';

/** As many outcomes as flapping looks back on, and as many changes among them as make it. */
const recentLength = 10;
const flappingChanges = 3;

/**
 * What a night meant for a node. Unit is (node, schedule): its result is its last due start inside the window, earlier bad ones are
 * a note; the node's verdict is the worst of its due units, null when none was due. Never throws, whatever the rows hold; the order
 * of the rows does not matter; the same material gives the same verdict.
 */
export function judgeNode(material: Material, context: NightContext): NodeNight {
  const times = timesOf(context);
  const found = unitsOf(material, context, times);
  const before = new Map((material.before?.units ?? []).map((unit) => [keyOf(unit), unit]));
  const due = [...found.values()]
    .filter((unit) => unit.inside.length > 0)
    .map((unit) => judgeUnit(unit, before.get(keyOf(unit)), material, context));
  const carried = [...before.values()].filter((unit) => !found.get(keyOf(unit))?.inside.length);
  const units = [...due, ...carried.filter((unit) => isAlive(unit, material, context)).map(carry)];
  units.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));

  const leading = leadingUnit(units);
  const verdict = leading?.outcome ?? null;
  const badUnits = due.filter((unit) => isBad(unit.outcome));
  const streak = Math.max(0, ...badUnits.map((unit) => unit.streak));
  const outside = [...found.values()]
    .filter((unit) => unit.outside.length > 0 && !isExcluded(unit.schedule, unit.domain, material, context))
    .flatMap((unit) => unit.outside.filter((each) => each.outcome !== 'unknown'));
  return {
    nodeId: material.node.id,
    night: context.night,
    serverId: context.server.id,
    tenantId: material.tenantId,
    verdict,
    population: populationOf(verdict, due, streak),
    streak,
    cause: (isBad(verdict) && leading?.cause) || null,
    detail: leading ? detailOf(leading, material, times.zone) : null,
    lastGoodAt: lastGood(material, context, times.zone, times.closing),
    outsideRuns: outside.length,
    outsideBad: outside.filter((each) => isBad(each.outcome)).length,
    units,
  };
}

/** The due unit that makes the verdict: worst outcome, then longest streak, then name. */
export function leadingUnit(units: readonly UnitNight[]): UnitNight | undefined {
  let leading: UnitNight | undefined;
  for (const unit of units) if (unit.due && (!leading || outranks(unit, leading))) leading = unit;
  return leading;
}

function outranks(unit: UnitNight, other: UnitNight): boolean {
  const byOutcome = rankOf(unit.outcome) - rankOf(other.outcome);
  if (byOutcome !== 0) return byOutcome < 0;
  if (unit.streak !== other.streak) return unit.streak > other.streak;
  return keyOf(unit) < keyOf(other);
}

function keyOf(unit: { domain: string; schedule: string }): string {
  return `${unit.domain}/${unit.schedule}`;
}

const letters: Partial<Record<Outcome, string>> = { ok: 'O', notes: 'N', missed: 'M', failed: 'F', severed: 'S' };

function judgeUnit(unit: Unit, before: UnitNight | undefined, material: Material, context: NightContext): UnitNight {
  const last = unit.inside.at(-1) as Occurrence;
  const excluded = isExcluded(unit.schedule, unit.domain, material, context);
  const outcome = excluded ? 'excluded' : last.outcome;
  const earlierBad = excluded ? 0 : unit.inside.filter((each) => each !== last && isBad(each.outcome)).length;
  const streakBefore = before?.streak ?? 0;
  const judged: UnitNight = {
    domain: unit.domain,
    schedule: unit.schedule,
    due: true,
    outcome,
    scheduledStart: last.start,
    streak: isBad(outcome) ? streakBefore + 1 : isGood(outcome) ? 0 : streakBefore,
    recent: ((before?.recent ?? '') + (letters[outcome] ?? '')).slice(-recentLength),
    earlierBad,
  };
  if (isGood(outcome) && streakBefore > 0) judged.endedStreak = streakBefore;
  if (judged.streak > 0) judged.since = (streakBefore > 0 ? before?.since : undefined) ?? context.night;
  const { row } = last;
  if (row) {
    if (row.actualStart !== null) judged.actualStart = row.actualStart;
    if (row.completed !== null) judged.completed = row.completed;
    judged.status = row.status;
    if (row.result !== null) judged.result = row.result;
    if (row.reason !== null) judged.reason = row.reason;
  }
  const evidence = { outcome, status: row?.status ?? null, result: row?.result ?? null };
  const cause = isBad(outcome) ? causeOf({ ...evidence, messages: relevantMessages(judged, material.messages) }) : null;
  if (cause !== null) judged.cause = cause;
  return judged;
}

function isExcluded(schedule: string, domain: string, material: Material, context: NightContext): boolean {
  if (material.node.facts.decommissioned === true) return true;
  return exclusionFor(context.settings.exclude, { node: material.node.name, domain, schedule, night: context.night });
}

/** Last known of a schedule that was not due. What ended a streak belongs to the night on which it did. */
function carry(unit: UnitNight): UnitNight {
  const { endedStreak: _, ...rest } = unit;
  return { ...rest, due: false };
}

/** A schedule that was deleted, or taken from the node, before the night is not carried any further. */
function isAlive(unit: UnitNight, material: Material, context: NightContext): boolean {
  const association = material.associations.find((each) => keyOf(each) === keyOf(unit));
  const ends = [association?.goneAt, context.schedules.get(keyOf(unit))?.goneAt].filter(
    (end) => typeof end === 'string',
  );
  if (ends.length === 0) return true;
  const begin = instantMillis(nightSpan(context.night).from, context.server.zone);
  return !ends.some((end) => Date.parse(end) <= begin);
}

function populationOf(verdict: Outcome | null, due: readonly UnitNight[], streak: number): Population {
  const bad = isBad(verdict);
  const recovered = isGood(verdict) && due.some((unit) => unit.endedStreak !== undefined);
  if (!bad && !recovered) return 'steady';
  if (due.some((unit) => isFlapping(unit))) return 'flapping';
  if (recovered) return 'recovered';
  return streak > 1 ? 'still' : 'new';
}

/** Bad tonight, or good again, for at least the third time of late. */
function isFlapping(unit: UnitNight): boolean {
  if (!isBad(unit.outcome) && unit.endedStreak === undefined) return false;
  let changes = 0;
  for (let at = 1; at < unit.recent.length; at++)
    if (isBadLetter(unit.recent[at]) !== isBadLetter(unit.recent[at - 1])) changes += 1;
  return changes >= flappingChanges;
}

function isBadLetter(letter: string | undefined): boolean {
  return letter === 'M' || letter === 'F' || letter === 'S';
}

/**
 * Instant of the last good end of a backup. What ended after this night had closed belongs to a later one, so that a night judged
 * again, or read from the server's memory, keeps its own truth.
 */
function lastGood(material: Material, context: NightContext, zone: string, closing: number): string | null {
  let last = material.before?.lastGoodAt ? Date.parse(material.before.lastGoodAt) : Number.NaN;
  const consider = (wall: string | null): void => {
    const at = wall === null ? Number.NaN : instantMillis(wall, zone);
    if (at <= closing && !(at <= last)) last = at;
  };
  consider(material.lastBackupEnd);
  for (const event of material.events) {
    if (!hasEnded(event.status)) continue;
    const reading = readStatus(event, context.settings.treat);
    if (reading === 'ok' || reading === 'notes' || (isOneTimeAction(event.schedule) && event.result === 0))
      consider(event.completed ?? event.actualStart);
  }
  return Number.isNaN(last) ? null : new Date(last).toISOString();
}
