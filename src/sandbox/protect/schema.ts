import type { ServerName } from '../population/schedules';
import { type Columns, catalogue, postgresTypes } from './catalogue';

export function schemaOf(server: ServerName): string {
  return `sandbox_${server.toLowerCase()}`;
}

/** Days for which event records are kept; both servers were set to it (`SET EVENTRETENTION 90`). */
export const eventRetention = 90;
/** Days for which activity log and SUMMARY are kept. */
export const logRetention = 31;

/** Tables whose content depends on the time: views over what was planned. All others are plain tables. */
const planned = {
  event_plan: `night date NOT NULL, machine text NOT NULL, node_name text, domain_name text, schedule_name text,
    scheduled_start timestamp NOT NULL, window_end timestamp NOT NULL, actual_start timestamp, broken_at timestamp,
    completed timestamp NOT NULL, status text NOT NULL, result bigint, reason text`,
  node_plan: `machine text NOT NULL, since timestamp NOT NULL, until timestamp, locked_from timestamp, locked_to timestamp,
    decommissioned timestamp, last_access timestamp, ${definitions('NODES', ['LOCKED', 'LASTACC_TIME', 'DECOMM_STATE'])}`,
  filespace_plan: `machine text NOT NULL, part_from float8 NOT NULL, part_to float8 NOT NULL, kept_start timestamp,
    kept_end timestamp, dated boolean NOT NULL, ${definitions('FILESPACES', ['NODE_NAME', 'BACKUP_START', 'BACKUP_END'])}`,
  occupancy_plan: `machine text, ${definitions('OCCUPANCY', ['NODE_NAME'])}`,
  association_plan: `machine text NOT NULL, domain_name text, schedule_name text, since timestamp NOT NULL, until timestamp`,
  summary_plan: `night date NOT NULL, ${definitions('SUMMARY', [])}`,
  actlog_plan: `night date NOT NULL, ${definitions('ACTLOG', [])}`,
} as const;

/** The wall time of the server, set for each transaction. */
const now = "current_setting('sandbox.now')::timestamp";

const registered = `n.since <= ${now} AND (n.until IS NULL OR ${now} < n.until)`;

