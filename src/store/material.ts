import { nightSpan, toInstant } from '../domain/night';
import type { Night, Wall } from '../domain/node-night';
import { type Db, query } from './connection';
import type { node_night as NodeNightRow, node as NodeRow } from './generated/client';
import { type Holder, holders } from './name-holders';
import { toNodeNight } from './nights';
import { toNode } from './nodes';
import type { NightMaterial, Store, StoredAssociation, StoredEvent, StoredMessage, StoredRun } from './store';
import { iso, isoOrNull } from './times';

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
  const beforeBy = new Map(before.map((row) => [row.node_id, toNodeNight(row)]));
  const storedBy = new Map(stored.map((row) => [row.node_id, toNodeNight(row)]));
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
    // VSS and API file spaces never get an end of backup of their own (storage-protect.md 3.1).
    `SELECT n.*, a.tenant_id, f.backup_end
     FROM node n
     LEFT JOIN node_tenant a ON a.node_id = n.id AND a.from_night <= $2::date AND (a.to_night IS NULL OR a.to_night >= $2::date)
     LEFT JOIN LATERAL (
       SELECT max(backup_end) AS backup_end FROM filespace
       WHERE node_id = n.id AND gone_at IS NULL AND name NOT LIKE 'API:%' AND COALESCE(type, '') NOT LIKE 'API:%'
         AND COALESCE(type, '') NOT ILIKE '%VSS%'
     ) AS f ON true
     WHERE n.server_id = $1 AND n.id > $3 AND (
       ((n.gone_at IS NULL OR n.gone_at > $5::timestamptz) AND n.registered < $6)
       OR EXISTS (SELECT FROM node_night v WHERE v.node_id = n.id AND v.night = $2::date)
       OR EXISTS (SELECT FROM node_name o JOIN event e ON e.server_id = $1 AND e.night = $2::date AND e.node_name = o.name
                  WHERE o.node_id = n.id)
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

async function eventsOf(db: Db, { serverId, night }: Asked, names: readonly string[]): Promise<StoredEvent[]> {
  const rows = await query<Omit<StoredEvent, 'seenAt'> & { seenAt: Date }>(
    db,
    `SELECT node_name AS node, domain, schedule, scheduled_start AS "scheduledStart", ordinal, actual_start AS "actualStart",
            completed, status, result, reason, seen_at AS "seenAt"
     FROM event WHERE server_id = $1 AND night = $2::date AND node_name = ANY($3::text[])
     ORDER BY scheduled_start, domain, schedule, ordinal`,
    serverId,
    night,
    names,
  );
  return rows.map((row) => ({ ...row, seenAt: iso(row.seenAt) }));
}

async function associationsOf(
  db: Db,
  { serverId, fromAt }: Asked,
  names: readonly string[],
): Promise<StoredAssociation[]> {
  const rows = await query<
    Omit<StoredAssociation, 'firstSeenAt' | 'goneAt'> & { firstSeenAt: Date; goneAt: Date | null }
  >(
    db,
    `SELECT node_name AS node, domain, schedule, first_seen_at AS "firstSeenAt", gone_at AS "goneAt"
     FROM association WHERE server_id = $1 AND node_name = ANY($2::text[]) AND (gone_at IS NULL OR gone_at > $3::timestamptz)
     ORDER BY domain, schedule`,
    serverId,
    names,
    fromAt,
  );
  return rows.map((row) => ({ ...row, firstSeenAt: iso(row.firstSeenAt), goneAt: isoOrNull(row.goneAt) }));
}

function messagesOf(db: Db, { serverId, night }: Asked, names: readonly string[]): Promise<StoredMessage[]> {
  return query(
    db,
    `SELECT at, number, severity, node_name AS node, schedule, session, text
     FROM message WHERE server_id = $1 AND night = $2::date AND node_name = ANY($3::text[]) ORDER BY at, number, hash`,
    serverId,
    night,
    names,
  );
}

function runsOf(db: Db, { serverId, night }: Asked, names: readonly string[]): Promise<StoredRun[]> {
  return query(
    db,
    `SELECT node_name AS node, start_time AS "startTime", end_time AS "endTime", number, activity, schedule,
            examined::float8, affected::float8, failed::float8, bytes::float8, successful
     FROM run WHERE server_id = $1 AND night = $2::date AND node_name = ANY($3::text[]) ORDER BY start_time, number, activity`,
    serverId,
    night,
    names,
  );
}

function nightsBefore(db: Db, ids: readonly number[], night: Night): Promise<NodeNightRow[]> {
  return query(
    db,
    `SELECT v.* FROM unnest($1::int[]) AS i (id) CROSS JOIN LATERAL (
       SELECT * FROM node_night WHERE node_id = i.id AND night < $2::date ORDER BY night DESC LIMIT 1) AS v`,
    ids,
    night,
  );
}

function nightsStored(db: Db, ids: readonly number[], night: Night): Promise<NodeNightRow[]> {
  return query(db, 'SELECT * FROM node_night WHERE node_id = ANY($1::int[]) AND night = $2::date', ids, night);
}
