import type { Night, Population } from './node-night';
import type { Outcome } from './outcome';

/** Nodes of a tenant in one night. scheduled = due + excluded; due = the seven outcomes added up. */
export interface Counts {
  scheduled: number;
  due: number;
  ok: number;
  notes: number;
  missed: number;
  failed: number;
  severed: number;
  running: number;
  unknown: number;
  excluded: number;
}

export interface DigestLine {
  nodeId: number;
  node: string;
  server: string;
  verdict: Outcome;
  population: Population;
  streak: number;
  /** The night on which the streak began; null when there is none. */
  since: Night | null;
  /** True from `severeAfter` nights in a row. */
  severe: boolean;
  result: number | null;
  /** `37 files not saved`, `1 earlier run failed`. */
  detail: string | null;
  /** Whole calendar days (tenant's zone) since the last good backup; null = none known. */
  daysSinceGood: number | null;
  /** Keys of the people to mention on this line. */
  mention: string[];
}

/** Bad nodes that share a cause, worst first. */
export interface DigestGroup {
  /** Key into the catalogue. */
  cause: string;
  /** The plain sentence: `no contact in window`. */
  headline: string;
  /** The usual fix, a sentence. */
  fix: string;
  /** True when the cause lies with the servers, not with the machines. */
  serverSide: boolean;
  count: number;
  /** At most 50, worst first. */
  lines: DigestLine[];
}

/** A server that could not be read, as this tenant sees it. */
export interface UnreadServer {
  server: string;
  /** Instant, ISO UTC, of the last good reading; null = never. */
  since: string | null;
  reason: string;
  nodes: number;
}

/** One failure that took many nodes at once. It never names another tenant. */
export interface Banner {
  cause: string;
  headline: string;
  fix: string;
  serverSide: boolean;
  count: number;
  due: number;
  servers: string[];
}

export interface ChildSummary {
  path: string;
  name: string;
  counts: Counts;
  new: number;
  still: number;
}

/** The digest of one tenant and night: everything a card shows, nothing it must look up. */
export interface Digest {
  tenant: { id: number; path: string; name: string };
  night: Night;
  zone: string;
  /** Instant (ISO UTC) up to which the servers were read: the oldest last good poll among those that were. */
  asOf: string;
  /** Set when it goes out later than promised, whole minutes. */
  lateMinutes: number;
  personal: boolean;
  green: 'line' | 'weekly' | 'silent';
  counts: Counts;
  populations: { new: number; still: number; recovered: number; flapping: number };
  banners: Banner[];
  /** NEW and STILL, grouped by cause. */
  groups: DigestGroup[];
  flapping: DigestLine[];
  recovered: DigestLine[];
  running: DigestLine[];
  unread: UnreadServer[];
  /** Nodes unknown although their server was read: no record was found. */
  unexplained: DigestLine[];
  outside: { runs: number; bad: number };
  /** Roll-up for a tenant with children; the counts above are its own nodes and theirs together. */
  children: ChildSummary[];
}
