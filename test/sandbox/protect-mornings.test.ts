import { DateTime } from 'luxon';
import { openSandboxClock } from '../../src/sandbox/clock';
import { protectSandbox } from '../../src/sandbox/protect/sandbox-server';
import { eventsOf, openUniversity, type University } from './protect-university';

let university: University;
beforeEach(async () => {
  university = await openUniversity();
}, 60_000);
afterEach(() => university.close());

async function statusOf(night: string, node: string, server = 'SP1'): Promise<unknown> {
  const rows = await university.rows(eventsOf(night), server);
  return rows.find(({ NODE_NAME }) => NODE_NAME === node)?.['STATUS'];
}

function local(): string {
  return university.clock.now().setZone('Europe/Berlin').toFormat('yyyy-MM-dd HH:mm');
}

describe('[Next morning]', () => {
  it('twice brings two nights in which the stories go on', async () => {
    expect(local()).toBe('2026-11-19 07:45');

    await university.clock.nextMorning();

    expect(local()).toBe('2026-11-20 07:45');
    expect(await statusOf('2026-11-19', 'MYPC.IT')).toBe('Completed');
    expect(await statusOf('2026-11-19', 'NMR2.CHEM')).toBe('Failed');
    expect(await statusOf('2026-11-19', 'CT1.RADIO')).toBe('Completed');
    expect(await statusOf('2026-11-19', 'SEISMO1.GEO', 'SP2')).toBe('Completed');

    await university.clock.nextMorning();

    expect(local()).toBe('2026-11-21 07:45');
    expect(await statusOf('2026-11-20', 'NMR2.CHEM')).toBe('Completed');
    expect(await statusOf('2026-11-20', 'LAB7.CHEM')).toBe('Completed');
    expect(await statusOf('2026-11-20', 'STORE-PC.CHEM')).toBe('Completed');
    expect(await statusOf('2026-11-20', 'QUANTUM1.PHYS')).toBe('Completed');
  }, 20_000);

  it('shows a machine under its new name only after it was renamed', async () => {
    const names = async () =>
      (
        await university.rows(
          "SELECT NODE_NAME, REG_TIME FROM NODES WHERE NODE_NAME IN ('THEORY8.PHYS', 'QUANTUM1.PHYS')",
        )
      ).map(({ NODE_NAME, REG_TIME }) => [NODE_NAME, REG_TIME]);
    const renames = "SELECT MESSAGE FROM ACTLOG WHERE MSGNO = 2017 AND MESSAGE LIKE '%THEORY8%'";
    const [before] = await names();
    await university.clock.nextMorning();
    expect(await names()).toEqual([before]);
    expect(await university.rows(renames)).toEqual([]);
    expect(await statusOf('2026-11-20', 'THEORY8.PHYS')).toBe('Future');

    await university.clock.nextMorning();

    expect(await names()).toEqual([['QUANTUM1.PHYS', before?.[1]]]);
    expect(await university.rows(renames)).toEqual([
      { MESSAGE: 'ANR2017I Administrator KLAUS issued command: RENAME NODE THEORY8.PHYS QUANTUM1.PHYS' },
    ]);
  }, 20_000);

  it('brings a new registration under an old name, with nothing saved yet', async () => {
    await university.clock.nextMorning();
    const ask = () => university.rows("SELECT REG_TIME FROM NODES WHERE NODE_NAME = 'OFFICE3.CHEM'");
    const [before] = await ask();

    await university.clock.moveTo(DateTime.fromISO('2026-11-20T16:00:00', { zone: 'Europe/Berlin' }));

    expect(await ask()).toEqual([{ REG_TIME: '2026-11-20 15:02:51.000000' }]);
    expect(before?.['REG_TIME']).not.toBe('2026-11-20 15:02:51.000000');
    const saved = await university.rows("SELECT BACKUP_END FROM FILESPACES WHERE NODE_NAME = 'OFFICE3.CHEM'");
    expect(saved.every(({ BACKUP_END }) => BACKUP_END === null)).toBe(true);
  }, 20_000);

  it('passes through Pending, Started and In Progress to the end', async () => {
    const seen: unknown[] = [];
    for (const time of ['21:00', '22:00:30', '22:59']) {
      await university.clock.moveTo(DateTime.fromISO(`2026-11-19T${time}`, { zone: 'Europe/Berlin' }));
      const rows = await university.rows(eventsOf('2026-11-19'));
      seen.push(
        [
          ...new Set(rows.filter(({ SCHEDULE_NAME }) => SCHEDULE_NAME === 'INST_2200').map(({ STATUS }) => STATUS)),
        ].sort(),
      );
    }

    expect(seen).toEqual([['Future'], ['Pending'], expect.arrayContaining(['Completed', 'In Progress'])]);
  }, 20_000);

  it('settles a broken session later in the morning', async () => {
    expect(await statusOf('2026-11-18', 'BEAM2.PHYS', 'SP2')).toBe('Failed - no restart');

    await university.clock.moveTo(DateTime.fromISO('2026-11-19T10:00:00', { zone: 'Europe/Berlin' }));

    expect(await statusOf('2026-11-18', 'BEAM2.PHYS', 'SP2')).toBe('Completed');
  });

  it('leaves SP2 unreachable on the morning of 22 November', async () => {
    await university.clock.moveTo(DateTime.fromISO('2026-11-22T07:45:00', { zone: 'Europe/Berlin' }));

    await expect(university.ask('SELECT * FROM STATUS', 'SP2')).rejects.toThrow();
  }, 20_000);

  it('fills what was slept through, and forgets what is too old', async () => {
    await university.clock.moveTo(DateTime.fromISO('2027-01-10T13:00:00', { zone: 'Europe/Berlin' }));

    expect((await university.rows(eventsOf('2026-12-31'))).length).toBeGreaterThan(250);
    expect(
      await university.rows(
        "SELECT COUNT(*) AS N FROM EVENTS WHERE SCHEDULED_START BETWEEN '2026-09-01 00:00:00' AND '2026-09-30 00:00:00'",
      ),
    ).toEqual([{ N: 0 }]);
    const stored = await university.pool.query('SELECT min(night)::text AS night FROM sandbox_sp1.event_plan');
    expect(stored.rows[0].night > '2026-10-01').toBe(true);
  }, 60_000);

  it('is the same night in another sandbox, and after a restart of this one', async () => {
    await university.clock.nextMorning();
    const night = await university.rows(eventsOf('2026-11-19'));
    const other = await openUniversity();
    try {
      await other.clock.nextMorning();
      expect(await other.rows(eventsOf('2026-11-19'))).toEqual(night);
    } finally {
      await other.close();
    }

    const later = () => DateTime.fromISO('2026-01-05T10:30:00Z');
    const clock = await openSandboxClock(university.pool, 'Europe/Berlin', later);
    expect(clock.now().setZone('Europe/Berlin').toFormat('yyyy-MM-dd HH:mm')).toBe('2026-11-20 09:15');
    const through = await university.pool.query('SELECT * FROM sandbox.protect_plan ORDER BY server');
    await protectSandbox({ pool: university.pool, clock });
    expect((await university.pool.query('SELECT * FROM sandbox.protect_plan ORDER BY server')).rows).toEqual(
      through.rows,
    );
  }, 60_000);
});

describe('the clock of the sandbox', () => {
  it('never goes back', async () => {
    const before = university.clock.now();

    await university.clock.moveTo(before.minus({ hours: 5 }));

    expect(university.clock.now().toMillis()).toBe(before.toMillis());
  });

  it('goes to 07:45 of the wall also when the night has 25 hours', async () => {
    await university.clock.moveTo(DateTime.fromISO('2027-10-30T12:00:00', { zone: 'Europe/Berlin' }));
    await university.clock.nextMorning();

    expect(local()).toBe('2027-10-31 07:45');
  });
});
