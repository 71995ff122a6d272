import { DateTime } from 'luxon';
import { Client } from 'pg';
import { pino } from 'pino';
import { arm } from '../../jobs/arm';
import { jobs } from '../../jobs/list';
import { makeRender } from '../../jobs/render';
import type { Provider } from '../../src/chat/call';
import type { Deps } from '../../src/deps';
import type { OwnSettings } from '../../src/domain/settings';
import type { Wake } from '../../src/queue/queue';
import type { Tenant } from '../../src/store/rows';
import type { Wanted, Writer } from '../../src/store/writer';
import { openTestStore } from '../database';
import { type Chat, openChat } from './chat';
import { type ScriptedServer, scriptedServer } from './scripted-server';

/** The jobs on a real database, between servers and chats that a test writes the lines for, at a time that stands still. */
export interface World {
  deps: Deps;
  sp1: ScriptedServer;
  sp2: ScriptedServer;
  slack: Chat;
  teams: Chat;
  /** Wakes for later, with the service time at which they are due. */
  delayed: { wake: Wake; at: DateTime }[];
  now(): DateTime;
  /** Berlin's wall time; the second of two equal ones with its offset: `2026-10-25T02:30:00+01:00`. */
  setClock(text: string): void;
  sql<T extends object>(text: string, values?: unknown[]): Promise<T[]>;
  tenant(path: string): Promise<Tenant>;
  /** Runs one job and nothing that it wakes. */
  run(job: string, object: string, version?: number): Promise<void>;
  /** Reads a server now, and nothing else. */
  collect(server: 'SP1' | 'SP2'): Promise<void>;
  /** Sets the timers that must exist. */
  arm(): Promise<void>;
  /** Looks for due work and does all of it, and all that it wakes at once. */
  settle(): Promise<void>;
  /** Lets time pass: settles at each moment for which something was put off. */
  wait(milliseconds: number): Promise<void>;
  close(): Promise<void>;
}

interface Circumstances {
  /** Berlin's wall time. */
  now?: string;
  settings?: Record<string, OwnSettings>;
  tweak?: (wanted: Wanted) => void;
}

const zone = 'Europe/Berlin';

/** UNI with CHEM and PHYS; a channel for each and one for the manager; tess is the contact of both departments. */
function wantedOf({ settings = {}, tweak }: Circumstances): Wanted {
  const slack = { provider: 'slack' as const, workspace: 'T1', kind: 'channel' as const };
  const tenant = (path: string, name: string, parentPath: string | null, patterns: string[]) => ({
    path,
    name,
    parentPath,
    settings: { ...(parentPath === null ? { zone } : {}), ...settings[path] },
    rules: { patterns },
  });
  const wanted: Wanted = {
    workspaces: [
      { provider: 'slack', externalId: 'T1', name: 'slack' },
      { provider: 'teams', externalId: 'entra', name: 'teams' },
    ],
    servers: [
      { name: 'SP1', zone, transport: {} },
      { name: 'SP2', zone, transport: {} },
    ],
    tenants: [
      tenant('UNI', 'University', null, []),
      tenant('UNI/CHEM', 'Chemistry', 'UNI', ['*.CHEM']),
      tenant('UNI/PHYS', 'Physics', 'UNI', ['*.PHYS']),
    ],
    bindings: [
      { ...slack, conversation: 'CUNI', name: 'uni-backup', tenantPath: 'UNI', purpose: 'digest' },
      { ...slack, conversation: 'CCHEM', name: 'chem-backup', tenantPath: 'UNI/CHEM', purpose: 'digest' },
      { ...slack, conversation: 'CPHYS', name: 'phys-backup', tenantPath: 'UNI/PHYS', purpose: 'digest' },
      { ...slack, conversation: 'CSERVICE', name: 'service', tenantPath: 'UNI', purpose: 'manager' },
    ],
    people: [
      {
        key: 'tess',
        name: 'Tess Moreau',
        identities: [{ provider: 'slack', workspace: 'T1', user: 'UTESS' }],
        roles: [
          { role: 'contact', tenantPath: 'UNI/CHEM' },
          { role: 'contact', tenantPath: 'UNI/PHYS' },
        ],
      },
    ],
  };
  tweak?.(wanted);
  return wanted;
}

