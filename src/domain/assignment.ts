import { indexNames, type NameIndex } from './name-index';

/** What of a tenant decides which nodes are its own. */
export interface RuledTenant {
  id: number;
  path: string;
  rules: {
    names?: readonly string[];
    patterns?: readonly string[];
    groups?: readonly string[];
    domains?: readonly string[];
    servers?: readonly string[];
  };
}

/** Whose a node is, and by which rule; null = nobody's, and the rule says why. */
export interface Assignment {
  tenantId: number | null;
  rule: string;
}

interface Claim {
  tenantId: number;
  /** `pattern *.IT of UNI/ADM/IT`. */
  rule: string;
}

type Kind = 'name' | 'pattern' | 'group' | 'domain' | 'server';

/** A tie may be between hundreds of tenants; the line that tells it must stay a line. */
const namedRules = 5;

/**
 * Compiles the rules of all tenants into a function that tells whose a node is. The strongest kind of rule that fits decides: a name in a list, then the
 * glob with most literal letters, then a node group (lists of names and globs from the file), then the policy domain, then the server. When rules of
 * that kind belong to different tenants, it is a tie and nobody's, also between a tenant and its parent. Letter case does not matter.
 */
export function compileRules(
  tenants: readonly RuledTenant[],
  nodeGroups: ReadonlyMap<string, readonly string[]>,
): (node: { node: string; server: string; domain: string }) => Assignment {
  const claims: Record<Kind, { text: string; value: Claim }[]> = {
    name: [],
    pattern: [],
    group: [],
    domain: [],
    server: [],
  };
  function claim(kind: Kind, tenant: RuledTenant, said: string, texts: readonly string[] = [said]): void {
    const value = { tenantId: tenant.id, rule: `${kind} ${said} of ${tenant.path}` };
    for (const text of texts) claims[kind].push({ text, value });
  }
  for (const tenant of tenants) {
    const { names, patterns, groups, domains, servers } = tenant.rules;
    for (const name of names ?? []) claim('name', tenant, name);
    for (const pattern of patterns ?? []) claim('pattern', tenant, pattern);
    for (const group of groups ?? []) claim('group', tenant, group, nodeGroups.get(group) ?? []);
    for (const domain of domains ?? []) claim('domain', tenant, domain);
    for (const server of servers ?? []) claim('server', tenant, server);
  }
  const byName = indexNames(claims.name);
  const byPattern = indexNames(claims.pattern);
  const byGroup = indexNames(claims.group);
  const byDomain = indexNames(claims.domain);
  const byServer = indexNames(claims.server);

  return ({ node, server, domain }) => {
    const name = node.toUpperCase();
    return (
      decide(all(byName, name)) ??
      decide(longest(byPattern, name)) ??
      decide(all(byGroup, name)) ??
      decide(all(byDomain, domain.toUpperCase())) ??
      decide(all(byServer, server.toUpperCase())) ?? { tenantId: null, rule: 'no rule matches' }
    );
  };
}

function all(index: NameIndex<Claim>, name: string): Claim[] {
  return index.find(name).map((entry) => entry.value);
}

function longest(index: NameIndex<Claim>, name: string): Claim[] {
  const found = index.find(name);
  let most = 0;
  for (const { literal } of found) if (literal > most) most = literal;
  return found.filter((entry) => entry.literal === most).map((entry) => entry.value);
}

/** Undefined when no rule of the kind fits: the next kind decides. */
function decide(claims: readonly Claim[]): Assignment | undefined {
  const first = claims[0];
  if (first === undefined) return undefined;
  if (claims.every((one) => one.tenantId === first.tenantId)) return { tenantId: first.tenantId, rule: first.rule };
  const rules = [...new Set(claims.map((one) => one.rule))].sort();
  const rest = rules.length - namedRules;
  const named = rest > 0 ? [...rules.slice(0, namedRules), `${rest} more`] : rules;
  return { tenantId: null, rule: `tie between ${named.slice(0, -1).join(', ')} and ${named.at(-1)}` };
}
