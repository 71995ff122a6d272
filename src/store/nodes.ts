import { instantMillis } from '../domain/night';
import { bulk, type Db, execute, lastOfEach, query } from './connection';
import type { node as NodeRow } from './generated/client';
import type { Node, NodeFacts } from './rows';
import type { Store } from './store';
import { iso, isoOrNull } from './times';
import type { NodeDecisions, Writer } from './writer';

export function nodeReads(db: Db): Pick<Store, 'nodesOf' | 'findNodes' | 'assignmentsOf' | 'unassigned' | 'serversOf'> {
  return {
    nodesOf: async (serverId) =>
      (await db.node.findMany({ where: { server_id: serverId }, orderBy: { id: 'asc' } })).map(toNode),
    findNodes: async (name) =>
      (
        await query<NodeRow & { server: string; tenant_id: number | null }>(
          db,
          // One node for each server: who has the name now, else who had it last.
          `SELECT DISTINCT ON (s.name) n.*, s.name AS server, a.tenant_id
           FROM (
             SELECT id, gone_at IS NOT NULL AS past FROM node WHERE name = $1
             UNION SELECT node_id, true FROM node_name WHERE name = $1
           ) AS called
           JOIN node n ON n.id = called.id
           JOIN server s ON s.id = n.server_id AND s.gone_at IS NULL
           LEFT JOIN node_tenant a ON a.node_id = n.id AND a.to_night IS NULL
           ORDER BY s.name, called.past, n.last_seen_at DESC, n.id DESC`,
          name,
        )
      ).map((row) => ({ ...toNode(row), server: row.server, tenantId: row.tenant_id })),
    assignmentsOf: async (serverId) => {
      const rows = await query<{ node_id: number; tenant_id: number | null; rule: string }>(
        db,
        `SELECT a.node_id, a.tenant_id, a.rule FROM node_tenant a JOIN node n ON n.id = a.node_id
         WHERE n.server_id = $1 AND a.to_night IS NULL`,
        serverId,
      );
      return new Map(rows.map((row) => [row.node_id, { tenantId: row.tenant_id, rule: row.rule }]));
    },
    unassigned: () =>
      query(
        db,
        `SELECT n.name AS node, s.name AS server, a.rule
         FROM node_tenant a JOIN node n ON n.id = a.node_id JOIN server s ON s.id = n.server_id
         WHERE a.tenant_id IS NULL AND a.to_night IS NULL AND n.gone_at IS NULL AND s.gone_at IS NULL
         ORDER BY n.name, s.name`,
      ),
    serversOf: async (tenantIds) =>
      (
        await query<{ server_id: number }>(
          db,
          `SELECT DISTINCT n.server_id
           FROM node_tenant a JOIN node n ON n.id = a.node_id JOIN server s ON s.id = n.server_id
           WHERE a.tenant_id = ANY($1::int[]) AND a.to_night IS NULL AND n.gone_at IS NULL AND s.gone_at IS NULL
           ORDER BY n.server_id`,
          tenantIds,
        )
      ).map((row) => row.server_id),
  };
}

export function nodeWrites(tx: Db, now: Date): Pick<Writer, 'saveNodes' | 'assign'> {
  return {
    saveNodes: (serverId, decisions) => saveNodes(tx, now, serverId, decisions),
    assign: async (rows) => {
      const last = lastOfEach(rows, (row) => String(row.nodeId));
      const node = (row: (typeof last)[number]) => row.nodeId;
      const from = (row: (typeof last)[number]) => row.fromNight;
      const input = 'unnest($1::int[], $2::date[]) AS i (node_id, from_night)';
      await bulk(
        tx,
        `DELETE FROM node_tenant a USING ${input} WHERE a.node_id = i.node_id AND a.from_night >= i.from_night`,
        last,
        [node, from],
      );
      await bulk(
        tx,
        `UPDATE node_tenant a SET to_night = i.from_night - 1 FROM ${input}
         WHERE a.node_id = i.node_id AND (a.to_night IS NULL OR a.to_night >= i.from_night)`,
        last,
        [node, from],
      );
      await bulk(
        tx,
        `INSERT INTO node_tenant (node_id, from_night, tenant_id, rule)
         SELECT * FROM unnest($1::int[], $2::date[], $3::int[], $4::text[])`,
        last,
        [node, from, (row) => row.tenantId, (row) => row.rule],
      );
    },
  };
}

