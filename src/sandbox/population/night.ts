import { type Fate, fateOf } from './fate';
import { commandMessage, type Message, messagesOf, processMessage } from './messages';
import { decommissions, isRegistered, locks, nodes, registrations, renames, type SandboxNode } from './nodes';
import type { Scenario } from './scenario';
import { type Schedule, type ServerName, schedules, startsIn } from './schedules';
import { ageOf, day, type Night, noonOf, type WallMs, wallMs } from './wall';
import { type Work, workOf } from './work';

/** One start of a schedule on one machine, with what becomes of it. */
export interface PlannedEvent {
  node: SandboxNode;
  schedule: Schedule;
  start: WallMs;
  fate: Fate;
  work: Work;
}

/** Everything that one server will have to tell about one night, from noon to noon. */
export interface PlannedNight {
  events: PlannedEvent[];
  messages: Message[];
}

/** GEO's machines were on GEO_2100 until 18 November, 15:10. */
export const geoMoved: WallMs = wallMs('2026-11-18 15:10:12');

/** The schedules that a machine is associated with at an instant; decommissioning removes them all. */
export function associated(node: SandboxNode, at: WallMs): readonly string[] {
  const gone = decommissions.find((one) => one.server === node.server && one.name === node.name);
  if (gone && gone.at <= at) return [];
  if (node.domain === 'GEO' && at < geoMoved) return ['GEO_2100'];
  return node.schedules;
}

/** `chatty`: with the log-ons and statistics of runs that went well. The same arguments give the same night. */
export function planNight(
  server: ServerName,
  night: Night,
  scenario: Scenario,
  chatty = ageOf(night) > -3,
): PlannedNight {
  const here = nodes.filter((node) => node.server === server);
  // an unreadable night is a usual one that nobody can ask for
  const told = scenario === 'unreadable' ? 'usual' : scenario;
  const events = schedules
    .filter((schedule) => schedule.server === server)
    .flatMap((schedule) =>
      startsIn(schedule, night).flatMap((start, index, starts) =>
        here
          .filter((node) => node.domain === schedule.domain && isRegistered(node, start))
          .filter((node) => associated(node, start).includes(schedule.name))
          .map((node) => event(node, schedule, night, start, told, starts[index - 1] === start)),
      ),
    );
  return {
    events,
    messages: [
      ...events.flatMap(({ node, schedule, start, fate }) => messagesOf(node, schedule, start, fate, chatty)),
      ...administration(server, night),
    ],
  };
}

/** `again`: the second of two starts with the same wall time, an hour later. */
function event(
  node: SandboxNode,
  schedule: Schedule,
  night: Night,
  start: WallMs,
  scenario: Scenario,
  again: boolean,
): PlannedEvent {
  const fate = fateOf(node, schedule, night, start, scenario);
  if (again && fate.started !== undefined) fate.started += 7000;
  return { node, schedule, start, fate, work: workOf(node, schedule, start, fate) };
}

/** Commands of administrators and the server's own nightly work. */
function administration(server: ServerName, night: Night): Message[] {
  const from = noonOf(night);
  const commands: [ServerName, WallMs, string][] = [
    ...renames.map((one): [ServerName, WallMs, string] => [one.server, one.at, `RENAME NODE ${one.from} ${one.to}`]),
    ...registrations.flatMap((one): [ServerName, WallMs, string][] => [
      [one.server, one.at - 9 * 60_000, `REMOVE NODE ${one.name}`],
      [one.server, one.at, `REGISTER NODE ${one.name} ?***? DOMAIN=DESKTOP`],
    ]),
    ...locks.flatMap((one): [ServerName, WallMs, string][] => [
      [one.server, one.from, `LOCK NODE ${one.name}`],
      ...(one.to === null ? [] : [[one.server, one.to, `UNLOCK NODE ${one.name}`] as [ServerName, WallMs, string]]),
    ]),
    ...decommissions.map((one): [ServerName, WallMs, string] => [one.server, one.at, `DECOMMISSION NODE ${one.name}`]),
    ['SP2', wallMs('2026-11-12 09:20:31'), 'UPDATE SCHEDULE SERVER SRV_0400 DURATION=1 DURUNITS=HOURS'],
    ['SP2', geoMoved, 'DEFINE ASSOCIATION GEO GEO_2200 *'],
    ['SP2', wallMs('2026-11-19 06:20:44'), 'UPDATE SCHEDULE GEO GEO_2200 DURATION=2 DURUNITS=HOURS'],
    ['SP1', wallMs('2026-11-19 08:35:12'), 'DEFINE VOLUME IMGPOOL /tsm/img/vol0042.dsm FORMATSIZE=4000000'],
  ];
  const issued = commands
    .filter(([name, at]) => name === server && at >= from && at < from + day)
    .map(([, at, command]) => commandMessage(at, 'KLAUS', command));
  return [
    ...issued,
    processMessage(wallMs(`${night} 18:00:00`), 2280, 'Full database backup started as process 285.'),
    processMessage(
      wallMs(`${night} 18:42:00`),
      4550,
      'Full database backup (process 285) completed. Total bytes transferred: 214.65 GB',
    ),
  ];
}
