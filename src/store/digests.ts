import type { Digest } from '../domain/digest';
import type { Night } from '../domain/node-night';
import { type Db, execute, query } from './connection';
import type { Prisma } from './generated/client';
import type { StoredDigest } from './rows';
import type { Store } from './store';
import { dateOf, iso, nightOf } from './times';
import type { Writer } from './writer';

const withReviews = { reviews: { orderBy: [{ at: 'asc' }, { user_id: 'asc' }] } } satisfies Prisma.digestInclude;

export function digestReads(db: Db): Pick<Store, 'digest' | 'digestById' | 'lastDigestNight' | 'digestIdsOf'> {
  return {
    digest: (tenantId, night) => digestOf(db, tenantId, night),
    digestById: async (id) => {
      const row = await db.digest.findUnique({ where: { id }, include: withReviews });
      return row && toDigest(row);
    },
    lastDigestNight: async (tenantId) => {
      const row = await db.digest.findFirst({
        where: { tenant_id: tenantId },
        orderBy: { night: 'desc' },
        select: { night: true },
      });
      return row && nightOf(row.night);
    },
    digestIdsOf: async (night) =>
      (
        await db.digest.findMany({
          where: { night: dateOf(night) },
          orderBy: { tenant_id: 'asc' },
          select: { id: true },
        })
      ).map((row) => row.id),
  };
}

export function digestWrites(tx: Db, now: Date): Pick<Writer, 'saveDigest' | 'reviewDigest' | 'claimMentions'> {
  return {
    saveDigest: async (tenantId, night, content) => {
      const written = await execute(
        tx,
        `INSERT INTO digest AS old (tenant_id, night, version, content, as_of, created_at, updated_at)
         VALUES ($1, $2::date, 1, $3::jsonb, $4::timestamptz, $5::timestamptz, $5::timestamptz)
         ON CONFLICT (tenant_id, night) DO UPDATE
         SET version = old.version + 1, content = excluded.content, as_of = excluded.as_of, updated_at = excluded.updated_at
         WHERE old.content IS DISTINCT FROM excluded.content`,
        tenantId,
        night,
        JSON.stringify(content),
        content.asOf,
        now,
      );
      const digest = await digestOf(tx, tenantId, night);
      if (!digest) throw new Error(`The digest of tenant ${tenantId} for ${night} vanished while it was written.`);
      return { digest, changed: written > 0 };
    },
    reviewDigest: async (digestId, workspaceId, user, name) => {
      const first = await execute(
        tx,
        `INSERT INTO digest_review (digest_id, workspace_id, user_id, name, at) VALUES ($1, $2, $3, $4, $5::timestamptz)
         ON CONFLICT DO NOTHING`,
        digestId,
        workspaceId,
        user,
        name,
        now,
      );
      if (first === 0) return false;
      const { version } = await tx.digest.update({
        where: { id: digestId },
        data: { version: { increment: 1 }, updated_at: now },
        select: { version: true },
      });
      return version;
    },
    claimMentions: async (tenantId, night, personIds) => {
      // In one order, so that two digests that mention the same people cannot wait for each other.
      const wanted = [...new Set(personIds)].sort((a, b) => a - b);
      await execute(
        tx,
        `INSERT INTO mention (person_id, night, tenant_id) SELECT id, $2::date, $3::int FROM unnest($1::int[]) AS i (id) ORDER BY id
         ON CONFLICT DO NOTHING`,
        wanted,
        night,
        tenantId,
      );
      const rows = await query<{ person_id: number }>(
        tx,
        'SELECT person_id FROM mention WHERE night = $2::date AND tenant_id = $3 AND person_id = ANY($1::int[])',
        wanted,
        night,
        tenantId,
      );
      const mine = new Set(rows.map((row) => row.person_id));
      return personIds.filter((id) => mine.has(id));
    },
  };
}

async function digestOf(db: Db, tenantId: number, night: Night): Promise<StoredDigest | null> {
  const row = await db.digest.findUnique({
    where: { tenant_id_night: { tenant_id: tenantId, night: dateOf(night) } },
    include: withReviews,
  });
  return row && toDigest(row);
}

function toDigest(row: Prisma.digestGetPayload<{ include: typeof withReviews }>): StoredDigest {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    night: nightOf(row.night),
    version: row.version,
    content: row.content as unknown as Digest,
    reviews: row.reviews.map((review) => ({ name: review.name, at: iso(review.at) })),
  };
}
