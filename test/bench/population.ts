import { Client } from 'pg';

export const night = '2026-11-18';
const history = 30;
/** Wall zone of the one server is UTC, so walls and instants agree. */
export const morning = '2026-11-19T07:40:00.000Z';

/**
 * Fills an empty database with one server, `nodes` machines shared out among `tenants` departments, and 30 nights of verdicts, in SQL.
 * Two levels: a root that rolls up, and the departments below it, `tenants` in all, each with a Slack and a Teams channel.
 */
export async function populate(connectionString: string, nodes: number, tenants: number): Promise<void> {
  const departments = tenants - 1;
  const client = new Client({ connectionString, options: '-c timezone=UTC' });
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query(
      `INSERT INTO workspace (id, provider, external_id, name, origin) VALUES (1, 'slack', 'T0BENCH', 'slack', 'file'), (2, 'teams', 'bench', 'teams', 'file')`,
    );
    await client.query(
      `INSERT INTO server (id, name, zone, transport, state, origin, inventory_at) VALUES (1, 'SP1', 'UTC', '{"kind":"sandbox"}', 'readable', 'file', '${morning}')`,
    );
    await client.query(
      `INSERT INTO poll (server_id, started_at, finished_at, outcome) VALUES (1, '2026-11-19T07:30:00Z', '2026-11-19T07:31:00Z', 'ok')`,
    );
    await client.query(
      `INSERT INTO tenant (id, path, name, settings, rules, origin) VALUES (1, 'ROOT', 'Root', '{}', '{}', 'file')`,
    );
    await client.query(
      `INSERT INTO tenant (id, path, name, parent_id, settings, rules, origin) SELECT i + 1, 'ROOT/T' || i, 'Department ' || i, 1, '{}', '{}', 'file' FROM generate_series(1, $1::int) i`,
      [departments],
    );
    await client.query(
      `INSERT INTO conversation (id, workspace_id, external_id, kind, state, state_since)
       SELECT (i - 1) * 2 + w, w, 'C' || i, 'channel', 'active', '${morning}' FROM generate_series(1, $1::int) i, generate_series(1, 2) w`,
      [tenants],
    );
    await client.query(
      `INSERT INTO binding (conversation_id, tenant_id, purpose, origin) SELECT (i - 1) * 2 + w, i, 'digest', 'file' FROM generate_series(1, $1::int) i, generate_series(1, 2) w`,
      [tenants],
    );
    await client.query(
      `INSERT INTO person (id, key, name, origin) SELECT i, 'p' || i, 'Person ' || i, 'file' FROM generate_series(1, $1::int) i`,
      [tenants],
    );
    await client.query(
      `INSERT INTO identity (person_id, workspace_id, user_id, origin) SELECT i, 1, 'U' || i, 'file' FROM generate_series(1, $1::int) i`,
      [tenants],
    );
    await client.query(
      `INSERT INTO membership (person_id, tenant_id, role, origin) SELECT i, i, 'contact', 'file' FROM generate_series(1, $1::int) i`,
      [tenants],
    );
    await client.query(
      `INSERT INTO node (id, server_id, name, registered, domain, facts, first_seen_at, last_seen_at)
       SELECT i, 1, 'N' || i || '.T' || (1 + i % $2::int), '2024-01-01 00:00:00', 'STD', '{}', '2026-01-01', '${morning}' FROM generate_series(1, $1::int) i`,
      [nodes, departments],
    );
    await client.query(
      `INSERT INTO node_tenant (node_id, tenant_id, from_night, rule) SELECT i, 2 + i % $2::int, '2024-01-01', 'pattern' FROM generate_series(1, $1::int) i`,
      [nodes, departments],
    );
    await client.query(`INSERT INTO schedule (server_id, domain, name, definition) VALUES (1, 'STD', 'DAILY', $1)`, [
      {
        domain: 'STD',
        schedule: 'DAILY',
        startDate: '2024-01-01',
        startTime: '21:00:00',
        duration: 2,
        durationUnits: 'HOURS',
        period: 1,
        periodUnits: 'DAYS',
        dayOfWeek: 'ANY',
        style: 'CLASSIC',
        description: null,
        action: 'INCREMENTAL',
        expiration: null,
        month: null,
        dayOfMonth: null,
        weekOfMonth: null,
        changed: '2024-01-01 00:00:00',
      },
    ]);
    await client.query(
      `INSERT INTO association (server_id, domain, schedule, node_name, first_seen_at)
       SELECT 1, 'STD', 'DAILY', 'N' || i || '.T' || (1 + i % $2::int), '2025-01-01' FROM generate_series(1, $1::int) i`,
      [nodes, departments],
    );
    await client.query('COMMIT');
    // About 3 % bad each night; the verdict depends on node and night, so streaks and recoveries occur.
    for (let back = history; back >= 1; back--) {
      await client.query(
        `INSERT INTO node_night (node_id, night, server_id, tenant_id, verdict, population, streak, cause, last_good_at, outside_runs, outside_bad, units, evaluated_at)
         SELECT i, d, 1, 2 + i % $2::int, v, 'steady', CASE WHEN v = 'missed' THEN 1 ELSE 0 END, CASE WHEN v = 'missed' THEN 'no-contact' END, d + interval '23 hours', 0, 0,
           jsonb_build_array(jsonb_build_object('domain', 'STD', 'schedule', 'DAILY', 'due', true, 'outcome', v, 'scheduledStart', d || ' 21:00:00', 'actualStart', d || ' 21:05:00', 'completed', d || ' 22:00:00',
             'status', CASE WHEN v = 'missed' THEN 'Missed' ELSE 'Completed' END, 'result', 0, 'streak', CASE WHEN v = 'missed' THEN 1 ELSE 0 END, 'recent', 'OOOOOOOOOO', 'earlierBad', 0)),
           '${morning}'
         FROM (SELECT i, (DATE '${night}' - $3::int) AS d, CASE WHEN (i * 7919 + $3::int * 104729) % 33 = 0 THEN 'missed' ELSE 'ok' END AS v FROM generate_series(1, $1::int) i) s`,
        [nodes, departments, back],
      );
    }
    for (const table of ['workspace', 'server', 'tenant', 'conversation', 'person', 'node']) {
      await client.query(`SELECT setval(pg_get_serial_sequence('${table}', 'id'), (SELECT max(id) FROM ${table}))`);
    }
    await client.query('ANALYZE');
  } finally {
    await client.end();
  }
}
