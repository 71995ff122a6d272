import { DateTime } from 'luxon';
import { inherit, type OwnSettings } from '../domain/settings';
import type { Wanted } from '../store/writer';
import { type ConfigFile, type PlacedTenant, type ServerEntry, type TenantEntry, tenantsOf } from './file';

/** What the file wants the tables to hold. Settings of the whole tree are stored with each root. Holds references, never secrets. */
export function wantedOf(file: ConfigFile): Wanted {
  const workspaces = new Map(file.workspaces.map((one) => [one.name, one]));
  const tenants = tenantsOf(file.tenants);
  const zones = zonesOf(file, tenants);
  return {
    workspaces: file.workspaces.map(({ provider, id, name }) => ({ provider, externalId: id, name })),
    servers: file.servers.map((server) => ({ name: server.name, zone: server.zone, transport: stored(server) })),
    tenants: tenants.map(({ path, parentPath, entry }) => ({
      path,
      name: entry.name,
      parentPath,
      settings: parentPath === null ? over(file.settings, entry.settings ?? {}) : (entry.settings ?? {}),
      rules: entry.nodes ?? {},
    })),
    bindings: file.channels.map((channel) => {
      const workspace = found(workspaces, channel.workspace);
      return {
        provider: workspace.provider,
        workspace: workspace.id,
        conversation: channel.id,
        kind: channel.kind,
        ...(channel.name === undefined ? {} : { name: channel.name }),
        tenantPath: channel.tenant,
        purpose: channel.purpose,
      };
    }),
    people: file.people.map((person) => ({
      key: person.key,
      name: person.name,
      identities: person.accounts.map((account) => {
        const workspace = found(workspaces, account.workspace);
        return {
          provider: workspace.provider,
          workspace: workspace.id,
          user: account.user,
        };
      }),
      roles: person.roles.map((one) => ({
        role: one.role,
        tenantPath: one.tenant,
        ...(one.until === undefined ? {} : { until: endOfDay(one.until, found(zones, one.tenant)) }),
      })),
    })),
  };
}

function stored(server: ServerEntry): unknown {
  if (server.transport === 'sandbox') return { kind: 'sandbox' };
  const { name: _name, zone: _zone, transport, ...rest } = server;
  return { kind: transport, ...rest };
}

/** Own settings over inherited ones, merged as `inherit` would, without adding the defaults. */
function over(above: OwnSettings, own: OwnSettings): OwnSettings {
  const merged = { ...above, ...own };
  const treat = { ...above.treat, ...own.treat };
  const exclude = [...(above.exclude ?? []), ...(own.exclude ?? [])];
  return {
    ...merged,
    ...(Object.keys(treat).length === 0 ? {} : { treat }),
    ...(exclude.length === 0 ? {} : { exclude }),
  };
}

function zonesOf(file: ConfigFile, tenants: readonly PlacedTenant<TenantEntry>[]): Map<string, string> {
  const zones = new Map<string, string>();
  for (const { path, parentPath, entry } of tenants) {
    const above = parentPath === null ? inherit([file.settings]).zone : found(zones, parentPath);
    zones.set(path, entry.settings?.zone ?? above);
  }
  return zones;
}

/** A role that runs until a date is held to the end of that day where its tenant is. ISO instant, UTC. */
function endOfDay(date: string, zone: string): string {
  const end = DateTime.fromISO(date, { zone }).plus({ days: 1 }).startOf('day').toUTC().toISO();
  if (end === null) throw new Error(`No end of the day ${date} in ${zone}.`);
  return end;
}

/** The cross checks have refused every file that names something unknown. */
function found<T>(map: ReadonlyMap<string, T>, name: string): T {
  const value = map.get(name);
  if (value === undefined) throw new Error(`${name} is not in the file.`);
  return value;
}
