import type { Deps } from '../src/deps';
import { compileRules } from '../src/domain/assignment';
import { addNights, nightOf, toWall } from '../src/domain/night';
import type { Night } from '../src/domain/node-night';
import type { Server } from '../src/store/rows';
import type { Assignment } from '../src/store/writer';

/**
 * Gives the nodes of a server to tenants by the rules in force. A change counts from tonight, or from the night after if one of the two
 * tenants has had its digest already: what was told stays with the tenant that had the node. A node seen for the first time brings
 * its whole past with it.
 */
export async function assignNodes(server: Server, deps: Deps): Promise<void> {
  const tenants = await deps.store.tenants();
  const assign = compileRules(tenants, deps.nodeGroups);
  const present = await deps.store.assignmentsOf(server.id);
  const untold = firstUntold(nightOf(toWall(deps.clock.now(), server.zone)), deps);
  const changes: Assignment[] = [];
  for (const node of await deps.store.nodesOf(server.id)) {
    if (node.goneAt !== null) continue;
    const wanted = assign({ node: node.name, server: server.name, domain: node.domain });
    const had = present.get(node.id);
    // Of a node of nobody the manager is told why, so that has to be true.
    if (had && had.tenantId === wanted.tenantId && (had.tenantId !== null || had.rule === wanted.rule)) continue;
    const fromNight = had ? await untold(had.tenantId, wanted.tenantId) : nightOf(node.registered);
    changes.push({ nodeId: node.id, ...wanted, fromNight });
  }
  if (changes.length > 0) await deps.store.commit((tx) => tx.assign(changes));
}

/** The first night from tonight on of which neither tenant has had a digest. */
function firstUntold(tonight: Night, deps: Deps): (...tenantIds: (number | null)[]) => Promise<Night> {
  const known = new Map<number, Night>();
  return async (...tenantIds) => {
    let first = tonight;
    for (const id of tenantIds) {
      if (id === null) continue;
      const told = known.get(id) ?? (await deps.store.lastDigestNight(id)) ?? '';
      known.set(id, told);
      if (told >= first) first = addNights(told, 1);
    }
    return first;
  };
}
