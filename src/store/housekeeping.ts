import { type Db, execute, query } from './connection';
import type { Writer } from './writer';

export function housekeeping(tx: Db, now: Date): Pick<Writer, 'once' | 'prune'> {
  return {
    once: async (key) =>
      (await execute(
        tx,
        'INSERT INTO inbox_dedup (key, seen_at) VALUES ($1, $2::timestamptz) ON CONFLICT DO NOTHING',
        key,
        now,
      )) > 0,
    prune: async ({ nights, inbox, polls }) => {
      let gone = 0;
      // Server by server: only so are the indexes of these tables of use, of which years' worth stay.
      for (const { id } of await query<{ id: number }>(tx, 'SELECT id FROM server ORDER BY id'))
        for (const table of ['event', 'run', 'message', 'node_night'])
          gone += await execute(tx, `DELETE FROM ${table} WHERE server_id = $1 AND night < $2::date`, id, nights);
      for (const table of ['mention', 'digest'])
        gone += await execute(tx, `DELETE FROM ${table} WHERE night < $1::date`, nights);
      // The ledger is kept as long as the nights that it tells about; what is still due is not history yet.
      gone += await execute(tx, "DELETE FROM outbox WHERE state <> 'due' AND settled_at < $1::date", nights);
      gone += await execute(
        tx,
        `DELETE FROM card_copy k WHERE k.updated_at < $1::date AND NOT EXISTS (
           SELECT FROM outbox o WHERE o.card = k.card AND o.object_id = k.object_id AND o.conversation_id = k.conversation_id)`,
        nights,
      );
      gone += await execute(tx, 'DELETE FROM finding WHERE closed_at < $1::date', nights);
      gone += await execute(tx, 'DELETE FROM inbox_dedup WHERE seen_at < $1::timestamptz', inbox);
      // The last good poll of a server is what "as of" and "unread since" are told from, however old it is.
      gone += await execute(
        tx,
        `DELETE FROM poll p WHERE p.started_at < $1::timestamptz AND p.id NOT IN (
           SELECT DISTINCT ON (server_id) id FROM poll WHERE outcome = 'ok' AND finished_at IS NOT NULL
           ORDER BY server_id, started_at DESC, id DESC)`,
        polls,
      );
      return gone;
    },
  };
}
