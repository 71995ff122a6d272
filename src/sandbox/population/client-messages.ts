import type { Fate } from './fate';
import { platforms, type SandboxNode } from './nodes';
import { between } from './random';
import type { Schedule } from './schedules';
import type { Work } from './work';

/** A message without its frame: the number, how bad it is, what it says. */
export type Line = [number: number, severity: Severity, text: string];
export type Severity = 'I' | 'W' | 'E' | 'S';

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

/** A folder or file of this kind of machine, for messages that name one. */
function objectOf(node: SandboxNode, index: number, random: () => number): string {
  const name = node.name.split('.')[0]?.toLowerCase() ?? 'host';
  const run = between(random, 1000, 9999);
  if (platforms[node.kind] === 'WinNT') return `\\\\${name}\\d$\\raw\\2026\\run${run}\\fid${index + 1}`;
  return `/data/${name}/spool/${run}/part-${index + 1}`;
}

function bytesText(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(2)} GB` : `${(bytes / 1e6).toFixed(2)} MB`;
}

function lengthText(length: number): string {
  const seconds = Math.round(length / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

/** The client's messages about what went wrong; they appear on the server as ANE with the same number. */
export function clientLines(node: SandboxNode, schedule: Schedule, fate: Fate, random: () => number): Line[] {
  const objects = Array.from({ length: fate.files }, (_, index) => objectOf(node, index, random));
  const filesystem = platforms[node.kind] === 'WinNT' ? `\\\\${node.name.split('.')[0]?.toLowerCase()}\\d$` : '/data';
  switch (fate.cause) {
    case 'access':
      return objects.map((object) => [4007, 'E', `Error processing '${object}': access to the object is denied`]);
    case 'busy':
      return objects.map((object) =>
        platforms[node.kind] === 'WinNT'
          ? [4987, 'E', `Error processing '${object}': the object is in use by another process`]
          : [4037, 'E', `Object '${object}' changed during processing.  Object skipped.`],
      );
    case 'disk':
      return objects.map((object) => [4047, 'E', `There is a read error on '${object}'. The file is skipped.`]);
    case 'vss':
      return fate.ending === 'Failed'
        ? [
            [
              5268,
              'W',
              `The Microsoft Volume Shadow Copy Services writer 'System Writer' current state (VSS_WS_FAILED_AT_FREEZE) is not valid for the current operation or cannot be determined.  The last error reported is '800423f4'.`,
            ],
            [1950, 'E', 'Backup using Microsoft volume shadow copy failed.'],
          ]
        : [
            [
              1377,
              'W',
              `The client was unable to obtain a snapshot of '${filesystem}'. The operation will continue without snapshot support.`,
            ],
          ];
    case 'script':
      return schedule.action === 'COMMAND'
        ? [[1909, 'E', `The scheduled command failed.`]]
        : [[1902, 'E', 'The PRESCHEDULECMD command failed. The scheduled event will not be run.']];
    case 'space':
      return [
        [1329, 'S', 'Server out of data storage space'],
        [1999, 'E', `Incremental processing of '${filesystem}' stopped.`],
      ];
    case 'password':
      return [[1352, 'E', 'The session is rejected. Your password has expired.']];
    case 'network':
      return [
        [
          1809,
          'W',
          'A session with the Tivoli Storage Manager server has been disconnected. An attempt will be made to reestablish the connection.',
        ],
      ];
    default:
      return [];
  }
}

/** What the client sums up at the end of a run. */
export function statistics(work: Work, length: number): Line[] {
  return [
    [4952, 'I', `Total number of objects inspected:  ${grouped(work.examined)}`],
    [4954, 'I', `Total number of objects backed up:  ${grouped(work.affected)}`],
    [4959, 'I', `Total number of objects failed:  ${grouped(work.failed)}`],
    [4961, 'I', `Total number of bytes transferred:  ${bytesText(work.bytes)}`],
    [4964, 'I', `Elapsed processing time:  ${lengthText(length)}`],
  ];
}
