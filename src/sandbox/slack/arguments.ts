/** What a Web API call was given: form fields are text, JSON bodies carry any type, and Slack takes both. */
export type Arguments = Readonly<Record<string, unknown>>;

/** The text of an argument, '' when it is absent. */
export function text(args: Arguments, name: string): string {
  const value = args[name];
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : '';
}

export function flag(args: Arguments, name: string): boolean {
  return ['true', '1', true, 1].includes(args[name] as string | boolean | number);
}

/** A whole number between 1 and `max`; `fallback` when absent or senseless. */
export function count(args: Arguments, name: string, fallback: number, max: number): number {
  const value = Number(text(args, name));
  return Number.isInteger(value) && value > 0 ? Math.min(value, max) : fallback;
}

export function has(args: Arguments, name: string): boolean {
  return args[name] !== undefined && args[name] !== null && args[name] !== '';
}

/** An argument that is JSON: parsed already, or text of a form. undefined when it is neither. */
export function structure(args: Arguments, name: string): unknown {
  const value = args[name];
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
