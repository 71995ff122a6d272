import type { Digest } from '../domain/digest';
import type { NightEvent } from '../domain/night-material';
import type { Night, NodeNight, Population, Wall } from '../domain/node-night';
import type { Outcome } from '../domain/outcome';
import type { OwnSettings } from '../domain/settings';

/** file: written and pruned by backchat.yaml. chat: written by people in chat. seen: learnt from a platform. */
export type Origin = 'file' | 'chat' | 'seen';

export type Provider = 'slack' | 'teams';

export type Purpose = 'digest' | 'manager' | 'approvals';

export interface Workspace {
  id: number;
  provider: Provider;
  externalId: string;
  name: string;
}

export interface Conversation {
  id: number;
  workspace: Workspace;
  externalId: string;
  kind: 'channel' | 'chat';
  name: string | null;
  /** waiting: in Teams, before the first activity from there. off: nothing is delivered until the bot is seen there again. */
  state: 'waiting' | 'active' | 'off';
  stateReason: string | null;
  /** Instant, ISO. */
  stateSince: string;
  reference: unknown;
}

export interface Binding {
  conversation: Conversation;
  tenantId: number;
  purpose: Purpose;
  origin: Origin;
}

/** Which nodes are a tenant's own; the order of the fields is the order of strength. */
export interface NodeRules {
  names?: string[];
  /** `*.IT`: globs; the longest literal part wins. */
  patterns?: string[];
  groups?: string[];
  domains?: string[];
  servers?: string[];
}

export interface Tenant {
  id: number;
  path: string;
  name: string;
  parentId: number | null;
  settings: OwnSettings;
  rules: NodeRules;
}

export type Role = 'contact' | 'lead' | 'approver' | 'owner' | 'operator' | 'manager' | 'legal' | 'auditor';

export interface Person {
  id: number;
  key: string;
  name: string;
  identities: { provider: Provider; workspace: string; user: string }[];
  memberships: { tenantId: number; role: Role; until: string | null; origin: Origin }[];
}

export interface Server {
  id: number;
  name: string;
  zone: string;
  /** As the file says it; passwords are references, never values. */
  transport: unknown;
  state: 'new' | 'readable' | 'unreadable';
  unreadable: { since: string; code: string; reason: string } | null;
  /** Instant, ISO, of the last good reading of nodes, schedules, associations and file spaces. */
  inventoryAt: string | null;
}

export interface Poll {
  startedAt: string;
  finishedAt: string;
  outcome: string;
}

export interface Node {
  id: number;
  serverId: number;
  name: string;
  registered: Wall;
  domain: string;
  facts: NodeFacts;
  goneAt: string | null;
}

export interface NodeFacts {
  platform?: string | null;
  clientVersion?: string | null;
  lastAccess?: Wall | null;
  locked?: boolean;
  decommissioned?: boolean;
  contact?: string | null;
  email?: string | null;
}

export interface StoredEvent extends NightEvent {
  node: string;
}

export interface StoredMessage {
  at: Wall;
  number: number;
  severity: string;
  node: string | null;
  schedule: string | null;
  session: number | null;
  text: string;
}

export interface StoredRun {
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

export interface StoredFilespace {
  fsid: number;
  name: string;
  type: string | null;
  capacityMb: number | null;
  pctUtil: number | null;
  backupStart: Wall | null;
  backupEnd: Wall | null;
}

/** `definition` is a ScheduleRow as the server gave it. */
export interface StoredSchedule {
  domain: string;
  name: string;
  definition: Record<string, unknown>;
  goneAt: string | null;
}

export interface StoredAssociation {
  domain: string;
  schedule: string;
  node: string;
  firstSeenAt: string;
  goneAt: string | null;
}

/** All that is known about one node for one night: what its verdict is made from. */
export interface NightMaterial {
  node: Node;
  /** Tenant of that night; null = unassigned, or never assigned. */
  tenantId: number | null;
  events: StoredEvent[];
  associations: StoredAssociation[];
  messages: StoredMessage[];
  runs: StoredRun[];
  /** Newest BACKUP_END among its file spaces, without VSS and API ones. */
  lastBackupEnd: Wall | null;
  /** The newest night before this one. */
  before: NodeNight | null;
  /** This night as stored so far. */
  stored: NodeNight | null;
}

/** Nodes of a night that are alike. */
export interface Tally {
  tenantId: number;
  server: string;
  verdict: Outcome | null;
  population: Population;
  cause: string | null;
  nodes: number;
  outsideRuns: number;
  outsideBad: number;
}

export interface StoredDigest {
  id: number;
  tenantId: number;
  night: Night;
  version: number;
  content: Digest;
  reviews: { name: string; at: string }[];
}

export interface Finding {
  id: number;
  kind: string;
  subject: string;
  detail: Record<string, unknown>;
  version: number;
  openedAt: string;
  lastSeenAt: string;
  closedAt: string | null;
}

export interface CardCopy {
  id: number;
  card: string;
  objectId: string;
  conversationId: number;
  state: 'wanted' | 'posted' | 'lost';
  messageId: string | null;
  renderedVersion: number;
  contentHash: string | null;
}

export interface Intent {
  conversationId: number;
  /** Card kind: `digest`, `notice`. */
  card: string;
  objectId: string;
  version: number;
  /** Object id of the card (same conversation) under which to answer: `digest/12`. */
  threadOf?: string;
  /** Default `card/object/conversation/version`. */
  dedupeKey?: string;
  correlation: string;
}

export interface OutboxRow extends Omit<Intent, 'dedupeKey' | 'threadOf'> {
  id: number;
  dedupeKey: string;
  threadOf: string | null;
  state: 'due' | 'delivered' | 'superseded' | 'refused' | 'dropped';
  /** Attempts begun, this one included when claimed. */
  attempts: number;
  outcome: string | null;
  createdAt: string;
  settledAt: string | null;
}

export interface TimerRow {
  id: number;
  kind: string;
  objectId: string;
  generation: number;
  dueAt: string;
  wall: string;
  zone: string;
}
