import { nearest } from '../domain/nearest';
/** One mistake in the environment or in the file. Never holds the value of a secret. */
export interface Problem {
  /** `tenants[0].children[1].settings.digest`, or the name of an environment variable. */
  path: string;
  /** Line of the file, from 1; absent for the environment. */
  line?: number;
  found: string;
  allowed: string;
}

export type Path = readonly (string | number)[];

/** Puts a problem of the file on the list; the line is looked up. */
export type Report = (path: Path, found: string, allowed: string) => void;

/** `['tenants', 0, 'name']` → `tenants[0].name`; a key that is no plain word is quoted. The whole file is `(the file)`. */
export function pathText(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[\w$-]+$/.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${JSON.stringify(step)}]`;
  }
  return text === '' ? '(the file)' : text;
}

/** What a value is, in words: short, on one line. Not for secrets. */
export function shown(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (typeof value === 'string') return value === '' ? 'an empty text' : JSON.stringify(short(value));
  if (typeof value === 'number' || typeof value === 'bigint') return `the number ${value}`;
  if (typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  const keys = Object.keys(value);
  return keys.length === 0 ? 'an empty block' : `a block with ${short(keys.join(', '))}`;
}

/** `a, b or c`, with ` (did you mean "b"?)` when one is near to what was found. Long lists are cut, the nearest named all the same. */
export function oneOf(given: readonly string[], found: unknown): string {
  // A blank name in the file, or the same twice, is a mistake of its own and no advice.
  const options = [...new Set(given)].filter((option) => option.trim() !== '');
  const near = typeof found === 'string' ? nearest(found, options) : undefined;
  const listed = options.slice(0, 20);
  const rest = options.length - listed.length;
  const list =
    rest > 0
      ? `${listed.join(', ')} and ${rest} more`
      : listed.length > 1
        ? `${listed.slice(0, -1).join(', ')} or ${listed.at(-1)}`
        : (listed[0] ?? 'nothing: the file has none');
  return near === undefined ? list : `${list} (did you mean ${JSON.stringify(near)}?)`;
}

function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
