import fc from 'fast-check';
import type { Rows } from '../../src/protect/protect';
import * as rows from '../../src/protect/rows';

function one<T>(schema: rows.RowSchema<T>, item: unknown): T {
  const read = rows.readRows('test', schema, [item]);
  expect(read.refused).toEqual([]);
  const row = read.rows[0];
  if (row === undefined) throw new Error('no row');
  return row;
}

function reason<T>(schema: rows.RowSchema<T>, item: unknown): string {
  const read: Rows<T> = rows.readRows('test', schema, [item]);
  expect(read.rows).toEqual([]);
  return read.refused[0]?.reason ?? '';
}

const event = {
  SCHEDULED_START: '2026-11-18 22:00:00.000000',
  ACTUAL_START: '2026-11-18 22:03:11.000000',
  DOMAIN_NAME: 'CHEM',
  SCHEDULE_NAME: 'NIGHTLY',
  NODE_NAME: 'NMR2.CHEM',
  STATUS: 'Completed',
  RESULT: 4,
  REASON: 'The operation completed successfully, but some files were not processed.',
  COMPLETED: '2026-11-18 22:41:09.000000',
};
const node = {
  NODE_NAME: 'NMR2.CHEM',
  DOMAIN_NAME: 'CHEM',
  REG_TIME: '2019-03-05 09:14:00.000000',
  PLATFORM_NAME: 'WinNT',
  CLIENT_VERSION: 8,
  CLIENT_RELEASE: 1,
  CLIENT_LEVEL: 21,
  CLIENT_SUBLEVEL: 0,
  LASTACC_TIME: '2026-11-18 22:41:09.000000',
  LOCKED: 'NO',
  DECOMM_STATE: null,
  CONTACT: 'Tess Moreau',
  EMAIL_ADDRESS: 'tess@example.org',
};
const filespace = {
  NODE_NAME: 'NMR2.CHEM',
  FILESPACE_ID: 3,
  FILESPACE_NAME: '\\\\nmr2\\c$',
  FILESPACE_TYPE: 'NTFS',
  CAPACITY: 953_869.3,
  PCT_UTIL: 41.2,
  BACKUP_START: '2026-11-18 22:03:11.000000',
  BACKUP_END: '2026-11-18 22:41:09.000000',
};
const schedule = {
  DOMAIN_NAME: 'CHEM',
  SCHEDULE_NAME: 'NIGHTLY',
  DESCRIPTION: 'Every night',
  ACTION: 'INCREMENTAL',
  STARTDATE: '2019-03-05',
  STARTTIME: '22:00:00',
  DURATION: 2,
  DURUNITS: 'HOURS',
  PERIOD: 1,
  PERUNITS: 'DAYS',
  DAYOFWEEK: 'ANY',
  EXPIRATION: null,
  SCHED_STYLE: 'CLASSIC',
  ENH_MONTH: null,
  DAYOFMONTH: null,
  WEEKOFMONTH: null,
  CHG_TIME: '2024-01-08 10:00:00.000000',
};
const run = {
  START_TIME: '2026-11-18 22:03:11.000000',
  END_TIME: '2026-11-18 22:41:09.000000',
  ACTIVITY: 'BACKUP',
  NUMBER: 36775,
  ENTITY: 'NMR2.CHEM',
  SCHEDULE_NAME: 'NIGHTLY',
  EXAMINED: 120_345,
  AFFECTED: 201,
  FAILED: 37,
  BYTES: 5_368_709_120,
  SUCCESSFUL: 'YES',
};
const message = {
  DATE_TIME: '2026-11-18 23:59:59.000000',
  MSGNO: 2578,
  SEVERITY: 'W',
  NODENAME: 'NMR2.CHEM',
  SCHEDNAME: 'NIGHTLY',
  SESSID: 0,
  MESSAGE: 'ANR2578W Schedule NIGHTLY in domain CHEM for node NMR2.CHEM has missed its scheduled start up window.',
};

