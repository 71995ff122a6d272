import { isDeepStrictEqual } from 'node:util';
import type { Deps } from '../src/deps';
import { lineage } from '../src/domain/access';
import type { Night } from '../src/domain/node-night';
import { inherit, type Settings } from '../src/domain/settings';
import { judgeNode } from '../src/domain/verdict';
import type { Server, Tenant } from '../src/store/rows';

/** Small enough that a chunk dies young in memory, large enough that queries do not count. */
const nodesAtOnce = 2_000;

/**
 * Judges every node of a server for these nights and stores what changed. Nights are taken in order, because each builds on the one
 * before.
 *
 * @param readAt instant (ISO) up to which the server was read; null = never
 */
export async function evaluate(
  server: Server,
  nights: readonly Night[],
  readAt: string | null,
  deps: Deps,
): Promise<void> {
  const settingsOf = settingsByTenant(await deps.store.tenants());
  const schedules = new Map((await deps.store.schedulesOf(server.id)).map((row) => [`${row.domain}/${row.name}`, row]));
  const now = deps.clock.now().toUTC().toISO() ?? '';
  for (const night of [...nights].sort()) {
    let after = 0;
    for (;;) {
      const materials = await deps.store.material(server.id, night, after, nodesAtOnce);
      const last = materials.at(-1);
      if (!last) break;
      after = last.node.id;
      const changed = materials.flatMap((material) => {
        const settings = settingsOf(material.tenantId);
        const judged = judgeNode(material, { night, server, schedules, settings, lastGoodPoll: readAt, now });
        return isDeepStrictEqual(judged, material.stored) ? [] : [judged];
      });
      if (changed.length > 0) await deps.store.commit((tx) => tx.saveNodeNights(changed));
    }
  }
}

/** Settings in force for a tenant; nodes of nobody are judged by the defaults of the whole tree. */
export function settingsByTenant(tenants: readonly Tenant[]): (tenantId: number | null) => Settings {
  const known = new Map<number | null, Settings>();
  const root = tenants.find((tenant) => tenant.parentId === null);
  return (tenantId) => {
    const found = known.get(tenantId);
    if (found) return found;
    const chain = tenantId === null ? (root ? [root] : []) : lineage(tenants, tenantId);
    const settings = inherit(chain.map((tenant) => tenant.settings));
    known.set(tenantId, settings);
    return settings;
  };
}
