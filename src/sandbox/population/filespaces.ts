import { platforms, type SandboxNode } from './nodes';
import { streamOf } from './random';

/** A drive, mount point or database of a machine. */
export interface Filespace {
  fsid: number;
  name: string;
  type: string;
  capacityMb: number;
  pctUtil: number;
  files: number;
  /** False: file spaces of VSS and of database agents never get a date. */
  dated: boolean;
  /** Backed up once and never again. */
  once?: { start: string; end: string };
}

type Shape = [name: string, type: string, capacityMb: number, files: number, dated?: boolean];

function shapesOf(node: SandboxNode): Shape[] {
  const host = node.name.split('.')[0]?.toLowerCase() ?? 'host';
  if (node.kind === 'database') {
    return node.name.includes('_ORA')
      ? [['/oracle', 'API:ORACLE', 0, 840, false]]
      : [
          [`${host.toUpperCase()}\\data\\0001`, 'API:SqlData', 0, 96, false],
          [`${host.toUpperCase()}\\log`, 'API:SqlData', 0, 2880, false],
        ];
  }
  if (platforms[node.kind] === 'WinNT') {
    return [
      [`\\\\${host}\\c$`, 'NTFS', 486_000, 212_000],
      ...(node.kind === 'notebook' ? [] : ([[`\\\\${host}\\d$`, 'NTFS', 1_900_000, 640_000]] satisfies Shape[])),
      [`${host.toUpperCase()}\\SystemState\\NULL\\System State\\SystemState`, 'VSS', 0, 1, false],
    ];
  }
  return [
    ['/', 'XFS', 98_000, 310_000],
    ['/var', 'XFS', 64_000, 42_000],
    [node.kind === 'imaging' ? '/archive' : '/data', 'XFS', 8_400_000, 1_700_000],
  ];
}

/** The file spaces of a machine, the same at every call. */
export function filespacesOf(node: SandboxNode): Filespace[] {
  const random = streamOf('drives', node.machine);
  const drives = shapesOf(node).map(([name, type, capacityMb, files, dated = true], index): Filespace => {
    const capacity = Math.round(capacityMb * (0.6 + random() * 0.9));
    const pctUtil = capacity === 0 ? 0 : Math.round((20 + random() * 70) * 10) / 10;
    return {
      fsid: index + 1,
      name,
      type,
      capacityMb: capacity,
      pctUtil,
      files: Math.round(files * (0.4 + random())),
      dated,
    };
  });
  if (node.name !== 'MYPC.IT') return drives;
  // somebody's USB drive, in August
  const once = { start: '2026-08-16 21:44:10', end: '2026-08-16 22:09:31' };
  return [
    ...drives,
    { fsid: 4, name: '\\\\mypc\\e$', type: 'NTFS', capacityMb: 61_000, pctUtil: 52, files: 88_410, dated: true, once },
  ];
}