describe('events', () => {
  it('are read as the server writes them, without the fraction', () => {
    expect(one(rows.eventRow, event)).toEqual({
      node: 'NMR2.CHEM',
      domain: 'CHEM',
      schedule: 'NIGHTLY',
      scheduledStart: '2026-11-18 22:00:00',
      actualStart: '2026-11-18 22:03:11',
      completed: '2026-11-18 22:41:09',
      status: 'Completed',
      result: 4,
      reason: 'The operation completed successfully, but some files were not processed.',
    });
  });

  it.each([[null], [undefined], [''], ['   '], [[]]])('have nothing where the server writes %j', (empty) => {
    const missed = { ...event, STATUS: 'Missed', ACTUAL_START: empty, RESULT: empty, REASON: empty, COMPLETED: empty };

    expect(one(rows.eventRow, missed)).toMatchObject({
      actualStart: null,
      result: null,
      reason: null,
      completed: null,
    });
  });

  it('may leave empty columns out altogether', () => {
    const { ACTUAL_START: _start, RESULT: _result, REASON: _reason, ...rest } = event;

    expect(one(rows.eventRow, rest)).toMatchObject({ actualStart: null, result: null, reason: null });
  });

  it('keep the time of the end of a missed window, which proves nothing', () => {
    const missed = {
      ...event,
      STATUS: 'Missed',
      ACTUAL_START: null,
      RESULT: null,
      COMPLETED: '2026-11-18 23:00:00.000000',
    };

    expect(one(rows.eventRow, missed)).toMatchObject({ actualStart: null, completed: '2026-11-18 23:00:00' });
  });

  it('keep times that a zone never had or had twice: they are words of the server', () => {
    const spring = { ...event, SCHEDULED_START: '2026-03-29 02:30:00.000000' };

    expect(one(rows.eventRow, spring).scheduledStart).toBe('2026-03-29 02:30:00');
  });

  it.each([
    ['12', 12],
    [' -1 ', -1],
    [['4'], 4],
    ['4,0', 4],
  ])('have the result %j as %i', (written, result) => {
    expect(one(rows.eventRow, { ...event, RESULT: written }).result).toBe(result);
  });

  it.each([
    [
      'SCHEDULED_START',
      '1900-01-01 00:00:00.000000',
      'SCHEDULED_START: found "1900-01-01 00:00:00.000000", allowed a time YYYY-MM-DD HH:MM:SS',
    ],
    [
      'SCHEDULED_START',
      '11/18/2026 22:00:00',
      'SCHEDULED_START: found "11/18/2026 22:00:00", allowed a time YYYY-MM-DD HH:MM:SS',
    ],
    [
      'COMPLETED',
      '2026-02-30 22:00:00',
      'COMPLETED: found "2026-02-30 22:00:00", allowed a time YYYY-MM-DD HH:MM:SS, or nothing',
    ],
    [
      'COMPLETED',
      { secs: 1713778707, type: 0, tzo: 3600 },
      'COMPLETED: found {"secs":1713778707,"type":0,"tzo":3600}, allowed a time YYYY-MM-DD HH:MM:SS, or nothing',
    ],
    ['NODE_NAME', null, 'NODE_NAME: found null, allowed a name of 1 to 64 characters'],
    ['NODE_NAME', undefined, 'NODE_NAME: found nothing, allowed a name of 1 to 64 characters'],
    ['NODE_NAME', 'A\u0000B', 'NODE_NAME: found "A\\u0000B", allowed a name of 1 to 64 characters'],
    ['STATUS', '', 'STATUS: found "", allowed a text'],
    ['RESULT', 'four', 'RESULT: found "four", allowed a whole number within ±2147483647, or nothing'],
    ['RESULT', 4.5, 'RESULT: found 4.5, allowed a whole number within ±2147483647, or nothing'],
    ['RESULT', 2 ** 31, 'RESULT: found 2147483648, allowed a whole number within ±2147483647, or nothing'],
    ['REASON', true, 'REASON: found true, allowed a number, a text or a known wrapping of one'],
  ])('with %s = %j are refused', (column, found, why) => {
    expect(reason(rows.eventRow, { ...event, [column]: found })).toBe(why);
  });

  it('are refused with every column that does not fit', () => {
    expect(reason(rows.eventRow, { ...event, STATUS: null, RESULT: 'x' })).toMatch(/^STATUS: .*; RESULT: /);
  });
});

