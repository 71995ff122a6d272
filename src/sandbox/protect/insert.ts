import type { PoolClient } from 'pg';

/** Rows a statement: larger ones are not quicker. */
const batch = 5000;

/** One column of a bulk insert: its name, its type in PostgreSQL, its values. */
export type Field<T> = readonly [name: string, type: string, value: (row: T) => string | number | boolean | null];

/** Inserts rows by `unnest`, in the schema that the connection's search_path names. */
export async function insertRows<T>(
  client: PoolClient,
  table: string,
  fields: readonly Field<T>[],
  rows: readonly T[],
): Promise<void> {
  const names = fields.map(([name]) => `"${name}"`).join(', ');
  const arrays = fields.map(([, type], index) => `$${index + 1}::${type}[]`).join(', ');
  for (let from = 0; from < rows.length; from += batch) {
    const part = rows.slice(from, from + batch);
    await client.query(
      `INSERT INTO "${table}" (${names}) SELECT * FROM unnest(${arrays})`,
      fields.map(([, , value]) => part.map(value)),
    );
  }
}
