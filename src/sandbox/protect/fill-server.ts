import type { PoolClient } from 'pg';
import { type Filespace, filespacesOf } from '../population/filespaces';
import { associated, geoMoved } from '../population/night';
import { decommissions, locks, nodes, platforms, type SandboxNode } from '../population/nodes';
import { poolOf, pools } from '../population/pools';
import { chanceOf } from '../population/random';
import { type Schedule, type ServerName, schedules } from '../population/schedules';
import { firstNight, noonOf, wallText } from '../population/wall';
import { fillSmallTables } from './fill-small-tables';
import { type Field, insertRows } from './insert';

/** Machines that never talked to the server have no platform. */
const neverConnected = new Set(['NAS-MGMT.IT']);

function platformOf(node: SandboxNode): string | null {
  return neverConnected.has(node.name) ? null : platforms[node.kind];
}

const nodeFields: readonly Field<SandboxNode>[] = [
  ['machine', 'text', (node) => node.machine],
  ['since', 'timestamp', (node) => wallText(node.since)],
  ['until', 'timestamp', (node) => (node.until === null ? null : wallText(node.until))],
  ['locked_from', 'timestamp', (node) => lockOf(node)?.from ?? null],
  ['locked_to', 'timestamp', (node) => lockOf(node)?.to ?? null],
  ['decommissioned', 'timestamp', (node) => decommissionOf(node)],
  ['last_access', 'timestamp', (node) => (platformOf(node) === null ? null : '2026-05-29 16:20:05')],
  ['node_name', 'text', (node) => node.name],
  ['platform_name', 'text', platformOf],
  ['domain_name', 'text', (node) => node.domain],
  ['pwset_time', 'timestamp', (node) => wallText(node.registered)],
  ['invalid_pw_count', 'bigint', () => 0],
  ['contact', 'text', (node) => (node.department ? `IT ${node.department}` : null)],
  ['compression', 'text', () => 'CLIENT'],
  ['archdelete', 'text', () => 'YES'],
  ['backdelete', 'text', () => 'NO'],
  ['reg_time', 'timestamp', (node) => wallText(node.registered)],
  ['reg_admin', 'text', () => 'KLAUS'],
  ['nodetype', 'text', () => 'CLIENT'],
  ['email_address', 'text', (node) => (node.department ? `backup-${node.department.toLowerCase()}@uni.example` : null)],
  ['tcp_name', 'text', (node) => node.name.split('.')[0]?.toLowerCase() ?? null],
  ['client_os_name', 'text', (node) => osOf(node)],
  ['client_version', 'bigint', (node) => (platformOf(node) === null ? null : 8)],
  ['client_release', 'bigint', (node) => (platformOf(node) === null ? null : 1)],
  ['client_level', 'bigint', (node) => (platformOf(node) === null ? null : levelOf(node))],
  ['client_sublevel', 'bigint', (node) => (platformOf(node) === null ? null : 0)],
  ['deduplication', 'text', () => 'CLIENTORSERVER'],
  ['max_mp_allowed', 'bigint', () => 2],
  ['keep_mp', 'text', () => 'NO'],
  ['session_security', 'text', () => 'STRICT'],
  ['transport_method', 'text', () => 'TLS13'],
];

function lockOf(node: SandboxNode): { from: string; to: string | null } | undefined {
  const lock = locks.find((one) => one.server === node.server && one.name === node.name);
  return lock && { from: wallText(lock.from), to: lock.to === null ? null : wallText(lock.to) };
}

function decommissionOf(node: SandboxNode): string | null {
  const one = decommissions.find(({ server, name }) => server === node.server && name === node.name);
  return one ? wallText(one.at) : null;
}

function osOf(node: SandboxNode): string | null {
  if (platformOf(node) === null) return null;
  return platforms[node.kind] === 'WinNT' ? 'WIN:Windows 11' : 'LNX:Debian GNU/Linux 12';
}

function levelOf(node: SandboxNode): number {
  return [17, 20, 22, 23][Math.floor(chanceOf('level', node.machine) * 4)] ?? 22;
}

interface Drive {
  node: SandboxNode;
  drive: Filespace;
  index: number;
  count: number;
}

const driveFields: readonly Field<Drive>[] = [
  ['machine', 'text', ({ node }) => node.machine],
  // the drives of a machine are saved one after the other
  ['part_from', 'float8', ({ index, count }) => index / count],
  ['part_to', 'float8', ({ index, count }) => (index + 0.95) / count],
  ['kept_start', 'timestamp', ({ node, drive }) => keptOf(node, drive)?.start ?? null],
  ['kept_end', 'timestamp', ({ node, drive }) => keptOf(node, drive)?.end ?? null],
  ['dated', 'boolean', ({ drive }) => drive.dated],
  ['filespace_name', 'text', ({ drive }) => drive.name],
  ['filespace_id', 'bigint', ({ drive }) => drive.fsid],
  ['filespace_type', 'text', ({ drive }) => drive.type],
  ['capacity', 'numeric', ({ drive }) => drive.capacityMb],
  ['pct_util', 'numeric', ({ drive }) => drive.pctUtil],
];

