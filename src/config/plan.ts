import type { PlanLine } from '../store/writer';
import type { Problem } from './problem';

const signs = { added: '+', changed: '~', removed: '-' } as const;

/** What a file would change, for a terminal: a line each, then the counts. */
export function planText(lines: readonly PlanLine[]): string {
  if (lines.length === 0) return 'Nothing to change: the database holds what the file says.';
  const count = (change: PlanLine['change']) => lines.filter((line) => line.change === change).length;
  return [
    ...lines.map((line) => `${signs[line.change]} ${line.what}${line.detail === undefined ? '' : `: ${line.detail}`}`),
    `${count('added')} to add, ${count('changed')} to change, ${count('removed')} to remove.`,
  ].join('\n');
}

/** Every mistake with its place, for a terminal. `file`: as the person named it; absent for the sample. */
export function problemsText(problems: readonly Problem[], file?: string): string {
  const count = problems.length === 1 ? '1 mistake' : `${problems.length} mistakes`;
  return listed(`The configuration has ${count}:`, problems, file);
}

/** What a checked file needs that is not on this machine. */
export function lackingText(lacking: readonly Problem[], file: string): string {
  return listed('The file fits. To start with it, this machine lacks:', lacking, file);
}

function listed(title: string, problems: readonly Problem[], file: string | undefined): string {
  return [
    title,
    ...problems.map(({ path, line, found, allowed }) => {
      const place = file === undefined ? `line ${line}` : `${file}:${line}`;
      return `  ${path}${line === undefined ? '' : ` (${place})`}\n    found:   ${found}\n    allowed: ${allowed}`;
    }),
  ].join('\n');
}
