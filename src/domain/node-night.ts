import type { Outcome } from './outcome';

/** The date of the evening on which a night begins, ISO. Night N of a server is [N 12:00, N+1 12:00) on its wall clock. */
export type Night = string;

/** A server's own wall time, `YYYY-MM-DD HH:MM:SS`, without zone: compared as text, turned into an instant only with the server's zone. */
export type Wall = string;

/** new: bad, the due night before was good. still: bad again. recovered: good, was bad. flapping: one of these for at least the third change in ten due nights. */
export type Population = 'new' | 'still' | 'recovered' | 'flapping' | 'steady';

/** One schedule of one node in one night: the unit that is judged. */
export interface UnitNight {
  domain: string;
  schedule: string;
  /** False: not due this night; everything below is carried over from the last night on which it was. */
  due: boolean;
  outcome: Outcome;
  scheduledStart: Wall;
  actualStart?: Wall;
  completed?: Wall;
  status?: string;
  result?: number;
  reason?: string;
  /** Consecutive due nights that ended badly, this one included; unknown, running and excluded leave it as it was. */
  streak: number;
  /** The night on which the streak began; absent without one. */
  since?: Night;
  /** The last ten judged due nights, oldest first: O ok, N notes, M missed, F failed, S severed. */
  recent: string;
  /** Earlier bad occurrences of this same night: a note, not a verdict. */
  earlierBad: number;
  /** Key of the catalogue's cause, when bad. */
  cause?: string;
  /** Set on the night that ended a streak: how many due nights in a row had been bad. */
  endedStreak?: number;
}

/** What one night meant for one node. One row of `node_night`. */
export interface NodeNight {
  nodeId: number;
  night: Night;
  serverId: number;
  tenantId: number | null;
  /** Worst of the due units; null when none was due. */
  verdict: Outcome | null;
  population: Population;
  /** Longest streak among the bad due units. */
  streak: number;
  cause: string | null;
  /** A short addition for the line: `37 files not saved`. */
  detail: string | null;
  /** Instant (ISO, UTC) of the last good end of a backup known this night. */
  lastGoodAt: string | null;
  /** Occurrences of the night outside its window: one line, in no count. */
  outsideRuns: number;
  outsideBad: number;
  units: UnitNight[];
}