export async function openWorld(circumstances: Circumstances = {}): Promise<World> {
  let now = DateTime.fromISO(circumstances.now ?? '2026-11-19T07:28:00', { zone });
  const clock = { now: () => now.toUTC() };
  const { store, url, close } = await openTestStore(clock);
  const client = new Client({ connectionString: url });
  await client.connect();
  await store.commit((tx) => tx.applyConfig(wantedOf(circumstances)));

  const sp1 = scriptedServer('SP1');
  const sp2 = scriptedServer('SP2');
  const slack = openChat();
  const teams = openChat();
  const chats: Record<Provider, Chat> = { slack, teams };
  const waiting: Wake[] = [];
  const delayed: World['delayed'] = [];
  const add = async (wake: Wake, delayMs = 0) => {
    if (delayMs > 0) delayed.push({ wake, at: clock.now().plus({ milliseconds: delayMs }) });
    else waiting.push(wake);
  };
  const deps: Deps = {
    clock,
    store,
    log: pino({ level: 'silent' }),
    queue: {
      engine: 'postgresql',
      add,
      addMany: async (wakes) => void waiting.push(...wakes),
      start: async () => undefined,
      ping: async () => undefined,
      stop: async () => undefined,
    },
    protect: (server) => (server.name === 'SP1' ? sp1 : sp2).port,
    messenger: (provider) => chats[provider].messenger,
    render: (...args) => makeRender(deps)(...args),
    service: 'University Backup',
    nodeGroups: new Map(),
  };

  async function run(job: string, object: string, version = 0): Promise<void> {
    const work = jobs[job];
    if (!work) throw new Error(`There is no job ${job}.`);
    await work({ job, object, version, correlation: `${job}-${object}` }, deps);
  }
  async function settle(): Promise<void> {
    await run('tick', 'test');
    for (let wake = waiting.shift(); wake; wake = waiting.shift()) await run(wake.job, wake.object, wake.version);
  }
  async function wait(milliseconds: number): Promise<void> {
    const end = clock.now().plus({ milliseconds });
    for (;;) {
      delayed.sort((a, b) => a.at.toMillis() - b.at.toMillis());
      const [next] = delayed;
      if (!next || next.at > end) break;
      delayed.shift();
      now = DateTime.max(now, next.at);
      waiting.push(next.wake);
      await settle();
    }
    now = end;
    await settle();
  }
  return {
    deps,
    sp1,
    sp2,
    slack,
    teams,
    delayed,
    now: () => clock.now(),
    setClock: (text) => {
      now = DateTime.fromISO(text.replace(' ', 'T'), { zone });
    },
    sql: async <T extends object>(text: string, values: unknown[] = []) =>
      (await client.query(text, values)).rows as T[],
    tenant: async (path) => {
      const found = (await store.tenants()).find((tenant) => tenant.path === path);
      if (!found) throw new Error(`There is no tenant ${path}.`);
      return found;
    },
    run,
    collect: async (name) => {
      const server = (await store.servers()).find((each) => each.name === name);
      await run('collect', String(server?.id));
    },
    arm: () => arm(deps),
    settle,
    wait,
    close: async () => {
      await client.end();
      await close();
    },
  };
}

/** The process dies at this call of the writer: its transaction is never committed. Dies once. */
export function dieAt(world: World, call: keyof Writer): void {
  const { store } = world.deps;
  let dead = false;
  world.deps.store = {
    ...store,
    commit: (work) =>
      store.commit((tx) =>
        work(
          new Proxy(tx, {
            get(target, name) {
              if (name === call && !dead) {
                return () => {
                  dead = true;
                  throw new Error(`killed at ${call}`);
                };
              }
              return Reflect.get(target, name) as unknown;
            },
          }),
        ),
      ),
  };
}
