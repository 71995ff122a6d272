import type { Clock } from '../domain/clock';
import { bulk, bulkReturning, type Db, execute, inTransaction, lastOfEach, query } from './connection';
import type { card_copy as CardCopyRow, outbox as OutboxRecord, PrismaClient } from './generated/client';
import type { CardCopy, Intent, OutboxRow } from './rows';
import type { Store } from './store';
import { iso, isoOrNull } from './times';
import type { Writer } from './writer';

/** An intent that a worker may take: due, not in another one's hands, and its conversation is open and not asked to wait. */
const claimable = `o.state = 'due' AND o.due_at <= $1::timestamptz AND (o.claimed_until IS NULL OR o.claimed_until <= $1::timestamptz)
  AND c.state = 'active' AND (c.next_allowed_at IS NULL OR c.next_allowed_at <= $1::timestamptz)`;

export function outboxReads(
  db: PrismaClient,
  clock: Clock,
): Pick<Store, 'copy' | 'copiesOf' | 'claimIntent' | 'dueIntents' | 'ledger'> {
  return {
    copy: async (card, objectId, conversationId) => {
      const row = await db.card_copy.findUnique({
        where: { card_object_id_conversation_id: { card, object_id: objectId, conversation_id: conversationId } },
      });
      return row && toCopy(row);
    },
    copiesOf: async (card, objectId) =>
      (await db.card_copy.findMany({ where: { card, object_id: objectId }, orderBy: { id: 'asc' } })).map(toCopy),
    claimIntent: (outboxId, leaseMs) => inTransaction(db, (tx) => claim(tx, clock.now().toJSDate(), outboxId, leaseMs)),
    dueIntents: (limit) =>
      query(
        db,
        `SELECT o.id, o.attempts, o.correlation FROM outbox o JOIN conversation c ON c.id = o.conversation_id
         WHERE ${claimable} ORDER BY o.due_at, o.id LIMIT $2`,
        clock.now().toJSDate(),
        limit,
      ),
    ledger: async ({ objectId, card, conversationId, limit }) => {
      const rows = await db.outbox.findMany({
        where: {
          ...(objectId === undefined ? {} : { object_id: objectId }),
          ...(card === undefined ? {} : { card }),
          ...(conversationId === undefined ? {} : { conversation_id: conversationId }),
        },
        orderBy: { id: 'desc' },
        take: limit,
      });
      return rows.map(toOutbox);
    },
  };
}

export function outboxWrites(tx: Db, now: Date): Pick<Writer, 'want' | 'settle' | 'retry' | 'copyLost'> {
  return {
    want: (intents) => want(tx, now, intents),
    settle: async (outboxId, state, outcome, copy) => {
      const row = await tx.outbox.findUniqueOrThrow({ where: { id: outboxId } });
      // A worker that was too slow must not undo what the next one achieved.
      if (row.state !== 'delivered' || state === 'delivered')
        await tx.outbox.update({
          where: { id: outboxId },
          data: { state, outcome, settled_at: now, claimed_until: null },
        });
      if (!copy) return;
      await execute(
        tx,
        // A late report of an older version must not hide that a newer one is shown.
        `INSERT INTO card_copy AS old (card, object_id, conversation_id, state, message_id, rendered_version, content_hash, updated_at)
         VALUES ($1, $2, $3, 'posted', $4, $5, $6, $7::timestamptz)
         ON CONFLICT (card, object_id, conversation_id) DO UPDATE
         SET state = 'posted', message_id = excluded.message_id, rendered_version = excluded.rendered_version,
             content_hash = excluded.content_hash, updated_at = excluded.updated_at
         WHERE old.state <> 'posted' OR old.rendered_version <= excluded.rendered_version`,
        row.card,
        row.object_id,
        row.conversation_id,
        copy.messageId,
        copy.version,
        copy.contentHash,
        now,
      );
    },
    retry: async (outboxId, dueAt, outcome) => {
      await tx.outbox.update({
        where: { id: outboxId },
        data: { due_at: new Date(dueAt), outcome, claimed_until: null },
      });
    },
    copyLost: async (card, objectId, conversationId) => {
      await tx.card_copy.updateMany({
        where: { card, object_id: objectId, conversation_id: conversationId },
        data: { state: 'lost', message_id: null, content_hash: null, updated_at: now },
      });
    },
  };
}

