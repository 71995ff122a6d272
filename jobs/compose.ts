import { DateTime } from 'luxon';
import type { Deps } from '../src/deps';
import { subtrees } from '../src/domain/access';
import { composeDigest } from '../src/domain/compose';
import { checkCounts } from '../src/domain/counts';
import type { Digest } from '../src/domain/digest';
import { plainSentence } from '../src/domain/failure';
import type { Night } from '../src/domain/node-night';
import type { Person, Server, Tally, Tenant } from '../src/store/rows';
import { settingsOf, usedServers } from './arm';

/** What a morning message stands on, read once. */
export interface Sources {
  servers: Server[];
  /** Those that hold nodes of the tenant or of those below it. */
  used: Server[];
  polls: Awaited<ReturnType<Deps['store']['lastPolls']>>;
  /** People with a role on the tenant itself. */
  people: Person[];
}

export async function sourcesOf(tenants: readonly Tenant[], tenant: Tenant, deps: Deps): Promise<Sources> {
  const servers = await deps.store.servers();
  const used = await usedServers(tenants, tenant, servers, deps);
  return { servers, used, polls: await deps.store.lastPolls(), people: await deps.store.peopleOf([tenant.id]) };
}

/** The digest of a tenant and night from what is stored. Throws when its numbers do not add up: such a digest is never posted. */
export async function composeFor(
  tenants: readonly Tenant[],
  tenant: Tenant,
  night: Night,
  lateMinutes: number,
  { used: servers, polls, people }: Sources,
  deps: Deps,
): Promise<Digest> {
  const settings = settingsOf(tenants, tenant);
  const rows = await deps.store.nodeNights([tenant.id], night);
  const good = (server: Server) => polls.get(server.id)?.lastGood?.startedAt ?? null;
  const readable = servers
    .filter((server) => server.state === 'readable')
    .map(good)
    .filter((at) => at !== null);
  const digest = composeDigest({
    tenant,
    night,
    settings,
    rows,
    children: await childrenOf(tenants, tenant, night, deps),
    servers: servers.map((server) => ({
      name: server.name,
      readable: server.state === 'readable',
      lastGood: good(server),
      // The plain sentence: addresses and accounts are for the manager.
      reason: server.unreadable ? plainSentence(server.unreadable.code) : '',
    })),
    contacts: people
      .filter((person) =>
        person.memberships.some(
          (held) => held.tenantId === tenant.id && held.role === 'contact' && isCurrent(held.until, deps),
        ),
      )
      .map((person) => person.key),
    asOf:
      readable.sort()[0] ??
      servers
        .map(good)
        .filter((at) => at !== null)
        .sort()[0] ??
      deps.clock.now().toUTC().toISO() ??
      '',
    lateMinutes,
  });
  const wrong = checkCounts(digest);
  if (wrong) throw new Error(`The digest of ${tenant.path} for ${night} does not add up: ${wrong}`);
  return digest;
}

async function childrenOf(tenants: readonly Tenant[], tenant: Tenant, night: Night, deps: Deps) {
  const children = tenants.filter((each) => each.parentId === tenant.id);
  if (children.length === 0) return [];
  const byTenant = new Map<number, Tally[]>();
  for (const tally of await deps.store.tally([...subtrees(tenants, [tenant.id])], night)) {
    const list = byTenant.get(tally.tenantId);
    if (list) list.push(tally);
    else byTenant.set(tally.tenantId, [tally]);
  }
  return children.map((child) => ({
    path: child.path,
    name: child.name,
    tallies: [...subtrees(tenants, [child.id])].flatMap((id) => byTenant.get(id) ?? []),
  }));
}

function isCurrent(until: string | null, deps: Deps): boolean {
  return until === null || DateTime.fromISO(until) > deps.clock.now();
}
