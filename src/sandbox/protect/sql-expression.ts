import { type Reader, Rejected } from './sql-tokens';

/** A column as the command names it; which table it belongs to is known only after FROM was read. */
export interface Column {
  qualifier: string | null;
  name: string;
}
/** PostgreSQL text with columns still open. */
export type Piece = string | Column;

/** A column beside a constant; `below`: the constant bounds it from below. */
export interface Comparison {
  column: Column;
  constant: string;
  below: boolean;
}

/** What an expression needs to know of the query around it. */
export interface Context {
  reader: Reader;
  /** Wall time of the server, `YYYY-MM-DD HH:MM:SS`. */
  now: string;
  /** Columns that were compared with a constant. */
  compared: Comparison[];
  /** Reads a SELECT up to its closing parenthesis. */
  subquery(): Piece[];
}

/** Words that end an expression or an alias: never names. */
export const reserved = new Set(
  `ALL AND AS ASC BETWEEN BY CASE CAST CROSS DESC DISTINCT ELSE END ESCAPE EXISTS FETCH FOR FROM FULL GROUP HAVING ILIKE IN INNER
  INTERSECT EXCEPT IS JOIN LEFT LIKE LIMIT NATURAL NOT NULL OFFSET ON OR ORDER OUTER RETURNING RIGHT SELECT THEN UNION USING WHEN
  WHERE WITH`.split(/\s+/),
);

/** Functions of Db2 that exist under the same name and meaning. */
const plainFunctions = new Set(
  'COUNT SUM MIN MAX AVG UPPER LOWER LENGTH SUBSTR LTRIM RTRIM COALESCE NULLIF ABS ROUND'.split(' '),
);
const castFunctions: Record<string, string> = {
  DATE: 'date',
  TIME: 'time',
  TIMESTAMP: 'timestamp',
  INT: 'integer',
  INTEGER: 'integer',
  BIGINT: 'bigint',
  DECIMAL: 'numeric',
  DOUBLE: 'double precision',
  CHAR: 'text',
  VARCHAR: 'text',
};
const durations = new Set(['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND']);

export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A condition or value, up to the first token that cannot belong to it. */
export function expression(context: Context): Piece[] {
  const pieces = conjunction(context);
  while (context.reader.take('OR')) pieces.push(' OR ', ...conjunction(context));
  return ['(', ...pieces, ')'];
}

function conjunction(context: Context): Piece[] {
  const pieces = negation(context);
  while (context.reader.take('AND')) pieces.push(' AND ', ...negation(context));
  return pieces;
}

function negation(context: Context): Piece[] {
  return context.reader.take('NOT') ? ['NOT (', ...negation(context), ')'] : predicate(context);
}

/** Notes a column that is compared with a constant. */
function compare(context: Context, left: readonly Piece[], right: readonly Piece[], below: boolean): void {
  const [column] = left;
  const [constant] = right;
  if (left.length !== 1 || right.length !== 1 || column === undefined || typeof column === 'string') return;
  if (typeof constant === 'string' && constant.startsWith("'")) context.compared.push({ column, constant, below });
}

const comparisons = ['=', '<>', '!=', '<=', '>=', '<', '>'];

function predicate(context: Context): Piece[] {
  const { reader } = context;
  if (reader.take('EXISTS')) return ['EXISTS ', ...parenthesised(context, () => context.subquery())];
  const left = value(context);
  const operator = comparisons.find((one) => reader.take(one));
  if (operator) {
    const right = value(context);
    compare(context, left, right, ['>', '>=', '='].includes(operator));
    compare(context, right, left, ['<', '<=', '='].includes(operator));
    return [...left, ` ${operator} `, ...right];
  }
  if (reader.take('IS')) return [...left, reader.take('NOT') ? ' IS NOT NULL' : ' IS NULL', ...nothing(reader)];
  const not = reader.take('NOT') ? ' NOT' : '';
  if (reader.take('BETWEEN')) {
    const from = value(context);
    reader.need('AND');
    const to = value(context);
    compare(context, left, from, not === '');
    compare(context, left, to, false);
    return [...left, `${not} BETWEEN `, ...from, ' AND ', ...to];
  }
  if (reader.take('LIKE')) {
    const pattern = value(context);
    // Db2 has no escape character unless one is named
    return [...left, `${not} LIKE `, ...pattern, ' ESCAPE ', ...(reader.take('ESCAPE') ? value(context) : ["''"])];
  }
  if (reader.take('IN')) {
    const list = () => (reader.peek().text === 'SELECT' ? context.subquery() : listed(context));
    return [...left, `${not} IN `, ...parenthesised(context, list)];
  }
  if (not) throw new Rejected('NOT without BETWEEN, LIKE or IN');
  return left;
}

