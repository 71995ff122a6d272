import { daysUntil } from './ages';
import { causeNamed } from './catalogue';
import type { DigestGroup, DigestLine } from './digest';
import { addNights } from './night';
import type { NodeNight } from './node-night';
import { isBad, rankOf } from './outcome';
import type { Settings } from './settings';
import { leadingUnit } from './verdict';

/** A node's night with the names that people know. */
export type NamedNight = NodeNight & { node: string; server: string };

type LineSettings = Pick<Settings, 'zone' | 'severeAfter'>;

/** What is told about one node. Days count to the morning after the night, in the tenant's zone. */
export function lineOf(row: NamedNight, settings: LineSettings): DigestLine {
  const { zone } = settings;
  const ended = Math.max(0, ...row.units.map((unit) => (unit.due ? (unit.endedStreak ?? 0) : 0)));
  const bad = isBad(row.verdict);
  const leading = leadingUnit(row.units);
  return {
    nodeId: row.nodeId,
    node: row.node,
    server: row.server,
    verdict: row.verdict ?? 'unknown',
    population: row.population,
    streak: bad ? row.streak : ended,
    since: bad ? (leading?.since ?? null) : null,
    severe: bad && row.streak >= settings.severeAfter,
    result: leading?.result ?? null,
    detail: row.detail,
    daysSinceGood: daysUntil(row.lastGoodAt, addNights(row.night, 1), zone),
    mention: [],
  };
}

/** Worst first. */
export function linesOf(rows: readonly NamedNight[], settings: LineSettings): DigestLine[] {
  return [...rows].sort(worstFirst).map((row) => lineOf(row, settings));
}

type Group = Pick<DigestGroup, 'cause' | 'headline' | 'fix' | 'serverSide'> & { members: NamedNight[] };

/** Bad nodes by cause: the server's causes first, then those with something new, then by longest streak, size and name; members worst first. */
export function groupByCause(rows: readonly NamedNight[]): Group[] {
  const byCause = new Map<string, NamedNight[]>();
  for (const row of rows) {
    const cause = row.cause ?? 'unknown';
    const list = byCause.get(cause);
    if (list) list.push(row);
    else byCause.set(cause, [row]);
  }
  const ranked = [...byCause].map(([cause, members]) => ({
    cause,
    members: members.sort(worstFirst),
    serverSide: causeNamed(cause).side === 'server',
    fresh: members.some((row) => row.population === 'new'),
    streak: Math.max(...members.map((row) => row.streak)),
  }));
  ranked.sort(
    (a, b) =>
      Number(b.serverSide) - Number(a.serverSide) ||
      Number(b.fresh) - Number(a.fresh) ||
      b.streak - a.streak ||
      b.members.length - a.members.length ||
      (a.cause < b.cause ? -1 : 1),
  );
  return ranked.map(({ cause, members, serverSide }) => {
    const { sentence, fix } = causeNamed(cause);
    return { cause, headline: sentence, fix, serverSide, members };
  });
}

function worstFirst(a: NamedNight, b: NamedNight): number {
  return (
    rankOf(a.verdict ?? 'excluded') - rankOf(b.verdict ?? 'excluded') ||
    Number(b.population === 'new') - Number(a.population === 'new') ||
    b.streak - a.streak ||
    compare(a.node, b.node) ||
    a.nodeId - b.nodeId
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
