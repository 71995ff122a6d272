import type { Digest } from '../domain/digest';
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

export interface StoredEvent {
  node: string;
  domain: string;
  schedule: string;
  scheduledStart: Wall;
  ordinal: number;
  actualStart: Wall | null;
  completed: Wall | null;
  status: string;
  result: number | null;
  reason: string | null;
  /** Instant, ISO, of the poll that saw this. */
  seenAt: string;
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

export interface Assignment {
  nodeId: number;
  tenantId: number | null;
  fromNight: Night;
  /** The rule that gave it, or why none did. */
  rule: string;
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

export interface TimerSet {
  kind: string;
  objectId: string;
  /** Instant, ISO. */
  dueAt: string;
  /** The local time that produced it, and its zone. */
  wall: string;
  zone: string;
}

export interface AuditRow {
  /** Person's key, `slack:T…:U…` for a stranger, or `backchat` for the machine. */
  actor: string;
  personId?: number;
  action: string;
  object: string;
  /** `done`, or a failure code. */
  outcome: string;
  detail?: Record<string, unknown>;
  correlation: string;
}

/** What the file wants the tables to hold. Rows of origin `file` that it does not name are pruned; rows of origin `chat` are left. */
export interface Wanted {
  workspaces: { provider: Provider; externalId: string; name: string }[];
  servers: { name: string; zone: string; transport: unknown }[];
  /** Parents before children. */
  tenants: { path: string; name: string; parentPath: string | null; settings: OwnSettings; rules: NodeRules }[];
  bindings: {
    provider: Provider;
    workspace: string;
    conversation: string;
    kind: 'channel' | 'chat';
    name?: string;
    tenantPath: string;
    purpose: Purpose;
  }[];
  people: {
    key: string;
    name: string;
    identities: { provider: Provider; workspace: string; user: string }[];
    roles: { role: Role; tenantPath: string; until?: string }[];
  }[];
}

export interface PlanLine {
  change: 'added' | 'changed' | 'removed';
  /** `tenant SCI/CHEM`, `channel C0CHEM of slack T0UNI`. */
  what: string;
  detail?: string;
}

/** The only way to write. Handed out inside `commit`, all of it in one transaction. */
export interface Writer {
  audit(row: AuditRow): Promise<void>;
  /** Sets or moves a timer: one per kind and object. */
  setTimer(timer: TimerSet): Promise<void>;
  /** Ends a timer if its generation is still the one that fired. */
  endTimer(kind: string, objectId: string, generation: number): Promise<void>;
  /** Adds intents, creates the copies they want, supersedes older intents for the same copy. Repeats (same dedupe key) are ignored. Returns ids of the new rows. */
  want(intents: readonly Intent[]): Promise<number[]>;

  /** Applies the file. Returns what changed. */
  applyConfig(wanted: Wanted): Promise<PlanLine[]>;

  startPoll(serverId: number): Promise<number>;
  finishPoll(
    pollId: number,
    result: { outcome: string; reason?: string; rows: number; refused: number; refusals: unknown[] },
  ): Promise<void>;
  serverReadable(serverId: number): Promise<void>;
  /** Keeps the first `since`. */
  serverUnreadable(serverId: number, code: string, reason: string): Promise<void>;

  /** Bulk upserts with unnest. Instants are the clock's. */
  saveNodes(serverId: number, decisions: NodeDecisions): Promise<void>;
  saveSchedules(
    serverId: number,
    rows: readonly { domain: string; name: string; definition: Record<string, unknown> }[],
  ): Promise<void>;
  saveAssociations(
    serverId: number,
    rows: readonly { domain: string; schedule: string; node: string }[],
  ): Promise<void>;
  /** Rows of nodes that are not known are left out and counted. */
  saveFilespaces(serverId: number, rows: readonly (StoredFilespace & { node: string })[]): Promise<number>;
  inventoryTaken(serverId: number): Promise<void>;
  /** Inserts and updates; a stored final status is never replaced by `Uncertain`. Returns how many rows are new or changed. */
  saveEvents(serverId: number, rows: readonly (Omit<StoredEvent, 'seenAt'> & { night: Night })[]): Promise<number>;
  saveRuns(serverId: number, rows: readonly (StoredRun & { night: Night })[]): Promise<void>;
  saveMessages(serverId: number, rows: readonly (StoredMessage & { night: Night })[]): Promise<void>;
  /** Gives nodes to tenants from a night on; closes the assignment before. */
  assign(rows: readonly Assignment[]): Promise<void>;
  saveNodeNights(rows: readonly NodeNight[]): Promise<void>;

