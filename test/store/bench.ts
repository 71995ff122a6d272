import { DateTime } from 'luxon';
import { Client } from 'pg';
import type { Clock } from '../../src/domain/clock';
import type { NodeNight, UnitNight } from '../../src/domain/node-night';
import { openStore } from '../../src/store/open';
import type { Server, StoredEvent } from '../../src/store/rows';
import type { Store } from '../../src/store/store';
import type { Wanted } from '../../src/store/writer';
import { openTestStore } from '../database';

/** A clock that stands still until it is moved. */
export interface TestClock extends Clock {
  set(iso: string): void;
  forward(duration: { seconds?: number; minutes?: number; hours?: number; days?: number }): void;
}

export function clockAt(iso: string): TestClock {
  let now = DateTime.fromISO(iso, { zone: 'utc' });
  return {
    now: () => now,
    set: (next) => {
      now = DateTime.fromISO(next, { zone: 'utc' });
    },
    forward: (duration) => {
      now = now.plus(duration);
    },
  };
}

export interface Bench {
  store: Store;
  clock: TestClock;
  /** The same database through other connections, as another process would have it. */
  second(): Store;
  /** Rows as they are, past the store. */
  rows(sql: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

/** 07:45 in Berlin, the morning after the night of 18 November. */
export const morning = '2026-11-19T06:45:00.000Z';
export const night = '2026-11-18';

export async function openBench(iso = morning): Promise<Bench> {
  const clock = clockAt(iso);
  const { store, url, close } = await openTestStore(clock);
  const others: Store[] = [];
  return {
    store,
    clock,
    second: () => {
      const other = openStore({ connectionString: url, clock, max: 4 });
      others.push(other);
      return other;
    },
    rows: async (sql) => {
      const client = new Client({ connectionString: url, options: '-c timezone=UTC' });
      await client.connect();
      try {
        return (await client.query(sql)).rows;
      } finally {
        await client.end();
      }
    },
    close: async () => {
      await Promise.all(others.map((other) => other.close()));
      await close();
    },
  };
}

/** Two departments of a university, one server, one channel, one contact. */
export function university(): Wanted {
  return {
    workspaces: [{ provider: 'slack', externalId: 'T0UNI', name: 'uni-slack' }],
    servers: [{ name: 'SP1', zone: 'Europe/Berlin', transport: { kind: 'sandbox' } }],
    tenants: [
      { path: 'UNI', name: 'University', parentPath: null, settings: { zone: 'Europe/Berlin' }, rules: {} },
      { path: 'UNI/CHEM', name: 'Chemistry', parentPath: 'UNI', settings: {}, rules: { patterns: ['*.CHEM'] } },
      { path: 'UNI/PHYS', name: 'Physics', parentPath: 'UNI', settings: {}, rules: { patterns: ['*.PHYS'] } },
    ],
    bindings: [
      {
        ...{ provider: 'slack', workspace: 'T0UNI', conversation: 'C0CHEM', kind: 'channel', name: 'chem-backup' },
        ...{ tenantPath: 'UNI/CHEM', purpose: 'digest' },
      },
    ],
    people: [
      {
        key: 'tess',
        name: 'Tess Moreau',
        identities: [{ provider: 'slack', workspace: 'T0UNI', user: 'U0TESS' }],
        roles: [{ role: 'contact', tenantPath: 'UNI/CHEM' }],
      },
    ],
  };
}

export interface Campus {
  server: Server;
  /** Ids by path. */
  tenant: Record<'UNI' | 'UNI/CHEM' | 'UNI/PHYS', number>;
  conversation: number;
}

export async function settle(store: Store, wanted = university()): Promise<Campus> {
  await store.commit((tx) => tx.applyConfig(wanted));
  const [server] = await store.servers();
  const conversation = await store.findConversation('slack', 'T0UNI', 'C0CHEM');
  const ids = new Map((await store.tenants()).map(({ path, id }) => [path, id]));
  if (!server || !conversation) throw new Error('the configuration was not applied');
  const id = (path: string) => ids.get(path) ?? 0;
  return {
    server,
    tenant: { UNI: id('UNI'), 'UNI/CHEM': id('UNI/CHEM'), 'UNI/PHYS': id('UNI/PHYS') },
    conversation: conversation.id,
  };
}

export const registered = '2024-03-01 10:00:00';

/** Makes nodes known as an inventory would; returns their ids in the order of the names. */
export async function addNodes(store: Store, serverId: number, names: string[], at = registered): Promise<number[]> {
  await store.commit((tx) =>
    tx.saveNodes(serverId, {
      seen: [],
      fresh: names.map((name) => ({ name, registered: at, domain: 'STANDARD', facts: { platform: 'Linux x86-64' } })),
      renamed: [],
      gone: [],
    }),
  );
  const ids = new Map((await store.nodesOf(serverId)).map((node) => [node.name, node.id]));
  return names.map((name) => ids.get(name) ?? 0);
}

export function anEvent(
  over: Partial<StoredEvent & { night: string }> = {},
): Omit<StoredEvent, 'seenAt'> & { night: string } {
  return {
    ...{
      night,
      node: 'NMR2.CHEM',
      domain: 'STANDARD',
      schedule: 'NIGHTLY',
      scheduledStart: `${night} 22:00:00`,
      ordinal: 0,
    },
    ...{
      actualStart: `${night} 22:01:00`,
      completed: `${night} 22:30:00`,
      status: 'Completed',
      result: 0,
      reason: null,
    },
    ...over,
  };
}

export function aNodeNight(over: Partial<NodeNight> & Pick<NodeNight, 'nodeId' | 'serverId'>): NodeNight {
  return {
    ...{ night, tenantId: null, verdict: 'ok', population: 'steady', streak: 0, cause: null, detail: null },
    ...{ lastGoodAt: '2026-11-18T21:30:00.000Z', outsideRuns: 0, outsideBad: 0, units: [] },
    ...over,
  };
}

export function aUnit(): UnitNight {
  return {
    ...{ domain: 'STANDARD', schedule: 'NIGHTLY', due: true, outcome: 'failed', scheduledStart: `${night} 22:00:00` },
    ...{ streak: 3, recent: 'OOFFF', earlierBad: 0, result: 12 },
  };
}
