import type { Digest } from '../../domain/digest';
import type { Block, Card } from '../card';
import { nodeRow } from './lines';
import { asOfWord, countWord, nightWord } from './words';

/** What the server's log says of a node that night, verbatim. */
export interface LogLine {
  node: string;
  text: string;
}

/** Texts of the log can be as long as a path; the beginning names the message. */
const logText = 240;

/**
 * The answer under a digest for one cause: all its nodes, since when, what the log says, and what to do. `groupIndex` counts the digest's
 * groups; null when there is no such group any more, or when the digest names no nodes.
 */
export function digestThreadCard(digest: Digest, groupIndex: number, log: readonly LogLine[]): Card | null {
  const group = digest.groups[groupIndex];
  if (!group || digest.personal) return null;
  const longest = Math.max(0, ...group.lines.map((line) => line.streak));
  const fresh = group.lines.filter((line) => line.population === 'new').length;
  const facts = [
    ...(longest > 1 ? [{ name: 'Longest', value: [`${longest} nights in a row`] }] : []),
    ...(fresh > 0 ? [{ name: 'First time last night', value: [countWord(fresh, 'node')] }] : []),
    { name: 'Where', value: [group.serverSide ? 'the server' : 'the machine or its network'] },
    { name: 'Do this', value: [group.fix] },
  ];
  const heading = `${countWord(group.count, 'node')}: ${group.headline}`;
  const blocks: Block[] = [
    {
      type: 'rows',
      heading: [{ bold: heading }],
      rows: group.lines.map((line) =>
        nodeRow(line, line.since && line.streak > 1 ? `since ${nightWord(line.since)}` : null),
      ),
      total: group.count,
    },
    { type: 'facts', facts },
    ...log.map(({ node, text }): Block => ({ type: 'note', spans: [{ code: node }, ` ${clipped(text)}`] })),
    { type: 'note', spans: [asOfWord(digest.asOf, digest.night, digest.zone)] },
  ];
  const names = group.lines.slice(0, 3).map((line) => line.node);
  return {
    kind: 'digest-thread',
    title: '',
    fallback: `${digest.tenant.name}, night ${nightWord(digest.night)}: ${heading}: ${names.join(', ')}`,
    blocks,
    buttons: [],
  };
}

function clipped(text: string): string {
  return text.length > logText ? `${text.slice(0, logText - 1)}…` : text;
}
