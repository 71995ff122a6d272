import { type Db, query } from './connection';
import type { Prisma } from './generated/client';
import type { Origin, Person, Provider, Role, Tenant } from './rows';
import type { Store } from './store';
import { isoOrNull } from './times';

const whole = {
  identities: { include: { workspace: true }, orderBy: { id: 'asc' } },
  memberships: { where: { tenant: { closed_at: null } }, orderBy: { id: 'asc' } },
} satisfies Prisma.personInclude;

export function peopleReads(db: Db): Pick<Store, 'tenants' | 'peopleOf' | 'people' | 'personOf'> {
  const find = async (where: Prisma.personWhereInput) =>
    (await db.person.findMany({ where, include: whole, orderBy: { key: 'asc' } })).map(toPerson);
  return {
    // As one JSON value: a morning reads all tenants once for each of them.
    tenants: async () => {
      const [row] = await query<{ tenants: string }>(
        db,
        `SELECT coalesce(json_agg(json_build_object('id', id, 'path', path, 'name', name, 'parentId', parent_id,
                'settings', settings, 'rules', rules) ORDER BY path), '[]')::text AS tenants
         FROM tenant WHERE closed_at IS NULL`,
      );
      return JSON.parse(row?.tenants ?? '[]') as Tenant[];
    },
    peopleOf: (tenantIds) =>
      find({ memberships: { some: { tenant_id: { in: [...tenantIds] }, tenant: { closed_at: null } } } }),
    people: (keys) => find({ key: { in: [...keys] } }),
    personOf: async (provider, workspace, user) => {
      const [person] = await find({
        identities: { some: { user_id: user, workspace: { provider, external_id: workspace } } },
      });
      return person ?? null;
    },
  };
}

function toPerson(row: Prisma.personGetPayload<{ include: typeof whole }>): Person {
  return {
    id: row.id,
    key: row.key,
    name: row.name,
    identities: row.identities.map((identity) => ({
      provider: identity.workspace.provider as Provider,
      workspace: identity.workspace.external_id,
      user: identity.user_id,
    })),
    memberships: row.memberships.map((membership) => ({
      tenantId: membership.tenant_id,
      role: membership.role as Role,
      until: isoOrNull(membership.until),
      origin: membership.origin as Origin,
    })),
  };
}
