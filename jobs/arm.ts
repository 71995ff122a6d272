import { DateTime } from 'luxon';
import type { Deps } from '../src/deps';
import { subtrees } from '../src/domain/access';
import { addNights, toWall } from '../src/domain/night';
import type { Night } from '../src/domain/node-night';
import { digestDue, nextPoll } from '../src/domain/poll-plan';
import { defaultSettings, inherit, type Settings, settingsIn, type TimeOfDay } from '../src/domain/settings';
import type { Server, Tenant } from '../src/store/rows';
import type { TimerSet, Writer } from '../src/store/writer';

/**
 * Sets the timers that must exist: a poll of each server, a digest of each tenant with a channel, the manager's report, the daily
 * clean-up. Timers that exist are left alone, so a restart changes nothing and whatever became due meanwhile fires; one that lies
 * ahead is moved when the settings behind it have changed.
 */
export async function arm(deps: Deps): Promise<void> {
  const servers = await deps.store.servers();
  const tenants = await deps.store.tenants();
  const wanted: TimerSet[] = servers.map((server) => at('collect', String(server.id), deps.clock.now(), server.zone));
  for (const tenant of await tenantsWithChannel(tenants, deps)) {
    const settings = settingsOf(tenants, tenant);
    const last = await deps.store.lastDigestNight(tenant.id);
    const night = last ? addNights(last, 1) : lastNight(deps.clock.now(), settings.zone);
    const used = await usedServers(tenants, tenant, servers, deps);
    wanted.push(notBefore(last ? null : deps.clock.now(), digestTimer(tenants, tenant, night, used)));
  }
  wanted.push(await reportTimer(tenants, lastNight(deps.clock.now(), rootSettings(tenants).zone), deps));
  wanted.push(at('prune', 'daily', deps.clock.now(), 'UTC'));
  const missing: TimerSet[] = [];
  for (const timer of wanted) if (await isMissing(timer, deps)) missing.push(timer);
  if (missing.length === 0) return;
  await deps.store.commit(async (tx) => {
    for (const timer of missing) await tx.setTimer(timer);
  });
}

/** The next poll of a server. */
export async function armCollect(tx: Writer, server: Server, deps: Deps): Promise<void> {
  const tenants = await deps.store.tenants();
  const { window } = rootSettings(tenants);
  const next = nextPoll(deps.clock.now(), server.zone, window, lastClosing(tenants));
  await tx.setTimer(at('collect', String(server.id), next, server.zone));
}

/** Those of the servers that hold nodes of a tenant or of those below it. */
export async function usedServers(
  tenants: readonly Tenant[],
  tenant: Tenant,
  servers: readonly Server[],
  deps: Deps,
): Promise<Server[]> {
  const ids = new Set(await deps.store.serversOf([...subtrees(tenants, [tenant.id])]));
  return servers.filter((server) => ids.has(server.id));
}

/** When a tenant's digest of a night is due: object `<tenant>-<night>`. */
export function digestTimer(
  tenants: readonly Tenant[],
  tenant: Tenant,
  night: Night,
  used: readonly Server[],
): TimerSet {
  return { kind: 'digest', objectId: `${tenant.id}-${night}`, ...digestDue(night, settingsOf(tenants, tenant), used) };
}

/** The manager's report of a night, due with the root's digest. */
export async function reportTimer(tenants: readonly Tenant[], night: Night, deps: Deps): Promise<TimerSet> {
  return { kind: 'service', objectId: night, ...digestDue(night, rootSettings(tenants), await deps.store.servers()) };
}

export function rootSettings(tenants: readonly Tenant[]): Settings {
  const root = tenants.find((tenant) => tenant.parentId === null);
  return root ? inherit([root.settings]) : defaultSettings;
}

/** The time of day at which the last tenant closes its night: until then it is read. */
export function lastClosing(tenants: readonly Tenant[]): TimeOfDay {
  const closings = tenants.map((tenant) => settingsOf(tenants, tenant).closing);
  return closings.sort().at(-1) ?? defaultSettings.closing;
}

export function settingsOf(tenants: readonly Tenant[], tenant: Tenant): Settings {
  return settingsIn(tenants, tenant.id);
}

/** The night that people at this hour call last night. */
function lastNight(now: DateTime, zone: string): Night {
  return addNights(toWall(now, zone).slice(0, 10), -1);
}

/** A timer at an instant; its wall is that instant in the zone. */
export function at(kind: string, objectId: string, due: DateTime, zone: string): TimerSet {
  return {
    kind,
    objectId,
    dueAt: due.toUTC().toISO() ?? '',
    wall: due.setZone(zone).toFormat('yyyy-MM-dd HH:mm:ss'),
    zone,
  };
}

/** A tenant that never had a digest was not promised one for this morning: its first is due now at the earliest, and not late. */
function notBefore(now: DateTime | null, timer: TimerSet): TimerSet {
  return now === null || DateTime.fromISO(timer.dueAt) >= now ? timer : at(timer.kind, timer.objectId, now, timer.zone);
}

async function tenantsWithChannel(tenants: readonly Tenant[], deps: Deps): Promise<Tenant[]> {
  const bound = new Set((await deps.store.bindings({ purpose: 'digest' })).map((binding) => binding.tenantId));
  return tenants.filter((tenant) => bound.has(tenant.id));
}

async function isMissing(timer: TimerSet, deps: Deps): Promise<boolean> {
  const present = await deps.store.timer(timer.kind, timer.objectId);
  if (!present) return true;
  const followsSettings = timer.kind === 'digest' || timer.kind === 'service';
  const isMoved = present.wall !== timer.wall || present.zone !== timer.zone;
  return followsSettings && isMoved && DateTime.fromISO(present.dueAt) > deps.clock.now();
}
