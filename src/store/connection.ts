import { PrismaPg } from '@prisma/adapter-pg';
import { Prisma, PrismaClient } from './generated/client';

/** Reads and, inside a transaction, writes. */
export type Db = Prisma.TransactionClient;

/** Bulk writes of a whole server's night go through one transaction. */
const transactionMs = 120_000;
const waitForConnectionMs = 30_000;
/** Collisions of two processes on the same rows end by themselves at once. */
const attempts = 5;

export function connect(connectionString: string, max: number): PrismaClient {
  return new PrismaClient({
    adapter: new PrismaPg(
      // The adapter writes instants without a zone and ignores the one it reads: only in a UTC session is that right.
      { connectionString, max, options: '-c timezone=UTC' },
      // A connection that breaks in use rejects its query; one that breaks while idle is replaced at the next.
      { onPoolError: () => {}, onConnectionError: () => {} },
    ),
    transactionOptions: { maxWait: waitForConnectionMs, timeout: transactionMs },
  });
}

/** Runs the work in one transaction; again from the start when the database asks for that. */
export async function inTransaction<T>(db: PrismaClient, work: (tx: Db) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.$transaction(work);
    } catch (error) {
      if (attempt === attempts || !asksForRetry(error)) throw error;
    }
  }
}

/** A serialization failure or a deadlock: nothing was written, and the same work may pass when it runs again. */
function asksForRetry(error: unknown): boolean {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false;
  if (error.code === 'P2034') return true;
  return /\b(40001|40P01)\b|TransactionWriteConflict/.test(`${error.message} ${JSON.stringify(error.meta ?? {})}`);
}

export function query<Row>(db: Db, sql: string, ...values: unknown[]): Promise<Row[]> {
  return db.$queryRawUnsafe<Row[]>(sql, ...values);
}

/**
 * The rows of a SELECT, made into one JSON text by the database: half the work of `query` where there are hundreds of thousands.
 * What JSON does not know must be text or number already: see `isoText`.
 */
export async function jsonRows<Row>(db: Db, select: string, ...values: unknown[]): Promise<Row[]> {
  const [answer] = await query<{ rows: string }>(
    db,
    `SELECT COALESCE(json_agg(r), '[]')::text AS rows FROM (${select}) AS r`,
    ...values,
  );
  return JSON.parse(answer?.rows ?? '[]') as Row[];
}

/** SQL that makes an instant the ISO text that the rest of the house speaks. */
export function isoText(column: string): string {
  return `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

/** Returns how many rows were written. */
export function execute(db: Db, sql: string, ...values: unknown[]): Promise<number> {
  return db.$executeRawUnsafe(sql, ...values);
}

/** 22,000 rows a second; larger statements are not faster and take more memory. */
const rowsAStatement = 5_000;

type Column<Row> = (row: Row) => string | number | boolean | null;

/**
 * Runs a statement over many rows, 5,000 at a time. `columns` makes one array for each parameter `$1`, `$2` … of the statement,
 * which reads them with `unnest`; `fixed` values follow after them. Returns how many rows were written.
 */
export async function bulk<Row>(
  db: Db,
  sql: string,
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  ...fixed: unknown[]
): Promise<number> {
  let written = 0;
  for (const values of portions(rows, columns)) written += await execute(db, sql, ...values, ...fixed);
  return written;
}

/** The same for a statement that returns rows. */
export async function bulkReturning<Row, Returned>(
  db: Db,
  sql: string,
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  ...fixed: unknown[]
): Promise<Returned[]> {
  const returned: Returned[] = [];
  for (const values of portions(rows, columns))
    for (const row of await query<Returned>(db, sql, ...values, ...fixed)) returned.push(row);
  return returned;
}

function* portions<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): Generator<unknown[][]> {
  for (let from = 0; from < rows.length; from += rowsAStatement) {
    const part = rows.slice(from, from + rowsAStatement);
    yield columns.map((column) => part.map(column));
  }
}

/** The last row of each key: one statement may not touch a row twice. */
export function lastOfEach<Row>(rows: readonly Row[], key: (row: Row) => string): Row[] {
  return [...new Map(rows.map((row) => [key(row), row])).values()];
}
