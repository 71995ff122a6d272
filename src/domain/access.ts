import { DateTime } from 'luxon';

interface TreeNode {
  id: number;
  path: string;
  parentId: number | null;
}

interface Membership {
  tenantId: number;
  role: string;
  /** Instant, ISO; null = without end. */
  until: string | null;
}

/**
 * The tenants that somebody may see from a place. Deny by default: a guest or outsider sees nothing; a member sees the tenants that
 * the channel is bound to and the ones where a role is held, each with all below it.
 */
export function visibleTenants(
  tenants: readonly TreeNode[],
  asker: {
    standing: 'member' | 'guest' | 'outsider';
    memberships: readonly Membership[];
    boundTo: readonly number[];
    now: DateTime;
  },
): Set<number> {
  if (asker.standing !== 'member') return new Set();
  const held = asker.memberships
    .filter((membership) => isActive(membership, asker.now))
    .map((membership) => membership.tenantId);
  return subtrees(tenants, [...held, ...asker.boundTo]);
}

export function isActive(membership: Membership, now: DateTime): boolean {
  return membership.until === null || DateTime.fromISO(membership.until) > now;
}

interface TreeIndex {
  byId: ReadonlyMap<number, TreeNode>;
  children: ReadonlyMap<number, readonly number[]>;
}

/** One index for each list of tenants: a morning asks a thousand times for a lineage in the same thousand tenants. */
const indexes = new WeakMap<readonly TreeNode[], TreeIndex>();

function indexOf(tenants: readonly TreeNode[]): TreeIndex {
  const known = indexes.get(tenants);
  if (known) return known;
  const children = new Map<number, number[]>();
  for (const tenant of tenants) {
    if (tenant.parentId === null) continue;
    const siblings = children.get(tenant.parentId);
    if (siblings) siblings.push(tenant.id);
    else children.set(tenant.parentId, [tenant.id]);
  }
  const index = { byId: new Map(tenants.map((tenant) => [tenant.id, tenant])), children };
  indexes.set(tenants, index);
  return index;
}

/** Ids of these tenants and of all below them. */
export function subtrees(tenants: readonly TreeNode[], roots: readonly number[]): Set<number> {
  const { byId, children } = indexOf(tenants);
  const found = new Set<number>();
  const open = roots.filter((root) => byId.has(root));
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    open.push(...(children.get(id) ?? []));
  }
  return found;
}

/** From the root down to the tenant itself. */
export function lineage<T extends TreeNode>(tenants: readonly T[], id: number): T[] {
  // The index holds the very objects of the list.
  const byId = indexOf(tenants).byId as ReadonlyMap<number, T>;
  const line: T[] = [];
  for (
    let tenant = byId.get(id);
    tenant && !line.includes(tenant);
    tenant = tenant.parentId === null ? undefined : byId.get(tenant.parentId)
  )
    line.unshift(tenant);
  return line;
}

/** A tenant by path, or by a last segment that only one tenant has. Case does not matter. */
export function tenantNamed<T extends TreeNode>(tenants: readonly T[], name: string): T | undefined {
  const wanted = name.toUpperCase();
  const exact = tenants.find((tenant) => tenant.path.toUpperCase() === wanted);
  if (exact) return exact;
  const bySegment = tenants.filter((tenant) => tenant.path.toUpperCase().endsWith(`/${wanted}`));
  return bySegment.length === 1 ? bySegment[0] : undefined;
}
