import { Client } from 'pg';

/**
 * A second opinion on a night: counted from the simulated servers' own tables, by code that shares nothing with the bot. It knows the
 * sample tenants by heart and reads statuses in the simplest way there is.
 */

export const outcomes = ['failed', 'severed', 'missed', 'unknown', 'running', 'notes', 'ok'] as const;
export type Outcome = (typeof outcomes)[number];

export interface RecountedNode {
  node: string;
  server: string;
  tenant: string;
  verdict: Outcome;
  /** Nights in a row that ended badly, this one included. */
  streak: number;
}

interface Row {
  node: string;
  domain: string;
  schedule: string;
  start: string;
  actual: string | null;
  status: string;
  result: number | null;
}

/** Who owns a machine, by the suffix of its name or what the sample says of it; null = nobody. */
export function ownerOf(node: string, domain: string, server: string): string | null {
  if (node === 'XRD-NMR') return null;
  if (/^(SCAN-A3|SCAN-A2|BOOKSCAN\d+)$/.test(node)) return 'UNI/ADM/LIB';
  if (/^XRD-/.test(node)) return 'UNI/SCI/PHYS';
  const paths: Record<string, string> = {
    CHEM: 'UNI/SCI/CHEM',
    PHYS: 'UNI/SCI/PHYS',
    GEO: 'UNI/SCI/GEO',
    SCI: 'UNI/SCI',
    MED: 'UNI/MED',
    CLINIC: 'UNI/MED/CLINIC',
    RADIO: 'UNI/MED/RADIO',
    ADM: 'UNI/ADM',
    FIN: 'UNI/ADM/FIN',
    LIB: 'UNI/ADM/LIB',
    IT: 'UNI/ADM/IT',
  };
  const bySuffix = paths[/\.([A-Z]+)$/.exec(node)?.[1] ?? ''];
  if (bySuffix) return bySuffix;
  if (domain === 'IMAGING') return 'UNI/MED/RADIO';
  if (domain === 'MAIL') return 'UNI/ADM/IT';
  return server === 'SP2' ? 'UNI' : null;
}

/**
 * Every machine of a tenant that was due between 20:00 and 06:00 of a night, as the servers show it at a wall time.
 *
 * @param unread servers that nobody could ask: what was due there is unknown
 */
export async function recount(
  databaseUrl: string,
  night: string,
  seenAt: Record<'SP1' | 'SP2', string>,
  unread: readonly string[] = [],
): Promise<RecountedNode[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const counted: RecountedNode[] = [];
    for (const server of ['SP1', 'SP2'] as const) {
      const rows = await eventsOf(client, server, seenAt[server]);
      counted.push(...countServer(rows, server, night, unread.includes(server)));
    }
    return counted;
  } finally {
    await client.end();
  }
}

async function eventsOf(client: Client, server: string, seenAt: string): Promise<Row[]> {
  const schema = `sandbox_${server.toLowerCase()}`;
  await client.query('BEGIN');
  await client.query("SELECT set_config('sandbox.now', $1, true)", [seenAt]);
  const events = await client.query<Row>(
    `SELECT node_name AS node, domain_name AS domain, schedule_name AS schedule, scheduled_start::text AS start,
       actual_start::text AS actual, status, result::int AS result FROM ${schema}.events ORDER BY scheduled_start, actual_start NULLS FIRST`,
  );
  const registered = await client.query<{ node: string; since: string }>(
    `SELECT node_name AS node, reg_time::text AS since FROM ${schema}.nodes`,
  );
  const renames = await client.query<{ message: string }>(
    `SELECT message FROM ${schema}.actlog WHERE msgno = 2017 AND message LIKE '%RENAME NODE%' ORDER BY date_time`,
  );
  await client.query('COMMIT');

  const names = new Map<string, string>();
  for (const { message } of renames.rows) {
    const [, from = '', to = ''] = /RENAME NODE (\S+) (\S+)/.exec(message) ?? [];
    names.set(from, to);
  }
  const since = new Map(registered.rows.map((row) => [row.node, row.since]));
  return (
    events.rows
      .map((row) => ({ ...row, node: names.get(row.node) ?? row.node }))
      // What was saved under the same name before it was registered anew is another machine's.
      .filter((row) => row.start >= (since.get(row.node) ?? ':'))
  );
}

