import type { Draft, DraftTenant } from './draft';
import { type PlacedTenant, tenantsOf } from './file';
import { oneOf, type Path, pathText, type Report, shown } from './problem';

/** Names are unique where they must be, and everything that is named exists. */
export function checkNames(draft: Draft, report: Report): void {
  const tenants = tenantsOf(draft.tenants);
  checkWorkspaces(draft, report);
  checkServers(draft, report);
  checkTenants(draft, tenants, report);
  checkChannels(draft, tenants, report);
  checkPeople(draft, tenants, report);
}

/** Remembers who came first with a key, and reports everyone after. */
function unique(report: Report, allowed: string): (key: string, at: Path, found: string, owner?: Path) => void {
  const first = new Map<string, Path>();
  return (key, at, found, owner = at) => {
    const before = first.get(key);
    if (before === undefined) first.set(key, owner);
    else report(at, `${found}, as in ${pathText(before)}`, allowed);
  };
}

/** Reports a name that is not among the known ones; what is missing or no text at all has been reported before. */
function known(report: Report, options: readonly string[]): (name: string | undefined, at: Path, what: string) => void {
  const set = new Set(options);
  return (name, at, what) => {
    if (name === undefined || name === '' || set.has(name)) return;
    report(at, `${shown(name)}, which is no ${what} of this file`, oneOf(options, name));
  };
}

function checkWorkspaces(draft: Draft, report: Report): void {
  const byName = unique(report, 'a name that no other workspace has');
  const byId = unique(report, 'one entry for each workspace');
  draft.workspaces.forEach((one, index) => {
    const at = ['workspaces', index];
    if (one.name !== undefined) byName(one.name.toLowerCase(), [...at, 'name'], shown(one.name), at);
    if (one.id !== undefined) byId(`${one.provider} ${one.id.toLowerCase()}`, [...at, 'id'], shown(one.id), at);
  });
}

function checkServers(draft: Draft, report: Report): void {
  const byName = unique(report, 'a name that no other server has');
  const byAddress = unique(report, 'one entry for each server, told apart by "url" and "route"');
  draft.servers.forEach((one, index) => {
    const at = ['servers', index];
    if (one.name !== undefined) byName(one.name.toUpperCase(), [...at, 'name'], shown(one.name), at);
    if (one.url === undefined || !URL.canParse(one.url)) return;
    const address = `${new URL(one.url).host} ${(one.route ?? '').toUpperCase()}`;
    byAddress(address, [...at, one.route === undefined ? 'url' : 'route'], 'the same address and route', at);
  });
}

function checkTenants(draft: Draft, tenants: readonly PlacedTenant<DraftTenant>[], report: Report): void {
  const byPath = unique(report, 'a key that no tenant beside it has');
  const group = known(report, Object.keys(draft.nodeGroups));
  const server = known(report, defined(draft.servers.map((one) => one.name)));
  for (const { path, at, entry } of tenants) {
    // In chat a path may be typed in any letter case.
    if (entry.key !== undefined) byPath(path.toLowerCase(), [...at, 'key'], shown(entry.key), at);
    entry.nodes.groups.forEach((name, index) => {
      group(name, [...at, 'nodes', 'groups', index], 'node group');
    });
    entry.nodes.servers.forEach((name, index) => {
      server(name, [...at, 'nodes', 'servers', index], 'server');
    });
  }
}

function checkChannels(draft: Draft, tenants: readonly PlacedTenant<DraftTenant>[], report: Report): void {
  const tenant = known(
    report,
    tenants.map((one) => one.path),
  );
  const workspace = known(report, defined(draft.workspaces.map((one) => one.name)));
  const byPurpose = unique(report, 'one tenant for each channel and purpose');
  draft.channels.forEach((one, index) => {
    const at = ['channels', index];
    tenant(one.tenant, [...at, 'tenant'], 'tenant');
    workspace(one.workspace, [...at, 'workspace'], 'workspace');
    if (one.workspace === undefined || one.id === undefined || one.purpose === undefined) return;
    const found = `${one.id} for ${one.purpose} of ${one.tenant ?? 'a tenant'}`;
    byPurpose(`${one.workspace} ${one.id} ${one.purpose}`, at, found);
  });
}

function checkPeople(draft: Draft, tenants: readonly PlacedTenant<DraftTenant>[], report: Report): void {
  const tenant = known(
    report,
    tenants.map((one) => one.path),
  );
  const workspace = known(report, defined(draft.workspaces.map((one) => one.name)));
  const byKey = unique(report, 'a key that no other person has');
  const byAccount = unique(report, 'one person for each account: two would be two votes of one human');
  draft.people.forEach((one, index) => {
    const at = ['people', index];
    if (one.key !== undefined) byKey(one.key.toLowerCase(), [...at, 'key'], shown(one.key), at);
    one.accounts.forEach((account, number) => {
      const place = [...at, 'accounts', number];
      workspace(account.workspace, [...place, 'workspace'], 'workspace');
      if (account.workspace === undefined || account.user === undefined) return;
      byAccount(`${account.workspace} ${account.user.toLowerCase()}`, [...place, 'user'], shown(account.user), at);
    });
    const byRole = unique(report, 'each role once for each tenant');
    one.roles.forEach((role, number) => {
      const place = [...at, 'roles', number];
      tenant(role.tenant, [...place, 'tenant'], 'tenant');
      if (role.tenant !== undefined) byRole(`${role.role} ${role.tenant}`, place, `${role.role} of ${role.tenant}`);
    });
  });
}

function defined(names: readonly (string | undefined)[]): string[] {
  return names.filter((name) => name !== undefined);
}
