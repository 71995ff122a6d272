import type { Db } from './connection';
import type { Prisma } from './generated/client';
import type { Store } from './store';
import { iso } from './times';
import type { AuditRow, Writer } from './writer';

export function auditReads(db: Db): Pick<Store, 'auditRows'> {
  return {
    auditRows: async ({ object, limit }) => {
      const rows = await db.audit.findMany({
        where: object === undefined ? {} : { object },
        orderBy: [{ at: 'desc' }, { id: 'desc' }],
        take: limit,
      });
      return rows.map((row): AuditRow & { at: string } => ({
        at: iso(row.at),
        actor: row.actor,
        ...(row.person_id === null ? {} : { personId: row.person_id }),
        action: row.action,
        object: row.object,
        outcome: row.outcome,
        detail: row.detail as Record<string, unknown>,
        correlation: row.correlation,
      }));
    },
  };
}

export function auditWrites(tx: Db, now: Date): Pick<Writer, 'audit'> {
  return {
    audit: async ({ actor, personId, action, object, outcome, detail, correlation }) => {
      await tx.audit.create({
        data: {
          ...{ at: now, actor, action, object, outcome, correlation },
          person_id: personId ?? null,
          detail: (detail ?? {}) as Prisma.InputJsonObject,
        },
      });
    },
  };
}
