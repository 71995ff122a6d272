import { type Catalogue, columnNames } from './catalogue';
import { type Column, type Comparison, type Context, expression, type Piece, quoted, reserved } from './sql-expression';
import { type Reader, Rejected, readerOf, tokensOf } from './sql-tokens';

/** A SELECT in the words of PostgreSQL, and the keys of its columns in the answer. */
export interface Translated {
  sql: string;
  columns: string[];
}

export interface Server {
  /** The only schema that a command can reach. */
  schema: string;
  /** Wall time of the server, `YYYY-MM-DD HH:MM:SS`. */
  now: string;
  catalogue: Catalogue;
}

/**
 * Reads one SELECT in the words of Db2 and writes it for PostgreSQL. It is written anew, word by word, from what was understood:
 * tables and columns of the catalogue, constants, known functions. Everything else is rejected, so no command can reach more.
 * Throws `Rejected`.
 */
export function translate(command: string, server: Server): Translated {
  const reader = readerOf(tokensOf(command));
  const block = selectBlock(reader, server);
  if (reader.take('FOR', 'READ', 'ONLY') || reader.take('FOR', 'FETCH', 'ONLY')) {
    if (reader.take('WITH')) isolation(reader);
  } else if (reader.take('WITH')) isolation(reader);
  if (reader.peek().kind !== 'end') throw new Rejected(`unexpected ${reader.peek().text}`);
  const sql = block.pieces.map((piece) => {
    if (typeof piece === 'string') return piece;
    throw new Rejected(`no column ${piece.name}`);
  });
  return { sql: sql.join(''), columns: block.columns };
}

function isolation(reader: Reader): void {
  if (!['UR', 'CS', 'RS', 'RR'].includes(reader.next().text)) throw new Rejected('no such isolation');
}

interface Source {
  alias: string;
  table: string;
  columns: readonly string[];
}

interface Block {
  /** Columns that are left belong to a query around this one. */
  pieces: Piece[];
  columns: string[];
}

interface Item {
  pieces: Piece[];
  alias: string | null;
  star: boolean;
}

function selectBlock(reader: Reader, server: Server): Block {
  reader.need('SELECT');
  const compared: Comparison[] = [];
  const context: Context = { reader, now: server.now, compared, subquery: () => selectBlock(reader, server).pieces };
  const distinct = reader.take('DISTINCT');
  const items = [selectItem(context)];
  while (reader.take(',')) items.push(selectItem(context));
  reader.need('FROM');
  const sources: Source[] = [];
  const from = tables(context, server, sources);
  const where = reader.take('WHERE') ? expression(context) : undefined;
  const group = reader.take('GROUP', 'BY') ? list(context) : undefined;
  const having = reader.take('HAVING') ? expression(context) : undefined;
  const columns = items.flatMap((item) => keysOf(item, sources));
  const aliases = new Set(items.flatMap((item) => item.alias ?? []));
  const order = reader.take('ORDER', 'BY') ? orderList(context, aliases) : undefined;
  const first = reader.take('FETCH', 'FIRST') ? fetchFirst(reader) : '';
  // asked without a constant lower bound, the server looks at the current day only
  const today = !compared.some(({ column, below }) => below && column.name === 'SCHEDULED_START');
  for (const comparison of compared) checkTime(comparison, sources, server.catalogue);
  const pieces: Piece[] = [
    `SELECT ${distinct ? 'DISTINCT ' : ''}`,
    ...items.flatMap((item, index) => [index === 0 ? '' : ', ', ...written(item, sources)]),
    ' FROM ',
    ...from.map((piece) => (piece === eventsMark ? eventsTable(server, today) : piece)),
    ...(where ? [' WHERE ', ...where] : []),
    ...(group ? [' GROUP BY ', ...group] : []),
    ...(having ? [' HAVING ', ...having] : []),
    ...(order ? [' ORDER BY ', ...order] : []),
    first,
  ];
  return { pieces: pieces.map((piece) => resolve(piece, sources)), columns: unnamed(columns) };
}

function selectItem(context: Context): Item {
  const { reader } = context;
  if (reader.take('*')) return { pieces: [], alias: null, star: true };
  const pieces = expression(context);
  const asked = reader.take('AS');
  const next = reader.peek();
  if (next.kind === 'word' && !reserved.has(next.text)) return { pieces, alias: reader.next().text, star: false };
  if (asked) throw new Rejected('a name expected after AS');
  return { pieces, alias: null, star: false };
}

/** An expression in parentheses that holds nothing but a column. */
function columnOf(item: Item): Column | undefined {
  const inner = item.pieces.filter((piece) => piece !== '(' && piece !== ')');
  const [only] = inner;
  return inner.length === 1 && only !== undefined && typeof only !== 'string' ? only : undefined;
}

function keysOf(item: Item, sources: readonly Source[]): (string | null)[] {
  if (item.star) return sources.flatMap((source) => source.columns);
  return [item.alias ?? columnOf(item)?.name ?? null];
}

