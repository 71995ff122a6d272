import type { NodeNight, Population, UnitNight } from '../domain/node-night';
import { type Outcome, outcomes } from '../domain/outcome';
import { bulk, type Db, lastOfEach, query } from './connection';
import type { node_night as NodeNightRow } from './generated/client';
import type { Tally } from './rows';
import type { Store } from './store';
import { isoOrNull, nightOf } from './times';
import type { Writer } from './writer';

// Server names come from a sub-select on purpose: with a join the planner, which knows nothing of a night as new as the last one, takes
// the index by server and night and reads the nodes of all tenants.
const serverName = '(SELECT s.name FROM server s WHERE s.id = v.server_id)';

/** As a reader would rank them; verdicts rank as in `outcomes`. */
const populations: readonly Population[] = ['new', 'still', 'flapping', 'recovered', 'steady'];

/** Verdicts of tenants' nodes in a night, with the names that people know. */
async function named(db: Db, rest: string, ...parameters: unknown[]) {
  const rows = await query<NodeNightRow & { node: string; server: string }>(
    db,
    `SELECT v.*, n.name AS node, ${serverName} AS server
     FROM node_night v JOIN node n ON n.id = v.node_id
     WHERE v.tenant_id = ANY($1::int[]) AND v.night = $2::date ${rest}`,
    ...parameters,
  );
  return rows.map((row) => ({ ...toNodeNight(row), node: row.node, server: row.server }));
}

export function nightReads(db: Db): Pick<Store, 'nodeNights' | 'worstNodeNights' | 'tally' | 'historyOf'> {
  return {
    nodeNights: (tenantIds, night) => named(db, 'ORDER BY n.name, server, v.node_id', tenantIds, night),
    worstNodeNights: (tenantIds, night, offset, limit) =>
      named(
        db,
        `AND v.verdict IS NOT NULL
         ORDER BY array_position($3::text[], v.verdict), array_position($4::text[], v.population), v.streak DESC, n.name, v.node_id
         OFFSET $5 LIMIT $6`,
        tenantIds,
        night,
        outcomes,
        populations,
        offset,
        limit,
      ),
    tally: (tenantIds, night) =>
      query<Tally>(
        db,
        `SELECT v.tenant_id AS "tenantId", ${serverName} AS server, v.verdict, v.population, v.cause, count(*)::int AS nodes,
                sum(v.outside_runs)::int AS "outsideRuns", sum(v.outside_bad)::int AS "outsideBad"
         FROM node_night v
         WHERE v.tenant_id = ANY($1::int[]) AND v.night = $2::date GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5`,
        tenantIds,
        night,
      ),
    historyOf: async (nodeId, limit) =>
      (await db.node_night.findMany({ where: { node_id: nodeId }, orderBy: { night: 'desc' }, take: limit })).map(
        toNodeNight,
      ),
  };
}

export function nightWrites(tx: Db, now: Date): Pick<Writer, 'saveNodeNights'> {
  const values = [
    ...['server_id', 'tenant_id', 'verdict', 'population', 'streak', 'cause', 'detail'],
    ...['last_good_at', 'outside_runs', 'outside_bad', 'units'],
  ];
  const of = (table: string) => values.map((column) => `${table}.${column}`).join(', ');
  return {
    saveNodeNights: async (rows) => {
      await bulk(
        tx,
        `INSERT INTO node_night AS old (node_id, night, ${values.join(', ')}, evaluated_at)
         SELECT *, $14::timestamptz FROM unnest($1::int[], $2::date[], $3::int[], $4::int[], $5::text[], $6::text[], $7::int[],
           $8::text[], $9::text[], $10::timestamptz[], $11::int[], $12::int[], $13::jsonb[])
         ON CONFLICT (node_id, night) DO UPDATE SET (${values.join(', ')}, evaluated_at) = ROW (${of('excluded')}, excluded.evaluated_at)
         WHERE (${of('old')}) IS DISTINCT FROM (${of('excluded')})`,
        lastOfEach(rows, (row) => `${row.nodeId}/${row.night}`),
        [
          (row) => row.nodeId,
          (row) => row.night,
          (row) => row.serverId,
          (row) => row.tenantId,
          (row) => row.verdict,
          (row) => row.population,
          (row) => row.streak,
          (row) => row.cause,
          (row) => row.detail,
          (row) => row.lastGoodAt,
          (row) => row.outsideRuns,
          (row) => row.outsideBad,
          (row) => JSON.stringify(row.units),
        ],
        now,
      );
    },
  };
}

function toNodeNight(row: NodeNightRow): NodeNight {
  return {
    nodeId: row.node_id,
    night: nightOf(row.night),
    serverId: row.server_id,
    tenantId: row.tenant_id,
    verdict: row.verdict as Outcome | null,
    population: row.population as Population,
    streak: row.streak,
    cause: row.cause,
    detail: row.detail,
    lastGoodAt: isoOrNull(row.last_good_at),
    outsideRuns: row.outside_runs,
    outsideBad: row.outside_bad,
    units: row.units as unknown as UnitNight[],
  };
}
