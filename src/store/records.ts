import { createHash } from 'node:crypto';
import type { Night } from '../domain/node-night';
import { bulk, type Db, lastOfEach, query } from './connection';
import type { StoredEvent, StoredMessage } from './rows';
import type { Store } from './store';
import type { Writer } from './writer';

/** The audit message of an administrator's command, and with it of a rename. */
const commandIssued = 2017;

/** The server computes these when it has no record (storage-protect.md 3.1): they say nothing against one that it once had. */
const computed = ['Uncertain', 'Future', 'Pending'];
/** States that something else must still follow. */
const open = [...computed, 'Started', 'In Progress', 'Restarted'];

export function recordReads(db: Db): Pick<Store, 'messagesOf' | 'renamesOf'> {
  return {
    messagesOf: async (serverId, night, node) =>
      query<StoredMessage>(
        db,
        `SELECT at, number, severity, node_name AS node, schedule, session, text FROM message
         WHERE server_id = $1 AND night = $2::date AND node_name = $3 ORDER BY at, number, hash`,
        serverId,
        night,
        node,
      ),
    renamesOf: async (serverId, from) =>
      (
        await query<{ text: string }>(
          db,
          // Commands may be shortened: REName Node.
          `SELECT text FROM message WHERE server_id = $1 AND night >= $2::date AND number = ${commandIssued} AND text ~* 'ren\\w*\\s+n'
           ORDER BY at, hash`,
          serverId,
          from,
        )
      ).map((row) => row.text),
  };
}

/** What the servers said, kept longer than they keep it. Rows are added and changed, never taken away. */
export function recordWrites(tx: Db, now: Date): Pick<Writer, 'saveEvents' | 'saveRuns' | 'saveMessages'> {
  return {
    saveEvents: (serverId, rows) => saveEvents(tx, now, serverId, rows),
    saveRuns: async (serverId, rows) => {
      const values = ['end_time', 'schedule', 'examined', 'affected', 'failed', 'bytes', 'successful', 'night'];
      await bulk(
        tx,
        `INSERT INTO run AS old (server_id, node_name, start_time, number, activity, ${values.join(', ')})
         SELECT $13::int, * FROM unnest($1::text[], $2::text[], $3::int[], $4::text[],
           $5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bool[], $12::date[])
         ON CONFLICT (server_id, node_name, start_time, number, activity) DO UPDATE SET ${setAll(values)}
         WHERE ${anyDiffers(values)}`,
        lastOfEach(rows, (row) => JSON.stringify([row.node, row.startTime, row.number, row.activity])),
        [
          (row) => row.node,
          (row) => row.startTime,
          (row) => row.number,
          (row) => row.activity,
          (row) => row.endTime,
          (row) => row.schedule,
          (row) => row.examined,
          (row) => row.affected,
          (row) => row.failed,
          (row) => row.bytes,
          (row) => row.successful,
          (row) => row.night,
        ],
        serverId,
      );
    },
    saveMessages: async (serverId, rows) => {
      const keyed = rows.map((row) => ({
        ...row,
        hash: createHash('sha256').update(row.text).digest('hex').slice(0, 32),
      }));
      await bulk(
        tx,
        `INSERT INTO message (server_id, night, at, number, hash, severity, node_name, schedule, session, text)
         SELECT $10::int, * FROM unnest($1::date[], $2::text[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int[], $9::text[])
         ON CONFLICT DO NOTHING`,
        keyed,
        [
          (row) => row.night,
          (row) => row.at,
          (row) => row.number,
          (row) => row.hash,
          (row) => row.severity,
          (row) => row.node,
          (row) => row.schedule,
          (row) => row.session,
          (row) => row.text,
        ],
        serverId,
      );
    },
  };
}

async function saveEvents(
  tx: Db,
  now: Date,
  serverId: number,
  rows: readonly (Omit<StoredEvent, 'seenAt'> & { night: Night })[],
): Promise<number> {
  const values = ['actual_start', 'completed', 'status', 'result', 'reason'];
  return bulk(
    tx,
    `INSERT INTO event AS old (server_id, night, node_name, domain, schedule, scheduled_start, ordinal, ${values.join(', ')}, seen_at)
     SELECT $12::int, *, $13::timestamptz FROM unnest($1::date[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int[],
       $7::text[], $8::text[], $9::text[], $10::int[], $11::text[])
     ON CONFLICT (server_id, night, node_name, domain, schedule, scheduled_start, ordinal)
     DO UPDATE SET ${setAll([...values, 'seen_at'])}
     WHERE ${anyDiffers(values)} AND (excluded.status <> ALL ($14::text[]) OR old.status = ANY ($15::text[]))`,
    lastOfEach(rows, (row) =>
      JSON.stringify([row.night, row.node, row.domain, row.schedule, row.scheduledStart, row.ordinal]),
    ),
    [
      (row) => row.night,
      (row) => row.node,
      (row) => row.domain,
      (row) => row.schedule,
      (row) => row.scheduledStart,
      (row) => row.ordinal,
      (row) => row.actualStart,
      (row) => row.completed,
      (row) => row.status,
      (row) => row.result,
      (row) => row.reason,
    ],
    serverId,
    now,
    computed,
    open,
  );
}

function setAll(columns: readonly string[]): string {
  return columns.map((column) => `${column} = excluded.${column}`).join(', ');
}

/** True for a stored row that would really change: rows that stay as they are cost no write. */
function anyDiffers(columns: readonly string[]): string {
  const of = (table: string) => columns.map((column) => `${table}.${column}`).join(', ');
  return `(${of('old')}) IS DISTINCT FROM (${of('excluded')})`;
}
