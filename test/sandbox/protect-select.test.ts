import { catalogue } from '../../src/sandbox/protect/catalogue';
import { translate } from '../../src/sandbox/protect/sql-select';
import { Rejected } from '../../src/sandbox/protect/sql-tokens';

const server = { schema: 'sandbox_sp1', now: '2026-11-19 07:45:00', catalogue };

function sqlOf(command: string): string {
  return translate(command, server).sql;
}

describe('reading a SELECT', () => {
  it('writes it anew with its schema and gives the keys of the answer', () => {
    expect(
      translate("select node_name, Count(*) from nodes n where n.locked = 'O''K' group by node_name", server),
    ).toEqual({
      sql: 'SELECT ("n"."node_name"), (count(*)) FROM "sandbox_sp1"."nodes" AS "n" WHERE ("n"."locked" = \'O\'\'K\') GROUP BY ("n"."node_name")',
      columns: ['NODE_NAME', 'Unnamed[2]'],
    });
  });

  it.each([
    ["SELECT NODE_NAME AS WHO FROM NODES WHERE NODE_NAME LIKE 'SRV\\_%' ORDER BY WHO DESC FETCH FIRST 3 ROWS ONLY"],
    ['SELECT n.NODE_NAME, a.SCHEDULE_NAME FROM NODES n LEFT OUTER JOIN ASSOCIATIONS a ON a.NODE_NAME = n.NODE_NAME'],
    ['SELECT NODE_NAME FROM NODES WHERE NODE_NAME NOT IN (SELECT NODE_NAME FROM ASSOCIATIONS) FOR READ ONLY WITH UR'],
    [
      'SELECT NODE_NAME FROM NODES n WHERE NOT EXISTS (SELECT NODE_NAME FROM ASSOCIATIONS a WHERE a.NODE_NAME = n.NODE_NAME)',
    ],
    ["SELECT CASE WHEN RESULT IS NULL THEN 'none' ELSE CAST(RESULT AS CHAR(4)) END FROM EVENTS"],
    ['SELECT * FROM EVENTS WHERE SCHEDULED_START >= CURRENT TIMESTAMP - 24 HOURS'],
  ])('understands %s', (command) => {
    expect(sqlOf(command)).toContain('"sandbox_sp1".');
  });

  it('looks at the current day only unless SCHEDULED_START has a constant lower bound', () => {
    const today = `scheduled_start >= '2026-11-19'`;

    expect(sqlOf('SELECT * FROM EVENTS')).toContain(today);
    expect(sqlOf('SELECT * FROM EVENTS WHERE SCHEDULED_START >= CURRENT_TIMESTAMP - 24 HOURS')).toContain(today);
    expect(sqlOf("SELECT * FROM EVENTS WHERE SCHEDULED_START < '2026-11-18 12:00:00'")).toContain(today);
    expect(sqlOf("SELECT * FROM EVENTS WHERE SCHEDULED_START > '2012-01-01 00:00:00'")).not.toContain(today);
    expect(sqlOf("SELECT * FROM EVENTS e WHERE '2012-01-01 00:00:00' <= e.SCHEDULED_START")).not.toContain(today);
    expect(
      sqlOf("SELECT * FROM EVENTS WHERE SCHEDULED_START BETWEEN '2026-11-17 12:00:00' AND '2026-11-18 12:00:00'"),
    ).not.toContain(today);
  });

  it.each([
    ['a table that is not listed', 'SELECT * FROM PG_CLASS'],
    ['a catalogue of PostgreSQL', 'SELECT * FROM pg_catalog.pg_tables'],
    ['a table behind the views', 'SELECT * FROM EVENT_PLAN'],
    ['another server’s schema', 'SELECT * FROM sandbox_sp2.nodes'],
    ['a quoted name', 'SELECT * FROM "pg_class"'],
    ['a column that is not listed', 'SELECT MACHINE FROM NODES'],
    ['a column that nobody has confirmed', 'SELECT CHG_TIME FROM ASSOCIATIONS'],
    ['a system column of PostgreSQL', 'SELECT CTID FROM NODES'],
    ['a column in a condition', 'SELECT NODE_NAME FROM NODES WHERE XMIN = 1'],
    ['a column of a table that is not asked', 'SELECT n.SCHEDULE_NAME FROM NODES n, ASSOCIATIONS a'],
    ['a column that two tables have', 'SELECT NODE_NAME FROM NODES, ASSOCIATIONS'],
    ['LIMIT', 'SELECT NODE_NAME FROM NODES LIMIT 5'],
    ['OFFSET', 'SELECT NODE_NAME FROM NODES OFFSET 5'],
    ['ILIKE', "SELECT NODE_NAME FROM NODES WHERE NODE_NAME ILIKE 'a%'"],
    ['a cast by colons', 'SELECT REG_TIME::date FROM NODES'],
    ['a function of PostgreSQL', "SELECT pg_read_file('/etc/passwd') FROM NODES"],
    ['another function', 'SELECT now() FROM NODES'],
    ['an interval', "SELECT NODE_NAME FROM NODES WHERE REG_TIME > CURRENT_TIMESTAMP - INTERVAL '1 day'"],
    ['a dollar string', 'SELECT $$x$$ FROM NODES'],
    ['an escape string', "SELECT E'\\x41' FROM NODES"],
    ['a second statement', 'SELECT NODE_NAME FROM NODES; DROP TABLE NODES'],
    ['a comment', 'SELECT NODE_NAME FROM NODES -- all'],
    ['a block comment', 'SELECT NODE_NAME /* all */ FROM NODES'],
    ['INTO', 'SELECT NODE_NAME INTO X FROM NODES'],
    ['FOR UPDATE', 'SELECT NODE_NAME FROM NODES FOR UPDATE'],
    ['UNION', 'SELECT NODE_NAME FROM NODES UNION SELECT NODE_NAME FROM ASSOCIATIONS'],
    ['WITH', 'WITH x AS (SELECT NODE_NAME FROM NODES) SELECT * FROM x'],
    ['a QUERY', 'QUERY NODE'],
    ['a DELETE', 'DELETE FILESPACE MYPC.IT 4 NAMETYPE=FSID'],
    ['an UPDATE', "UPDATE NODES SET LOCKED = 'YES'"],
    ['an open string', "SELECT NODE_NAME FROM NODES WHERE NODE_NAME = 'A"],
    ['an open parenthesis', 'SELECT COUNT(* FROM NODES'],
    ['a NUL', "SELECT NODE_NAME FROM NODES WHERE NODE_NAME = 'A\u0000'"],
    ['nothing', ''],
  ])('rejects %s', (_what, command) => {
    expect(() => sqlOf(command)).toThrow(Rejected);
  });
});
