import { DateTime } from 'luxon';
import type { Night, Wall } from '../domain/node-night';
import { clientMessages, serverMessages } from './explaining-messages';

/** A SELECT: its name in logs and refusals, the columns that its answer must have, and the text as it is sent. */
export interface Statement {
  query: string;
  columns: readonly string[];
  text: string;
}

/**
 * Every SELECT names its columns, all of them confirmed on real servers, and carries literal bounds that we computed: servers of
 * different levels disagree on date arithmetic. None takes a lock or changes anything.
 */
function select(query: string, table: string, columns: readonly string[], where?: string): Statement {
  const text = `SELECT ${columns.join(', ')} FROM ${table}`;
  return { query, columns, text: where === undefined ? text : `${text} WHERE ${where}` };
}

export const statusStatement = select('status', 'STATUS', [
  'SERVER_NAME',
  'VERSION',
  'RELEASE',
  'LEVEL',
  'SUBLEVEL',
  'EVENTRETENTION',
]);

/** The servers that a hub knows, asked only to explain a rejection. */
export const serversStatement = select('servers', 'SERVERS', ['SERVER_NAME']);

export const nodesStatement = select('nodes', 'NODES', [
  'NODE_NAME',
  'DOMAIN_NAME',
  'REG_TIME',
  'PLATFORM_NAME',
  'CLIENT_VERSION',
  'CLIENT_RELEASE',
  'CLIENT_LEVEL',
  'CLIENT_SUBLEVEL',
  'LASTACC_TIME',
  'LOCKED',
  'DECOMM_STATE',
  'CONTACT',
  'EMAIL_ADDRESS',
]);

export const filespacesStatement = select('filespaces', 'FILESPACES', [
  'NODE_NAME',
  'FILESPACE_ID',
  'FILESPACE_NAME',
  'FILESPACE_TYPE',
  'CAPACITY',
  'PCT_UTIL',
  'BACKUP_START',
  'BACKUP_END',
]);

export const associationsStatement = select('associations', 'ASSOCIATIONS', [
  'DOMAIN_NAME',
  'SCHEDULE_NAME',
  'NODE_NAME',
]);

export const schedulesStatement = select('schedules', 'CLIENT_SCHEDULES', [
  'DOMAIN_NAME',
  'SCHEDULE_NAME',
  'DESCRIPTION',
  'ACTION',
  'STARTDATE',
  'STARTTIME',
  'DURATION',
  'DURUNITS',
  'PERIOD',
  'PERUNITS',
  'DAYOFWEEK',
  'EXPIRATION',
  'SCHED_STYLE',
  'ENH_MONTH',
  'DAYOFMONTH',
  'WEEKOFMONTH',
  'CHG_TIME',
]);

/**
 * Without a constant lower bound the server returns only the current day (IBM technote swg21579338). Our computed bound is a
 * constant too; the fixed one keeps the rule true whatever the computed one becomes.
 */
const eventsFloor = '2012-01-01 00:00:00';

/** Client events whose SCHEDULED_START lies in the nights from..to, both included: noon of the first to noon after the last. */
export function eventsStatement(fromNight: Night, toNight: Night): Statement {
  const from = noon(fromNight, 0);
  const until = noon(toNight, 1);
  return select(
    'events',
    'EVENTS',
    [
      'SCHEDULED_START',
      'ACTUAL_START',
      'DOMAIN_NAME',
      'SCHEDULE_NAME',
      'NODE_NAME',
      'STATUS',
      'RESULT',
      'REASON',
      'COMPLETED',
    ],
    // Administrative events have no node.
    `NODE_NAME IS NOT NULL AND SCHEDULED_START > '${eventsFloor}' AND SCHEDULED_START >= '${from}' AND SCHEDULED_START < '${until}'`,
  );
}

/** Backups and archives of clients that began in [from, to), wall time of the server. */
export function runsStatement(from: Wall, to: Wall): Statement {
  return select(
    'runs',
    'SUMMARY',
    [
      'START_TIME',
      'END_TIME',
      'ACTIVITY',
      'NUMBER',
      'ENTITY',
      'SCHEDULE_NAME',
      'EXAMINED',
      'AFFECTED',
      'FAILED',
      'BYTES',
      'SUCCESSFUL',
    ],
    `ACTIVITY IN ('BACKUP', 'ARCHIVE') AND START_TIME >= '${wall(from)}' AND START_TIME < '${wall(to)}'`,
  );
}

/**
 * Messages that explain failures, and renames of nodes, logged in [from, to), wall time of the server.
 * Clients' numbers are asked for with their originator: the server uses some of them for matters of its own.
 */
export function messagesStatement(from: Wall, to: Wall): Statement {
  const server = `MSGNO IN (${serverMessages.join(', ')})`;
  const client = `ORIGINATOR = 'CLIENT' AND MSGNO IN (${clientMessages.join(', ')})`;
  const rename = `MSGNO = 2017 AND MESSAGE LIKE '%RENAME NODE%'`;
  return select(
    'messages',
    'ACTLOG',
    ['DATE_TIME', 'MSGNO', 'SEVERITY', 'NODENAME', 'SCHEDNAME', 'SESSID', 'MESSAGE'],
    `DATE_TIME >= '${wall(from)}' AND DATE_TIME < '${wall(to)}' AND (${server} OR (${client}) OR (${rename}))`,
  );
}

/** A literal goes into a statement only if it is a time that exists; anything else is a mistake of ours. */
function wall(text: string): Wall {
  const form = /^\d{4}-\d\d-\d\d (?:[01]\d|2[0-3]):\d\d:\d\d$/;
  if (!form.test(text) || !DateTime.fromSQL(text, { zone: 'utc' }).isValid) {
    throw new Error(`not a wall time: ${JSON.stringify(text)}`);
  }
  return text;
}

function noon(night: Night, daysLater: number): Wall {
  const start = DateTime.fromSQL(wall(`${night} 12:00:00`), { zone: 'utc' });
  return start.plus({ days: daysLater }).toFormat('yyyy-MM-dd HH:mm:ss');
}