async function want(tx: Db, now: Date, intents: readonly Intent[]): Promise<number[]> {
  const rows = lastOfEach(
    intents.map((intent) => ({ ...intent, dedupeKey: intent.dedupeKey ?? defaultKey(intent) })),
    (intent) => intent.dedupeKey,
  ).sort((a, b) => (copyKey(a) < copyKey(b) ? -1 : 1));
  const copyColumns = [
    (row: Intent) => row.card,
    (row: Intent) => row.objectId,
    (row: Intent) => row.conversationId,
  ] as const;
  await bulk(
    tx,
    `INSERT INTO card_copy (card, object_id, conversation_id, updated_at)
     SELECT *, $4::timestamptz FROM unnest($1::text[], $2::text[], $3::int[]) ON CONFLICT DO NOTHING`,
    lastOfEach(rows, copyKey),
    [...copyColumns],
    now,
  );
  const added = await bulkReturning<(typeof rows)[number], { id: number }>(
    tx,
    `INSERT INTO outbox (card, object_id, conversation_id, wanted_version, thread_of, dedupe_key, correlation, due_at, created_at)
     SELECT *, $8::timestamptz, $8::timestamptz
     FROM unnest($1::text[], $2::text[], $3::int[], $4::int[], $5::text[], $6::text[], $7::text[])
     ON CONFLICT (dedupe_key) DO NOTHING RETURNING id`,
    rows,
    [
      ...copyColumns,
      (row) => row.version,
      (row) => row.threadOf ?? null,
      (row) => row.dedupeKey,
      (row) => row.correlation,
    ],
    now,
  );
  await bulk(
    tx,
    // Of several that wait for one copy only the newest remains.
    `UPDATE outbox o SET state = 'superseded', outcome = 'a newer version is wanted', settled_at = $4::timestamptz
     FROM (SELECT DISTINCT * FROM unnest($1::text[], $2::text[], $3::int[])) AS i (card, object_id, conversation_id)
     WHERE o.card = i.card AND o.object_id = i.object_id AND o.conversation_id = i.conversation_id AND o.state = 'due' AND EXISTS (
       SELECT FROM outbox newer
       WHERE newer.card = o.card AND newer.object_id = o.object_id AND newer.conversation_id = o.conversation_id
         AND newer.state = 'due' AND (newer.wanted_version, newer.id) > (o.wanted_version, o.id))`,
    rows,
    [...copyColumns],
    now,
  );
  const open = await query<{ id: number }>(
    tx,
    "SELECT id FROM outbox WHERE id = ANY($1::int[]) AND state = 'due' ORDER BY id",
    added.map((row) => row.id),
  );
  return open.map((row) => row.id);
}

/** Takes an intent for a while. One message is written by one worker at a time, whatever its intents. */
async function claim(tx: Db, now: Date, outboxId: number, leaseMs: number): Promise<OutboxRow | null> {
  // Whoever holds the copy's row is claiming for the same message at this moment: leave it to them, the tick comes back.
  const [copy] = await query<{ id: number }>(
    tx,
    `SELECT k.id FROM card_copy k JOIN outbox o USING (card, object_id, conversation_id) WHERE o.id = $1 FOR UPDATE OF k SKIP LOCKED`,
    outboxId,
  );
  if (!copy) return null;
  await execute(
    tx,
    `UPDATE outbox o SET state = 'superseded', outcome = 'a newer version is wanted', settled_at = $1::timestamptz
     WHERE o.id = $2 AND o.state = 'due' AND EXISTS (
       SELECT FROM outbox newer
       WHERE newer.card = o.card AND newer.object_id = o.object_id AND newer.conversation_id = o.conversation_id
         AND newer.state = 'due' AND (newer.wanted_version, newer.id) > (o.wanted_version, o.id))`,
    now,
    outboxId,
  );
  const [row] = await query<OutboxRecord>(
    tx,
    `UPDATE outbox o SET claimed_until = $2::timestamptz, attempts = o.attempts + 1
     FROM conversation c WHERE c.id = o.conversation_id AND o.id = $3 AND ${claimable} AND NOT EXISTS (
       SELECT FROM outbox other
       WHERE other.card = o.card AND other.object_id = o.object_id AND other.conversation_id = o.conversation_id
         AND other.id <> o.id AND other.claimed_until > $1::timestamptz)
     RETURNING o.*`,
    now,
    new Date(now.getTime() + leaseMs),
    outboxId,
  );
  return row ? toOutbox(row) : null;
}

function defaultKey(intent: Intent): string {
  return `${copyKey(intent)}/${intent.version}`;
}

function copyKey(intent: Pick<Intent, 'card' | 'objectId' | 'conversationId'>): string {
  return `${intent.card}/${intent.objectId}/${intent.conversationId}`;
}

function toCopy(row: CardCopyRow): CardCopy {
  return {
    id: row.id,
    card: row.card,
    objectId: row.object_id,
    conversationId: row.conversation_id,
    state: row.state as CardCopy['state'],
    messageId: row.message_id,
    renderedVersion: row.rendered_version,
    contentHash: row.content_hash,
  };
}

function toOutbox(row: OutboxRecord): OutboxRow {
  return {
    id: row.id,
    conversationId: row.conversation_id,
    card: row.card,
    objectId: row.object_id,
    version: row.wanted_version,
    threadOf: row.thread_of,
    dedupeKey: row.dedupe_key,
    state: row.state as OutboxRow['state'],
    attempts: row.attempts,
    correlation: row.correlation,
    outcome: row.outcome,
    createdAt: iso(row.created_at),
    settledAt: isoOrNull(row.settled_at),
  };
}
