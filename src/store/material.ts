import { nightSpan, toInstant } from '../domain/night';
import type { Night, NodeNight, Wall } from '../domain/node-night';
import { type Db, isoText, jsonRows, query } from './connection';
import type { node as NodeRow } from './generated/client';
import { type Holder, holders } from './name-holders';
import { toNode } from './nodes';
import type { NightMaterial, StoredAssociation, StoredEvent, StoredMessage, StoredRun } from './rows';
import type { Store } from './store';

interface NodeOfNight extends NodeRow {
  tenant_id: number | null;
  backup_end: string | null;
}

interface Asked {
  serverId: number;
  night: Night;
  /** Noon to noon, as walls of the server and as instants. */
  from: Wall;
  to: Wall;
  fromAt: Date;
}

export function materialReads(db: Db): Pick<Store, 'material'> {
  return { material: (serverId, night, after, limit) => material(db, serverId, night, after, limit) };
}

/** One query for each kind of row and 5,000 nodes; rows meet their node in memory. */
async function material(
  db: Db,
  serverId: number,
  night: Night,
  after: number,
  limit: number,
): Promise<NightMaterial[]> {
  const [server] = await query<{ zone: string }>(db, 'SELECT zone FROM server WHERE id = $1', serverId);
  if (!server) return [];
  const { from, to } = nightSpan(night);
  const asked: Asked = { serverId, night, from, to, fromAt: toInstant(from, server.zone).toJSDate() };
  const nodes = await nodesOfNight(db, asked, after, limit);
  if (nodes.length === 0) return [];

  const ids = nodes.map((node) => node.id);
  const holds = await holders(db, serverId, server.zone, ids);
  const [events, associations, messages, runs, before, stored] = await Promise.all([
    eventsOf(db, asked, holds.names),
    associationsOf(db, asked, holds.names),
    messagesOf(db, asked, holds.names),
    runsOf(db, asked, holds.names),
    nightsBefore(db, ids, night),
    nightsStored(db, ids, night),
  ]);
  const eventsBy = byHolder(events, holds.of, (event) => event.scheduledStart);
  const associationsBy = byHolder(associations, holds.of, () => asked.to);
  const messagesBy = byHolder(messages, holds.of, (message) => message.at);
  const runsBy = byHolder(runs, holds.of, (run) => run.startTime);
  const beforeBy = new Map(before.map((row) => [row.nodeId, row]));
  const storedBy = new Map(stored.map((row) => [row.nodeId, row]));
  return nodes.map((node) => ({
    node: toNode(node),
    tenantId: node.tenant_id,
    events: eventsBy.get(node.id) ?? [],
    associations: associationsBy.get(node.id) ?? [],
    messages: messagesBy.get(node.id) ?? [],
    runs: runsBy.get(node.id) ?? [],
    lastBackupEnd: node.backup_end,
    before: beforeBy.get(node.id) ?? null,
    stored: storedBy.get(node.id) ?? null,
  }));
}

function byHolder<Row extends { node: string | null }>(
  rows: readonly Row[],
  holderOf: Holder,
  at: (row: Row) => Wall,
): Map<number, Row[]> {
  const groups = new Map<number, Row[]>();
  for (const row of rows) {
    const id = row.node === null ? undefined : holderOf(row.node, at(row));
    if (id === undefined) continue;
    const group = groups.get(id);
    if (group) group.push(row);
    else groups.set(id, [row]);
  }
  return groups;
}

