import { type Cause, type Decree, decreeFor, type Ending } from './decree';
import { isLocked, type Kind, type SandboxNode } from './nodes';
import { between, chanceOf, pick, streamOf } from './random';
import type { Scenario } from './scenario';
import { type Schedule, windowOf } from './schedules';
import { decreeOf } from './stories';
import { ageOf, minute, type Night, type WallMs } from './wall';

/** What becomes of one start of a schedule on one machine. */
export interface Fate {
  ending: Ending;
  result: number | null;
  reason: string | null;
  /** Absent when it never began. */
  started?: WallMs;
  /** End of the run; for a missed start the end of its window. */
  completed: WallMs;
  /** From then until `completed` the server says `Failed - no restart`. */
  broken?: WallMs;
  cause?: Cause;
  /** Files not saved. */
  files: number;
}

const usualMinutes: Record<Kind, [number, number]> = {
  desktop: [4, 40],
  notebook: [6, 55],
  server: [15, 110],
  database: [6, 30],
  instrument: [8, 75],
  imaging: [20, 120],
};

/** Chance per due start that it goes wrong by itself, and that it ends with notes: together they leave 96 to 99 % of good ends. */
const troubles: Record<Kind, { bad: number; notes: number; causes: [Cause, ...Cause[]] }> = {
  desktop: { bad: 0.011, notes: 0.05, causes: ['absent', 'absent', 'absent', 'access', 'vss', 'disk'] },
  notebook: { bad: 0.04, notes: 0.06, causes: ['absent', 'absent', 'absent', 'absent', 'network'] },
  server: { bad: 0.008, notes: 0.04, causes: ['script', 'access', 'idle', 'network', 'absent'] },
  database: { bad: 0.004, notes: 0, causes: ['script'] },
  instrument: { bad: 0.01, notes: 0.05, causes: ['absent', 'access', 'idle', 'network', 'password'] },
  imaging: { bad: 0.009, notes: 0.03, causes: ['network', 'idle', 'disk', 'absent'] },
};
/** Chance per night that a trouble of several nights begins; it lasts two to five. */
const episodeChance = 0.003;

/** A department whose backups never go wrong. */
const flawless = 'LIB';

/** The state of things that chance brings to a machine in a night, before any story. */
function troubleOf(
  node: SandboxNode,
  schedule: Schedule,
  night: Night,
  at: WallMs,
  scenario: Scenario,
): Cause | undefined {
  if (node.department === flawless || scenario === 'green') return undefined;
  const kind = troubles[node.kind];
  // an hourly start is one of many; with the chance of a nightly one every database would be red every day
  const weight = (schedule.periodUnits === 'HOURS' ? 0.08 : 1) * (scenario === 'red' ? 12 : 1);
  const random = streamOf('trouble', node.server, node.name, schedule.name, at);
  if (random() < kind.bad * weight) return pick(random, kind.causes);
  if (schedule.periodUnits === 'HOURS') return undefined;
  for (let back = 0; back < 5; back += 1) {
    const episode = streamOf('episode', node.server, node.name, ageOf(night) - back);
    if (episode() < episodeChance && between(episode, 2, 5) > back) return pick(episode, kind.causes);
  }
  return undefined;
}

/** The night of the first start is told by the stories alone, so that its digests are what they should be. */
function isQuiet(node: SandboxNode, night: Night): boolean {
  const age = ageOf(night);
  return age === 0 || (node.department === 'CHEM' && age > -5 && age < 0);
}

function notesOf(node: SandboxNode, schedule: Schedule, at: WallMs): Decree {
  const random = streamOf('notes', node.server, node.name, schedule.name, at);
  if (random() >= troubles[node.kind].notes) return { ending: 'Completed', result: 0, files: 0 };
  if (random() < 0.2) return { ending: 'Completed', result: 8, files: 0, cause: 'vss' };
  return { ending: 'Completed', result: 4, files: between(random, 1, 9), cause: 'busy' };
}

function reasonOf(decree: Decree): string | null {
  if (decree.ending === 'Missed' || decree.ending === 'Severed') return null;
  if (decree.result === 0) return 'All operations completed successfully.';
  if (decree.result === 4 && decree.ending === 'Completed') {
    return 'The operation completed successfully, but some files were not processed.';
  }
  if (decree.result === 8) return 'The operation completed with at least one warning message.';
  return 'The operation completed with at least one error message (except for error messages for skipped files).';
}

function timed(decree: Decree, node: SandboxNode, schedule: Schedule, start: WallMs): Fate {
  const window = windowOf(schedule);
  if (decree.ending === 'Missed') {
    return { ...decree, reason: null, completed: start + window };
  }
  const random = streamOf('length', node.server, node.name, schedule.name, start);
  // SET RANDOMIZE 25: starts are spread over the first quarter of the window
  const started = start + 4000 + Math.floor((random() * window) / 4000) * 1000;
  const [from, to] = schedule.periodUnits === 'HOURS' ? [1, 6] : usualMinutes[node.kind];
  const share = chanceOf('size', node.machine) * 0.7 + random() * 0.3;
  const usual = Math.round((from + share * (to - from)) * minute);
  const length = decree.runs ?? (decree.ending === 'Severed' ? Math.round(usual * (0.3 + random())) : usual);
  const broken = decree.brokenAfter === undefined ? {} : { broken: started + decree.brokenAfter };
  return {
    ending: decree.ending,
    result: decree.result,
    reason: reasonOf(decree),
    started,
    completed: started + Math.max(Math.floor(length / 1000), 40) * 1000,
    files: decree.files,
    ...broken,
    ...(decree.cause ? { cause: decree.cause } : {}),
  };
}

/** What becomes of a due start. The same night, machine and scenario always give the same. */
export function fateOf(node: SandboxNode, schedule: Schedule, night: Night, start: WallMs, scenario: Scenario): Fate {
  return timed(decide(node, schedule, night, start, scenario), node, schedule, start);
}

function decide(node: SandboxNode, schedule: Schedule, night: Night, start: WallMs, scenario: Scenario): Decree {
  if (scenario !== 'green') {
    if (isLocked(node, start)) return decreeFor('absent', node.kind);
    const decree = decreeOf(node, schedule, night, start, scenario);
    if (decree) return decree;
  }
  const calm = notesOf(node, schedule, start);
  if (isQuiet(node, night) && scenario === 'usual') return calm;
  const cause = troubleOf(node, schedule, night, start, scenario);
  return cause ? decreeFor(cause, node.kind, between(streamOf('files', node.name, start), 1, 40)) : calm;
}