describe('nodes', () => {
  it('are read with identity, version and state', () => {
    expect(one(rows.nodeRow, node)).toEqual({
      node: 'NMR2.CHEM',
      domain: 'CHEM',
      registered: '2019-03-05 09:14:00',
      platform: 'WinNT',
      clientVersion: '8.1.21.0',
      lastAccess: '2026-11-18 22:41:09',
      locked: false,
      decommissioned: false,
      contact: 'Tess Moreau',
      email: 'tess@example.org',
    });
  });

  it('that never connected have no platform, no version and no access', () => {
    const fresh = {
      ...node,
      PLATFORM_NAME: null,
      CLIENT_VERSION: null,
      CLIENT_RELEASE: null,
      CLIENT_LEVEL: null,
      CLIENT_SUBLEVEL: null,
      LASTACC_TIME: '',
    };

    expect(one(rows.nodeRow, fresh)).toMatchObject({ platform: null, clientVersion: null, lastAccess: null });
  });

  it.each([
    ['YES', 'YES', { locked: true, decommissioned: true }],
    ['yes', 'PENDING', { locked: true, decommissioned: true }],
    ['NO', 'NO', { locked: false, decommissioned: false }],
    ['', '', { locked: false, decommissioned: false }],
  ])('with LOCKED %j and DECOMM_STATE %j', (locked, state, read) => {
    expect(one(rows.nodeRow, { ...node, LOCKED: locked, DECOMM_STATE: state })).toMatchObject(read);
  });

  it('have their names trimmed, and words for people made storable', () => {
    const odd = { ...node, NODE_NAME: '  NMR2.CHEM ', CONTACT: 'T\u0000ess \ud800' };

    expect(one(rows.nodeRow, odd)).toMatchObject({ node: 'NMR2.CHEM', contact: 'T\ufffdess \ufffd' });
  });

  it('are refused for a lock that is neither on nor off', () => {
    expect(reason(rows.nodeRow, { ...node, LOCKED: 'MAYBE' })).toBe(
      'LOCKED: found "MAYBE", allowed YES or NO, or nothing',
    );
  });
});

describe('file spaces', () => {
  it('are read with sizes and times', () => {
    expect(one(rows.filespaceRow, filespace)).toEqual({
      node: 'NMR2.CHEM',
      fsid: 3,
      name: '\\\\nmr2\\c$',
      type: 'NTFS',
      capacityMb: 953_869.3,
      pctUtil: 41.2,
      backupStart: '2026-11-18 22:03:11',
      backupEnd: '2026-11-18 22:41:09',
    });
  });

  it('keep blanks and case of their names', () => {
    expect(one(rows.filespaceRow, { ...filespace, FILESPACE_NAME: ' /My Data ' }).name).toBe(' /My Data ');
  });

  it.each([
    ['111119,91', 111119.91],
    ['111119.91', 111119.91],
    ['0', 0],
    ['', null],
    [null, null],
  ])('have capacity %j as %j', (written, capacity) => {
    expect(one(rows.filespaceRow, { ...filespace, CAPACITY: written }).capacityMb).toBe(capacity);
  });

  it.each(['1900-01-01 00:00:00.000000', '1956-09-05-00.00.00.000000', '1956-09-05 00:00:00'])(
    'whose backup ended at %s never ended one',
    (never) => {
      expect(one(rows.filespaceRow, { ...filespace, BACKUP_END: never }).backupEnd).toBeNull();
    },
  );
});

