import type { Failure, Result } from '../domain/failure';
import type { SeenNode } from '../domain/node-identity';
import type { Night, Wall } from '../domain/node-night';

/** A client event as the server reports it (table EVENTS). */
export interface EventRow {
  node: string;
  domain: string;
  schedule: string;
  scheduledStart: Wall;
  actualStart: Wall | null;
  completed: Wall | null;
  status: string;
  result: number | null;
  reason: string | null;
}

export type NodeRow = SeenNode;

export interface FilespaceRow {
  node: string;
  fsid: number;
  name: string;
  type: string | null;
  capacityMb: number | null;
  pctUtil: number | null;
  backupStart: Wall | null;
  backupEnd: Wall | null;
}

export interface AssociationRow {
  domain: string;
  schedule: string;
  node: string;
}

/** A client schedule (table CLIENT_SCHEDULES); values verbatim but for numbers. */
export interface ScheduleRow {
  domain: string;
  schedule: string;
  description: string | null;
  action: string | null;
  startDate: string;
  startTime: string;
  duration: number | null;
  durationUnits: string | null;
  period: number | null;
  periodUnits: string | null;
  dayOfWeek: string | null;
  expiration: string | null;
  style: 'CLASSIC' | 'ENHANCED';
  month: string | null;
  dayOfMonth: string | null;
  weekOfMonth: string | null;
  changed: Wall | null;
}

export interface RunRow {
  node: string;
  startTime: Wall;
  endTime: Wall | null;
  number: number;
  activity: string;
  schedule: string | null;
  examined: number | null;
  affected: number | null;
  failed: number | null;
  bytes: number | null;
  successful: boolean | null;
}

export interface MessageRow {
  at: Wall;
  number: number;
  severity: string;
  node: string | null;
  schedule: string | null;
  session: number | null;
  text: string;
}

export interface StatusRow {
  name: string;
  version: string;
  /** Days for which the server keeps event records. */
  eventRetentionDays: number | null;
}

/** A row that did not fit: why, and the row as it came (shortened). Counted, logged, reported; never dropped silently. */
export interface Refusal {
  query: string;
  reason: string;
  row: string;
}

export interface Rows<T> {
  rows: T[];
  refused: Refusal[];
}

export type ReadCode =
  | 'SERVER_UNREACHABLE'
  | 'SERVER_TIMEOUT'
  | 'SERVER_TLS'
  | 'SERVER_LOGIN'
  | 'SERVER_FORBIDDEN'
  | 'SERVER_API_OFF'
  | 'SERVER_REJECTED'
  | 'SERVER_MESSAGE'
  | 'OUTPUT_FORMAT';

export type Read<T> = Promise<Result<T, ReadCode>>;
export type ReadFailure = Failure<ReadCode>;

/** How a server is reached. The password is already resolved. */
export interface OperationsCenter {
  /** Base of the REST interface, `https://host:11090/oc/api`. */
  url: string;
  /** Name of the server at the Operations Center; absent = the hub. */
  route?: string;
  user: string;
  password: string;
  /** PEM text of the only certificate authority that is trusted; absent = the system's. */
  ca?: string;
  timeoutMs: number;
}

/** A reading connection to one Storage Protect server. Nothing here changes a server. All walls are the server's own. */
export interface Protect {
  status(): Read<StatusRow>;
  nodes(): Read<Rows<NodeRow>>;
  filespaces(): Read<Rows<FilespaceRow>>;
  associations(): Read<Rows<AssociationRow>>;
  schedules(): Read<Rows<ScheduleRow>>;
  /** Client events with SCHEDULED_START in [from 12:00, to+1 12:00), nights inclusive. */
  events(fromNight: Night, toNight: Night): Read<Rows<EventRow>>;
  /** Client backups and archives that started in [from, to). */
  runs(from: Wall, to: Wall): Read<Rows<RunRow>>;
  /** Messages that explain failures, and renames of nodes, logged in [from, to). */
  messages(from: Wall, to: Wall): Read<Rows<MessageRow>>;
}