  /** Inserts version 1, or replaces the content and adds one to the version when the content differs. Returns the row as it is now. */
  saveDigest(tenantId: number, night: Night, content: Digest): Promise<{ digest: StoredDigest; changed: boolean }>;
  /** False if this user had reviewed it before. A first review adds one to the version, which is returned. */
  reviewDigest(digestId: number, workspaceId: number, user: string, name: string): Promise<number | false>;
  /** Claims the night's only mention for each; returns the ids of those who got it (or had it for the same tenant). */
  claimMentions(tenantId: number, night: Night, personIds: readonly number[]): Promise<number[]>;

  /** Opens a finding, or refreshes the open one (version + 1 only when the detail changed). */
  openFinding(
    kind: string,
    subject: string,
    detail: Record<string, unknown>,
  ): Promise<{ finding: Finding; fresh: boolean }>;
  closeFinding(kind: string, subject: string): Promise<Finding | null>;

  seeConversation(seen: {
    provider: Provider;
    workspace: string;
    conversation: string;
    kind: 'channel' | 'chat';
    name?: string;
    reference: unknown;
  }): Promise<Conversation | null>;
  /** Turns deliveries to it off; what is due there stays due. */
  conversationOff(conversationId: number, reason: string): Promise<void>;
  /** No delivery there before this instant (ISO). */
  conversationWait(conversationId: number, until: string): Promise<void>;

  /** Ledger: the intent reached its end. Also records the copy when a message id is given. */
  settle(
    outboxId: number,
    state: 'delivered' | 'superseded' | 'refused' | 'dropped',
    outcome: string,
    copy?: { messageId: string; version: number; contentHash: string },
  ): Promise<void>;
  /** Gives a claimed intent back, due at an instant (ISO). */
  retry(outboxId: number, dueAt: string, outcome: string): Promise<void>;
  copyLost(card: string, objectId: string, conversationId: number): Promise<void>;

  /** True the first time a key is seen. */
  once(key: string): Promise<boolean>;
  /** Deletes what is older than it need be kept. Returns how many rows went. */
  prune(keep: { nights: Night; inbox: string; polls: string }): Promise<number>;
}

/** What becomes of the nodes of a server after an inventory: see domain/node-identity. */
export interface NodeDecisions {
  /** Known nodes seen again, with their present name. */
  seen: { nodeId: number; name: string; domain: string; facts: NodeFacts }[];
  fresh: { name: string; registered: Wall; domain: string; facts: NodeFacts }[];
  renamed: { nodeId: number; from: string; to: string }[];
  gone: number[];
}

/** The database. Reading is free; writing happens inside `commit` only. Instants are ISO strings in UTC. */
export interface Store {
  /** One transaction: state, audit, timers and outbox together or not at all. The work may run again after a serialization failure. */
  commit<T>(work: (tx: Writer) => Promise<T>): Promise<T>;

  planConfig(wanted: Wanted): Promise<PlanLine[]>;

