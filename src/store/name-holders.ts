import { instantMillis } from '../domain/night';
import type { Wall } from '../domain/node-night';
import { type Db, query } from './connection';

/** The id of the node that bore a name at a wall time of its server; undefined when none of those asked about did. */
export type Holder = (name: string, at: Wall) => number | undefined;

/**
 * Servers report by name, and names move: a renamed machine keeps its past, a name registered anew begins afresh. A name belongs to
 * the last node that took it by then, or, before anyone did, to the first.
 */
export async function holders(
  db: Db,
  serverId: number,
  zone: string,
  nodeIds: readonly number[],
): Promise<{ names: string[]; of: Holder }> {
  const rows = await query<{ name: string; node_id: number; from_at: Date }>(
    db,
    // OFFSET 0 keeps the planner from joining the names of the whole server for the few that are asked about.
    `SELECT o.name, o.node_id, o.from_at
     FROM (SELECT DISTINCT name FROM node_name WHERE node_id = ANY($2::int[])) AS mine
     CROSS JOIN LATERAL (SELECT * FROM node_name WHERE name = mine.name OFFSET 0) AS o
     WHERE (SELECT server_id FROM node WHERE id = o.node_id) = $1
     ORDER BY o.from_at, o.node_id`,
    serverId,
    nodeIds,
  );
  const byName = new Map<string, { nodeId: number; from: number }[]>();
  for (const { name, node_id, from_at } of rows) {
    const period = { nodeId: node_id, from: from_at.getTime() };
    const known = byName.get(name);
    if (known) known.push(period);
    else byName.set(name, [period]);
  }
  return {
    names: [...byName.keys()],
    of: (name, at) => {
      const periods = byName.get(name) ?? [];
      const [first] = periods;
      if (periods.length < 2) return first?.nodeId;
      const instant = instantMillis(at.slice(0, 19), zone);
      return (periods.findLast((period) => period.from <= instant) ?? first)?.nodeId;
    },
  };
}
