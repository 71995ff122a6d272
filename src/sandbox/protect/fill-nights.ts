import type { PoolClient } from 'pg';
import type { Message } from '../population/messages';
import { type PlannedEvent, planNight } from '../population/night';
import type { Scenario } from '../population/scenario';
import { type ServerName, windowOf } from '../population/schedules';
import { ageOf, type Night, type WallMs, wallText } from '../population/wall';
import { type Field, insertRows } from './insert';
import { logRetention } from './schema';

function wallOrNull(at: WallMs | undefined): string | null {
  return at === undefined ? null : wallText(at);
}

interface Dated<T> {
  night: Night;
  row: T;
}

const eventFields: readonly Field<Dated<PlannedEvent>>[] = [
  ['night', 'date', ({ night }) => night],
  ['machine', 'text', ({ row }) => row.node.machine],
  ['node_name', 'text', ({ row }) => row.node.name],
  ['domain_name', 'text', ({ row }) => row.schedule.domain],
  ['schedule_name', 'text', ({ row }) => row.schedule.name],
  ['scheduled_start', 'timestamp', ({ row }) => wallText(row.start)],
  ['window_end', 'timestamp', ({ row }) => wallText(row.start + windowOf(row.schedule))],
  ['actual_start', 'timestamp', ({ row }) => wallOrNull(row.fate.started)],
  ['broken_at', 'timestamp', ({ row }) => wallOrNull(row.fate.broken)],
  ['completed', 'timestamp', ({ row }) => wallText(row.fate.completed)],
  ['status', 'text', ({ row }) => row.fate.ending],
  ['result', 'bigint', ({ row }) => row.fate.result],
  ['reason', 'text', ({ row }) => row.fate.reason],
];

const summaryFields: readonly Field<Dated<PlannedEvent>>[] = [
  ['night', 'date', ({ night }) => night],
  ['start_time', 'timestamp', ({ row }) => wallOrNull(row.fate.started)],
  ['end_time', 'timestamp', ({ row }) => wallText(row.fate.completed)],
  ['activity', 'text', () => 'BACKUP'],
  ['number', 'bigint', ({ row }) => row.work.session],
  ['entity', 'text', ({ row }) => row.node.name],
  ['schedule_name', 'text', ({ row }) => row.schedule.name],
  ['examined', 'bigint', ({ row }) => row.work.examined],
  ['affected', 'bigint', ({ row }) => row.work.affected],
  ['failed', 'bigint', ({ row }) => row.work.failed],
  ['bytes', 'bigint', ({ row }) => row.work.bytes],
  ['idle', 'bigint', () => 0],
  ['mediaw', 'bigint', () => 0],
  ['processes', 'bigint', () => 1],
  ['successful', 'text', ({ row }) => (row.fate.ending === 'Completed' ? 'YES' : 'NO')],
  ['bytes_protected', 'bigint', ({ row }) => row.work.bytes],
  ['bytes_written', 'bigint', ({ row }) => Math.floor(row.work.bytes * 0.4)],
];

function messageFields(server: ServerName): readonly Field<Dated<Message>>[] {
  return [
    ['night', 'date', ({ night }) => night],
    ['date_time', 'timestamp', ({ row }) => wallText(row.at)],
    ['msgno', 'bigint', ({ row }) => row.number],
    ['severity', 'text', ({ row }) => row.severity],
    ['message', 'text', ({ row }) => row.text],
    ['originator', 'text', ({ row }) => row.originator],
    ['nodename', 'text', ({ row }) => row.node],
    ['ownername', 'text', () => null],
    ['schedname', 'text', ({ row }) => row.schedule],
    ['domainname', 'text', ({ row }) => row.domain],
    ['sessid', 'bigint', ({ row }) => row.session],
    ['servername', 'text', () => server],
  ];
}

/**
 * Writes what one server will have to tell about these nights; the connection's search_path names its schema. With `after`, only what
 * lies behind that wall time is written (and was deleted before): the rest has already been told.
 */
export async function fillNights(
  client: PoolClient,
  server: ServerName,
  nights: readonly { night: Night; scenario: Scenario }[],
  after: WallMs = Number.NEGATIVE_INFINITY,
): Promise<void> {
  const events: Dated<PlannedEvent>[] = [];
  const logged: Dated<PlannedEvent>[] = [];
  const messages: Dated<Message>[] = [];
  for (const { night, scenario } of nights) {
    const plan = planNight(server, night, scenario);
    for (const row of plan.events) {
      if (row.start > after) events.push({ night, row });
      if (ageOf(night) > -logRetention && row.fate.started !== undefined && row.fate.completed > after)
        logged.push({ night, row });
    }
    if (ageOf(night) <= -logRetention) continue;
    for (const row of plan.messages) if (row.at > after) messages.push({ night, row });
  }
  await insertRows(client, 'event_plan', eventFields, events);
  await insertRows(client, 'summary_plan', summaryFields, logged);
  await insertRows(client, 'actlog_plan', messageFields(server), messages);
}

/** Takes back what a night would still bring, so that it can be planned anew. */
export async function forgetNight(client: PoolClient, night: Night, after: WallMs): Promise<void> {
  const values = [night, wallText(after)];
  await client.query('DELETE FROM event_plan WHERE night = $1 AND scheduled_start > $2', values);
  await client.query('DELETE FROM summary_plan WHERE night = $1 AND end_time > $2', values);
  await client.query('DELETE FROM actlog_plan WHERE night = $1 AND date_time > $2', values);
}
