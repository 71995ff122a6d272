import { catalogue } from '../../src/sandbox/protect/catalogue';
import { eventsOf, headers, login, openUniversity, type University } from './protect-university';

let university: University;
beforeAll(async () => {
  university = await openUniversity();
}, 60_000);
afterAll(() => university.close());

function statusesOf(rows: readonly Record<string, unknown>[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { STATUS } of rows) counts[String(STATUS)] = (counts[String(STATUS)] ?? 0) + 1;
  return counts;
}

describe('the Operations Center', () => {
  const path = () => `${university.base}/api/cli/issueCommand`;
  const body = 'SELECT SERVER_NAME, VERSION, INSTALL_DATE FROM STATUS';

  it('answers a SELECT with the columns in order and the rows by name', async () => {
    const response = await university.ask(body, 'SP2');

    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toMatch(/^application\/json/);
    expect(await response.json()).toEqual([
      [
        {
          hdr: ['SERVER_NAME', 'VERSION', 'INSTALL_DATE'],
          items: [{ SERVER_NAME: 'SP2', VERSION: 8, INSTALL_DATE: '2021-03-04 11:20:00.000000' }],
        },
      ],
    ]);
  });

  it('asks the hub when no server is named', async () => {
    const response = await fetch(path(), { method: 'POST', headers, body });

    expect(JSON.stringify(await response.json())).toContain('"SP1"');
  });

  it('says 2034 when nothing matches', async () => {
    const response = await university.ask("SELECT NODE_NAME FROM NODES WHERE NODE_NAME = 'NOBODY'");

    expect(response.status).toBe(200);
    expect(await response.json()).toEqual([
      [{ msg: { n: '2034', def: 'ANR2034E SELECT: No match found using this criteria.' } }],
    ]);
  });

  it.each([
    ['bad syntax', 'SELECT FROM NODES', 'SP1'],
    ['an unknown table', 'SELECT * FROM pg_catalog.pg_user', 'SP1'],
    ['an unknown column', 'SELECT MACHINE FROM NODES', 'SP1'],
    ['a word that Db2 does not know', 'SELECT NODE_NAME FROM NODES LIMIT 5', 'SP1'],
    ['types that do not fit', "SELECT NODE_NAME FROM NODES WHERE REG_TIME > 'yesterday'", 'SP1'],
    ['a column outside of GROUP BY', 'SELECT NODE_NAME, COUNT(*) FROM NODES GROUP BY DOMAIN_NAME', 'SP1'],
    ['a division by zero', 'SELECT 1 / 0 FROM STATUS', 'SP1'],
    ['a command that changes something', 'LOCK NODE NMR1.CHEM', 'SP1'],
    ['an unknown server', 'SELECT * FROM STATUS', 'SP9'],
  ])('answers 500 to %s', async (_what, command, server) => {
    const response = await university.ask(command, server);

    expect(response.status).toBe(500);
    expect(await response.text()).toBe('');
  });

  it('wants name, password and its version header, and knows no other path', async () => {
    const ask = async (url: string, given: Record<string, string>) =>
      (await fetch(url, { method: 'POST', headers: given, body })).status;
    const wrong = { ...headers, Authorization: `Basic ${Buffer.from('CHATOPS:wrong').toString('base64')}` };
    const { Authorization: _, ...nobody } = headers;

    expect(await ask(path(), nobody)).toBe(401);
    expect(await ask(path(), wrong)).toBe(401);
    expect(await ask(path(), { ...login, 'Content-Type': 'text/plain' })).toBe(400);
    expect(await ask(path(), { ...headers, 'Content-Type': 'application/json' })).toBe(500);
    expect(await ask(`${university.base}/api/cli/issueConfirmedCommand/SP1`, headers)).toBe(404);
    expect(await ask(`${university.base}/api/servers`, headers)).toBe(404);
  });

  it('takes every listed column of every listed table', async () => {
    for (const [table, columns] of catalogue) {
      const command = `SELECT ${columns.map(([column]) => column).join(', ')} FROM ${table}`;
      expect(`${table} ${(await university.ask(command, 'SP2')).status}`).toBe(`${table} 200`);
    }
  }, 30_000);

  it('does not let a function or an error of the database write', async () => {
    const before = await university.rows('SELECT COUNT(*) AS N FROM NODES');

    await university.ask("SELECT NODE_NAME FROM NODES WHERE NODE_NAME = '' OR 1 = 1; DELETE FROM node_plan");

    expect(await university.rows('SELECT COUNT(*) AS N FROM NODES')).toEqual(before);
  });
});

