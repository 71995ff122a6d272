import fc from 'fast-check';
import { Parser } from 'node-sql-parser/build/db2';
import {
  associationsStatement,
  eventsStatement,
  filespacesStatement,
  messagesStatement,
  nodesStatement,
  runsStatement,
  type Statement,
  schedulesStatement,
  serversStatement,
  statusStatement,
} from '../../src/protect/statements';
import { tables } from './tables';

const statements: Statement[] = [
  statusStatement,
  serversStatement,
  nodesStatement,
  filespacesStatement,
  associationsStatement,
  schedulesStatement,
  eventsStatement('2026-11-17', '2026-11-18'),
  runsStatement('2026-11-18 12:00:00', '2026-11-19 12:00:00'),
  messagesStatement('2026-11-18 12:00:00', '2026-11-19 12:00:00'),
];

/** Tables and columns of a statement as the Db2 grammar reads them: `select::null::EVENTS`. */
function parse(text: string): { tables: string[]; columns: string[] } {
  const parsed = new Parser().parse(text, { database: 'db2' });
  const last = (path: string) => path.split('::').at(-1) ?? '';
  return { tables: parsed.tableList.map(last), columns: parsed.columnList.map(last) };
}

describe.each(statements.map((statement) => [statement.query, statement] as const))('%s', (_query, statement) => {
  it('is Db2, reads one known table and only confirmed columns of it', () => {
    const { tables: used, columns } = parse(statement.text);

    expect(used).toHaveLength(1);
    const known = tables.get(used[0] ?? '');
    expect(known).toBeDefined();
    expect(columns.filter((column) => !known?.has(column))).toEqual([]);
    // What the grammar saw includes everything that the answer must have.
    expect(statement.columns.filter((column) => !columns.includes(column))).toEqual([]);
  });

  it('uses nothing that some server levels do not know, and nothing that a client would redirect', () => {
    expect(statement.text).not.toMatch(
      /\*|::|\bLIMIT\b|\bILIKE\b|current_|TIMESTAMPDIFF|\b(?:days?|hours?|minutes?)\b\s*[<>=)]/i,
    );
    expect(statement.text).not.toMatch(/[;\n]|--/);
    expect(statement.text).toMatch(/^SELECT /);
  });
});

it('reads the list of columns from the grammar and not from our own words', () => {
  expect(parse('SELECT NODE_NAME FROM NODES WHERE CHG_TIME IS NULL').columns).toContain('CHG_TIME');
  expect(() => parse('SELECT NODE_NAME FROM NODES LIMIT 5')).toThrow();
});

describe('bounds of events', () => {
  it('go from noon of the first night to noon after the last', () => {
    const { text } = eventsStatement('2026-11-17', '2026-11-18');

    expect(text).toContain("SCHEDULED_START >= '2026-11-17 12:00:00'");
    expect(text).toContain("SCHEDULED_START < '2026-11-19 12:00:00'");
  });

  it.each([
    ['2026-12-31', '2027-01-01'],
    ['2028-02-28', '2028-02-29'],
    ['2026-03-28', '2026-03-29'],
    ['2026-10-25', '2026-10-26'],
  ])('after %s comes %s', (night, next) => {
    expect(eventsStatement(night, night).text).toContain(`SCHEDULED_START < '${next} 12:00:00'`);
  });

  it('carry a constant floor, without which a server returns only today', () => {
    expect(eventsStatement('2026-11-17', '2026-11-17').text).toContain("SCHEDULED_START > '2012-01-01 00:00:00'");
  });

  it('leave out administrative events, which have no node', () => {
    expect(eventsStatement('2026-11-17', '2026-11-17').text).toContain('NODE_NAME IS NOT NULL');
  });
});

it('asks the summary for backups and archives by their start', () => {
  expect(runsStatement('2026-11-18 12:00:00', '2026-11-18 12:15:00').text).toMatch(
    /ACTIVITY IN \('BACKUP', 'ARCHIVE'\) AND START_TIME >= '2026-11-18 12:00:00' AND START_TIME < '2026-11-18 12:15:00'$/,
  );
});

describe('messages', () => {
  const { text } = messagesStatement('2026-11-18 12:00:00', '2026-11-18 12:15:00');
  const lists = [...text.matchAll(/MSGNO IN \(([\d, ]+)\)/g)].map((match) => (match[1] ?? '').split(', ').map(Number));

  it('are the ones that explain a failure: at least sixty, each once', () => {
    const all = lists.flat();

    expect(all.length).toBeGreaterThanOrEqual(60);
    expect(new Set(all).size).toBe(all.length);
  });

  it('have no noise of the server among them', () => {
    const noise = [403, 405, 406, 407, 479, 944, 984, 985, 986, 1999, 2017, 2034, 2280, 2507, 2753];

    expect(lists[0]?.filter((number) => noise.includes(number))).toEqual([]);
  });

  it('take numbers of clients from clients only', () => {
    expect(text).toMatch(/\(ORIGINATOR = 'CLIENT' AND MSGNO IN \(1017, /);
  });

  it('include the audit line of a rename, and no other command', () => {
    expect(text).toContain("(MSGNO = 2017 AND MESSAGE LIKE '%RENAME NODE%')");
  });
});

it('lets nothing but an existing time into a statement', () => {
  for (const text of ["2026-11-18 12:00:00' OR 1=1", '2026-11-18', '2026-02-30 00:00:00', '2026-11-18 24:00:00', '']) {
    expect(() => runsStatement(text, '2026-11-18 12:00:00')).toThrow('not a wall time');
    expect(() => messagesStatement('2026-11-18 12:00:00', text)).toThrow('not a wall time');
  }
  for (const text of ["2026-11-18' OR 1=1", '2026-02-30', '2026-W47', '20261118', '2026-11-18 12:00:00', '']) {
    expect(() => eventsStatement('2026-11-18', text)).toThrow('not a wall time');
    expect(() => eventsStatement(text, '2026-11-18')).toThrow('not a wall time');
  }
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(!/^\d{4}-\d\d-\d\d/.test(text));
      expect(() => runsStatement(text, text)).toThrow('not a wall time');
      expect(() => eventsStatement(text, '2026-11-18')).toThrow('not a wall time');
    }),
  );
});
