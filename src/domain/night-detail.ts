import { tellsCut } from './cause-of';
import { faceMillis, faceWall, instantMillis } from './night';
import type { Material, NightMessage } from './night-material';
import type { UnitNight, Wall } from './node-night';

const minuteMs = 60_000;
/** Messages about an end are logged a little later than it. */
const graceMs = 15 * minuteMs;

/** The messages that may explain how a unit's start ended: its own, and those of the node without a schedule, from start to end. */
export function relevantMessages(unit: UnitNight, messages: readonly NightMessage[]): NightMessage[] {
  const from = unit.scheduledStart;
  const end = unit.completed === undefined ? Number.NaN : faceMillis(unit.completed);
  const to: Wall | null = Number.isNaN(end) ? null : faceWall(end + graceMs);
  return messages.filter(
    (message) =>
      (message.schedule === null || message.schedule === unit.schedule) &&
      message.at >= from &&
      (to === null || message.at <= to),
  );
}

/** A short addition to the line of a node: `37 files not saved, 1 earlier run failed`; null when there is nothing to add. */
export function detailOf(unit: UnitNight, material: Material, zone: string): string | null {
  const parts = [cutAfter(unit, material, zone), notSaved(unit, material), earlier(unit)];
  const said = parts.filter((part) => part !== null);
  return said.length > 0 ? said.join(', ') : null;
}

/** How long a cut backup had run, by the clock of the world: a DST night does not stretch it. */
function cutAfter(unit: UnitNight, material: Material, zone: string): string | null {
  if (unit.actualStart === undefined || (unit.outcome !== 'severed' && unit.outcome !== 'failed')) return null;
  const last = relevantMessages(unit, material.messages)
    .filter((message) => tellsCut(message, unit.cause))
    .map((message) => message.at)
    .sort()
    .at(-1);
  const end = last ?? (unit.outcome === 'severed' ? unit.completed : undefined);
  if (end === undefined) return null;
  const minutes = Math.floor((instantMillis(end, zone) - instantMillis(unit.actualStart, zone)) / minuteMs);
  if (!(minutes > 0)) return null;
  const hours = Math.floor(minutes / 60);
  return `cut after ${hours > 0 ? `${hours} h ${String(minutes % 60).padStart(2, '0')} m` : `${minutes} m`}`;
}

function notSaved(unit: UnitNight, material: Material): string | null {
  if (unit.outcome !== 'failed' && unit.outcome !== 'severed' && unit.outcome !== 'notes') return null;
  const from = unit.actualStart ?? unit.scheduledStart;
  const files = material.runs
    .filter((run) => run.schedule === null || run.schedule === unit.schedule)
    .filter((run) => run.startTime >= from && (unit.completed === undefined || run.startTime <= unit.completed))
    .reduce((sum, run) => sum + Math.max(0, run.failed ?? 0), 0);
  if (!(files > 0)) return null;
  return `${files.toLocaleString('en-US')} ${files === 1 ? 'file' : 'files'} not saved`;
}

function earlier(unit: UnitNight): string | null {
  if (unit.earlierBad === 0) return null;
  return `${unit.earlierBad} earlier ${unit.earlierBad === 1 ? 'run' : 'runs'} failed`;
}
