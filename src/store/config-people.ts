import { byKey, difference, differing, line, type Steps } from './config-step';
import type { Db } from './connection';
import { isoOrNull } from './times';
import type { Wanted } from './writer';

/** People, then their accounts and roles; what is dropped goes the other way round. */
export async function peopleSteps(db: Db, wanted: Wanted): Promise<Steps> {
  const people = await personSteps(db, wanted);
  const accounts = await accountSteps(db, wanted);
  const roles = await roleSteps(db, wanted);
  return {
    put: [...people.put, ...accounts.put, ...roles.put],
    drop: [...roles.drop, ...accounts.drop, ...people.drop],
  };
}

async function personSteps(db: Db, wanted: Wanted): Promise<Steps> {
  const fromChat = { where: { origin: { not: 'file' } }, take: 1 };
  const present = await db.person.findMany({
    include: { identities: fromChat, memberships: fromChat },
    orderBy: { id: 'asc' },
  });
  return difference(
    byKey(wanted.people, (row) => row.key),
    byKey(present, (row) => row.key),
    {
      add: ({ key, name }) => ({
        line: line('added', `person ${key}`, name),
        apply: (tx) => tx.person.create({ data: { key, name, origin: 'file' } }),
      }),
      change: ({ key, name }, row) => {
        const what = differing({ name: [name, row.name], origin: ['file', row.origin] });
        if (!what) return null;
        return {
          line: line('changed', `person ${key}`, what),
          apply: (tx) => tx.person.update({ where: { id: row.id }, data: { name, origin: 'file' } }),
        };
      },
      drop: (row) => {
        if (row.origin !== 'file') return null;
        if (row.identities.length + row.memberships.length > 0) {
          return {
            line: line('changed', `person ${row.key}`, 'kept for an account or a role given in chat'),
            apply: (tx) => tx.person.update({ where: { id: row.id }, data: { origin: 'chat' } }),
          };
        }
        return {
          line: line('removed', `person ${row.key}`),
          apply: (tx) => tx.person.delete({ where: { id: row.id } }),
        };
      },
    },
  );
}

async function accountSteps(db: Db, wanted: Wanted): Promise<Steps> {
  const present = await db.identity.findMany({ include: { workspace: true, person: true }, orderBy: { id: 'asc' } });
  const accounts = wanted.people.flatMap((person) =>
    person.identities.map((identity) => ({ ...identity, person: person.key })),
  );
  const key = (...parts: string[]) => JSON.stringify(parts);
  const title = (user: string, provider: string, workspace: string) => `account ${user} of ${provider} ${workspace}`;
  const personAt = async (tx: Db, personKey: string) =>
    (await tx.person.findUniqueOrThrow({ where: { key: personKey } })).id;
  return difference(
    byKey(accounts, (row) => key(row.provider, row.workspace, row.user)),
    byKey(present, (row) => key(row.workspace.provider, row.workspace.external_id, row.user_id)),
    {
      add: ({ provider, workspace, user, person }) => ({
        line: line('added', title(user, provider, workspace), person),
        apply: async (tx) => {
          const home = await tx.workspace.findUniqueOrThrow({
            where: { provider_external_id: { provider, external_id: workspace } },
          });
          await tx.identity.create({
            data: { user_id: user, workspace_id: home.id, person_id: await personAt(tx, person), origin: 'file' },
          });
        },
      }),
      change: ({ provider, workspace, user, person }, row) => {
        const what = differing({ person: [person, row.person.key], origin: ['file', row.origin] });
        if (!what) return null;
        return {
          line: line('changed', title(user, provider, workspace), what),
          apply: async (tx) =>
            tx.identity.update({
              where: { id: row.id },
              data: { person_id: await personAt(tx, person), origin: 'file' },
            }),
        };
      },
      drop: (row) =>
        row.origin !== 'file'
          ? null
          : {
              line: line(
                'removed',
                title(row.user_id, row.workspace.provider, row.workspace.external_id),
                row.person.key,
              ),
              apply: (tx) => tx.identity.deleteMany({ where: { id: row.id } }),
            },
    },
  );
}

async function roleSteps(db: Db, wanted: Wanted): Promise<Steps> {
  const present = await db.membership.findMany({ include: { person: true, tenant: true }, orderBy: { id: 'asc' } });
  const roles = wanted.people.flatMap((person) => person.roles.map((role) => ({ ...role, person: person.key })));
  const key = (...parts: string[]) => JSON.stringify(parts);
  const title = (role: string, person: string, path: string) => `role ${role} of ${person} on ${path}`;
  const end = (until: string | undefined) => (until === undefined ? null : new Date(until));
  return difference(
    byKey(roles, (row) => key(row.person, row.tenantPath, row.role)),
    byKey(present, (row) => key(row.person.key, row.tenant.path, row.role)),
    {
      add: (row) => ({
        line: line('added', title(row.role, row.person, row.tenantPath), row.until && `until ${row.until}`),
        apply: async (tx) => {
          const person = await tx.person.findUniqueOrThrow({ where: { key: row.person } });
          const tenant = await tx.tenant.findUniqueOrThrow({ where: { path: row.tenantPath } });
          await tx.membership.create({
            data: { person_id: person.id, tenant_id: tenant.id, role: row.role, until: end(row.until), origin: 'file' },
          });
        },
      }),
      change: (row, known) => {
        const what = differing({
          until: [isoOrNull(end(row.until)), isoOrNull(known.until)],
          origin: ['file', known.origin],
        });
        if (!what) return null;
        return {
          line: line('changed', title(row.role, row.person, row.tenantPath), what),
          apply: (tx) =>
            tx.membership.update({ where: { id: known.id }, data: { until: end(row.until), origin: 'file' } }),
        };
      },
      drop: (row) =>
        row.origin !== 'file'
          ? null
          : {
              line: line('removed', title(row.role, row.person.key, row.tenant.path)),
              apply: (tx) => tx.membership.deleteMany({ where: { id: row.id } }),
            },
    },
  );
}
