import { byKey, difference, differing, line, type Steps } from './config-step';
import { type Db, query } from './connection';
import type { Prisma } from './generated/client';
import type { Wanted } from './writer';

/** Parents come before children in the file, and so in what is put. */
export async function tenantSteps(db: Db, wanted: Wanted): Promise<Steps> {
  const present = await db.tenant.findMany({ include: { parent: true }, orderBy: { path: 'asc' } });
  const keeps = await kept(db, wanted);
  const { put, drop } = difference(
    byKey(wanted.tenants, (row) => row.path),
    byKey(present, (row) => row.path),
    {
      add: (row) => ({
        line: line('added', `tenant ${row.path}`, row.name),
        apply: async (tx) => tx.tenant.create({ data: { path: row.path, ...(await columns(tx, row)) } }),
      }),
      change: (row, known) => {
        const what = differing({
          name: [row.name, known.name],
          parent: [row.parentPath, known.parent?.path],
          settings: [row.settings, known.settings],
          rules: [row.rules, known.rules],
          origin: ['file', known.origin],
        });
        if (!what && known.closed_at === null) return null;
        return {
          line:
            known.closed_at === null
              ? line('changed', `tenant ${row.path}`, what)
              : line('added', `tenant ${row.path}`, 'opened again'),
          apply: async (tx) =>
            tx.tenant.update({ where: { id: known.id }, data: { ...(await columns(tx, row)), closed_at: null } }),
        };
      },
      drop: (known) => {
        if (known.origin !== 'file' || known.closed_at !== null) return null;
        return keeps.has(known.id)
          ? {
              line: line('removed', `tenant ${known.path}`, 'closed; its nights are kept'),
              apply: (tx, now) => tx.tenant.update({ where: { id: known.id }, data: { closed_at: now } }),
            }
          : {
              line: line('removed', `tenant ${known.path}`),
              apply: (tx) => tx.tenant.delete({ where: { id: known.id } }),
            };
      },
    },
  );
  // Children leave before their parents; a child's path is longer.
  return { put, drop: drop.reverse() };
}

async function columns(tx: Db, row: Wanted['tenants'][number]) {
  const parent =
    row.parentPath === null ? null : await tx.tenant.findUniqueOrThrow({ where: { path: row.parentPath } });
  return {
    name: row.name,
    parent_id: parent?.id ?? null,
    settings: row.settings as Prisma.InputJsonObject,
    rules: row.rules as Prisma.InputJsonObject,
    origin: 'file',
  };
}

/** Ids of tenants that something still speaks of: nights, digests, what was made in chat, or a child that stays. */
async function kept(db: Db, wanted: Wanted): Promise<Set<number>> {
  const rows = await query<{ id: number }>(
    db,
    `WITH RECURSIVE spoken_of (id, parent_id) AS (
       SELECT t.id, t.parent_id FROM tenant t
       WHERE t.path = ANY($1::text[]) OR t.origin <> 'file' OR t.closed_at IS NOT NULL
          OR EXISTS (SELECT FROM digest d WHERE d.tenant_id = t.id)
          OR EXISTS (SELECT FROM node_tenant a WHERE a.tenant_id = t.id)
          OR EXISTS (SELECT FROM node_night v WHERE v.tenant_id = t.id)
          OR EXISTS (SELECT FROM binding b WHERE b.tenant_id = t.id AND b.origin <> 'file')
          OR EXISTS (SELECT FROM membership m WHERE m.tenant_id = t.id AND m.origin <> 'file')
       UNION SELECT p.id, p.parent_id FROM tenant p JOIN spoken_of c ON c.parent_id = p.id
     ) SELECT id FROM spoken_of`,
    wanted.tenants.map((row) => row.path),
  );
  return new Set(rows.map((row) => row.id));
}
