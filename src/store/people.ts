import type { OwnSettings } from '../domain/settings';
import type { Db } from './connection';
import type { Prisma } from './generated/client';
import type { NodeRules, Origin, Person, Provider, Role } from './rows';
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
    tenants: async () =>
      (await db.tenant.findMany({ where: { closed_at: null }, orderBy: { path: 'asc' } })).map((row) => ({
        id: row.id,
        path: row.path,
        name: row.name,
        parentId: row.parent_id,
        settings: row.settings as OwnSettings,
        rules: row.rules as NodeRules,
      })),
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
