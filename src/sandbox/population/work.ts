import type { Fate } from './fate';
import type { SandboxNode } from './nodes';
import { between, streamOf } from './random';
import type { Schedule } from './schedules';
import type { WallMs } from './wall';

/** What a run did, for the statistics of the client and SUMMARY. */
export interface Work {
  session: number;
  examined: number;
  affected: number;
  failed: number;
  bytes: number;
}

export function workOf(node: SandboxNode, schedule: Schedule, start: WallMs, fate: Fate): Work {
  const random = streamOf('work', node.server, node.machine, schedule.name, start);
  const session = between(random, 100_000, 899_999);
  const examined = between(random, 4_000, 400_000);
  const affected = Math.floor(examined * (0.002 + random() * 0.02));
  const bytes = affected * between(random, 20_000, 900_000);
  return { session, examined, affected, failed: fate.files, bytes };
}