/** Machines without a schedule were saved by hand, long ago. */
function keptOf(node: SandboxNode, drive: Filespace): { start: string; end: string } | undefined {
  if (drive.once) return drive.once;
  return node.schedules.length === 0 ? { start: '2026-05-29 15:40:12', end: '2026-05-29 16:20:05' } : undefined;
}

function usedMb({ drive }: Drive): number {
  return Math.max(drive.files * 0.04, (drive.capacityMb * drive.pctUtil) / 100);
}

function outsideContainer(row: Drive): number | null {
  return pools.find((pool) => pool.name === poolOf(row.node))?.container ? null : Math.round(usedMb(row) * 100) / 100;
}

const occupancyFields: readonly Field<Drive>[] = [
  ['machine', 'text', ({ node }) => node.machine],
  ['type', 'text', () => 'Bkup'],
  ['filespace_name', 'text', ({ drive }) => drive.name],
  ['stgpool_name', 'text', ({ node }) => poolOf(node)],
  ['num_files', 'bigint', ({ drive }) => drive.files],
  ['physical_mb', 'numeric', outsideContainer],
  ['logical_mb', 'numeric', outsideContainer],
  ['filespace_id', 'bigint', ({ drive }) => drive.fsid],
  ['reporting_mb', 'numeric', (row) => Math.round(usedMb(row) * 100) / 100],
];

interface Association {
  machine: string;
  domain: string;
  schedule: string;
  since: string;
  until: string | null;
}

function associationsOf(node: SandboxNode): Association[] {
  const from = Math.max(node.since, noonOf(firstNight) - 1);
  // GEO changed its schedule; nobody else did
  const spans =
    node.domain === 'GEO' ? [[from, geoMoved - 1] as const, [geoMoved, null] as const] : [[from, null] as const];
  const gone = decommissionOf(node);
  return spans.flatMap(([since, until]) =>
    associated(node, since).map((schedule) => ({
      machine: node.machine,
      domain: node.domain,
      schedule,
      since: wallText(since),
      until: until === null ? gone : wallText(until),
    })),
  );
}

const associationFields: readonly Field<Association>[] = [
  ['machine', 'text', (one) => one.machine],
  ['domain_name', 'text', (one) => one.domain],
  ['schedule_name', 'text', (one) => one.schedule],
  ['since', 'timestamp', (one) => one.since],
  ['until', 'timestamp', (one) => one.until],
];

const scheduleFields: readonly Field<Schedule>[] = [
  ['domain_name', 'text', (one) => one.domain],
  ['schedule_name', 'text', (one) => one.name],
  ['description', 'text', (one) => one.description],
  ['action', 'text', (one) => one.action],
  ['objects', 'text', (one) => one.objects],
  ['priority', 'bigint', () => 5],
  ['startdate', 'date', (one) => one.startDate],
  ['starttime', 'time', (one) => one.startTime],
  ['duration', 'bigint', (one) => one.duration],
  ['durunits', 'text', (one) => one.durationUnits],
  ['period', 'bigint', (one) => one.period],
  ['perunits', 'text', (one) => one.periodUnits],
  ['dayofweek', 'text', (one) => one.dayOfWeek],
  ['chg_time', 'timestamp', (one) => one.changed],
  ['chg_admin', 'text', () => 'KLAUS'],
  ['sched_style', 'text', (one) => one.style],
  ['enh_month', 'text', (one) => (one.style === 'ENHANCED' ? 'ANY' : null)],
  ['dayofmonth', 'text', (one) => (one.style === 'ENHANCED' ? 'ANY' : null)],
  ['weekofmonth', 'text', (one) => one.weekOfMonth],
];

/** Writes everything of one server that is not bound to a night; the connection's search_path names its schema. */
export async function fillServer(client: PoolClient, server: ServerName): Promise<void> {
  const here = nodes.filter((node) => node.server === server);
  const machines = here.filter((node, index) => here.findIndex((one) => one.machine === node.machine) === index);
  const drives = machines.flatMap((node) => {
    const all = filespacesOf(node);
    return all.map((drive, index): Drive => ({ node, drive, index, count: all.length }));
  });
  await insertRows(client, 'node_plan', nodeFields, here);
  await insertRows(client, 'filespace_plan', driveFields, drives);
  await insertRows(client, 'occupancy_plan', occupancyFields, drives);
  await insertRows(client, 'association_plan', associationFields, machines.flatMap(associationsOf));
  await insertRows(
    client,
    'client_schedules',
    scheduleFields,
    schedules.filter((one) => one.server === server),
  );
  await fillSmallTables(client, server, here);
}
