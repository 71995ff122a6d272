import { byKey, difference, differing, line, type Steps } from './config-step';
import { type Db, execute } from './connection';
import type { Prisma } from './generated/client';
import type { Wanted } from './writer';

export async function workspaceSteps(db: Db, wanted: Wanted): Promise<Steps> {
  const present = await db.workspace.findMany({
    include: {
      identities: { where: { origin: { not: 'file' } }, take: 1 },
      conversations: { where: { bindings: { some: { origin: { not: 'file' } } } }, take: 1 },
    },
    orderBy: { id: 'asc' },
  });
  const title = (provider: string, externalId: string) => `workspace ${externalId} of ${provider}`;
  return difference(
    byKey(wanted.workspaces, (row) => `${row.provider} ${row.externalId}`),
    byKey(present, (row) => `${row.provider} ${row.external_id}`),
    {
      add: ({ provider, externalId, name }) => ({
        line: line('added', title(provider, externalId), name),
        apply: (tx) => tx.workspace.create({ data: { provider, external_id: externalId, name, origin: 'file' } }),
      }),
      change: ({ provider, externalId, name }, row) => {
        const what = differing({ name: [name, row.name], origin: ['file', row.origin] });
        if (!what) return null;
        return {
          line: line('changed', title(provider, externalId), what),
          apply: (tx) => tx.workspace.update({ where: { id: row.id }, data: { name, origin: 'file' } }),
        };
      },
      drop: (row) => {
        if (row.origin !== 'file') return null;
        const what = title(row.provider, row.external_id);
        if (row.identities.length + row.conversations.length > 0) {
          return {
            line: line('changed', what, 'kept, because people or channels were bound to it in chat'),
            apply: (tx) => tx.workspace.update({ where: { id: row.id }, data: { origin: 'chat' } }),
          };
        }
        return {
          line: line('removed', what),
          apply: async (tx, now) => {
            await execute(
              tx,
              `UPDATE outbox SET state = 'dropped', outcome = 'the workspace was removed from the configuration', settled_at = $2::timestamptz
               WHERE state = 'due' AND conversation_id IN (SELECT id FROM conversation WHERE workspace_id = $1)`,
              row.id,
              now,
            );
            await tx.workspace.delete({ where: { id: row.id } });
          },
        };
      },
    },
  );
}

export async function serverSteps(db: Db, wanted: Wanted): Promise<Steps> {
  const present = await db.server.findMany({ orderBy: { id: 'asc' } });
  return difference(
    byKey(wanted.servers, (row) => row.name),
    byKey(present, (row) => row.name),
    {
      add: ({ name, zone, transport }) => ({
        line: line('added', `server ${name}`),
        apply: (tx) =>
          tx.server.create({ data: { name, zone, transport: transport as Prisma.InputJsonValue, origin: 'file' } }),
      }),
      change: ({ name, zone, transport }, row) => {
        const what = differing({
          zone: [zone, row.zone],
          transport: [transport, row.transport],
          origin: ['file', row.origin],
        });
        if (!what && row.gone_at === null) return null;
        return {
          line:
            row.gone_at === null
              ? line('changed', `server ${name}`, what)
              : line('added', `server ${name}`, 'known from before'),
          apply: (tx) =>
            tx.server.update({
              where: { id: row.id },
              data: { zone, transport: transport as Prisma.InputJsonValue, origin: 'file', gone_at: null },
            }),
        };
      },
      // Its nights stay: they are the memory of what was backed up.
      drop: (row) =>
        row.origin !== 'file' || row.gone_at !== null
          ? null
          : {
              line: line('removed', `server ${row.name}`, 'its nights are kept'),
              apply: (tx, now) => tx.server.update({ where: { id: row.id }, data: { gone_at: now } }),
            },
    },
  );
}

export async function bindingSteps(db: Db, wanted: Wanted): Promise<Steps> {
  const present = await db.binding.findMany({
    include: { tenant: true, conversation: { include: { workspace: true } } },
    orderBy: { id: 'asc' },
  });
  const title = (provider: string, workspace: string, conversation: string) =>
    `channel ${conversation} of ${provider} ${workspace}`;
  const key = (...parts: string[]) => JSON.stringify(parts);
  return difference(
    byKey(wanted.bindings, (row) => key(row.provider, row.workspace, row.conversation, row.tenantPath, row.purpose)),
    byKey(present, ({ conversation: { workspace, external_id }, tenant, purpose }) =>
      key(workspace.provider, workspace.external_id, external_id, tenant.path, purpose),
    ),
    {
      add: (row) => ({
        line: line(
          'added',
          title(row.provider, row.workspace, row.conversation),
          `${row.purpose} of ${row.tenantPath}`,
        ),
        apply: (tx, now) => bind(tx, now, row),
      }),
      change: (row, { id, origin }) =>
        origin === 'file'
          ? null
          : {
              line: line(
                'changed',
                title(row.provider, row.workspace, row.conversation),
                'was bound in chat, is now the file’s',
              ),
              apply: (tx) => tx.binding.update({ where: { id }, data: { origin: 'file' } }),
            },
      drop: ({ id, origin, purpose, tenant, conversation: { workspace, external_id } }) =>
        origin !== 'file'
          ? null
          : {
              line: line(
                'removed',
                title(workspace.provider, workspace.external_id, external_id),
                `${purpose} of ${tenant.path}`,
              ),
              apply: (tx) => tx.binding.deleteMany({ where: { id } }),
            },
    },
  );
}

/**
 * A Slack channel can be written to by its id alone. A Teams conversation waits until an activity from there has told how to reach it.
 */
async function bind(tx: Db, now: Date, row: Wanted['bindings'][number]): Promise<void> {
  const workspace = await tx.workspace.findUniqueOrThrow({
    where: { provider_external_id: { provider: row.provider, external_id: row.workspace } },
  });
  const tenant = await tx.tenant.findUniqueOrThrow({ where: { path: row.tenantPath } });
  const conversation = await tx.conversation.upsert({
    where: { workspace_id_external_id: { workspace_id: workspace.id, external_id: row.conversation } },
    create: {
      workspace_id: workspace.id,
      external_id: row.conversation,
      kind: row.kind,
      name: row.name ?? null,
      state: row.provider === 'slack' ? 'active' : 'waiting',
      state_since: now,
    },
    update: {},
  });
  if (conversation.name === null && row.name !== undefined)
    await tx.conversation.update({ where: { id: conversation.id }, data: { name: row.name } });
  await tx.binding.create({
    data: { conversation_id: conversation.id, tenant_id: tenant.id, purpose: row.purpose, origin: 'file' },
  });
}
