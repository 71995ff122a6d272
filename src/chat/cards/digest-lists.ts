import type { Digest, DigestGroup, DigestLine } from '../../domain/digest';
import type { Block, PersonRef, Row, Span } from '../card';
import { nodeRow, recoveredRow } from './lines';
import { childBlocks, childIsWell } from './roll-up';
import { countWord } from './words';

/** Lines about single nodes or departments in one message: it is read on a phone in a minute, the rest is behind [Details]. */
const mostLines = 10;
/** Lines that illustrate a cause that has a banner of its own. */
const linesUnderBanner = 3;

type Listed = { heading: Span[] | null; rows: Row[]; total: number };

/** The lists of the message within its ten lines, worst first. */
export function lineBlocks(digest: Digest, people: ReadonlyMap<string, PersonRef>): Block[] {
  const children = digest.children.filter((child) => !childIsWell(child)).length;
  // A roll-up keeps at least half of the lines: below it stand the parent's own nodes.
  let room = mostLines - Math.min(children, mostLines / 2);
  const lists: Listed[] = [];
  /** Nodes that no line and no heading stands for: told as one number at the end. */
  let untold = 0;
  const take = (heading: string | null, lines: readonly Row[], total: number): void => {
    const rows = lines.slice(0, Math.max(room, 0));
    room -= rows.length;
    if (rows.length === 0 && heading === null) untold += total;
    else lists.push({ heading: heading === null ? null : [{ bold: heading }], rows, total });
  };
  /** Nodes that share one sentence: it stands above them, or on the line if there is only one. */
  const takeAlike = (lines: readonly DigestLine[], sentence: string): void => {
    if (lines.length === 0) return;
    const alone = lines.length === 1;
    const rows = lines.map((line) => nodeRow(line, alone ? sentence : null, mentions(line, people)));
    take(alone ? null : `${countWord(lines.length, 'node')}: ${sentence}`, rows, lines.length);
  };

  const shares = shareLines(digest.groups, room, new Set(digest.banners.map((banner) => banner.cause)));
  digest.groups.forEach((group, index) => {
    const share = shares[index] ?? 0;
    if (share === 0) {
      untold += group.count;
      return;
    }
    const alone = group.count === 1;
    // The only banner stands right above its nodes and has said it.
    const said = index === 0 && digest.banners.length === 1 && digest.banners[0]?.cause === group.cause;
    const rows = group.lines
      .slice(0, share)
      .map((line) => nodeRow(line, alone ? causeWord(group) : null, mentions(line, people)));
    take(alone || said ? null : `${countWord(group.count, 'node')}: ${causeWord(group)}`, rows, group.count);
  });
  takeAlike(digest.flapping, 'comes and goes');
  takeAlike(digest.unexplained, 'no record of a run was found');
  takeAlike(digest.running, 'still running');
  if (digest.recovered.length > 0) take(null, digest.recovered.map(recoveredRow), digest.recovered.length);
  if (untold > 0) lists.push({ heading: null, rows: [], total: untold });
  return [...childBlocks(digest.children, room + Math.min(children, mostLines / 2)), ...join(lists)];
}

/**
 * Every cause is seen before one of them fills the message: one line each in order, then the rest of the room from the
 * worst on. A cause with a banner has said the most already.
 */
function shareLines(groups: readonly DigestGroup[], room: number, bannered: ReadonlySet<string>): number[] {
  let left = room;
  const most = groups.map((group) =>
    Math.min(group.lines.length, bannered.has(group.cause) ? linesUnderBanner : mostLines),
  );
  const shares = most.map((limit) => {
    const first = Math.min(limit, left, 1);
    left -= first;
    return first;
  });
  return shares.map((share, index) => {
    const extra = share === 0 ? 0 : Math.min((most[index] ?? 0) - share, left);
    left -= extra;
    return share + extra;
  });
}

function causeWord(group: DigestGroup): string {
  return group.serverSide ? `${group.headline} (server side)` : group.headline;
}

function mentions(line: DigestLine, people: ReadonlyMap<string, PersonRef>): PersonRef[] {
  return line.mention.map((key) => people.get(key) ?? { name: key });
}

/** Lists without a heading that follow each other become one. */
function join(lists: readonly Listed[]): Block[] {
  const joined: Listed[] = [];
  for (const list of lists) {
    const last = joined.at(-1);
    if (
      last &&
      list.heading === null &&
      last.heading === null &&
      last.rows.length === last.total &&
      list.rows.length > 0
    ) {
      joined[joined.length - 1] = { heading: null, rows: [...last.rows, ...list.rows], total: last.total + list.total };
    } else joined.push(list);
  }
  return joined.map(
    ({ heading, rows, total }): Block => ({ type: 'rows', ...(heading ? { heading } : {}), rows, total }),
  );
}
