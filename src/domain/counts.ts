import type { Counts, Digest } from './digest';
import type { Population } from './node-night';
import type { Outcome } from './outcome';

/** A node of a night, or several alike: `nodes` is 1 unless given. */
export interface Counted {
  verdict: Outcome | null;
  population: Population;
  outsideRuns: number;
  outsideBad: number;
  nodes?: number;
  cause?: string | null;
  server?: string;
}

/** Counts nodes by verdict. One without a verdict was not scheduled and is in no count. */
export function countsOf(rows: readonly Pick<Counted, 'verdict' | 'nodes'>[]): Counts {
  const counts: Counts = {
    scheduled: 0,
    due: 0,
    ok: 0,
    notes: 0,
    missed: 0,
    failed: 0,
    severed: 0,
    running: 0,
    unknown: 0,
    excluded: 0,
  };
  for (const { verdict, nodes = 1 } of rows) {
    if (verdict === null) continue;
    counts[verdict] += nodes;
    counts.scheduled += nodes;
    if (verdict !== 'excluded') counts.due += nodes;
  }
  return counts;
}

/** Counts nodes by how the night compares with the one before. */
export function populationsOf(rows: readonly Pick<Counted, 'population' | 'nodes'>[]): Record<Population, number> {
  const populations = { new: 0, still: 0, recovered: 0, flapping: 0, steady: 0 };
  for (const { population, nodes = 1 } of rows) populations[population] += nodes;
  return populations;
}

/**
 * Why the numbers of a digest cannot be right, or null. Asked before posting: scheduled = due + excluded, due = its seven outcomes
 * added up, and no part exceeds the whole.
 */
export function checkCounts(digest: Digest): string | null {
  const wrong = checkSums('the tenant', digest.counts);
  if (wrong) return wrong;
  for (const child of digest.children) {
    const wrongChild = checkSums(child.path, child.counts);
    if (wrongChild) return wrongChild;
  }
  for (const field of fields) {
    const below = digest.children.reduce((sum, child) => sum + child.counts[field], 0);
    if (below > digest.counts[field]) return `${field} is ${digest.counts[field]}, but ${below} below the tenant`;
  }
  const bad = badOf(digest.counts);
  const { populations } = digest;
  if (populations.new + populations.still > bad)
    return `${populations.new + populations.still} new or still, but ${bad} bad`;
  const grouped = digest.groups.reduce((sum, group) => sum + group.count, 0);
  if (grouped > bad) return `${grouped} in groups, but ${bad} bad`;
  return null;
}

const outcomeFields = ['ok', 'notes', 'missed', 'failed', 'severed', 'running', 'unknown'] as const;
const fields = ['scheduled', 'due', ...outcomeFields, 'excluded'] as const;

function checkSums(whose: string, counts: Counts): string | null {
  const odd = fields.find((field) => !Number.isInteger(counts[field]) || counts[field] < 0);
  if (odd) return `${odd} of ${whose} is ${counts[odd]}`;
  if (counts.scheduled !== counts.due + counts.excluded)
    return `${whose}: scheduled ${counts.scheduled} is not due ${counts.due} + excluded ${counts.excluded}`;
  const sum = outcomeFields.reduce((total, field) => total + counts[field], 0);
  return counts.due === sum ? null : `${whose}: due ${counts.due} is not ${sum}, the outcomes added up`;
}

/** Nodes that ended badly. */
export function badOf(counts: Counts): number {
  return counts.failed + counts.severed + counts.missed;
}
