import type { ChildSummary, Counts } from '../../domain/digest';
import type { Block, Row, Span } from '../card';
import { badCount, countWord, dot, numberWord, okWord } from './words';

/** Nothing failed, nothing unknown, nothing still running. */
export function childIsWell(child: ChildSummary): boolean {
  return badCount(child.counts) + child.counts.unknown + child.counts.running === 0;
}

export function worstChildFirst(a: ChildSummary, b: ChildSummary): number {
  return badCount(b.counts) - badCount(a.counts) || b.counts.unknown - a.counts.unknown || (a.path < b.path ? -1 : 1);
}

/** The departments below a tenant: those that are not well line by line, the others as a number. `room` = lines at most. */
export function childBlocks(children: readonly ChildSummary[], room: number): Block[] {
  const unwell = children.filter((child) => !childIsWell(child)).sort(worstChildFirst);
  const rows = unwell.slice(0, Math.max(room, 0)).map(childRow);
  const well = children.length - unwell.length;
  const blocks: Block[] = [];
  if (unwell.length > 0) {
    const heading: Span[] = [{ bold: `${unwell.length} of ${children.length} departments not all OK` }];
    blocks.push({ type: 'rows', heading, rows, total: unwell.length });
  }
  if (well > 0) blocks.push({ type: 'note', spans: [`${countWord(well, 'department')} all OK`] });
  return blocks;
}

/** A department in its parent's message: numbers, no nodes. */
export function childRow(child: { path: string; name: string; counts: Counts; new: number; still: number }): Row {
  const { counts } = child;
  const bad = badCount(counts);
  const said = [child.name, okWord(counts)];
  if (child.new > 0) said.push(`${numberWord(child.new)} NEW`);
  if (child.still > 0) said.push(`${numberWord(child.still)} STILL`);
  if (counts.running > 0) said.push(`${numberWord(counts.running)} running`);
  said.push(`${numberWord(counts.unknown)} unknown`);
  const tag =
    bad > 0 ? `${numberWord(bad)} BAD` : counts.unknown > 0 ? 'UNKNOWN' : counts.running > 0 ? 'RUNNING' : 'OK';
  const tone = bad > 0 ? 'bad' : counts.unknown > 0 ? 'warning' : counts.running > 0 ? 'neutral' : 'good';
  return { tag, tone, name: child.path, text: [said.join(dot)] };
}
