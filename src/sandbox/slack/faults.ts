import type { DateTime } from 'luxon';
import type { Pool } from 'pg';

/** Something that went wrong between the bot and the workspace, for developers. */
export interface Fault {
  /** Machine time. */
  at: Date;
  /** `api`: the bot asked and was refused. `bot`: the workspace called the bot, in vain. */
  source: 'api' | 'bot';
  /** Method, command or event. */
  name: string;
  error: string;
  detail: string;
}

const kept = 500;

export interface Faults {
  add(source: Fault['source'], name: string, error: string, detail: string): Promise<void>;
  /** Newest first. */
  list(): Promise<Fault[]>;
}

/** The list behind `/sandbox/log`; it keeps the last 500. */
export function openFaults(pool: Pool, machineNow: () => DateTime): Faults {
  return {
    async add(source, name, error, detail) {
      const added = await pool.query<{ id: string }>(
        'INSERT INTO sandbox.faults (at, source, name, error, detail) VALUES ($1, $2, $3, $4, $5) RETURNING id',
        [machineNow().toISO(), source, name, error, detail.slice(0, 4000)],
      );
      await pool.query('DELETE FROM sandbox.faults WHERE id <= $1', [Number(added.rows[0]?.id) - kept]);
    },
    async list() {
      return (await pool.query<Fault>('SELECT at, source, name, error, detail FROM sandbox.faults ORDER BY id DESC'))
        .rows;
    },
  };
}
