import type { Pool } from 'pg';
import type { ServerName } from '../population/schedules';
import { type WallMs, wallText } from '../population/wall';
import { catalogue } from './catalogue';
import { schemaOf } from './schema';
import { translate } from './sql-select';
import { Rejected } from './sql-tokens';

/** The body of an answer of the Operations Center: a list with one list. */
export type OcBody = [Record<string, unknown>[]];

/** The body of the answer, or why the command is not taken. */
export type Answered = { ok: true; body: OcBody } | { ok: false; reason: string };

type Cell = string | number | null;

/** Types of PostgreSQL by their number: what is a number in the answer, and what is a timestamp. */
const numbers = new Set([20, 21, 23, 700, 701, 1700]);
const timestamp = 1114;

function encoded(value: string | null, type: number): Cell {
  if (value === null) return null;
  if (numbers.has(type)) return Number(value);
  return type === timestamp ? `${value.slice(0, 19)}.000000` : value;
}

const noRows: OcBody = [[{ msg: { n: '2034', def: 'ANR2034E SELECT: No match found using this criteria.' } }]];

/** Errors of PostgreSQL that the command is to blame for: syntax, types, grouping, division by zero and the like. */
function isFaultOfCommand(error: unknown): error is Error {
  return (
    error instanceof Error && 'code' in error && typeof error.code === 'string' && /^(42|22|21|0A)/.test(error.code)
  );
}

/** Answers a SELECT from the tables of a server as it stands at that wall time. Nothing can be changed by it. */
export async function answer(pool: Pool, server: ServerName, now: WallMs, command: string): Promise<Answered> {
  const schema = schemaOf(server);
  const wall = wallText(now);
  let translated: ReturnType<typeof translate>;
  try {
    translated = translate(command, { schema, now: wall, catalogue });
  } catch (error) {
    if (error instanceof Rejected) return { ok: false, reason: error.message };
    throw error;
  }
  const client = await pool.connect();
  try {
    await client.query('BEGIN READ ONLY');
    await client.query(
      // the form of dates could be another one in a database of one's own
      `SELECT set_config('sandbox.now', $1, true), set_config('search_path', $2, true), set_config('datestyle', 'ISO', true)`,
      [wall, `"${schema}"`],
    );
    const result = await client.query<(string | null)[]>({
      text: translated.sql,
      rowMode: 'array',
      types: { getTypeParser: () => (value: string) => value },
    });
    if (result.rows.length === 0) return { ok: true, body: noRows };
    const types = result.fields.map((field) => field.dataTypeID);
    const items = result.rows.map((row) =>
      Object.fromEntries(
        translated.columns.map((column, index) => [column, encoded(row[index] ?? null, types[index] ?? 0)]),
      ),
    );
    return { ok: true, body: [[{ hdr: translated.columns, items }]] };
  } catch (error) {
    if (isFaultOfCommand(error)) return { ok: false, reason: error.message };
    throw error;
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}
