/** What became of a due backup. The order is from worst to best, as a reader would rank them. */
export const outcomes = ['failed', 'severed', 'missed', 'unknown', 'running', 'notes', 'ok', 'excluded'] as const;
export type Outcome = (typeof outcomes)[number];

/** A row of EVENTS as the server spells it. `pending` has not begun; `open` lies ahead and has no record yet. */
export type Reading = Outcome | 'pending' | 'open';

const ranks: Record<Outcome, number> = {
  failed: 0,
  severed: 1,
  missed: 2,
  unknown: 3,
  running: 4,
  notes: 5,
  ok: 6,
  excluded: 7,
};

/** 0 = worst. */
export function rankOf(outcome: Outcome): number {
  return ranks[outcome];
}

export function isBad(outcome: Outcome | null): boolean {
  return outcome === 'failed' || outcome === 'severed' || outcome === 'missed';
}

export function isGood(outcome: Outcome | null): boolean {
  return outcome === 'ok' || outcome === 'notes';
}

/** Statuses of QUERY EVENT in small letters (storage-protect.md 4). Completed is read with its result code. */
const readings: Record<string, { name: string; reading: Reading }> = {
  completed: { name: 'Completed', reading: 'ok' },
  failed: { name: 'Failed', reading: 'failed' },
  'failed - no restart': { name: 'Failed - no restart', reading: 'failed' },
  missed: { name: 'Missed', reading: 'missed' },
  severed: { name: 'Severed', reading: 'severed' },
  started: { name: 'Started', reading: 'running' },
  'in progress': { name: 'In Progress', reading: 'running' },
  restarted: { name: 'Restarted', reading: 'running' },
  pending: { name: 'Pending', reading: 'pending' },
  future: { name: 'Future', reading: 'open' },
  uncertain: { name: 'Uncertain', reading: 'unknown' },
};

/**
 * Reads a status with its result code. Completed: 0 well, 4 and 8 with notes (files were skipped, warnings), anything else failed.
 * A status that the server is not known to have is unknown.
 *
 * @param treat a tenant's own reading, by `Status/result` or `Status`; the closer one wins. What lies ahead is never overruled.
 */
export function readStatus(
  row: { status: string; result: number | null },
  treat: Readonly<Record<string, Outcome>>,
): Reading {
  const known = statusNamed(row.status);
  if (!known) return 'unknown';
  if (known.reading === 'open') return 'open';
  return treat[`${known.name}/${row.result}`] ?? treat[known.name] ?? builtIn(known, row.result);
}

/** True when the row proves that a run ended: a Missed one may show a completion time too, the end of its start-up window. */
export function hasEnded(status: string): boolean {
  return statusNamed(status)?.name === 'Completed';
}

function statusNamed(status: string): { name: string; reading: Reading } | undefined {
  const exact = byText.get(status);
  if (exact) return exact;
  const plain = status.trim().replaceAll(/\s+/g, ' ').toLowerCase();
  return Object.hasOwn(readings, plain) ? readings[plain] : undefined;
}

const byText = new Map(Object.values(readings).map((known) => [known.name, known]));

function builtIn(known: { name: string; reading: Reading }, result: number | null): Reading {
  if (known.name !== 'Completed' || result === null || result === 0) return known.reading;
  return result === 4 || result === 8 ? 'notes' : 'failed';
}
