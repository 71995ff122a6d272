import { nightOf } from '../src/domain/night';
import type { Night } from '../src/domain/node-night';
import type { EventRow } from '../src/protect/protect';

/** An event row with its whole key: the night it belongs to and its rank by ACTUAL_START among rows that are otherwise alike. */
export interface KeyedEvent extends EventRow {
  night: Night;
  ordinal: number;
}

/** Gives each row its night and ordinal. The order of the answer does not matter; rows without an actual start come first. */
export function withOrdinals(rows: readonly EventRow[]): KeyedEvent[] {
  const next = new Map<string, number>();
  return [...rows]
    .sort((a, b) => compare(a.actualStart ?? '', b.actualStart ?? ''))
    .map((row) => {
      const key = JSON.stringify([row.node, row.domain, row.schedule, row.scheduledStart]);
      const ordinal = next.get(key) ?? 0;
      next.set(key, ordinal + 1);
      return { ...row, night: nightOf(row.scheduledStart), ordinal };
    });
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