it('associations are three names', () => {
  const association = { DOMAIN_NAME: 'CHEM', SCHEDULE_NAME: '@1', NODE_NAME: 'NMR2.CHEM' };

  expect(one(rows.associationRow, association)).toEqual({ domain: 'CHEM', schedule: '@1', node: 'NMR2.CHEM' });
});

describe('schedules', () => {
  it('are read as they are defined', () => {
    expect(one(rows.scheduleRow, schedule)).toEqual({
      domain: 'CHEM',
      schedule: 'NIGHTLY',
      description: 'Every night',
      action: 'INCREMENTAL',
      startDate: '2019-03-05',
      startTime: '22:00:00',
      duration: 2,
      durationUnits: 'HOURS',
      period: 1,
      periodUnits: 'DAYS',
      dayOfWeek: 'ANY',
      expiration: null,
      style: 'CLASSIC',
      month: null,
      dayOfMonth: null,
      weekOfMonth: null,
      changed: '2024-01-08 10:00:00',
    });
  });

  it('have a style, also where old servers leave it empty', () => {
    expect(one(rows.scheduleRow, { ...schedule, SCHED_STYLE: 'enhanced' }).style).toBe('ENHANCED');
    expect(one(rows.scheduleRow, { ...schedule, SCHED_STYLE: '' }).style).toBe('CLASSIC');
    expect(reason(rows.scheduleRow, { ...schedule, SCHED_STYLE: 'BAROQUE' })).toContain('allowed CLASSIC, ENHANCED');
  });

  it.each([
    ['2019-03-05 00:00:00.000000', '22.00.00', '2019-03-05', '22:00:00'],
    ['2019-03-05', '22:00', '2019-03-05', '22:00:00'],
  ])('starting %s %s', (startDate, startTime, day, time) => {
    expect(one(rows.scheduleRow, { ...schedule, STARTDATE: startDate, STARTTIME: startTime })).toMatchObject({
      startDate: day,
      startTime: time,
    });
  });

  it.each([
    ['STARTDATE', '2019-02-29'],
    ['STARTDATE', '2019-03-05x'],
    ['STARTTIME', '24:00:00'],
    ['STARTTIME', 'NOW'],
  ])('with %s = %s are refused', (column, found) => {
    expect(reason(rows.scheduleRow, { ...schedule, [column]: found })).toContain(`${column}: found "${found}"`);
  });
});

describe('runs', () => {
  it('are read with their numbers', () => {
    expect(one(rows.runRow, run)).toEqual({
      node: 'NMR2.CHEM',
      startTime: '2026-11-18 22:03:11',
      endTime: '2026-11-18 22:41:09',
      number: 36775,
      activity: 'BACKUP',
      schedule: 'NIGHTLY',
      examined: 120_345,
      affected: 201,
      failed: 37,
      bytes: 5_368_709_120,
      successful: true,
    });
  });

  it('of an agent belong to the node whose data they are', () => {
    expect(one(rows.runRow, { ...run, ENTITY: 'NETAPPUSER2 (SPCLIENT02.EXAMPLE.COM)' }).node).toBe('NETAPPUSER2');
  });

  it('that go on have no end yet', () => {
    expect(one(rows.runRow, { ...run, END_TIME: '1956-09-05-00.00.00.000000' }).endTime).toBeNull();
  });
});

describe('messages', () => {
  it('are read with whom they are about', () => {
    expect(one(rows.messageRow, message)).toEqual({
      at: '2026-11-18 23:59:59',
      number: 2578,
      severity: 'W',
      node: 'NMR2.CHEM',
      schedule: 'NIGHTLY',
      session: null,
      text: message.MESSAGE,
    });
  });

  it('take from their text what the columns leave out', () => {
    const bare = {
      ...message,
      NODENAME: '',
      SCHEDNAME: null,
      SESSID: null,
      MESSAGE: `${message.MESSAGE} (SESSION: 12)`,
    };

    expect(one(rows.messageRow, bare)).toMatchObject({ node: 'NMR2.CHEM', schedule: 'NIGHTLY', session: 12 });
  });

  it('believe the columns before the text', () => {
    const other = { ...message, NODENAME: 'OTHER', SESSID: '99', MESSAGE: `${message.MESSAGE} (SESSION: 12)` };

    expect(one(rows.messageRow, other)).toMatchObject({ node: 'OTHER', session: 99 });
  });
});

