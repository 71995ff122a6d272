import type { Fate } from './fate';
import type { SandboxNode } from './nodes';
import { poolOf } from './pools';
import { between, streamOf } from './random';
import type { Schedule } from './schedules';
import { minute, type WallMs, wallText } from './wall';

/** A row of the activity log. */
export interface Message {
  at: WallMs;
  number: number;
  severity: 'I' | 'W' | 'E' | 'S';
  originator: 'SERVER' | 'CLIENT';
  text: string;
  node: string | null;
  schedule: string | null;
  domain: string | null;
  session: number | null;
}

export const platforms = {
  desktop: 'WinNT',
  notebook: 'WinNT',
  instrument: 'WinNT',
  imaging: 'Linux x86-64',
  server: 'Linux x86-64',
  database: 'Linux x86-64',
} as const;

/** The server writes its dates into a message in the American way. */
function inText(at: WallMs): string {
  const text = wallText(at);
  return `${text.slice(5, 7)}/${text.slice(8, 10)}/${text.slice(0, 4)} ${text.slice(11)}`;
}

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

type Line = [number: number, severity: Message['severity'], text: string];

function lengthText(length: number): string {
  const seconds = Math.round(length / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

/** The client's messages about what went wrong; they appear on the server as ANE with the same number. */
function clientLines(node: SandboxNode, schedule: Schedule, fate: Fate, random: () => number): Line[] {
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

/** The server's own messages at the end of a session that did not go well. */
function serverLines(node: SandboxNode, fate: Fate, session: number): Line[] {
  const who = `Session ${session} for node ${node.name} (${platforms[node.kind]})`;
  switch (fate.cause) {
    case 'space':
      return [
        [
          522,
          'W',
          `Transaction failed for session ${session} for node ${node.name} (${platforms[node.kind]}) - no space available in storage pool ${poolOf(node)} and all successor pools.`,
        ],
      ];
    case 'idle':
      return [[482, 'W', `${who} terminated - idle for more than 60 minutes.`]];
    case 'limit':
      return [
        [
          488,
          'W',
          `${who} terminated - transfer rate is less than 256 and more than 480 minutes have elapsed since first data transfer.`,
        ],
      ];
    case 'network':
      return fate.completed % 2000 === 0
        ? [[480, 'W', `${who} terminated - connection with client severed.`]]
        : [[481, 'W', `${who} was terminated. The client did not respond within 60 seconds.`]];
    case 'password':
      return [
        [
          425,
          'W',
          `Session ${session} refused for node ${node.name} (${platforms[node.kind]}) - password has expired.`,
        ],
      ];
    default:
      return [];
  }
}

function statistics(work: Work, length: number): Line[] {
  return [
    [4952, 'I', `Total number of objects inspected:  ${grouped(work.examined)}`],
    [4954, 'I', `Total number of objects backed up:  ${grouped(work.affected)}`],
    [4959, 'I', `Total number of objects failed:  ${grouped(work.failed)}`],
    [4961, 'I', `Total number of bytes transferred:  ${bytesText(work.bytes)}`],
    [4964, 'I', `Elapsed processing time:  ${lengthText(length)}`],
  ];
}

/**
 * What the activity log says about one start. `chatty` adds the log-on, the log-off and the client's statistics to runs that went
 * well: real servers write them all, months of them are only ballast here.
 */
export function messagesOf(
  node: SandboxNode,
  schedule: Schedule,
  start: WallMs,
  fate: Fate,
  chatty: boolean,
): Message[] {
  const about = { node: node.name, schedule: schedule.name, domain: schedule.domain };
  if (fate.started === undefined) {
    const text = `ANR2578W Schedule ${schedule.name} in domain ${schedule.domain} for node ${node.name} has missed its scheduled start up window.`;
    const refused = fate.cause === 'password' ? serverLines(node, fate, 0) : [];
    return [
      ...refused.map(([number, severity, words]) => server(start, number, severity, words, about, null)),
      { at: fate.completed, number: 2578, severity: 'W', originator: 'SERVER', text, ...about, session: null },
    ];
  }
  const work = workOf(node, schedule, start, fate);
  const { session } = work;
  const random = streamOf('files', node.machine, start);
  const told: Line[] = [
    ...clientLines(node, schedule, fate, random),
    ...(chatty || fate.result !== 0 ? statistics(work, fate.completed - fate.started) : []),
  ];
  const broken = fate.broken ?? fate.completed;
  // the messages about single files lie in the second half of the run
  const middle = fate.started + Math.floor((broken - fate.started) / 2000) * 1000;
  const step = Math.floor((broken - middle) / (told.length + 1) / 1000) * 1000;
  const rows = told.map(([number, severity, text], index) => {
    const code = `ANE${String(number).padStart(4, '0')}${severity}`;
    const whole = `${code} (Session: ${session}, Node: ${node.name})  ${text} (SESSION: ${session})`;
    return {
      at: middle + step * (index + 1),
      number,
      severity,
      originator: 'CLIENT' as const,
      text: whole,
      ...about,
      session,
    };
  });
  const platform = platforms[node.kind];
  const ends = serverLines(node, fate, session).map(([number, severity, text]) =>
    server(fate.completed, number, severity, text, about, session),
  );
  const log = chatty
    ? [
        server(
          fate.started,
          406,
          'I',
          `Session ${session} started for node ${node.name} (${platform}) (SSL ${node.name.split('.')[0]?.toLowerCase()}.uni.example:${between(random, 40_000, 60_000)}).`,
          about,
          session,
        ),
        server(
          fate.completed,
          403,
          'I',
          `Session ${session} ended for node ${node.name} (${platform}).`,
          about,
          session,
        ),
      ]
    : [];
  return [
    ...rows,
    ...ends,
    ...breaks(node, fate, about, session),
    ...log,
    ...verdict(node, schedule, start, fate, about, session),
  ];
}

type About = Pick<Message, 'node' | 'schedule' | 'domain'>;

function server(
  at: WallMs,
  number: number,
  severity: Message['severity'],
  text: string,
  about: About,
  session: number | null,
): Message {
  const tail = session === null ? '' : ` (SESSION: ${session})`;
  return {
    at,
    number,
    severity,
    originator: 'SERVER',
    text: `ANR${String(number).padStart(4, '0')}${severity} ${text}${tail}`,
    ...about,
    session,
  };
}

/** A session that broke and waits for its restart. */
function breaks(node: SandboxNode, fate: Fate, about: About, session: number): Message[] {
  if (fate.broken === undefined) return [];
  const text = `Session ${session} for node ${node.name} (${platforms[node.kind]}) terminated - connection with client severed.`;
  return [server(fate.broken, 480, 'W', text, about, session)];
}

function verdict(
  node: SandboxNode,
  schedule: Schedule,
  start: WallMs,
  fate: Fate,
  about: About,
  session: number,
): Message[] {
  const at = fate.completed + 1000;
  if (fate.ending === 'Completed') {
    const text = `Schedule ${schedule.name} for domain ${schedule.domain} started at ${inText(start)} for node ${node.name} completed successfully at ${inText(fate.completed)}.`;
    return [server(at, 2507, 'I', text, about, session)];
  }
  // the server does not report a severed event as failed; its session messages are all there is
  if (fate.ending === 'Severed') return [];
  const host = `${node.name.split('.')[0]?.toLowerCase()}.uni.example:1501`;
  return [
    server(
      at,
      2579,
      'E',
      `Schedule ${schedule.name} in domain ${schedule.domain} for node ${node.name} failed (return code ${fate.result}).`,
      about,
      session,
    ),
    server(
      at,
      3440,
      'W',
      `The client operation was not completed successfully for node ${node.name} in schedule ${schedule.name}. The schedule is associated with policy domain ${schedule.domain}, and the client node is on ${host}. Session ${session} ended with completion code ${fate.result}.`,
      about,
      session,
    ),
  ];
}

/** An administrator's command as the server notes it. */
export function commandMessage(at: WallMs, admin: string, command: string): Message {
  return server(
    at,
    2017,
    'I',
    `Administrator ${admin} issued command: ${command}`,
    { node: null, schedule: null, domain: null },
    null,
  );
}

/** The tail that the messages of a nightly process carry. */
export function processMessage(at: WallMs, number: number, text: string): Message {
  const quiet = { node: null, schedule: null, domain: null };
  return server(at + minute, number, 'I', text, quiet, null);
}
