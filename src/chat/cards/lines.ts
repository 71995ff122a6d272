import type { UnreadServer } from '../../domain/digest';
import type { Night, Population } from '../../domain/node-night';
import type { Outcome } from '../../domain/outcome';
import type { PersonRef, Row, Span } from '../card';
import { countWord, dot, lastGoodWord, morningWord, verdictMark, verdictTone } from './words';

/** What a line about one node says, wherever it stands: digest, thread, details. */
export interface NodeLine {
  node: string;
  verdict: Outcome;
  population: Population;
  streak: number;
  severe?: boolean;
  result: number | null;
  detail: string | null;
  daysSinceGood: number | null;
}

/** `NEW`, `STILL x4`, `RECOVERED`, `FLAPPING`, or the verdict itself when nothing changed. */
function tagOf(line: NodeLine): string {
  switch (line.population) {
    case 'new':
      return 'NEW';
    case 'still':
      return `STILL x${line.streak}`;
    case 'recovered':
      return 'RECOVERED';
    case 'flapping':
      return 'FLAPPING';
    case 'steady':
      return verdictAndCode(line.verdict, line.result);
  }
}

/** `✗ FAILED rc 12`: a result code is told where it explains something. */
export function verdictAndCode(verdict: Outcome, result: number | null): string {
  const explains = verdict === 'failed' || verdict === 'severed' || verdict === 'notes';
  return explains && result !== null && result !== 0 ? `${verdictMark(verdict)} rc ${result}` : verdictMark(verdict);
}

/** One node, one line: tag, name, verdict, cause, detail, days since the last good backup, who should look. */
export function nodeRow(line: NodeLine, cause: string | null, mention: readonly PersonRef[] = []): Row {
  const said = [cause, line.detail, lastGoodWord(line.daysSinceGood)].filter((part) => part !== null && part !== '');
  const text: Span[] = line.population === 'steady' ? [] : [{ bold: verdictAndCode(line.verdict, line.result) }, dot];
  if (line.severe) text.push({ bold: 'severe' }, dot);
  text.push(said.join(dot));
  for (const person of mention) text.push(dot, { mention: person });
  return { tag: tagOf(line), tone: verdictTone(line.verdict), name: line.node, text };
}

/** A node that is well again. */
export function recoveredRow(line: NodeLine): Row {
  const after = line.streak > 0 ? `after ${line.streak === 1 ? '1 bad night' : `${line.streak} bad nights`}` : 'again';
  return {
    tag: 'RECOVERED',
    tone: 'good',
    name: line.node,
    text: [{ bold: verdictMark(line.verdict) }, ` ${after}${dot}${lastGoodWord(line.daysSinceGood)}`],
  };
}

/** A server that could not be read: since when, how many nodes that leaves open, why. */
export function unreadSpans(unread: UnreadServer, night: Night, zone: string): Span[] {
  const since = unread.since === null ? 'yet' : `since ${morningWord(unread.since, night, zone)}`;
  return [
    { bold: 'no data from ' },
    { code: unread.server },
    { bold: ` ${since}, ${countWord(unread.nodes, 'node')} unknown.` },
    ` ${unread.reason}`,
  ];
}
