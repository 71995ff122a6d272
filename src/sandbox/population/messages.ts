import { clientLines, type Line, type Severity, statistics } from './client-messages';
import type { Fate } from './fate';
import { platforms, type SandboxNode } from './nodes';
import { poolOf } from './pools';
import { between, streamOf } from './random';
import type { Schedule } from './schedules';
import { minute, type WallMs, wallText } from './wall';
import { workOf } from './work';

/** A row of the activity log. */
export interface Message {
  at: WallMs;
  number: number;
  severity: Severity;
  originator: 'SERVER' | 'CLIENT';
  text: string;
  node: string | null;
  schedule: string | null;
  domain: string | null;
  session: number | null;
}

/** The server writes its dates into a message in the American way. */
function inText(at: WallMs): string {
  const text = wallText(at);
  return `${text.slice(5, 7)}/${text.slice(8, 10)}/${text.slice(0, 4)} ${text.slice(11)}`;
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
  severity: Severity,
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
