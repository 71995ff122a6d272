import type { Night, NodeNight } from '../domain/node-night';
import type {
  Binding,
  CardCopy,
  Conversation,
  Finding,
  NightMaterial,
  Node,
  OutboxRow,
  Person,
  Poll,
  Provider,
  Purpose,
  Server,
  StoredDigest,
  StoredFilespace,
  StoredMessage,
  StoredSchedule,
  Tally,
  Tenant,
  TimerRow,
  Workspace,
} from './rows';
import type { AuditRow, PlanLine, Wanted, Writer } from './writer';

/** The database. Reading is free; writing happens inside `commit` only. Instants are ISO strings in UTC. */
export interface Store {
  /** One transaction: state, audit, timers and outbox together or not at all. The work may run again after a serialization failure. */
  commit<T>(work: (tx: Writer) => Promise<T>): Promise<T>;

  planConfig(wanted: Wanted): Promise<PlanLine[]>;

  servers(): Promise<Server[]>;
  server(id: number): Promise<Server | null>;
  lastPolls(): Promise<Map<number, { lastGood: Poll | null; last: Poll | null }>>;
  /** How often reading a server was begun between two instants (ISO, both included; without an end: up to now), ended or not. */
  triesSince(serverId: number, since: string, until?: string): Promise<number>;
  nodesOf(serverId: number): Promise<Node[]>;
  findNodes(name: string): Promise<(Node & { server: string; tenantId: number | null })[]>;
  schedulesOf(serverId: number): Promise<StoredSchedule[]>;
  filespacesOf(nodeId: number): Promise<StoredFilespace[]>;
  assignmentsOf(serverId: number): Promise<Map<number, { tenantId: number | null; rule: string }>>;
  unassigned(): Promise<{ node: string; server: string; rule: string }[]>;
  /** In order of node id, `limit` nodes after `afterNodeId`: nodes of the server that live in or have something in that night. */
  material(serverId: number, night: Night, afterNodeId: number, limit: number): Promise<NightMaterial[]>;
  /** Verdicts of tenants' nodes in a night, with node and server names. */
  nodeNights(tenantIds: readonly number[], night: Night): Promise<(NodeNight & { node: string; server: string })[]>;
  /** Ids of the servers that hold nodes of these tenants. */
  serversOf(tenantIds: readonly number[]): Promise<number[]>;
  /** A page of the scheduled nodes of these tenants: by verdict, then what is new, then the longest streak, then name. */
  worstNodeNights(
    tenantIds: readonly number[],
    night: Night,
    offset: number,
    limit: number,
  ): Promise<(NodeNight & { node: string; server: string })[]>;
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
