import { causeNamed } from './catalogue';
import type { Counted } from './counts';
import type { Banner } from './digest';
import { isBad } from './outcome';

/** A cause that takes this share of a tenant's due nodes, and at least so many, or as many as the second number whatever the share. */
const massPercent = 30;
const massLeast = 3;
const massAnyway = 10;

/**
 * Causes that took many nodes at once, the server's first, then by size. Only what belongs to the tenant is counted: a banner never
 * tells about others. Nodes whose reason is not known have no cause in common.
 */
export function massFailures(rows: readonly Counted[], due: number): Banner[] {
  const found = new Map<string, { count: number; servers: Set<string> }>();
  for (const { verdict, cause, nodes = 1, server } of rows) {
    if (!isBad(verdict) || !cause || cause === 'unknown') continue;
    const mass = found.get(cause) ?? { count: 0, servers: new Set<string>() };
    mass.count += nodes;
    if (server !== undefined) mass.servers.add(server);
    found.set(cause, mass);
  }
  const banners: Banner[] = [];
  for (const [cause, { count, servers }] of found) {
    if (count < massAnyway && !(count >= massLeast && count * 100 >= due * massPercent)) continue;
    const { sentence, fix, side } = causeNamed(cause);
    banners.push({
      cause,
      headline: sentence,
      fix,
      serverSide: side === 'server',
      count,
      due,
      servers: [...servers].sort(),
    });
  }
  return banners.sort(
    (a, b) => Number(b.serverSide) - Number(a.serverSide) || b.count - a.count || (a.cause < b.cause ? -1 : 1),
  );
}
