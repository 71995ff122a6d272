import { z } from 'zod';
import * as cells from './cells';
import { excerptJson } from './excerpt';
import { placeMessage } from './message-text';
import type {
  AssociationRow,
  EventRow,
  FilespaceRow,
  MessageRow,
  NodeRow,
  Refusal,
  Rows,
  RunRow,
  ScheduleRow,
  StatusRow,
} from './protect';

/** What turns one item of an answer into a row of ours. Keys are names of columns; an absent column reads as empty. */
export type RowSchema<T> = z.ZodType<T>;

export const statusRow: RowSchema<StatusRow> = z
  .object({
    SERVER_NAME: cells.name,
    VERSION: cells.code,
    RELEASE: cells.code,
    LEVEL: cells.code,
    SUBLEVEL: cells.optionalCode,
    EVENTRETENTION: cells.optionalCode,
  })
  .transform((row) => ({
    name: row.SERVER_NAME,
    version: [row.VERSION, row.RELEASE, row.LEVEL, row.SUBLEVEL ?? 0].join('.'),
    eventRetentionDays: row.EVENTRETENTION,
  }));

export const serverRow: RowSchema<string> = z.object({ SERVER_NAME: cells.name }).transform((row) => row.SERVER_NAME);

export const nodeRow: RowSchema<NodeRow> = z
  .object({
    NODE_NAME: cells.name,
    DOMAIN_NAME: cells.name,
    REG_TIME: cells.wall,
    PLATFORM_NAME: cells.optionalWords,
    CLIENT_VERSION: cells.optionalCode,
    CLIENT_RELEASE: cells.optionalCode,
    CLIENT_LEVEL: cells.optionalCode,
    CLIENT_SUBLEVEL: cells.optionalCode,
    LASTACC_TIME: cells.optionalWall,
    LOCKED: cells.optionalFlag,
    DECOMM_STATE: cells.optionalWords,
    CONTACT: cells.optionalWords,
    EMAIL_ADDRESS: cells.optionalWords,
  })
  .transform((row) => ({
    node: row.NODE_NAME,
    domain: row.DOMAIN_NAME,
    registered: row.REG_TIME,
    platform: row.PLATFORM_NAME,
    clientVersion: clientVersion([row.CLIENT_VERSION, row.CLIENT_RELEASE, row.CLIENT_LEVEL, row.CLIENT_SUBLEVEL]),
    lastAccess: row.LASTACC_TIME,
    locked: row.LOCKED ?? false,
    // Empty while the node is active; YES, or a word for the way there, once it is not.
    decommissioned: row.DECOMM_STATE !== null && row.DECOMM_STATE.toUpperCase() !== 'NO',
    contact: row.CONTACT,
    email: row.EMAIL_ADDRESS,
  }));

export const filespaceRow: RowSchema<FilespaceRow> = z
  .object({
    NODE_NAME: cells.name,
    FILESPACE_ID: cells.code,
    FILESPACE_NAME: cells.verbatimName,
    FILESPACE_TYPE: cells.optionalWords,
    CAPACITY: cells.optionalNumber,
    PCT_UTIL: cells.optionalNumber,
    BACKUP_START: cells.optionalWall,
    BACKUP_END: cells.optionalWall,
  })
  .transform((row) => ({
    node: row.NODE_NAME,
    fsid: row.FILESPACE_ID,
    name: row.FILESPACE_NAME,
    type: row.FILESPACE_TYPE,
    capacityMb: row.CAPACITY,
    pctUtil: row.PCT_UTIL,
    backupStart: row.BACKUP_START,
    backupEnd: row.BACKUP_END,
  }));

export const associationRow: RowSchema<AssociationRow> = z
  .object({ DOMAIN_NAME: cells.name, SCHEDULE_NAME: cells.name, NODE_NAME: cells.name })
  .transform((row) => ({ domain: row.DOMAIN_NAME, schedule: row.SCHEDULE_NAME, node: row.NODE_NAME }));

export const scheduleRow: RowSchema<ScheduleRow> = z
  .object({
    DOMAIN_NAME: cells.name,
    SCHEDULE_NAME: cells.name,
    DESCRIPTION: cells.optionalWords,
    ACTION: cells.optionalWords,
    STARTDATE: cells.date,
    STARTTIME: cells.time,
    DURATION: cells.optionalCode,
    DURUNITS: cells.optionalWords,
    PERIOD: cells.optionalCode,
    PERUNITS: cells.optionalWords,
    DAYOFWEEK: cells.optionalWords,
    EXPIRATION: cells.optionalWords,
    // Servers from before enhanced schedules leave it empty.
    SCHED_STYLE: cells.oneOf(['CLASSIC', 'ENHANCED'], 'CLASSIC'),
    ENH_MONTH: cells.optionalWords,
    DAYOFMONTH: cells.optionalWords,
    WEEKOFMONTH: cells.optionalWords,
    CHG_TIME: cells.optionalWall,
  })
  .transform((row) => ({
    domain: row.DOMAIN_NAME,
    schedule: row.SCHEDULE_NAME,
    description: row.DESCRIPTION,
    action: row.ACTION,
    startDate: row.STARTDATE,
    startTime: row.STARTTIME,
    duration: row.DURATION,
    durationUnits: row.DURUNITS,
    period: row.PERIOD,
    periodUnits: row.PERUNITS,
    dayOfWeek: row.DAYOFWEEK,
    expiration: row.EXPIRATION,
    style: row.SCHED_STYLE,
    month: row.ENH_MONTH,
    dayOfMonth: row.DAYOFMONTH,
    weekOfMonth: row.WEEKOFMONTH,
    changed: row.CHG_TIME,
  }));

