import { isDeepStrictEqual } from 'node:util';
import type { Db } from './connection';
import type { PlanLine } from './writer';

/** One change that brings the tables nearer to the file. Finds ids by name when it is applied: rows before it may be new. */
interface Step {
  line: PlanLine;
  apply(tx: Db, now: Date): Promise<unknown>;
}

export interface Steps {
  put: Step[];
  drop: Step[];
}

export function line(change: PlanLine['change'], what: string, detail?: string): PlanLine {
  return detail ? { change, what, detail } : { change, what };
}

/** Adds for wanted keys that are missing, changes for those that differ, drops for what is present and not wanted. */
export function difference<Wanted, Present>(
  wanted: ReadonlyMap<string, Wanted>,
  present: ReadonlyMap<string, Present>,
  steps: {
    add(wanted: Wanted): Step;
    /** Null when nothing differs. */
    change(wanted: Wanted, present: Present): Step | null;
    /** Null for what is not the file's to remove. */
    drop(present: Present): Step | null;
  },
): Steps {
  const put: Step[] = [];
  for (const [key, row] of wanted) {
    const known = present.get(key);
    const step = known === undefined ? steps.add(row) : steps.change(row, known);
    if (step) put.push(step);
  }
  const drop: Step[] = [];
  for (const [key, row] of present) {
    const step = wanted.has(key) ? null : steps.drop(row);
    if (step) drop.push(step);
  }
  return { put, drop };
}

/** What differs between the row wanted and the row present, for the plan: `zone, transport`; empty when nothing does. */
export function differing(fields: Record<string, readonly [wanted: unknown, present: unknown]>): string {
  return Object.entries(fields)
    .filter(([, [wanted, present]]) => !isDeepStrictEqual(plain(wanted), plain(present)))
    .map(([name]) => name)
    .join(', ');
}

/** As the database would give it back. */
function plain(value: unknown): unknown {
  return value === undefined ? null : JSON.parse(JSON.stringify(value));
}

export function byKey<Row>(rows: readonly Row[], key: (row: Row) => string): Map<string, Row> {
  return new Map(rows.map((row) => [key(row), row]));
}
