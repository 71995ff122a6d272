import type { z } from 'zod';
import { oneOf, type Path, type Report, shown } from './problem';

type Issue = z.core.$ZodIssue;

const kinds: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a block of keys',
  record: 'a block of keys',
};

/** Turns what zod found into problems: place, what is there, what may be there. Values under a `password` are never shown. */
export function explain(issues: readonly Issue[], data: unknown, report: Report): void {
  for (const issue of issues) {
    const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
    for (const one of parts(issue, path, data)) report(one.at, one.found, one.allowed);
  }
}

function parts(issue: Issue, path: Path, data: unknown): { at: Path; found: string; allowed: string }[] {
  const value = valueAt(data, path);
  const found = foundText(value, path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        at: [...path, key],
        found: `the unknown key ${shown(key)}`,
        allowed: oneOf(issue.message.split(', '), key),
      }));
    case 'invalid_key':
      return [
        {
          at: path,
          found: `the key ${shown(String(path.at(-1)))}`,
          allowed: issue.issues[0]?.message ?? issue.message,
        },
      ];
    case 'invalid_value':
      return [{ at: path, found, allowed: oneOf(issue.values.map(String), value) }];
    case 'invalid_type': {
      const own = issue.message.startsWith('Invalid input') ? undefined : issue.message;
      return [{ at: path, found, allowed: own ?? kinds[issue.expected] ?? issue.expected }];
    }
    case 'invalid_union':
      return [{ at: path, found, allowed: unionText(issue, value) }];
    default:
      return [{ at: path, found, allowed: issue.message }];
  }
}

function unionText(issue: z.core.$ZodIssueInvalidUnion, value: unknown): string {
  const options = 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : undefined;
  return options === undefined ? issue.message : oneOf(options, value);
}

function foundText(value: unknown, path: Path): string {
  const hidden = path.includes('password') || path.at(-1) === 'url';
  if (!hidden || value === undefined || value === null) return shown(value);
  return typeof value === 'object' ? shown(value) : 'a value that does not fit (not shown)';
}

function valueAt(data: unknown, path: Path): unknown {
  let value = data;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}
