import type { PlanLine } from '../store/store';
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

/** Every mistake with its place, for a terminal. */
export function problemsText(problems: readonly Problem[], file?: string): string {
  const count = problems.length === 1 ? '1 mistake' : `${problems.length} mistakes`;
  return [
    `The configuration has ${count}:`,
    ...problems.map((problem) => {
      const line =
        problem.line === undefined ? '' : ` (${file ?? 'line'}${file === undefined ? ' ' : ':'}${problem.line})`;
      return `  ${problem.path}${line}\n    found:   ${problem.found}\n    allowed: ${problem.allowed}`;
    }),
  ].join('\n');
}