function nothing(reader: Reader): [] {
  reader.need('NULL');
  return [];
}

function parenthesised(context: Context, inside: () => Piece[]): Piece[] {
  context.reader.need('(');
  const pieces = inside();
  context.reader.need(')');
  return ['(', ...pieces, ')'];
}

function listed(context: Context): Piece[] {
  const pieces = expression(context);
  while (context.reader.take(',')) pieces.push(', ', ...expression(context));
  return pieces;
}

function value(context: Context): Piece[] {
  const { reader } = context;
  const pieces = product(context);
  for (;;) {
    const operator = ['+', '-', '||'].find((one) => reader.take(one));
    if (!operator) return pieces;
    pieces.push(` ${operator} `, ...(duration(reader) ?? product(context)));
  }
}

/** `24 HOURS` after plus or minus. */
function duration(reader: Reader): Piece[] | undefined {
  const unit = reader.peek(1).text.replace(/S$/, '');
  if (reader.peek().kind !== 'number' || !durations.has(unit)) return undefined;
  const count = reader.next().text;
  reader.next();
  return [`interval '${count} ${unit.toLowerCase()}'`];
}

function product(context: Context): Piece[] {
  const pieces = factor(context);
  for (;;) {
    const operator = ['*', '/'].find((one) => context.reader.take(one));
    if (!operator) return pieces;
    pieces.push(` ${operator} `, ...factor(context));
  }
}

function factor(context: Context): Piece[] {
  const { reader } = context;
  if (reader.take('-')) return ['-', ...factor(context)];
  const token = reader.next();
  if (token.kind === 'string') return [quoted(token.text)];
  if (token.kind === 'number') return [token.text];
  if (token.kind === 'symbol' && token.text === '(') {
    const inside = reader.peek().text === 'SELECT' ? context.subquery() : expression(context);
    reader.need(')');
    return ['(', ...inside, ')'];
  }
  if (token.kind !== 'word') throw new Rejected(`a value expected, found ${token.text || 'the end'}`);
  return word(context, token.text);
}

function word(context: Context, text: string): Piece[] {
  const { reader, now } = context;
  if (text === 'NULL') return ['NULL'];
  if (text === 'CASE') return cases(context);
  if (text === 'CAST') return cast(context);
  if (text === 'CURRENT_TIMESTAMP' || (text === 'CURRENT' && reader.take('TIMESTAMP'))) return [`timestamp '${now}'`];
  if (text === 'CURRENT_DATE' || (text === 'CURRENT' && reader.take('DATE'))) return [`date '${now.slice(0, 10)}'`];
  if (text === 'CURRENT_TIME' || (text === 'CURRENT' && reader.take('TIME'))) return [`time '${now.slice(11)}'`];
  if (reserved.has(text)) throw new Rejected(`a value expected, found ${text}`);
  if (reader.take('(')) return call(context, text);
  if (!reader.take('.')) return [{ qualifier: null, name: text }];
  const name = reader.next();
  if (name.kind !== 'word') throw new Rejected('a column expected after the full stop');
  return [{ qualifier: text, name: name.text }];
}

function call(context: Context, name: string): Piece[] {
  const { reader } = context;
  const type = castFunctions[name];
  if (type) {
    const inside = expression(context);
    reader.need(')');
    return ['CAST(', ...inside, ` AS ${type})`];
  }
  if (!plainFunctions.has(name)) throw new Rejected(`no function ${name}`);
  if (name === 'COUNT' && reader.take('*', ')')) return ['count(*)'];
  const distinct = reader.take('DISTINCT') ? 'DISTINCT ' : '';
  const inside = listed(context);
  reader.need(')');
  return [`${name.toLowerCase()}(${distinct}`, ...inside, ')'];
}

function cast(context: Context): Piece[] {
  const { reader } = context;
  reader.need('(');
  const inside = expression(context);
  reader.need('AS');
  const type = castFunctions[reader.next().text];
  if (!type) throw new Rejected('no such type');
  if (reader.take('(')) {
    // lengths are read and not used: no column here is longer than what a tool would ask for
    while (reader.peek().kind === 'number' || reader.peek().text === ',') reader.next();
    reader.need(')');
  }
  reader.need(')');
  return ['CAST(', ...inside, ` AS ${type})`];
}

function cases(context: Context): Piece[] {
  const { reader } = context;
  const pieces: Piece[] = ['CASE'];
  if (reader.peek().text !== 'WHEN') pieces.push(' ', ...value(context));
  while (reader.take('WHEN')) {
    pieces.push(' WHEN ', ...expression(context));
    reader.need('THEN');
    pieces.push(' THEN ', ...expression(context));
  }
  if (reader.take('ELSE')) pieces.push(' ELSE ', ...expression(context));
  reader.need('END');
  return [...pieces, ' END'];
}