export const eventRow: RowSchema<EventRow> = z
  .object({
    NODE_NAME: cells.name,
    DOMAIN_NAME: cells.name,
    SCHEDULE_NAME: cells.name,
    SCHEDULED_START: cells.wall,
    ACTUAL_START: cells.optionalWall,
    COMPLETED: cells.optionalWall,
    STATUS: cells.words,
    RESULT: cells.optionalCode,
    REASON: cells.optionalWords,
  })
  .transform((row) => ({
    node: row.NODE_NAME,
    domain: row.DOMAIN_NAME,
    schedule: row.SCHEDULE_NAME,
    scheduledStart: row.SCHEDULED_START,
    actualStart: row.ACTUAL_START,
    completed: row.COMPLETED,
    status: row.STATUS,
    result: row.RESULT,
    reason: row.REASON,
  }));

export const runRow: RowSchema<RunRow> = z
  .object({
    ENTITY: cells.entity,
    START_TIME: cells.wall,
    END_TIME: cells.optionalWall,
    NUMBER: cells.code,
    ACTIVITY: cells.name,
    SCHEDULE_NAME: cells.optionalName,
    EXAMINED: cells.optionalCount,
    AFFECTED: cells.optionalCount,
    FAILED: cells.optionalCount,
    BYTES: cells.optionalCount,
    SUCCESSFUL: cells.optionalFlag,
  })
  .transform((row) => ({
    node: row.ENTITY,
    startTime: row.START_TIME,
    endTime: row.END_TIME,
    number: row.NUMBER,
    activity: row.ACTIVITY,
    schedule: row.SCHEDULE_NAME,
    examined: row.EXAMINED,
    affected: row.AFFECTED,
    failed: row.FAILED,
    bytes: row.BYTES,
    successful: row.SUCCESSFUL,
  }));

export const messageRow: RowSchema<MessageRow> = z
  .object({
    DATE_TIME: cells.wall,
    MSGNO: cells.code,
    SEVERITY: cells.oneOf(['I', 'W', 'E', 'S', 'D']),
    NODENAME: cells.optionalName,
    SCHEDNAME: cells.optionalName,
    SESSID: cells.optionalCode,
    MESSAGE: cells.words,
  })
  .transform((row) => {
    const placed = placeMessage(row.MSGNO, row.MESSAGE);
    return {
      at: row.DATE_TIME,
      number: row.MSGNO,
      severity: row.SEVERITY,
      node: row.NODENAME ?? placed.node,
      schedule: row.SCHEDNAME ?? placed.schedule,
      // 0 stands for "no session".
      session: row.SESSID === null || row.SESSID === 0 ? placed.session : row.SESSID,
      text: row.MESSAGE,
    };
  });

function clientVersion(parts: readonly (number | null)[]): string | null {
  // A node that never connected has none.
  if (parts[0] === null || parts[0] === undefined) return null;
  return parts.map((part) => part ?? 0).join('.');
}

/** Reads items row by row. Every item is either a row or a refusal; nothing throws. */
export function readRows<T>(query: string, schema: RowSchema<T>, items: readonly unknown[]): Rows<T> {
  const read: Rows<T> = { rows: [], refused: [] };
  for (const item of items) {
    const parsed = schema.safeParse(item);
    if (parsed.success) read.rows.push(parsed.data);
    else read.refused.push(refusal(query, item, parsed.error));
  }
  return read;
}

function refusal(query: string, item: unknown, error: z.ZodError): Refusal {
  const reasons = error.issues.map((issue) => {
    const column = issue.path[0];
    if (typeof column !== 'string' || typeof item !== 'object' || item === null) {
      return `found ${excerptJson(item, foundLength)}, allowed an object of columns`;
    }
    const found: unknown = Object.getOwnPropertyDescriptor(item, column)?.value;
    return `${column}: found ${excerptJson(found, foundLength)}, allowed ${issue.message}`;
  });
  return { query, reason: reasons.join('; '), row: excerptJson(item, rowLength) };
}

const rowLength = 300;
const foundLength = 80;
