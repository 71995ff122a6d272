import { badOf, type Counted, countsOf, populationsOf } from './counts';
import type { ChildSummary, Digest, UnreadServer } from './digest';
import { groupByCause, linesOf, type NamedNight } from './grouping';
import { massFailures } from './mass-failure';
import { withMentions } from './mentions';
import type { Night } from './node-night';
import { isBad } from './outcome';
import type { Settings } from './settings';

export interface DigestInput {
  tenant: { id: number; path: string; name: string };
  night: Night;
  settings: Settings;
  /** The tenant's own nodes. */
  rows: readonly NamedNight[];
  /** Each child with its whole subtree: its rows, or nodes alike counted together. */
  children: readonly { path: string; name: string; tallies: readonly Counted[] }[];
  /** Servers that the tenant or one below it uses; lastGood is an instant, ISO. */
  servers: readonly { name: string; readable: boolean; lastGood: string | null; reason: string }[];
  /** Keys of the people to mention. */
  contacts: readonly string[];
  asOf: string;
  lateMinutes: number;
}

/** As many lines as a thread or a file can show of one cause; of one that has a banner, only examples. */
const mostLines = 50;
const mostLinesUnderBanner = 10;

/**
 * The digest of a tenant and night. Counts are nodes, its own and those below together; lines are about its own nodes only, the
 * others are rolled up by child. The same input gives the same digest in every order of rows.
 */
export function composeDigest(input: DigestInput): Digest {
  const { tenant, settings, rows } = input;
  const everything: Counted[] = [...rows, ...input.children.flatMap((child) => child.tallies)];
  const counts = countsOf(everything);
  const { steady: _, ...populations } = populationsOf(everything);
  const banners = massFailures(everything, counts.due);
  const unread = unreadServers(input, everything);
  const unreadNames = new Set(unread.map((server) => server.server));

  const bad = rows.filter((row) => isBad(row.verdict));
  const bannered = new Set(banners.map((banner) => banner.cause));
  const groups = groupByCause(bad.filter((row) => row.population !== 'flapping')).map(({ members, ...group }) => ({
    ...group,
    count: members.length,
    lines: linesOf(members.slice(0, bannered.has(group.cause) ? mostLinesUnderBanner : mostLines), settings),
  }));
  const unexplained = rows.filter((row) => row.verdict === 'unknown' && !unreadNames.has(row.server));
  const digest: Digest = {
    tenant: { id: tenant.id, path: tenant.path, name: tenant.name },
    night: input.night,
    zone: settings.zone,
    asOf: input.asOf,
    lateMinutes: input.lateMinutes,
    personal: settings.personal,
    green: settings.green,
    counts,
    populations,
    banners,
    groups: settings.mentions ? withMentions(groups, input.contacts) : groups,
    flapping: linesOf(withPopulation(rows, 'flapping'), settings),
    recovered: linesOf(withPopulation(rows, 'recovered'), settings),
    running: linesOf(
      rows.filter((row) => row.verdict === 'running'),
      settings,
    ),
    unread,
    unexplained: linesOf(unexplained, settings),
    outside: outsideOf(everything),
    children: input.children.map(childSummary),
  };
  return settings.personal ? withoutNames(digest) : digest;
}

function withPopulation(rows: readonly NamedNight[], population: NamedNight['population']): NamedNight[] {
  return rows.filter((row) => row.population === population);
}

/** Servers that could not be read, with the nodes that are unknown for it; what they had told before counts as always. */
function unreadServers(input: DigestInput, everything: readonly Counted[]): UnreadServer[] {
  return input.servers
    .filter((server) => !server.readable)
    .map((server) => ({
      server: server.name,
      since: server.lastGood,
      reason: server.reason,
      nodes: everything
        .filter((row) => row.server === server.name && row.verdict === 'unknown')
        .reduce((sum, row) => sum + (row.nodes ?? 1), 0),
    }))
    .sort((a, b) => b.nodes - a.nodes || (a.server < b.server ? -1 : 1));
}

function outsideOf(rows: readonly Counted[]): { runs: number; bad: number } {
  const outside = { runs: 0, bad: 0 };
  for (const row of rows) {
    outside.runs += row.outsideRuns;
    outside.bad += row.outsideBad;
  }
  return outside;
}

function childSummary(child: DigestInput['children'][number]): ChildSummary {
  const populations = populationsOf(child.tallies);
  return {
    path: child.path,
    name: child.name,
    counts: countsOf(child.tallies),
    new: populations.new,
    still: populations.still,
  };
}

/** Names of nodes are personal data for this tenant: numbers by cause stay, lines go. */
function withoutNames(digest: Digest): Digest {
  const groups = digest.groups.map((group) => ({ ...group, lines: [] }));
  return { ...digest, groups, flapping: [], recovered: [], running: [], unexplained: [] };
}

/** red: something ended badly. unknown: nothing did, but something is not known or has not ended. green: all is well. */
export function tone(digest: Digest): 'green' | 'red' | 'unknown' {
  const { counts } = digest;
  if (badOf(counts) > 0) return 'red';
  return counts.unknown + counts.running + digest.unread.length > 0 ? 'unknown' : 'green';
}

/** `43 of 46 OK (2 with notes), 1 new, 2 still`. */
export function verdictSentence(digest: Digest): string {
  const { counts, populations } = digest;
  if (counts.due === 0) return 'no backup was due';
  const notes = counts.notes > 0 ? ` (${counts.notes} with notes)` : '';
  const parts = [`${counts.ok + counts.notes} of ${counts.due} OK${notes}`];
  const asides = { new: populations.new, still: populations.still, flapping: populations.flapping };
  for (const [word, count] of Object.entries({ ...asides, running: counts.running, unknown: counts.unknown }))
    if (count > 0) parts.push(`${count} ${word}`);
  return parts.join(', ');
}
