import { DateTime } from 'luxon';
import type { Deps } from '../src/deps';
import { decideNodes, parseRename } from '../src/domain/node-identity';
import type { Protect, ReadFailure, Refusal } from '../src/protect/protect';
import type { Server } from '../src/store/rows';
import { assignNodes } from './assign';
import { tell, tellOver } from './tell';

const freshForHours = 6;

/** Nodes, schedules, associations and file spaces change slowly: they are read when six hours old. */
export function inventoryIsDue(server: Server, now: DateTime): boolean {
  return server.inventoryAt === null || now.diff(DateTime.fromISO(server.inventoryAt)).as('hours') >= freshForHours;
}

/** Reads and stores what the server knows of nodes, schedules, associations and file spaces; then gives new nodes to tenants. */
export async function takeInventory(
  server: Server,
  protect: Protect,
  renamesSince: string,
  correlation: string,
  deps: Deps,
): Promise<{ ok: true; rows: number; refused: Refusal[] } | ReadFailure> {
  const nodes = await protect.nodes();
  if (!nodes.ok) return nodes;
  const schedules = await protect.schedules();
  if (!schedules.ok) return schedules;
  const associations = await protect.associations();
  if (!associations.ok) return associations;
  const filespaces = await protect.filespaces();
  if (!filespaces.ok) return filespaces;

  const known = await deps.store.nodesOf(server.id);
  const renames = await deps.store.renamesOf(server.id, renamesSince);
  const decided = decideNodes(
    known,
    nodes.value.rows,
    renames.map(parseRename).filter((rename) => rename !== null),
  );
  const subject = server.name;
  if (!decided.ok) {
    await tell('nodes-suspicious', subject, { reason: decided.reason }, correlation, deps);
  } else {
    // Told first: once the nodes are stored, nobody can tell any more that one is new under an old name.
    for (const { name, before, now } of decided.reregistered)
      await tell('node-reregistered', name, { server: server.name, node: name, before, now }, correlation, deps);
    await deps.store.commit(async (tx) => {
      await tx.saveNodes(server.id, decided.decisions);
      for (const { from, to, nodeId } of decided.decisions.renamed)
        await tx.audit({
          actor: 'backchat',
          action: 'node renamed',
          object: `node ${nodeId}`,
          outcome: 'done',
          detail: { server: server.name, from, to },
          correlation,
        });
    });
    await tellOver('nodes-suspicious', subject, correlation, deps);
  }
  await deps.store.commit(async (tx) => {
    await tx.saveSchedules(
      server.id,
      schedules.value.rows.map((row) => ({ domain: row.domain, name: row.schedule, definition: { ...row } })),
    );
    await tx.saveAssociations(server.id, associations.value.rows);
    await tx.saveFilespaces(server.id, filespaces.value.rows);
  });
  await assignNodes(server, deps);
  // Last: an inventory that was interrupted is taken again with the next poll.
  await deps.store.commit((tx) => tx.inventoryTaken(server.id));
  const answers = [nodes.value, schedules.value, associations.value, filespaces.value];
  return {
    ok: true,
    rows: answers.reduce((sum, answer) => sum + answer.rows.length, 0),
    refused: answers.flatMap((answer) => answer.refused),
  };
}
