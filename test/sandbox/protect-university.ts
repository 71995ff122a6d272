import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { DateTime } from 'luxon';
import { Client, Pool } from 'pg';
import { openSandboxClock, type SandboxClock } from '../../src/sandbox/clock';
import { type ProtectSandbox, protectSandbox } from '../../src/sandbox/protect/sandbox-server';
import { freshDatabase, type TestDatabase } from '../database';

export type Row = Record<string, string | number | null>;

/** A sandbox on a port and a database of its own. The machine's clock stands still: the sandbox's moves only when a test moves it. */
export interface University {
  clock: SandboxClock;
  sandbox: ProtectSandbox;
  pool: Pool;
  /** `http://127.0.0.1:PORT/sandbox/oc` */
  base: string;
  origin: string;
  ask(command: string, server?: string): Promise<Response>;
  /** The rows of a SELECT; none when the server says that nothing matches. */
  rows(command: string, server?: string): Promise<Row[]>;
  close(): Promise<void>;
}

const machineNow = () => DateTime.fromISO('2026-01-05T09:00:00Z');
export const login = { Authorization: `Basic ${Buffer.from('CHATOPS:sandbox').toString('base64')}` };
export const headers = { ...login, 'OC-API-Version': '1.0', 'Content-Type': 'text/plain', Accept: 'application/json' };

let seeded: Promise<TestDatabase> | undefined;

/** Filling a university takes seconds: a test file does it once and copies it. */
async function seed(): Promise<TestDatabase> {
  const database = await freshDatabase();
  const pool = new Pool({ connectionString: database.url, max: 2 });
  await protectSandbox({ pool, clock: await openSandboxClock(pool, 'Europe/Berlin', machineNow) });
  await pool.end();
  return database;
}

afterAll(async () => (await seeded)?.drop());

async function copyOf(original: TestDatabase): Promise<TestDatabase> {
  const template = new URL(original.url).pathname.slice(1);
  const name = `${template}_${randomBytes(4).toString('hex')}`;
  const cluster = new URL(original.url);
  cluster.pathname = '/postgres';
  const url = new URL(original.url);
  url.pathname = `/${name}`;
  async function administer(sql: string): Promise<void> {
    const client = new Client({ connectionString: cluster.href });
    await client.connect();
    await client.query(sql);
    await client.end();
  }
  await administer(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  return { url: url.href, drop: () => administer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

export async function openUniversity(): Promise<University> {
  seeded ??= seed();
  const database = await copyOf(await seeded);
  const pool = new Pool({ connectionString: database.url, max: 4 });
  const clock = await openSandboxClock(pool, 'Europe/Berlin', machineNow);
  const sandbox = await protectSandbox({ pool, clock });
  const app = express();
  app.use('/sandbox/oc', sandbox.router);
  app.use('/sandbox/protect', sandbox.switchRouter);
  const server: Server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const base = `${origin}/sandbox/oc`;

  function ask(command: string, name = 'SP1'): Promise<Response> {
    return fetch(`${base}/api/cli/issueCommand/${name}`, { method: 'POST', headers, body: command });
  }
  async function rows(command: string, name = 'SP1'): Promise<Row[]> {
    const response = await ask(command, name);
    if (response.status !== 200) throw new Error(`${response.status} for ${command}`);
    const [[first]] = (await response.json()) as [[{ items?: Row[]; msg?: { n: string } }]];
    if (first.items === undefined && first.msg?.n !== '2034') throw new Error(`neither rows nor 2034 for ${command}`);
    return first.items ?? [];
  }
  async function close(): Promise<void> {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await pool.end();
    await database.drop();
  }
  return { clock, sandbox, pool, base, origin, ask, rows, close };
}

/** All events of a night on a server, `YYYY-MM-DD` its evening. */
export function eventsOf(night: string): string {
  const next = DateTime.fromISO(night, { zone: 'utc' }).plus({ days: 1 }).toISODate();
  return `SELECT SCHEDULED_START, ACTUAL_START, DOMAIN_NAME, SCHEDULE_NAME, NODE_NAME, STATUS, RESULT, REASON, COMPLETED FROM EVENTS
    WHERE SCHEDULED_START >= '${night} 12:00:00' AND SCHEDULED_START < '${next} 12:00:00'`;
}
