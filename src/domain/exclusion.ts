import { type Glob, globMatches, globOf } from './glob';
import type { Night } from './node-night';
import type { Exclusion } from './settings';

/**
 * True when one of the exclusions holds for a schedule of a node in a night. An empty list of nodes or schedules leaves that side
 * open; both empty means nothing. A pattern with a slash is matched against `DOMAIN/SCHEDULE`.
 */
export function exclusionFor(
  exclusions: readonly Exclusion[],
  unit: { node: string; domain: string; schedule: string; night: Night },
): boolean {
  return exclusions.some((exclusion) => {
    if (exclusion.until !== undefined && unit.night > exclusion.until) return false;
    if (exclusion.nodes.length + exclusion.schedules.length === 0) return false;
    const { node, domain, schedule } = unit;
    return (
      fits(exclusion.nodes, (pattern) => matches(pattern, node)) &&
      fits(exclusion.schedules, (pattern) =>
        matches(pattern, pattern.includes('/') ? `${domain}/${schedule}` : schedule),
      )
    );
  });
}

function fits(patterns: readonly string[], test: (pattern: string) => boolean): boolean {
  return patterns.length === 0 || patterns.some(test);
}

// Patterns are few and come from the settings; nodes are many.
const globs = new Map<string, Glob>();
const mostGlobs = 10_000;

function matches(pattern: string, name: string): boolean {
  let glob = globs.get(pattern);
  if (!glob) {
    if (globs.size >= mostGlobs) globs.clear();
    glob = globOf(pattern);
    globs.set(pattern, glob);
  }
  return globMatches(glob, name.toUpperCase());
}