describe('the servers on the first morning, 19 November, 07:45', () => {
  it('tell the last night: red, green, unknown and a full pool', async () => {
    const sp1 = await university.rows(eventsOf('2026-11-18'), 'SP1');
    const sp2 = await university.rows(eventsOf('2026-11-18'), 'SP2');
    const of = (suffix: string) => [...sp1, ...sp2].filter(({ NODE_NAME }) => String(NODE_NAME).endsWith(suffix));

    const chem = of('.CHEM').filter(({ SCHEDULE_NAME }) => SCHEDULE_NAME !== 'DB_LOG_HOURLY');
    expect(statusesOf(chem)).toEqual({ Completed: 41, Failed: 1, Missed: 1, Severed: 1 });
    expect(statusesOf(of('.LIB'))).toEqual({ Completed: 27 });
    expect(statusesOf(of('.GEO'))).toEqual({ Uncertain: 22 });
    expect(statusesOf(of('.RADIO'))['Failed']).toBeGreaterThanOrEqual(10);
    expect(statusesOf(of('.PHYS'))).toMatchObject({ Failed: 1, Missed: 2, 'Failed - no restart': 1 });
  });

  it('leave result, reason and end empty until there is one, and give a missed start the end of its window', async () => {
    const rows = await university.rows(eventsOf('2026-11-18'), 'SP1');
    const find = (node: string) => rows.find(({ NODE_NAME }) => NODE_NAME === node);

    expect(find('MYPC.IT')).toEqual({
      SCHEDULED_START: '2026-11-18 21:30:00.000000',
      ACTUAL_START: null,
      DOMAIN_NAME: 'DESKTOP',
      SCHEDULE_NAME: 'DESK_2130',
      NODE_NAME: 'MYPC.IT',
      STATUS: 'Missed',
      RESULT: null,
      REASON: null,
      COMPLETED: '2026-11-18 23:30:00.000000',
    });
    expect(find('NMR2.CHEM')).toMatchObject({ STATUS: 'Failed', RESULT: 12 });
    for (const row of rows.filter(({ STATUS }) => STATUS === 'Future')) {
      expect(row).toMatchObject({ ACTUAL_START: null, RESULT: null, REASON: null, COMPLETED: null });
    }
  });

  it('know the coming night as Future', async () => {
    const rows = await university.rows(eventsOf('2026-11-19'), 'SP2');

    expect(statusesOf(rows)).toEqual({ Future: rows.length });
    expect(rows.length).toBeGreaterThan(100);
  });

  it('answer for the current day only when no constant bounds the start from below', async () => {
    const today = await university.rows('SELECT SCHEDULED_START FROM EVENTS');
    const floor = await university.rows(
      "SELECT SCHEDULED_START FROM EVENTS WHERE SCHEDULED_START > '2012-01-01 00:00:00' AND SCHEDULED_START >= CURRENT_TIMESTAMP - 24 HOURS",
    );
    const days = (rows: typeof today) =>
      [...new Set(rows.map((row) => String(row['SCHEDULED_START']).slice(0, 10)))].sort();

    expect(days(today)).toEqual(['2026-11-19']);
    expect(days(floor)).toEqual(['2026-11-18', '2026-11-19', '2026-11-20']);
  });

  it('have lost the records of a schedule that was changed, and of nothing else', async () => {
    const rows = await university.rows(
      `SELECT SCHEDULE_NAME, STATUS, MIN(SCHEDULED_START) AS FIRST, MAX(SCHEDULED_START) AS LAST FROM EVENTS
        WHERE SCHEDULED_START > '2012-01-01 00:00:00' AND SCHEDULED_START < '2026-11-19 07:45:00' AND STATUS = 'Uncertain'
        GROUP BY SCHEDULE_NAME, STATUS ORDER BY SCHEDULE_NAME`,
      'SP2',
    );

    expect(rows).toEqual([
      {
        SCHEDULE_NAME: 'GEO_2200',
        STATUS: 'Uncertain',
        FIRST: '2026-11-18 22:00:00.000000',
        LAST: '2026-11-18 22:00:00.000000',
      },
      {
        SCHEDULE_NAME: 'SRV_0400',
        STATUS: 'Uncertain',
        FIRST: '2026-08-22 04:00:00.000000',
        LAST: '2026-11-12 04:00:00.000000',
      },
    ]);
    expect(
      await university.rows("SELECT CHG_TIME FROM CLIENT_SCHEDULES WHERE SCHEDULE_NAME = 'GEO_2200'", 'SP2'),
    ).toEqual([{ CHG_TIME: '2026-11-19 06:20:44.000000' }]);
  });

  it('know NODES and ASSOCIATIONS as they are now', async () => {
    const one = async (name: string, server = 'SP1') =>
      (
        await university.rows(
          `SELECT REG_TIME, LASTACC_TIME, LOCKED, DECOMM_STATE, PLATFORM_NAME FROM NODES WHERE NODE_NAME = '${name}'`,
          server,
        )
      )[0];

    expect(await one('OMAR-OLD.CHEM')).toBeUndefined();
    expect(await one('OMAR-NB.CHEM')).toMatchObject({ LOCKED: 'NO', DECOMM_STATE: null });
    expect(await one('STUDENT4.CHEM')).toMatchObject({ REG_TIME: '2026-10-28 11:05:17.000000' });
    expect(await one('MAT3.PHYS')).toMatchObject({ LOCKED: 'YES', DECOMM_STATE: null });
    expect(await one('OLDMAC.CHEM')).toMatchObject({ LOCKED: 'YES', DECOMM_STATE: 'YES' });
    expect(await one('NAS-MGMT.IT')).toMatchObject({ PLATFORM_NAME: null, LASTACC_TIME: null });
    expect(String((await one('MYPC.IT'))?.['LASTACC_TIME'])).toMatch(/^2026-11-06 2/);
    const geo = await university.rows(
      "SELECT DISTINCT SCHEDULE_NAME FROM ASSOCIATIONS WHERE DOMAIN_NAME = 'GEO'",
      'SP2',
    );
    expect(geo).toEqual([{ SCHEDULE_NAME: 'GEO_2200' }]);
    const without = await university.rows(
      'SELECT NODE_NAME FROM NODES WHERE NODE_NAME NOT IN (SELECT NODE_NAME FROM ASSOCIATIONS) ORDER BY NODE_NAME',
    );
    expect(without.map(({ NODE_NAME }) => NODE_NAME)).toEqual([
      'NAS-MGMT.IT',
      'OLDMAC.CHEM',
      'OLDSRV.IT',
      'POSTER.CHEM',
    ]);
  });

  it('kept the events of the renamed machine under its old name', async () => {
    const names = await university.rows(
      `SELECT NODE_NAME, COUNT(*) AS N FROM EVENTS WHERE SCHEDULED_START > '2026-10-01 00:00:00'
        AND SCHEDULED_START < '2026-11-19 00:00:00' AND NODE_NAME LIKE 'OMAR-%' GROUP BY NODE_NAME ORDER BY NODE_NAME`,
    );

    expect(names).toEqual([
      { NODE_NAME: 'OMAR-NB.CHEM', N: 17 },
      { NODE_NAME: 'OMAR-OLD.CHEM', N: 32 },
    ]);
  });

  it('give file spaces the end of their last good backup, and none to VSS and database agents', async () => {
    const of = (node: string) =>
      university.rows(
        `SELECT FILESPACE_ID, FILESPACE_TYPE, BACKUP_END FROM FILESPACES WHERE NODE_NAME = '${node}' ORDER BY FILESPACE_ID`,
      );

    const nmr = await of('NMR2.CHEM');
    expect(
      nmr.map(({ FILESPACE_TYPE, BACKUP_END }) => [
        FILESPACE_TYPE,
        BACKUP_END === null ? null : String(BACKUP_END).slice(0, 10),
      ]),
    ).toEqual([
      ['NTFS', '2026-11-17'],
      ['NTFS', '2026-11-17'],
      ['VSS', null],
    ]);
    const mypc = await of('MYPC.IT');
    expect(mypc.find(({ FILESPACE_ID }) => FILESPACE_ID === 4)?.['BACKUP_END']).toBe('2026-08-16 22:09:31.000000');
    expect(String(mypc[0]?.['BACKUP_END'])).toMatch(/^2026-11-06/);
    const agents = await of('SRV-SAP1_ORA.FIN');
    expect(agents).toEqual([{ FILESPACE_ID: 1, FILESPACE_TYPE: 'API:ORACLE', BACKUP_END: null }]);
  });

  it('know no physical size in container pools', async () => {
    const rows = await university.rows(
      'SELECT STGPOOL_NAME, NODE_NAME, PHYSICAL_MB, LOGICAL_MB, REPORTING_MB FROM OCCUPANCY',
    );
    const container = rows.filter(({ STGPOOL_NAME }) => STGPOOL_NAME === 'FILEPOOL');

    expect(
      container.every(
        (row) => row['PHYSICAL_MB'] === null && row['LOGICAL_MB'] === null && row['REPORTING_MB'] !== null,
      ),
    ).toBe(true);
    expect(
      rows.some(({ STGPOOL_NAME, PHYSICAL_MB }) => STGPOOL_NAME === 'IMGPOOL' && typeof PHYSICAL_MB === 'number'),
    ).toBe(true);
    expect(rows.filter(({ NODE_NAME }) => NODE_NAME === '')).toHaveLength(1);
  });

  it('show nothing of the future in the logs', async () => {
    const [log] = await university.rows('SELECT MAX(DATE_TIME) AS AT FROM ACTLOG');
    const [runs] = await university.rows('SELECT MAX(END_TIME) AS AT FROM SUMMARY');

    expect(String(log?.['AT']) < '2026-11-19 07:45:01').toBe(true);
    expect(String(runs?.['AT']) < '2026-11-19 07:45:01').toBe(true);
    const command = "SELECT MESSAGE FROM ACTLOG WHERE MSGNO = 2017 AND MESSAGE LIKE '%RENAME NODE%'";
    expect(await university.rows(command)).toHaveLength(1);
  });

  it('forget records that are older than their retention', async () => {
    const [status] = await university.rows('SELECT EVENTRETENTION FROM STATUS');
    const [oldest] = await university.rows(
      "SELECT MIN(SCHEDULED_START) AS AT FROM EVENTS WHERE SCHEDULED_START > '2012-01-01 00:00:00'",
    );

    expect(status).toEqual({ EVENTRETENTION: 90 });
    expect(oldest).toEqual({ AT: '2026-08-21 12:00:00.000000' });
  });
});
