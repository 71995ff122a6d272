import type { PoolClient } from 'pg';
import { isRegistered, type SandboxNode } from '../population/nodes';
import { pools } from '../population/pools';
import type { ServerName } from '../population/schedules';
import { firstNight, wallMs } from '../population/wall';
import { sandboxAccount } from './account';
import { catalogue } from './catalogue';
import { type Field, insertRows } from './insert';
import { eventRetention, logRetention } from './schema';

const columnFields: readonly Field<{ table: string; column: string }>[] = [
  ['tabname', 'text', ({ table }) => table],
  ['colname', 'text', ({ column }) => column],
  ['remarks', 'text', () => ''],
];

/** Rows given as objects, for the small tables that only make the server complete. */
async function insertObjects(
  client: PoolClient,
  table: string,
  rows: readonly Record<string, string | number | null>[],
) {
  for (const row of rows) {
    const names = Object.keys(row);
    const places = names.map((_, index) => `$${index + 1}`).join(', ');
    const quoted = names.map((name) => `"${name.toLowerCase()}"`).join(', ');
    await client.query(`INSERT INTO "${table}" (${quoted}) VALUES (${places})`, Object.values(row));
  }
}

/** Writes what only makes a server complete: its status, pools, administrators, policies. */
export async function fillSmallTables(
  client: PoolClient,
  server: ServerName,
  here: readonly SandboxNode[],
): Promise<void> {
  // the rest of deleted nodes in a deduplicating pool has no name any more
  await insertObjects(client, 'occupancy_plan', [
    {
      TYPE: 'Bkup',
      FILESPACE_NAME: '',
      STGPOOL_NAME: server === 'SP1' ? 'FILEPOOL' : 'CTRPOOL',
      NUM_FILES: 0,
      REPORTING_MB: 812.4,
    },
  ]);
  await insertObjects(client, 'status', [
    {
      SERVER_NAME: server,
      SERVER_HLA: `${server.toLowerCase()}.uni.example`,
      SERVER_LLA: '1500',
      PLATFORM: 'Linux/x86_64',
      VERSION: 8,
      RELEASE: 1,
      LEVEL: 22,
      SUBLEVEL: 0,
      INSTALL_DATE: '2021-03-04 11:20:00',
      PASSEXP: 90,
      MINPWLENGTH: 15,
      ACTLOGRETENTION: logRetention,
      LICENSECOMPLIANCE: 'VALID',
      MAXSESSIONS: 600,
      MAXSCHEDSESSIONS: 300,
      AVAILABILITY: 'ENABLED',
      ACCOUNTING: 'OFF',
      SCHEDULER: 'ACTIVE',
      RANDOMIZE: 25,
      QUERYSCHEDPERIOD: 'CLIENT',
      SCHEDMODE: 'ANY',
      SUMMARYRETENTION: logRetention,
      EVENTRETENTION: eventRetention,
      CROSSDEFINE: 'OFF',
    },
  ]);
  await insertObjects(
    client,
    'stgpools',
    pools
      .filter((pool) => pool.server === server)
      .map((pool) => ({
        STGPOOL_NAME: pool.name,
        POOLTYPE: 'PRIMARY',
        DEVCLASS: pool.container ? null : 'FILEDEV',
        STG_TYPE: pool.container ? 'DIRECTORY' : 'DEVCLASS',
        EST_CAPACITY_MB: pool.capacityMb,
        PCT_UTILIZED: pool.utilized,
        REUSEDELAY: 1,
      })),
  );
  await insertObjects(
    client,
    'admins',
    [sandboxAccount.user, 'KLAUS', 'ADMIN'].map((name) => ({
      ADMIN_NAME: name,
      LOCKED: 'NO',
      SYSTEM_PRIV: name === sandboxAccount.user ? 'NO' : 'YES',
    })),
  );
  await fillPolicies(client, here);
  await insertObjects(
    client,
    'servers',
    server === 'SP1' ? [{ SERVER_NAME: 'SP2', HL_ADDRESS: 'sp2.uni.example', LL_ADDRESS: '1500' }] : [],
  );
  const columns = [...catalogue].flatMap(([table, known]) => known.map(([column]) => ({ table, column })));
  await insertRows(client, 'columns', columnFields, columns);
}

async function fillPolicies(client: PoolClient, here: readonly SandboxNode[]): Promise<void> {
  const present = wallMs(`${firstNight} 12:00:00`);
  const domains = [...new Set(here.map((node) => node.domain))];
  const live = { SET_NAME: 'ACTIVE', CLASS_NAME: 'STANDARD' };
  for (const domain of domains) {
    const own = { DOMAIN_NAME: domain };
    const members = here.filter((node) => node.domain === domain && isRegistered(node, present)).length;
    const keeps = domain === 'DATABASE' ? ['1', '0', '0', '0'] : ['NOLIMIT', '2', '30', '60'];
    const [exists = '', deleted = '', extra = '', only = ''] = keeps;
    await insertObjects(client, 'domains', [
      { ...own, DEFMGMTCLASS: 'STANDARD', NUM_NODES: members, BACKRETENTION: 30, ARCHRETENTION: 365 },
    ]);
    await insertObjects(client, 'policysets', [{ ...own, SET_NAME: 'ACTIVE', DEFMGMTCLASS: 'STANDARD' }]);
    await insertObjects(client, 'mgmtclasses', [{ ...own, ...live, DEFAULTMC: 'Yes' }]);
    await insertObjects(client, 'bu_copygroups', [
      {
        ...own,
        ...live,
        VEREXISTS: exists,
        VERDELETED: deleted,
        RETEXTRA: extra,
        RETONLY: only,
        MODE: 'MODIFIED',
        FREQUENCY: 0,
      },
    ]);
    await insertObjects(client, 'ar_copygroups', [{ ...own, ...live, RETVER: '365' }]);
  }
}
