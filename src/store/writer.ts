import type { Digest } from '../domain/digest';
import type { Night, NodeNight, Wall } from '../domain/node-night';
import type { OwnSettings } from '../domain/settings';
import type {
  Conversation,
  Finding,
  Intent,
  NodeFacts,
  NodeRules,
  Provider,
  Purpose,
  Role,
  StoredDigest,
  StoredEvent,
  StoredFilespace,
  StoredMessage,
  StoredRun,
} from './rows';

export interface Assignment {
  nodeId: number;
  tenantId: number | null;
  fromNight: Night;
  /** The rule that gave it, or why none did. */
  rule: string;
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
