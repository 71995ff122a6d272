import { isDeepStrictEqual } from 'node:util';
import { type Db, query } from './connection';
import type { finding as FindingRow, Prisma } from './generated/client';
import type { Finding } from './rows';
import type { Store } from './store';
import { iso, isoOrNull } from './times';
import type { Writer } from './writer';

export function findingReads(db: Db): Pick<Store, 'finding' | 'openFindings'> {
  return {
    finding: async (id) => {
      const row = await db.finding.findUnique({ where: { id } });
      return row && toFinding(row);
    },
    openFindings: async () =>
      (await db.finding.findMany({ where: { closed_at: null }, orderBy: [{ opened_at: 'asc' }, { id: 'asc' }] })).map(
        toFinding,
      ),
  };
}

export function findingWrites(tx: Db, now: Date): Pick<Writer, 'openFinding' | 'closeFinding'> {
  return {
    openFinding: async (kind, subject, detail) => {
      const present = await openOne(tx, kind, subject);
      if (!present) {
        const row = await tx.finding.create({
          data: { kind, subject, detail: detail as Prisma.InputJsonObject, opened_at: now, last_seen_at: now },
        });
        return { finding: toFinding(row), fresh: true };
      }
      const changed = !isDeepStrictEqual(present.detail, JSON.parse(JSON.stringify(detail)));
      const row = await tx.finding.update({
        where: { id: present.id },
        data: {
          last_seen_at: now,
          ...(changed ? { detail: detail as Prisma.InputJsonObject, version: { increment: 1 } } : {}),
        },
      });
      return { finding: toFinding(row), fresh: false };
    },
    closeFinding: async (kind, subject) => {
      const present = await openOne(tx, kind, subject);
      if (!present) return null;
      return toFinding(
        await tx.finding.update({ where: { id: present.id }, data: { closed_at: now, version: { increment: 1 } } }),
      );
    },
  };
}

/** The open finding. Two processes that find the same thing at the same moment take turns. */
async function openOne(tx: Db, kind: string, subject: string): Promise<FindingRow | null> {
  await query(
    tx,
    'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))::text',
    JSON.stringify(['finding', kind, subject]),
  );
  return tx.finding.findFirst({ where: { kind, subject, closed_at: null } });
}

function toFinding(row: FindingRow): Finding {
  return {
    id: row.id,
    kind: row.kind,
    subject: row.subject,
    detail: row.detail as Finding['detail'],
    version: row.version,
    openedAt: iso(row.opened_at),
    lastSeenAt: iso(row.last_seen_at),
    closedAt: isoOrNull(row.closed_at),
  };
}
