import type { Clock } from '../domain/clock';
import { type Db, execute, query } from './connection';
import type { timer as TimerRecord } from './generated/client';
import type { TimerRow } from './rows';
import type { Store } from './store';
import { iso } from './times';
import type { Writer } from './writer';

export function timerReads(db: Db, clock: Clock): Pick<Store, 'claimTimers' | 'timer'> {
  return {
    claimTimers: async (leaseMs, limit) => {
      const now = clock.now().toJSDate();
      const rows = await query<TimerRecord>(
        db,
        `UPDATE timer SET claimed_until = $2::timestamptz WHERE id IN (
           SELECT id FROM timer WHERE due_at <= $1::timestamptz AND (claimed_until IS NULL OR claimed_until <= $1::timestamptz)
           ORDER BY due_at, id LIMIT $3 FOR UPDATE SKIP LOCKED)
         RETURNING *`,
        now,
        new Date(now.getTime() + leaseMs),
        limit,
      );
      return rows.sort((a, b) => a.due_at.getTime() - b.due_at.getTime() || a.id - b.id).map(toTimer);
    },
    timer: async (kind, objectId) => {
      const row = await db.timer.findUnique({ where: { kind_object_id: { kind, object_id: objectId } } });
      return row && toTimer(row);
    },
  };
}

export function timerWrites(tx: Db): Pick<Writer, 'setTimer' | 'endTimer'> {
  return {
    setTimer: async ({ kind, objectId, dueAt, wall, zone }) => {
      // Set again to the same moment it is the same timer, also for a worker that has it in hand. Moved, it is a new one.
      await execute(
        tx,
        `INSERT INTO timer AS old (kind, object_id, due_at, wall, zone) VALUES ($1, $2, $3::timestamptz, $4, $5)
         ON CONFLICT (kind, object_id) DO UPDATE
         SET due_at = excluded.due_at, wall = excluded.wall, zone = excluded.zone, generation = excluded.generation, claimed_until = NULL
         WHERE (old.due_at, old.wall, old.zone) IS DISTINCT FROM (excluded.due_at, excluded.wall, excluded.zone)`,
        kind,
        objectId,
        dueAt,
        wall,
        zone,
      );
    },
    endTimer: async (kind, objectId, generation) => {
      await tx.timer.deleteMany({ where: { kind, object_id: objectId, generation } });
    },
  };
}

function toTimer(row: TimerRecord): TimerRow {
  return {
    id: row.id,
    kind: row.kind,
    objectId: row.object_id,
    generation: row.generation,
    dueAt: iso(row.due_at),
    wall: row.wall,
    zone: row.zone,
  };
}
