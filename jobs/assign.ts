import type { Deps } from '../src/deps';
import { compileRules } from '../src/domain/assignment';
import { nightOf, toWall } from '../src/domain/night';
import type { Assignment, Server } from '../src/store/store';

/**
 * Gives the nodes of a server to tenants by the rules in force. A change counts from tonight: the nights before stay with the tenant
 * that had them. A node seen for the first time brings its whole past with it.
 */
export async function assignNodes(server: Server, deps: Deps): Promise<void> {
  const tenants = await deps.store.tenants();
  const assign = compileRules(tenants, deps.nodeGroups);
  const present = await deps.store.assignmentsOf(server.id);
  const tonight = nightOf(toWall(deps.clock.now(), server.zone));
  const changes: Assignment[] = [];
  for (const node of await deps.store.nodesOf(server.id)) {
    if (node.goneAt !== null) continue;
    const wanted = assign({ node: node.name, server: server.name, domain: node.domain });
    const had = present.get(node.id);
    if (had && had.tenantId === wanted.tenantId) continue;
    changes.push({ nodeId: node.id, ...wanted, fromNight: had ? tonight : nightOf(node.registered) });
  }
  if (changes.length > 0) await deps.store.commit((tx) => tx.assign(changes));
}