/** Columns without a name are numbered by their place, as the server's list form does. */
function unnamed(columns: readonly (string | null)[]): string[] {
  return columns.map((column, index) => column ?? `Unnamed[${index + 1}]`);
}

function written(item: Item, sources: readonly Source[]): Piece[] {
  if (item.star) {
    return sources
      .flatMap((source) => source.columns.map((column) => `"${source.alias}"."${column.toLowerCase()}"`))
      .map((column, index) => (index === 0 ? column : `, ${column}`));
  }
  return item.alias ? [...item.pieces, ` AS "${item.alias}"`] : item.pieces;
}

function list(context: Context): Piece[] {
  const pieces = expression(context);
  while (context.reader.take(',')) pieces.push(', ', ...expression(context));
  return pieces;
}

function orderList(context: Context, aliases: ReadonlySet<string>): Piece[] {
  const { reader } = context;
  const pieces: Piece[] = [];
  do {
    const next = reader.peek();
    const alias = next.kind === 'word' && aliases.has(next.text) && reader.peek(1).text !== '.';
    const one: Piece[] = alias || next.kind === 'number' ? [orderKey(reader.next().text)] : expression(context);
    pieces.push(pieces.length === 0 ? '' : ', ', ...one);
    if (reader.take('DESC')) pieces.push(' DESC');
    else reader.take('ASC');
  } while (reader.take(','));
  return pieces;
}

function orderKey(text: string): string {
  return /^\d+$/.test(text) ? text : `"${text}"`;
}

function fetchFirst(reader: Reader): string {
  const count = reader.peek().kind === 'number' ? reader.next().text : '1';
  if (!/^\d+$/.test(count)) throw new Rejected('a whole number of rows expected');
  if (!reader.take('ROWS', 'ONLY')) reader.need('ROW', 'ONLY');
  return ` FETCH FIRST ${count} ROWS ONLY`;
}

/** PostgreSQL reads `yesterday` and `18 Nov` as times too; Db2 does not. */
function checkTime({ column, constant }: Comparison, sources: readonly Source[], catalogue: Catalogue): void {
  const types = sources.flatMap(({ table }) => catalogue.get(table) ?? []).filter(([name]) => name === column.name);
  if (!types.some(([, type]) => type === 'ts')) return;
  if (!/^'\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d(\.\d{1,6})?)?'$/.test(constant))
    throw new Rejected(`${constant} is not a time`);
}

const eventsMark = '\u0001events';

function eventsTable(server: Server, today: boolean): string {
  if (!today) return `"${server.schema}"."events"`;
  const day = quoted(server.now.slice(0, 10));
  return `(SELECT * FROM "${server.schema}"."events" WHERE scheduled_start >= ${day} AND scheduled_start < date ${day} + 1)`;
}

function tables(context: Context, server: Server, sources: Source[]): Piece[] {
  const { reader } = context;
  const pieces = table(reader, server, sources);
  for (;;) {
    if (reader.take(',')) {
      pieces.push(' CROSS JOIN ', ...table(reader, server, sources));
      continue;
    }
    const kind = joinKind(reader);
    if (!kind) return pieces;
    pieces.push(` ${kind} JOIN `, ...table(reader, server, sources));
    reader.need('ON');
    pieces.push(' ON ', ...expression(context));
  }
}

function joinKind(reader: Reader): string | undefined {
  if (reader.take('JOIN') || reader.take('INNER', 'JOIN')) return 'INNER';
  for (const side of ['LEFT', 'RIGHT', 'FULL']) {
    if (reader.take(side, 'JOIN') || reader.take(side, 'OUTER', 'JOIN')) return side;
  }
  return undefined;
}

function table(reader: Reader, server: Server, sources: Source[]): Piece[] {
  const name = reader.next();
  const columns = name.kind === 'word' ? server.catalogue.get(name.text) : undefined;
  if (!columns) throw new Rejected(`no table ${name.text}`);
  const asked = reader.take('AS');
  const next = reader.peek();
  const named = next.kind === 'word' && !reserved.has(next.text);
  if (asked && !named) throw new Rejected('a name expected after AS');
  const alias = (named ? reader.next().text : name.text).toLowerCase();
  if (sources.some((source) => source.alias === alias)) throw new Rejected(`${alias} is named twice`);
  sources.push({ alias, table: name.text, columns: columnNames(columns) });
  const plain = `"${server.schema}"."${name.text.toLowerCase()}"`;
  return [name.text === 'EVENTS' ? eventsMark : plain, ` AS "${alias}"`];
}

/** A column of this query becomes text; one that is not of this query stays open for the query around it. */
function resolve(piece: Piece, sources: readonly Source[]): Piece {
  if (typeof piece === 'string') return piece;
  const { qualifier, name } = piece;
  const fits = sources.filter(
    (source) => source.columns.includes(name) && (qualifier === null || source.alias === qualifier.toLowerCase()),
  );
  const [source] = fits;
  if (!source) return piece;
  if (fits.length > 1) throw new Rejected(`${name} is in more than one table`);
  return `"${source.alias}"."${name.toLowerCase()}"`;
}