async function saveNodes(tx: Db, now: Date, serverId: number, decisions: NodeDecisions): Promise<void> {
  // Two inventories of one server at once must not both create the same new node.
  const { zone } = await lockServer(tx, serverId);
  await bulk(
    tx,
    `UPDATE node n SET name = i.name, domain = i.domain, facts = i.facts, last_seen_at = $5::timestamptz, gone_at = NULL
     FROM unnest($1::int[], $2::text[], $3::text[], $4::jsonb[]) AS i (id, name, domain, facts) WHERE n.id = i.id`,
    decisions.seen,
    [(node) => node.nodeId, (node) => node.name, (node) => node.domain, (node) => JSON.stringify(node.facts)],
    now,
  );
  const renamed = decisions.renamed.map(({ nodeId, to }) => ({ nodeId, name: to }));
  await bulk(
    tx,
    'UPDATE node n SET name = i.name FROM unnest($1::int[], $2::text[]) AS i (id, name) WHERE n.id = i.id AND n.name <> i.name',
    renamed,
    [(node) => node.nodeId, (node) => node.name],
  );
  await keepNames(
    tx,
    now,
    lastOfEach([...decisions.seen, ...renamed], (node) => String(node.nodeId)),
  );
  await addNodes(tx, now, serverId, zone, decisions.fresh);
  await execute(
    tx,
    'UPDATE node SET gone_at = $2::timestamptz WHERE id = ANY($1::int[]) AND gone_at IS NULL',
    decisions.gone,
    now,
  );
  await execute(
    tx,
    'UPDATE node_name SET to_at = $2::timestamptz WHERE node_id = ANY($1::int[]) AND to_at IS NULL',
    decisions.gone,
    now,
  );
}

async function lockServer(tx: Db, serverId: number): Promise<{ zone: string }> {
  const [server] = await query<{ zone: string }>(tx, 'SELECT zone FROM server WHERE id = $1 FOR UPDATE', serverId);
  if (!server) throw new Error(`There is no server with id ${serverId}.`);
  return server;
}

/** Ends the open name of a node where it differs, and opens the present one. */
async function keepNames(tx: Db, now: Date, nodes: readonly { nodeId: number; name: string }[]): Promise<void> {
  const columns = [(node: { nodeId: number }) => node.nodeId, (node: { name: string }) => node.name] as const;
  const input = 'unnest($1::int[], $2::text[]) AS i (node_id, name)';
  await bulk(
    tx,
    `UPDATE node_name o SET to_at = $3::timestamptz FROM ${input}
     WHERE o.node_id = i.node_id AND o.to_at IS NULL AND o.name <> i.name`,
    nodes,
    [...columns],
    now,
  );
  await bulk(
    tx,
    `INSERT INTO node_name (node_id, name, from_at) SELECT i.node_id, i.name, $3::timestamptz FROM ${input}
     WHERE NOT EXISTS (SELECT FROM node_name o WHERE o.node_id = i.node_id AND o.to_at IS NULL)
     ON CONFLICT (node_id, from_at) DO UPDATE SET name = excluded.name, to_at = NULL`,
    nodes,
    [...columns],
    now,
  );
}

async function addNodes(
  tx: Db,
  now: Date,
  serverId: number,
  zone: string,
  fresh: NodeDecisions['fresh'],
): Promise<void> {
  await bulk(
    tx,
    `WITH input AS (
       SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::jsonb[], $5::timestamptz[]) AS i (name, registered, domain, facts, named_at)
     ), added AS (
       INSERT INTO node (server_id, name, registered, domain, facts, first_seen_at, last_seen_at)
       SELECT $6::int, name, registered, domain, facts, $7::timestamptz, $7::timestamptz FROM input i
       WHERE NOT EXISTS (SELECT FROM node n WHERE n.server_id = $6::int AND n.name = i.name AND n.registered = i.registered)
       RETURNING id, name
     )
     INSERT INTO node_name (node_id, name, from_at) SELECT added.id, added.name, input.named_at FROM added JOIN input USING (name)`,
    lastOfEach(fresh, (node) => node.name),
    [
      (node) => node.name,
      (node) => node.registered,
      (node) => node.domain,
      (node) => JSON.stringify(node.facts),
      (node) => iso(namedSince(node.registered, zone, now)),
    ],
    serverId,
    now,
  );
}

/**
 * A node bears its name from its registration on, not from the moment we saw it: when a name was registered anew during a night,
 * what happened under it later that night is the new node's.
 */
function namedSince(registered: string, zone: string, now: Date): Date {
  const millis = instantMillis(registered.slice(0, 19), zone);
  return millis < now.getTime() ? new Date(millis) : now;
}

export function toNode(row: NodeRow): Node {
  return {
    id: row.id,
    serverId: row.server_id,
    name: row.name,
    registered: row.registered,
    domain: row.domain,
    facts: row.facts as NodeFacts,
    goneAt: isoOrNull(row.gone_at),
  };
}