/** Nodes that lived in the night, and gone or later ones that have something in it all the same. */
function nodesOfNight(
  db: Db,
  { serverId, night, to, fromAt }: Asked,
  after: number,
  limit: number,
): Promise<NodeOfNight[]> {
  return query(
    db,
    // VSS and API file spaces never get an end of backup of their own (storage-protect.md 3.1). Sub-selects that end in LIMIT are
    // answered by an index for the nodes at hand; as joins they would be made for all nodes of the server, in every portion again.
    `SELECT n.*, (
       SELECT tenant_id FROM node_tenant a
       WHERE a.node_id = n.id AND a.from_night <= $2::date AND (a.to_night IS NULL OR a.to_night >= $2::date) LIMIT 1
     ) AS tenant_id, (
       SELECT max(backup_end) FROM filespace
       WHERE node_id = n.id AND gone_at IS NULL AND name NOT LIKE 'API:%' AND COALESCE(type, '') NOT LIKE 'API:%'
         AND COALESCE(type, '') NOT ILIKE '%VSS%'
     ) AS backup_end
     FROM node n
     WHERE n.server_id = $1 AND n.id > $3 AND (
       ((n.gone_at IS NULL OR n.gone_at > $5::timestamptz) AND n.registered < $6)
       OR (SELECT true FROM node_night v WHERE v.node_id = n.id AND v.night = $2::date LIMIT 1)
       OR (SELECT true FROM node_name o JOIN event e ON e.server_id = $1 AND e.night = $2::date AND e.node_name = o.name
           WHERE o.node_id = n.id LIMIT 1)
     )
     ORDER BY n.id LIMIT $4`,
    serverId,
    night,
    after,
    limit,
    fromAt,
    to,
  );
}

function eventsOf(db: Db, { serverId, night }: Asked, names: readonly string[]): Promise<StoredEvent[]> {
  return jsonRows(
    db,
    `SELECT node_name AS node, domain, schedule, scheduled_start AS "scheduledStart", ordinal, actual_start AS "actualStart",
            completed, status, result, reason, ${isoText('seen_at')} AS "seenAt"
     FROM event WHERE server_id = $1 AND night = $2::date AND node_name = ANY($3::text[])
     ORDER BY scheduled_start, domain, schedule, ordinal`,
    serverId,
    night,
    names,
  );
}

function associationsOf(db: Db, { serverId, fromAt }: Asked, names: readonly string[]): Promise<StoredAssociation[]> {
  return jsonRows(
    db,
    `SELECT node_name AS node, domain, schedule, ${isoText('first_seen_at')} AS "firstSeenAt", ${isoText('gone_at')} AS "goneAt"
     FROM association WHERE server_id = $1 AND node_name = ANY($2::text[]) AND (gone_at IS NULL OR gone_at > $3::timestamptz)
     ORDER BY domain, schedule`,
    serverId,
    names,
    fromAt,
  );
}

function messagesOf(db: Db, { serverId, night }: Asked, names: readonly string[]): Promise<StoredMessage[]> {
  return jsonRows(
    db,
    `SELECT at, number, severity, node_name AS node, schedule, session, text
     FROM message WHERE server_id = $1 AND night = $2::date AND node_name = ANY($3::text[]) ORDER BY at, number, hash`,
    serverId,
    night,
    names,
  );
}

function runsOf(db: Db, { serverId, night }: Asked, names: readonly string[]): Promise<StoredRun[]> {
  return jsonRows(
    db,
    `SELECT node_name AS node, start_time AS "startTime", end_time AS "endTime", number, activity, schedule,
            examined, affected, failed, bytes, successful
     FROM run WHERE server_id = $1 AND night = $2::date AND node_name = ANY($3::text[]) ORDER BY start_time, number, activity`,
    serverId,
    night,
    names,
  );
}

const nodeNight = `node_id AS "nodeId", night, server_id AS "serverId", tenant_id AS "tenantId", verdict, population, streak, cause, detail,
  ${isoText('last_good_at')} AS "lastGoodAt", outside_runs AS "outsideRuns", outside_bad AS "outsideBad", units`;

function nightsBefore(db: Db, ids: readonly number[], night: Night): Promise<NodeNight[]> {
  return jsonRows(
    db,
    `SELECT v.* FROM unnest($1::int[]) AS i (id) CROSS JOIN LATERAL (
       SELECT ${nodeNight} FROM node_night WHERE node_id = i.id AND night < $2::date ORDER BY node_night.night DESC LIMIT 1) AS v`,
    ids,
    night,
  );
}

function nightsStored(db: Db, ids: readonly number[], night: Night): Promise<NodeNight[]> {
  return jsonRows(
    db,
    `SELECT ${nodeNight} FROM node_night WHERE node_id = ANY($1::int[]) AND night = $2::date`,
    ids,
    night,
  );
}