it('status is the name, the level and how long events are kept', () => {
  const status = { SERVER_NAME: 'SP9', VERSION: 8, RELEASE: '1', LEVEL: 21, SUBLEVEL: 0, EVENTRETENTION: 10 };

  expect(one(rows.statusRow, status)).toEqual({ name: 'SP9', version: '8.1.21.0', eventRetentionDays: 10 });
  expect(one(rows.statusRow, { ...status, EVENTRETENTION: null }).eventRetentionDays).toBeNull();
});

describe('a refusal', () => {
  it('shows the row, shortened, and names the query', () => {
    const read = rows.readRows('events', rows.eventRow, [{ ...event, NODE_NAME: 'x'.repeat(5000) }]);

    expect(read.refused[0]).toMatchObject({ query: 'events' });
    expect(read.refused[0]?.row).toHaveLength(300);
    expect(read.refused[0]?.row).toMatch(/^\{"SCHEDULED_START":"2026-11-18 22:00:00\.000000".*…$/);
    expect(read.refused[0]?.reason).toMatch(/^NODE_NAME: found "x+…, allowed a name of 1 to 64 characters$/);
  });

  it.each([[null], [3], ['x'], [[]], [[event]]])('is what becomes of %j', (item) => {
    expect(reason(rows.eventRow, item)).toMatch(/allowed an object of columns$/);
  });
});

const schemas = [
  [
    'status',
    rows.statusRow,
    { SERVER_NAME: 'SP9', VERSION: 8, RELEASE: 1, LEVEL: 21, SUBLEVEL: 0, EVENTRETENTION: 10 },
  ],
  ['nodes', rows.nodeRow, node],
  ['filespaces', rows.filespaceRow, filespace],
  ['associations', rows.associationRow, { DOMAIN_NAME: 'CHEM', SCHEDULE_NAME: 'NIGHTLY', NODE_NAME: 'NMR2.CHEM' }],
  ['schedules', rows.scheduleRow, schedule],
  ['events', rows.eventRow, event],
  ['runs', rows.runRow, run],
  ['messages', rows.messageRow, message],
] as const;

describe.each(schemas)('any %s', (query, schema, sound) => {
  const hostileText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.constantFrom(
      '',
      ' ',
      '\u0000',
      '\ud800',
      '\u202e',
      '<!channel>',
      'NaN',
      '1e9',
      '9'.repeat(400),
      '2026-13-01 00:00:00',
      '2026-11-18 22:00:00',
      '__proto__',
      'x'.repeat(2000),
    ),
  );
  const hostileValue = fc.oneof(
    fc.jsonValue(),
    hostileText,
    fc.double(),
    fc.record({ def: hostileText }),
    fc.record({ secs: fc.double() }),
    fc.array(fc.record({ val: hostileText })),
  );
  const item = fc.oneof(
    fc.jsonValue(),
    fc.dictionary(fc.constantFrom(...Object.keys(sound)), hostileValue).map((changes) => ({ ...sound, ...changes })),
    fc.dictionary(fc.constantFrom(...Object.keys(sound), '__proto__', 'constructor'), hostileValue),
  );

  it('is read or refused, never both, never neither, never thrown', () => {
    fc.assert(
      fc.property(fc.array(item, { maxLength: 5 }), (items) => {
        const read = rows.readRows<unknown>(query, schema, items);

        expect(read.rows.length + read.refused.length).toBe(items.length);
        for (const { reason: why, row } of read.refused) {
          expect(why).not.toBe('');
          expect(row.length).toBeLessThanOrEqual(300);
        }
        // PostgreSQL stores neither of these, in no column.
        const stored = JSON.stringify(read);
        expect(stored).not.toMatch(/(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/);
      }),
    );
  });
});