const views: Record<string, string> = {
  // Future and Pending are computed; records older than a change of their schedule, or than the retention, are gone
  EVENTS: `SELECT p.scheduled_start,
      CASE WHEN p.gone OR p.actual_start > ${now} THEN NULL ELSE p.actual_start END AS actual_start,
      p.domain_name, p.schedule_name,
      CASE WHEN p.future THEN n.node_name ELSE p.node_name END AS node_name,
      CASE WHEN p.gone THEN 'Uncertain'
        WHEN p.future THEN 'Future'
        WHEN p.actual_start IS NULL AND ${now} < p.window_end THEN 'Pending'
        WHEN p.actual_start IS NULL THEN p.status
        WHEN ${now} < p.actual_start THEN 'Pending'
        WHEN p.completed <= ${now} THEN p.status
        WHEN p.broken_at <= ${now} THEN 'Failed - no restart'
        WHEN ${now} < p.actual_start + interval '10 minutes' THEN 'Started'
        ELSE 'In Progress' END AS status,
      CASE WHEN p.ended THEN p.result END AS result,
      CASE WHEN p.ended THEN p.reason END AS reason,
      CASE WHEN p.ended THEN p.completed END AS completed
    FROM (SELECT e.*, e.scheduled_start > ${now} AS future,
        e.scheduled_start < s.chg_time OR e.scheduled_start < ${now} - interval '${eventRetention} days' AS gone,
        e.completed <= ${now} AND NOT (e.scheduled_start < s.chg_time
          OR e.scheduled_start < ${now} - interval '${eventRetention} days') AS ended
      FROM event_plan e JOIN client_schedules s USING (domain_name, schedule_name)
      WHERE s.chg_time <= ${now}) p
    LEFT JOIN node_plan n ON n.machine = p.machine AND ${registered}
    WHERE (NOT p.future OR n.machine IS NOT NULL) AND p.scheduled_start >= ${now} - interval '${eventRetention + 1} days'`,
  NODES: `SELECT ${columns('NODES', {
    LOCKED: `CASE WHEN n.decommissioned <= ${now} OR n.locked_from <= ${now} AND (n.locked_to IS NULL OR ${now} < n.locked_to)
      THEN 'YES' ELSE 'NO' END`,
    LASTACC_TIME: `coalesce((SELECT max(e.actual_start) FROM event_plan e WHERE e.machine = n.machine AND e.actual_start <= ${now}),
      n.last_access)`,
    DECOMM_STATE: `CASE WHEN n.decommissioned <= ${now} THEN 'YES' END`,
  })} FROM node_plan n WHERE ${registered}`,
  FILESPACES: `SELECT ${columns('FILESPACES', {
    NODE_NAME: 'n.node_name',
    BACKUP_START: `CASE WHEN f.dated THEN coalesce(f.kept_start,
      date_trunc('second', g.actual_start + (g.completed - g.actual_start) * f.part_from)) END`,
    BACKUP_END: `CASE WHEN f.dated THEN coalesce(f.kept_end,
      date_trunc('second', g.actual_start + (g.completed - g.actual_start) * f.part_to)) END`,
  }).replaceAll('n."', 'f."')}
    FROM filespace_plan f JOIN node_plan n ON n.machine = f.machine AND ${registered}
    LEFT JOIN LATERAL (SELECT e.actual_start, e.completed FROM event_plan e
      WHERE e.machine = f.machine AND e.status = 'Completed' AND e.completed <= ${now}
      ORDER BY e.completed DESC LIMIT 1) g ON f.kept_end IS NULL AND f.dated`,
  OCCUPANCY: `SELECT ${columns('OCCUPANCY', { NODE_NAME: "coalesce(n.node_name, '')" }).replaceAll('n."', 'o."')}
    FROM occupancy_plan o LEFT JOIN node_plan n ON n.machine = o.machine AND ${registered}
    WHERE o.machine IS NULL OR n.machine IS NOT NULL`,
  ASSOCIATIONS: `SELECT a.domain_name, a.schedule_name, n.node_name FROM association_plan a
    JOIN node_plan n ON n.machine = a.machine AND ${registered}
    WHERE a.since <= ${now} AND (a.until IS NULL OR ${now} < a.until)`,
  SUMMARY: `SELECT ${columns('SUMMARY', {})} FROM summary_plan n
    WHERE n.end_time <= ${now} AND n.end_time > ${now} - interval '${logRetention} days'`,
  ACTLOG: `SELECT ${columns('ACTLOG', {})} FROM actlog_plan n
    WHERE n.date_time <= ${now} AND n.date_time > ${now} - interval '${logRetention} days'`,
};

function columnsOf(table: string): Columns {
  const known = catalogue.get(table);
  if (!known) throw new Error(`no table ${table} in the catalogue`);
  return known;
}

function definitions(table: string, without: readonly string[]): string {
  return columnsOf(table)
    .filter(([name]) => !without.includes(name))
    .map(([name, type]) => `"${name.toLowerCase()}" ${postgresTypes[type]}`)
    .join(', ');
}

function columns(table: string, computed: Record<string, string>): string {
  return columnsOf(table)
    .map(([name]) => `${computed[name] ?? `n."${name.toLowerCase()}"`} AS "${name.toLowerCase()}"`)
    .join(', ');
}

/** The statements that make one server's schema, which must not exist. */
export function schemaStatements(schema: string): string[] {
  return [
    `CREATE SCHEMA "${schema}"`,
    `SET LOCAL search_path = "${schema}"`,
    ...Object.entries(planned).map(([table, body]) => `CREATE TABLE ${table} (${body})`),
    ...[...catalogue.keys()]
      .filter((table) => views[table] === undefined)
      .map((table) => `CREATE TABLE "${table.toLowerCase()}" (${definitions(table, [])})`),
    ...Object.entries(views).map(([table, body]) => `CREATE VIEW "${table.toLowerCase()}" AS ${body}`),
  ];
}

/** Made after the first filling, which is quicker. */
export function indexStatements(): string[] {
  return [
    'CREATE INDEX ON event_plan (scheduled_start)',
    'CREATE INDEX ON event_plan (machine, completed)',
    'CREATE INDEX ON event_plan (machine, actual_start)',
    'CREATE INDEX ON actlog_plan (date_time)',
    'CREATE INDEX ON summary_plan (end_time)',
    'ANALYZE event_plan',
    'ANALYZE actlog_plan',
    'ANALYZE summary_plan',
    'ANALYZE node_plan',
  ];
}
