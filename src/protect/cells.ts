import { z } from 'zod';
import { type Cell, readCell } from './answer';

/** Schemas of single cells. Each takes a value as the REST interface wraps it; its message says what is allowed. */

const cell = z
  .unknown()
  .prefault(null)
  .transform((value, context): Cell => {
    const read = readCell(value);
    if (read === undefined) {
      context.addIssue({ code: 'custom', message: 'a number, a text or a known wrapping of one' });
      return z.NEVER;
    }
    return read;
  });

function cellOf<T>(allowed: string, read: (value: Cell) => T | undefined) {
  return cell.transform((value, context): T => {
    const result = read(value);
    if (result === undefined) {
      context.addIssue({ code: 'custom', message: allowed });
      return z.NEVER;
    }
    return result;
  });
}

/** `required` turns "empty" into a misfit. */
function required<T>(read: (value: Cell) => T | null | undefined) {
  return (value: Cell): T | undefined => read(value) ?? undefined;
}

// The longest names of the server have 64 characters; a longer one is not a name and would not fit an index either.
const nameLength = 64;
// File space names have at most 1,024 bytes.
const longNameLength = 1024;

/** Name of a node, domain, schedule or activity: trimmed; null if empty. */
function readName(value: Cell): string | null | undefined {
  const text = readPlain(value);
  if (text === null || text === undefined) return text;
  const trimmed = text.trim();
  if (trimmed.length > nameLength || !isClean(trimmed)) return undefined;
  return trimmed === '' ? null : trimmed;
}

/** Name of a file space: blanks and case belong to it. */
function readVerbatimName(value: Cell): string | undefined {
  const text = readPlain(value);
  if (typeof text !== 'string' || text.trim() === '' || text.length > longNameLength || !isClean(text))
    return undefined;
  return text;
}

/** Words for people: trimmed, null if empty. NUL and lone surrogates, which no database stores, are replaced. */
function readText(value: Cell): string | null | undefined {
  const text = readPlain(value);
  if (text === null || text === undefined) return text;
  const trimmed = text.replace(unstorable, '\uFFFD').trim();
  return trimmed === '' ? null : trimmed;
}

function readPlain(value: Cell): string | null | undefined {
  if (value === null || typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : undefined;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is what this looks for
const unstorable = /\u0000|\p{Cs}/gu;
const unclean = /[\p{Cc}\p{Cs}]/u;

function isClean(text: string): boolean {
  return !unclean.test(text);
}

// `.ffffff` is always there and always zero; Db2's own form has a dash and dots.
const wallForm = /^(\d{4})-(\d\d)-(\d\d)[ -](\d\d)[.:](\d\d)[.:](\d\d)(?:\.\d{1,12})?$/;
const dateForm = /^(\d{4})-(\d\d)-(\d\d)/;
const timeForm = /^(\d\d)[.:](\d\d)(?:[.:](\d\d))?(?:\.\d{1,12})?$/;

/**
 * "Never" is written as 1900-01-01 (replication) or 1956-09-05 (still running). The product is of 1993: nothing that it tells
 * of happened before.
 */
const firstYear = 1990;

/** A time of the server's clock without its fraction; null if empty or "never". */
function readWall(value: Cell): string | null | undefined {
  if (value === null) return null;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (text === '') return null;
  const match = wallForm.exec(text);
  if (match === null) return undefined;
  const [, year = '', month = '', day = '', hour = '', minute = '', second = ''] = match;
  if (!isDay(Number(year), Number(month), Number(day)) || !isTime(hour, minute, second)) return undefined;
  return Number(year) < firstYear ? null : `${year}-${month}-${day} ${hour}:${minute}:${second}`;
}

/** A day, `YYYY-MM-DD`; a time of day behind it is cut off. */
function readDate(value: Cell): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  const match = dateForm.exec(text);
  if (match === null || !(text.length === 10 || wallForm.test(text))) return undefined;
  return isDay(Number(match[1]), Number(match[2]), Number(match[3])) ? text.slice(0, 10) : undefined;
}

/** A time of day, `HH:MM:SS`. */
function readTime(value: Cell): string | undefined {
  if (typeof value !== 'string') return undefined;
  const match = timeForm.exec(value.trim());
  if (match === null) return undefined;
  const [, hour = '', minute = '', second = '00'] = match;
  return isTime(hour, minute, second) ? `${hour}:${minute}:${second}` : undefined;
}

function isTime(hour: string, minute: string, second: string): boolean {
  return Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60;
}

function isDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const last = month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  return day <= last;
}

/** A number, also as text, with a decimal point or comma: the locale of the server decides which. SELECT groups no thousands. */
function readNumber(value: Cell): number | null | undefined {
  if (value === null) return null;
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (text === '') return null;
  if (!/^[+-]?\d{1,30}(?:[.,]\d{1,30})?$/.test(text)) return undefined;
  return Number(text.replace(',', '.'));
}

function readWhole(limit: number) {
  return (value: Cell): number | null | undefined => {
    const number = readNumber(value);
    if (number === null || number === undefined) return number;
    return Number.isInteger(number) && Math.abs(number) <= limit ? number : undefined;
  };
}

function readFlag(value: Cell): boolean | null | undefined {
  if (value === null) return null;
  if (typeof value !== 'string') return undefined;
  const text = value.trim().toUpperCase();
  if (text === '') return null;
  if (text === 'YES') return true;
  return text === 'NO' ? false : undefined;
}

/** ENTITY of an agent's work is `TARGET (AGENT)`: the data belong to the target. */
function readEntity(value: Cell): string | undefined {
  if (typeof value !== 'string') return undefined;
  const target = /^\s*(\S+) \(\S+\)\s*$/.exec(value)?.[1];
  return readName(target ?? value) ?? undefined;
}

// Ids and codes are 32-bit numbers at the server and in our tables.
const int32 = 2 ** 31 - 1;

export const name = cellOf(`a name of 1 to ${nameLength} characters`, required(readName));
export const optionalName = cellOf(`a name of up to ${nameLength} characters, or nothing`, readName);
export const verbatimName = cellOf(`a name of 1 to ${longNameLength} characters`, readVerbatimName);
export const entity = cellOf('a node, or a node and its agent in brackets', readEntity);
export const words = cellOf('a text', required(readText));
export const optionalWords = cellOf('a text, or nothing', readText);
export const wall = cellOf('a time YYYY-MM-DD HH:MM:SS', required(readWall));
export const optionalWall = cellOf('a time YYYY-MM-DD HH:MM:SS, or nothing', readWall);
export const date = cellOf('a day YYYY-MM-DD', readDate);
export const time = cellOf('a time of day HH:MM:SS', readTime);
export const optionalNumber = cellOf('a number, or nothing', readNumber);
export const code = cellOf(`a whole number within ±${int32}`, required(readWhole(int32)));
export const optionalCode = cellOf(`a whole number within ±${int32}, or nothing`, readWhole(int32));
export const optionalCount = cellOf('a whole number, or nothing', readWhole(Number.MAX_SAFE_INTEGER));
export const optionalFlag = cellOf('YES or NO, or nothing', readFlag);

/** One of these words, in capitals. */
export function oneOf<const T extends string>(allowed: readonly T[], whenEmpty?: T) {
  return cellOf(allowed.join(', '), (value): T | undefined => {
    const text = readName(value);
    if (text === null) return whenEmpty;
    return allowed.find((word) => word === text?.toUpperCase());
  });
}
