import { DateTime } from 'luxon';
import type { Pool } from 'pg';

/** The morning of the first start: 07:45 after the last seeded night. */
const firstMorning = '2026-11-19T07:45:00';

/** The sandbox's own time: the machine's, moved by an offset that the database keeps. It never goes back. */
export interface SandboxClock {
  /** The present instant of the sandbox, in UTC. */
  now(): DateTime;
  /** Moves to the next 07:45 of the zone and returns it. */
  nextMorning(): Promise<DateTime>;
  /** Moves forward to that instant; an instant in the past changes nothing. Returns the new present. */
  moveTo(instant: DateTime): Promise<DateTime>;
}

/**
 * Opens the clock, at the first start on 07:45 of the morning after the last seeded night, in `zone`. From there it runs 1:1,
 * also while nothing runs: the offset survives restarts in schema `sandbox`. `machineNow` reads the machine's clock.
 */
export async function openSandboxClock(pool: Pool, zone: string, machineNow: () => DateTime): Promise<SandboxClock> {
  await pool.query('CREATE SCHEMA IF NOT EXISTS sandbox');
  await pool.query(
    'CREATE TABLE IF NOT EXISTS sandbox.clock (id integer PRIMARY KEY CHECK (id = 1), offset_ms bigint NOT NULL)',
  );
  const first = DateTime.fromISO(firstMorning, { zone });
  await pool.query('INSERT INTO sandbox.clock VALUES (1, $1) ON CONFLICT (id) DO NOTHING', [
    first.toMillis() - machineNow().toMillis(),
  ]);
  const stored = await pool.query<{ offset_ms: string }>('SELECT offset_ms FROM sandbox.clock');
  let offset = Number(stored.rows[0]?.offset_ms);

  function now(): DateTime {
    return machineNow().plus({ milliseconds: offset }).toUTC();
  }
  async function moveTo(instant: DateTime): Promise<DateTime> {
    const forward = instant.toMillis() - now().toMillis();
    if (forward <= 0) return now();
    await pool.query('UPDATE sandbox.clock SET offset_ms = $1', [offset + forward]);
    offset += forward;
    return now();
  }
  async function nextMorning(): Promise<DateTime> {
    const local = now().setZone(zone);
    const today = local.set({ hour: 7, minute: 45, second: 0, millisecond: 0 });
    return moveTo(today > local ? today : today.plus({ days: 1 }));
  }
  return { now, nextMorning, moveTo };
}
