import { z } from 'zod';
import { fail, ok, type Result } from '../domain/failure';
import { excerptJson } from './excerpt';
import type { ReadCode } from './protect';

/** A line with which the server speaks instead of rows, or beside them. */
export interface ServerMessage {
  number: number;
  /** Letter behind the number in the text; null where the text does not carry one. */
  severity: 'I' | 'W' | 'E' | 'S' | 'D' | null;
  text: string;
}

/** What a command brought. `items` are as they came, one per row; keys are names of columns in capitals. No rows is an answer. */
export interface Answer {
  columns: string[];
  items: unknown[];
  /** Remarks that came along with the rows and mean no harm. */
  messages: ServerMessage[];
}

// QUERY commands head their columns with {def, id} and key the items by id; SELECT heads them with plain names.
const headingSchema = z.union([z.string(), z.object({ def: z.string(), id: z.union([z.string(), z.number()]) })]);
const messageSchema = z.object({
  n: z.union([z.string().regex(/^\d{1,5}$/), z.int().nonnegative()]),
  def: z.string().optional(),
});
const partSchema = z
  .object({
    hdr: z.array(headingSchema).optional(),
    items: z.array(z.unknown()).optional(),
    msg: messageSchema.optional(),
  })
  .refine((part) => (part.hdr === undefined) === (part.items === undefined), 'hdr and items come together')
  .refine((part) => part.hdr !== undefined || part.msg !== undefined, 'neither rows nor a message');
const bodySchema = z.tuple([z.array(partSchema).max(2)]);

type Heading = z.infer<typeof headingSchema>;

/** ANR2034E: no match found. The server's way to say "no rows". */
const noMatch = 2034;

/**
 * Errors that a SELECT can meet, for texts that do not begin with number and severity: unknown command, bad parameters,
 * no authority, failed SQL.
 */
const knownErrors = new Set([1701, 2000, 2002, 2020, 2023, 2726, 2940]);

/**
 * Reads the parsed body of an answer of the Operations Center.
 * No rows come as message 2034, or as `[[]]` from servers up to 8.1.8: both are an answer with no items.
 * @returns SERVER_MESSAGE for an error message, or for any message that stands in the place of rows; OUTPUT_FORMAT for other shapes.
 */
export function readAnswer(body: unknown): Result<Answer, ReadCode> {
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) return fail('OUTPUT_FORMAT', `The answer has an unknown shape: ${excerptJson(body, 200)}.`);

  const parts = parsed.data[0];
  const messages = parts.flatMap((part) => (part.msg === undefined ? [] : [readMessage(part.msg)]));
  const error = messages.find(isError);
  if (error !== undefined) return fail('SERVER_MESSAGE', `The server answered: ${sayMessage(error)}`);

  const tables = parts.filter((part) => part.hdr !== undefined);
  if (tables.length > 1) return fail('OUTPUT_FORMAT', 'The answer holds two tables where one was asked for.');
  const table = tables[0];
  if (table?.hdr === undefined || table.items === undefined) {
    const instead = messages.find((message) => message.number !== noMatch);
    if (instead !== undefined) return fail('SERVER_MESSAGE', `The server answered: ${sayMessage(instead)}`);
    return ok({ columns: [], items: [], messages: [] });
  }
  return ok({
    columns: table.hdr.map(headingName),
    items: renameKeys(table.hdr, table.items),
    messages: messages.filter((message) => message.number !== noMatch),
  });
}

/** A value of one cell, out of the wrappings that the REST interface knows. */
export type Cell = string | number | null | { secs: number };

/**
 * Unwraps a cell: number, text, `{def,id}`, `{secs,type,tzo}`, `[]`, `["x"]`, `[{val}]`, `[{val:50},{val:{def:"GB"}}]`.
 * @returns undefined for a form that is not among them.
 */
export function readCell(value: unknown): Cell | undefined {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'number') return value;
  if (Array.isArray(value)) return readList(value);
  if (typeof value !== 'object') return undefined;
  if ('def' in value) return typeof value.def === 'string' ? value.def : undefined;
  if ('secs' in value) return typeof value.secs === 'number' ? { secs: value.secs } : undefined;
  return undefined;
}

function readList(values: readonly unknown[]): Cell | undefined {
  const cells = values.map((value) => readCell(isValueBox(value) ? value.val : value));
  if (cells.includes(undefined)) return undefined;
  const filled = cells.filter((cell): cell is Exclude<Cell, null> => cell !== null && cell !== undefined);
  if (filled.length <= 1) return filled[0] ?? null;
  if (filled.some((cell) => typeof cell === 'object')) return undefined;
  return filled.join(' ');
}

// A box in a box is no form of theirs: only plain values and {def} may stand in one, so nesting ends here.
function isValueBox(value: unknown): value is { val: unknown } {
  return typeof value === 'object' && value !== null && 'val' in value && !Array.isArray(value.val);
}

function headingName(heading: Heading): string {
  return (typeof heading === 'string' ? heading : heading.def).toUpperCase();
}

function renameKeys(headings: readonly Heading[], items: readonly unknown[]): unknown[] {
  const names = new Map(
    headings.map((heading) => [typeof heading === 'string' ? heading : String(heading.id), headingName(heading)]),
  );
  if ([...names].every(([key, name]) => key === name)) return [...items];
  return items.map((item) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return item;
    return Object.fromEntries(Object.entries(item).map(([key, value]) => [names.get(key) ?? key, value]));
  });
}

function readMessage(message: z.infer<typeof messageSchema>): ServerMessage {
  const text = message.def?.trim() ?? '';
  const severity = /^AN[A-Z]\d{4,5}([IWESD])\b/.exec(text)?.[1] as ServerMessage['severity'] | undefined;
  return { number: Number(message.n), severity: severity ?? null, text };
}

function isError(message: ServerMessage): boolean {
  if (message.number === noMatch) return false;
  if (message.severity === null) return knownErrors.has(message.number);
  return message.severity === 'E' || message.severity === 'S';
}

function sayMessage(message: ServerMessage): string {
  if (message.text === '') return `message ${message.number}, without a text.`;
  return message.severity === null ? `${message.number} ${message.text}` : message.text;
}