function countServer(rows: readonly Row[], server: string, night: string, unread: boolean): RecountedNode[] {
  const bySchedule = new Map<string, Map<string, Row>>();
  for (const row of rows) {
    const inWindow = row.start.slice(11) >= '20:00:00' || row.start.slice(11) < '06:00:00';
    if (!inWindow || nightOf(row.start) > night) continue;
    const key = `${row.node} ${row.domain} ${row.schedule}`;
    const nights = bySchedule.get(key) ?? new Map<string, Row>();
    // In order of time: the last start of the night is what counts.
    nights.set(nightOf(row.start), row);
    bySchedule.set(key, nights);
  }
  const nodes = new Map<string, RecountedNode>();
  for (const nights of bySchedule.values()) {
    const row = nights.get(night);
    const tenant = row && ownerOf(row.node, row.domain, server);
    if (!row || !tenant) continue;
    const verdict = unread ? 'unknown' : outcomeOf(row);
    const streak = isBad(verdict) ? streakOf(nights) : 0;
    const before = nodes.get(row.node);
    const worse = !before || outcomes.indexOf(verdict) < outcomes.indexOf(before.verdict);
    nodes.set(row.node, {
      node: row.node,
      server,
      tenant,
      verdict: worse ? verdict : before.verdict,
      streak: Math.max(streak, before?.streak ?? 0),
    });
  }
  return [...nodes.values()];
}

function streakOf(nights: ReadonlyMap<string, Row>): number {
  let streak = 0;
  for (const row of [...nights].sort(([a], [b]) => (a < b ? 1 : -1)).map(([, each]) => each)) {
    const outcome = outcomeOf(row);
    if (isBad(outcome)) streak += 1;
    else if (outcome === 'ok' || outcome === 'notes') break;
  }
  return streak;
}

export function isBad(outcome: string): boolean {
  return outcome === 'failed' || outcome === 'severed' || outcome === 'missed';
}

function outcomeOf(row: Row): Outcome {
  switch (row.status) {
    case 'Completed':
      return row.result === 0 ? 'ok' : row.result === 4 || row.result === 8 ? 'notes' : 'failed';
    case 'Missed':
      return 'missed';
    case 'Severed':
      return 'severed';
    case 'Started':
    case 'In Progress':
      return 'running';
    case 'Uncertain':
      return 'unknown';
    case 'Failed':
    case 'Failed - no restart':
      return 'failed';
    default:
      throw new Error(`${row.node} has the status ${row.status} in the morning.`);
  }
}

function nightOf(wall: string): string {
  const date = new Date(`${wall.replace(' ', 'T')}Z`);
  return new Date(date.getTime() - 12 * 3_600_000).toISOString().slice(0, 10);
}

/** Counts as a digest tells them. */
export function countsOf(nodes: readonly RecountedNode[]): Record<Outcome | 'scheduled' | 'due' | 'excluded', number> {
  const counts = {
    scheduled: 0,
    due: 0,
    excluded: 0,
    ok: 0,
    notes: 0,
    missed: 0,
    failed: 0,
    severed: 0,
    running: 0,
    unknown: 0,
  };
  for (const { verdict } of nodes) {
    counts[verdict] += 1;
    counts.due += 1;
    counts.scheduled += 1;
  }
  return counts;
}

/** The machines of a tenant and of all below it. */
export function below(nodes: readonly RecountedNode[], path: string): RecountedNode[] {
  return nodes.filter((node) => node.tenant === path || node.tenant.startsWith(`${path}/`));
}
