import type { SandboxNode } from './nodes';
import type { ServerName } from './schedules';

export interface Pool {
  server: ServerName;
  name: string;
  /** Container pools know no PHYSICAL_MB and LOGICAL_MB of a file space. */
  container: boolean;
  capacityMb: number;
  utilized: number;
}

export const pools: readonly Pool[] = [
  { server: 'SP1', name: 'FILEPOOL', container: true, capacityMb: 180_000_000, utilized: 71.4 },
  { server: 'SP1', name: 'IMGPOOL', container: false, capacityMb: 40_000_000, utilized: 99.9 },
  { server: 'SP1', name: 'DBPOOL', container: false, capacityMb: 24_000_000, utilized: 58.2 },
  { server: 'SP2', name: 'CTRPOOL', container: true, capacityMb: 220_000_000, utilized: 66.7 },
];

/** The pool that takes a machine's backups. */
export function poolOf(node: Pick<SandboxNode, 'server' | 'domain'>): string {
  if (node.server === 'SP2') return 'CTRPOOL';
  if (node.domain === 'IMAGING') return 'IMGPOOL';
  return node.domain === 'DATABASE' ? 'DBPOOL' : 'FILEPOOL';
}
