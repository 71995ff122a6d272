import { bulk, type Db, execute, lastOfEach, query } from './connection';
import type { StoredAssociation, StoredFilespace, StoredSchedule } from './rows';
import type { Store } from './store';
import { isoOrNull } from './times';
import type { Writer } from './writer';

export function inventoryReads(db: Db): Pick<Store, 'schedulesOf' | 'filespacesOf'> {
  return {
    schedulesOf: async (serverId) =>
      (
        await db.schedule.findMany({ where: { server_id: serverId }, orderBy: [{ domain: 'asc' }, { name: 'asc' }] })
      ).map((row) => ({
        domain: row.domain,
        name: row.name,
        definition: row.definition as StoredSchedule['definition'],
        goneAt: isoOrNull(row.gone_at),
      })),
    filespacesOf: async (nodeId) =>
      (await db.filespace.findMany({ where: { node_id: nodeId, gone_at: null }, orderBy: { fsid: 'asc' } })).map(
        (row) => ({
          fsid: row.fsid,
          name: row.name,
          type: row.type,
          capacityMb: row.capacity_mb,
          pctUtil: row.pct_util,
          backupStart: row.backup_start,
          backupEnd: row.backup_end,
        }),
      ),
  };
}

/** Each of these is given all that the server has now; what it does not name any more is marked as gone. */
export function inventoryWrites(
  tx: Db,
  now: Date,
): Pick<Writer, 'saveSchedules' | 'saveAssociations' | 'saveFilespaces'> {
  return {
    saveSchedules: async (serverId, rows) => {
      const last = lastOfEach(rows, (row) => JSON.stringify([row.domain, row.name]));
      await bulk(
        tx,
        `INSERT INTO schedule AS old (server_id, domain, name, definition)
         SELECT $4::int, * FROM unnest($1::text[], $2::text[], $3::jsonb[])
         ON CONFLICT (server_id, domain, name) DO UPDATE SET definition = excluded.definition, gone_at = NULL
         WHERE (old.definition, old.gone_at) IS DISTINCT FROM (excluded.definition, excluded.gone_at)`,
        last,
        [(row) => row.domain, (row) => row.name, (row) => JSON.stringify(row.definition)],
        serverId,
      );
      await execute(
        tx,
        `UPDATE schedule s SET gone_at = $4::timestamptz WHERE s.server_id = $3::int AND s.gone_at IS NULL AND NOT EXISTS (
           SELECT FROM unnest($1::text[], $2::text[]) AS i (domain, name) WHERE i.domain = s.domain AND i.name = s.name)`,
        last.map((row) => row.domain),
        last.map((row) => row.name),
        serverId,
        now,
      );
    },
    saveAssociations: (serverId, rows) => saveAssociations(tx, now, serverId, rows),
    saveFilespaces: (serverId, rows) => saveFilespaces(tx, now, serverId, rows),
  };
}

async function saveAssociations(
  tx: Db,
  now: Date,
  serverId: number,
  rows: readonly Pick<StoredAssociation, 'domain' | 'schedule' | 'node'>[],
): Promise<void> {
  const last = lastOfEach(rows, (row) => JSON.stringify([row.node, row.domain, row.schedule]));
  await bulk(
    tx,
    // One that was taken away and given again is expected from now on, not for the time between.
    `INSERT INTO association AS old (server_id, node_name, domain, schedule, first_seen_at)
     SELECT $4::int, *, $5::timestamptz FROM unnest($1::text[], $2::text[], $3::text[])
     ON CONFLICT (server_id, node_name, domain, schedule) DO UPDATE SET first_seen_at = excluded.first_seen_at, gone_at = NULL
     WHERE old.gone_at IS NOT NULL`,
    last,
    [(row) => row.node, (row) => row.domain, (row) => row.schedule],
    serverId,
    now,
  );
  await execute(
    tx,
    `UPDATE association a SET gone_at = $5::timestamptz WHERE a.server_id = $4::int AND a.gone_at IS NULL AND NOT EXISTS (
       SELECT FROM unnest($1::text[], $2::text[], $3::text[]) AS i (node_name, domain, schedule)
       WHERE i.node_name = a.node_name AND i.domain = a.domain AND i.schedule = a.schedule)`,
    last.map((row) => row.node),
    last.map((row) => row.domain),
    last.map((row) => row.schedule),
    serverId,
    now,
  );
}

async function saveFilespaces(
  tx: Db,
  now: Date,
  serverId: number,
  rows: readonly (StoredFilespace & { node: string })[],
): Promise<number> {
  const nodes = await query<{ id: number; name: string }>(
    tx,
    'SELECT id, name FROM node WHERE server_id = $1 AND gone_at IS NULL ORDER BY id',
    serverId,
  );
  const idOf = new Map(nodes.map((node) => [node.name, node.id]));
  const known = rows.flatMap((row) => {
    const nodeId = idOf.get(row.node);
    return nodeId === undefined ? [] : [{ ...row, nodeId }];
  });
  const last = lastOfEach(known, (row) => `${row.nodeId}/${row.fsid}`);
  const values = 'name, type, capacity_mb, pct_util, backup_start, backup_end, gone_at';
  await bulk(
    tx,
    `INSERT INTO filespace AS old (node_id, fsid, name, type, capacity_mb, pct_util, backup_start, backup_end)
     SELECT * FROM unnest($1::int[], $2::int[], $3::text[], $4::text[], $5::float8[], $6::float8[], $7::text[], $8::text[])
     ON CONFLICT (node_id, fsid) DO UPDATE SET (${values}) = ROW (${list(values, 'excluded')})
     WHERE (${list(values, 'old')}) IS DISTINCT FROM (${list(values, 'excluded')})`,
    last,
    [
      (row) => row.nodeId,
      (row) => row.fsid,
      (row) => row.name,
      (row) => row.type,
      (row) => row.capacityMb,
      (row) => row.pctUtil,
      (row) => row.backupStart,
      (row) => row.backupEnd,
    ],
  );
  await execute(
    tx,
    `UPDATE filespace f SET gone_at = $4::timestamptz FROM node n
     WHERE n.id = f.node_id AND n.server_id = $3::int AND f.gone_at IS NULL AND NOT EXISTS (
       SELECT FROM unnest($1::int[], $2::int[]) AS i (node_id, fsid) WHERE i.node_id = f.node_id AND i.fsid = f.fsid)`,
    last.map((row) => row.nodeId),
    last.map((row) => row.fsid),
    serverId,
    now,
  );
  return rows.length - known.length;
}

/** `a, b` → `t.a, t.b`. */
function list(columns: string, table: string): string {
  return columns.replaceAll(/\w+/g, (column) => `${table}.${column}`);
}
