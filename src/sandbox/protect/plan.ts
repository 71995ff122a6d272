import type { Pool, PoolClient } from 'pg';
import type { SandboxClock } from '../clock';
import type { Scenario } from '../population/scenario';
import { type ServerName, serverNames, zone } from '../population/schedules';
import { isUnreadable } from '../population/stories';
import {
  firstNight,
  hour,
  lastNight,
  type Night,
  nightOf,
  nightsAfter,
  noonOf,
  type WallMs,
  wallNow,
  wallText,
} from '../population/wall';
import { fillNights, forgetNight } from './fill-nights';
import { fillServer } from './fill-server';
import { eventRetention, indexStatements, logRetention, schemaOf, schemaStatements } from './schema';

/** Raised when population or tables change: an older sandbox is then filled anew. */
const version = 1;
/** The seed writes for seconds; a second process waits for it. */
const lock = 72_707_370;

/** What the servers hold, always ahead of the sandbox's time. */
export interface Plan {
  /** Wall time of the servers now; nights up to the coming one are planned when it returns. */
  present(): Promise<WallMs>;
  /** The night whose evening has not come, and what is chosen for it. */
  next(): Promise<{ night: Night; scenario: Scenario }>;
  choose(scenario: Scenario): Promise<void>;
  /** True while SP2 is cut off: after an unreadable night from 05:40 to 09:30. */
  isCutOff(server: ServerName, now: WallMs): Promise<boolean>;
}

const tables = [
  `CREATE TABLE IF NOT EXISTS sandbox.protect_plan (server text PRIMARY KEY, version integer NOT NULL, through date NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS sandbox.protect_night (night date PRIMARY KEY, scenario text NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS sandbox.protect_switch (server text PRIMARY KEY, mode text NOT NULL, seconds float8 NOT NULL)`,
];

async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [lock]);
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}

async function scenarioOf(client: Pick<Pool, 'query'>, night: Night): Promise<Scenario> {
  const found = await client.query<{ scenario: Scenario }>(
    'SELECT scenario FROM sandbox.protect_night WHERE night = $1',
    [night],
  );
  return found.rows[0]?.scenario ?? 'usual';
}

async function fill(client: PoolClient, server: ServerName, from: Night, through: Night): Promise<void> {
  const nights: { night: Night; scenario: Scenario }[] = [];
  for (let night = from; night <= through; night = nightsAfter(night, 1)) {
    nights.push({ night, scenario: await scenarioOf(client, night) });
  }
  await fillNights(client, server, nights);
}

/** Makes and fills the schema of a server unless it is there in this version. */
async function found(client: PoolClient, server: ServerName): Promise<Night> {
  const known = await client.query<{ through: string }>(
    'SELECT through::text FROM sandbox.protect_plan WHERE server = $1 AND version = $2',
    [server, version],
  );
  if (known.rows[0]) return known.rows[0].through;
  const schema = schemaOf(server);
  await client.query(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`);
  for (const statement of schemaStatements(schema)) await client.query(statement);
  await fillServer(client, server);
  await fill(client, server, firstNight, lastNight);
  for (const statement of indexStatements()) await client.query(statement);
  await client.query(
    `INSERT INTO sandbox.protect_plan VALUES ($1, $2, $3)
      ON CONFLICT (server) DO UPDATE SET version = EXCLUDED.version, through = EXCLUDED.through`,
    [server, version, lastNight],
  );
  return lastNight;
}

async function forgetOld(client: PoolClient, through: Night): Promise<void> {
  await client.query('DELETE FROM event_plan WHERE night < $1', [nightsAfter(through, -(eventRetention + 3))]);
  await client.query('DELETE FROM summary_plan WHERE night < $1', [nightsAfter(through, -(logRetention + 3))]);
  await client.query('DELETE FROM actlog_plan WHERE night < $1', [nightsAfter(through, -(logRetention + 3))]);
}

async function extend(client: PoolClient, through: Night): Promise<void> {
  for (const server of serverNames) {
    const known = await found(client, server);
    if (known >= through) continue;
    await client.query(`SET LOCAL search_path = "${schemaOf(server)}"`);
    await fill(client, server, nightsAfter(known, 1), through);
    await forgetOld(client, through);
    await client.query('UPDATE sandbox.protect_plan SET through = $2 WHERE server = $1', [server, through]);
  }
}

/** Opens the plan in schema `sandbox` (which the clock has made) and fills both servers at the first start. */
export async function openPlan(pool: Pool, clock: SandboxClock): Promise<Plan> {
  let through: Night = '';
  // one extension after the other; those that wait find it done
  let working: Promise<void> = inTransaction(pool, async (client) => {
    for (const statement of tables) await client.query(statement);
  });

  async function reach(night: Night): Promise<void> {
    if (through >= night) return;
    await inTransaction(pool, (client) => extend(client, night));
    through = night;
  }
  async function present(): Promise<WallMs> {
    const now = wallNow(clock.now(), zone);
    // Future rows are asked for up to the end of the coming night
    const wanted = nightsAfter(nightOf(now), 1);
    if (through >= wanted) return now;
    working = working.catch(() => undefined).then(() => reach(wanted));
    await working;
    return now;
  }
  function nextNight(now: WallMs): Night {
    const current = nightOf(now);
    return now < noonOf(current) + 8 * hour ? current : nightsAfter(current, 1);
  }
  async function next() {
    const night = nextNight(await present());
    return { night, scenario: await scenarioOf(pool, night) };
  }
  async function choose(scenario: Scenario): Promise<void> {
    const now = await present();
    const night = nextNight(now);
    await inTransaction(pool, async (client) => {
      await client.query(
        'INSERT INTO sandbox.protect_night VALUES ($1, $2) ON CONFLICT (night) DO UPDATE SET scenario = EXCLUDED.scenario',
        [night, scenario],
      );
      for (const server of serverNames) {
        await client.query(`SET LOCAL search_path = "${schemaOf(server)}"`);
        await forgetNight(client, night, now);
        await fillNights(client, server, [{ night, scenario }], now);
      }
    });
  }
  async function isCutOff(server: ServerName, now: WallMs): Promise<boolean> {
    const night = nightOf(now);
    const time = wallText(now).slice(11);
    if (server !== 'SP2' || time < '05:40:00' || time >= '09:30:00') return false;
    return isUnreadable(night, await scenarioOf(pool, night));
  }
  await present();
  return { present, next, choose, isCutOff };
}