  servers(): Promise<Server[]>;
  server(id: number): Promise<Server | null>;
  lastPolls(): Promise<Map<number, { lastGood: Poll | null; last: Poll | null }>>;
  /** How often reading a server was begun at or after an instant (ISO), ended or not. */
  triesSince(serverId: number, since: string): Promise<number>;
  nodesOf(serverId: number): Promise<Node[]>;
  findNodes(name: string): Promise<(Node & { server: string; tenantId: number | null })[]>;
  schedulesOf(serverId: number): Promise<StoredSchedule[]>;
  filespacesOf(nodeId: number): Promise<StoredFilespace[]>;
  assignmentsOf(serverId: number): Promise<Map<number, { tenantId: number | null; rule: string }>>;
  unassigned(): Promise<{ node: string; server: string; rule: string }[]>;
  /** Nights of a server from `from` on that hold events or verdicts. */
  nightsOf(serverId: number, from: Night): Promise<Night[]>;
  /** In order of node id, `limit` nodes after `afterNodeId`: nodes of the server that live in or have something in that night. */
  material(serverId: number, night: Night, afterNodeId: number, limit: number): Promise<NightMaterial[]>;
  /** Verdicts of tenants' nodes in a night, with node and server names. */
  nodeNights(tenantIds: readonly number[], night: Night): Promise<(NodeNight & { node: string; server: string })[]>;
  /** Ids of the servers that hold nodes of these tenants. */
  serversOf(tenantIds: readonly number[]): Promise<number[]>;
  /** The nodes of these tenants in a night, those alike counted together: what roll-ups are made from. */
  tally(tenantIds: readonly number[], night: Night): Promise<Tally[]>;
  /** Newest first. */
  historyOf(nodeId: number, limit: number): Promise<NodeNight[]>;
  messagesOf(serverId: number, night: Night, node: string): Promise<StoredMessage[]>;
  /** Texts of the stored audit messages (ANR2017I) of renames, from a night on, oldest first. */
  renamesOf(serverId: number, from: Night): Promise<string[]>;

  tenants(): Promise<Tenant[]>;
  /** Contacts and other people with a role on one of these tenants. */
  peopleOf(tenantIds: readonly number[]): Promise<Person[]>;
  people(keys: readonly string[]): Promise<Person[]>;
  personOf(provider: Provider, workspace: string, user: string): Promise<Person | null>;
  workspace(provider: Provider, externalId: string): Promise<Workspace | null>;
  conversation(id: number): Promise<Conversation | null>;
  findConversation(provider: Provider, workspace: string, externalId: string): Promise<Conversation | null>;
  bindings(filter: { conversationId?: number; tenantIds?: readonly number[]; purpose?: Purpose }): Promise<Binding[]>;

  digest(tenantId: number, night: Night): Promise<StoredDigest | null>;
  digestById(id: number): Promise<StoredDigest | null>;
  lastDigestNight(tenantId: number): Promise<Night | null>;
  /** Ids of all tenants' digests of a night. */
  digestIdsOf(night: Night): Promise<number[]>;
  finding(id: number): Promise<Finding | null>;
  openFindings(): Promise<Finding[]>;

  copy(card: string, objectId: string, conversationId: number): Promise<CardCopy | null>;
  copiesOf(card: string, objectId: string): Promise<CardCopy[]>;
  /** Claims one intent if it is due, its conversation is active and may be written to; null otherwise. The lease ends by itself. */
  claimIntent(outboxId: number, leaseMs: number): Promise<OutboxRow | null>;
  /** Ids of intents that could be claimed now, oldest first. */
  dueIntents(limit: number): Promise<{ id: number; attempts: number; correlation: string }[]>;
  /** Claims due timers in due order, for `leaseMs`. */
  claimTimers(leaseMs: number, limit: number): Promise<TimerRow[]>;
  timer(kind: string, objectId: string): Promise<TimerRow | null>;
  /** Newest first. */
  ledger(filter: { objectId?: string; card?: string; conversationId?: number; limit: number }): Promise<OutboxRow[]>;
  auditRows(filter: { object?: string; limit: number }): Promise<(AuditRow & { at: string })[]>;

  /** Resolves when the database answers; rejects with a sentence otherwise. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
