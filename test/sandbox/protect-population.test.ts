import { type PlannedEvent, planNight } from '../../src/sandbox/population/night';
import { isRegistered, nodes } from '../../src/sandbox/population/nodes';
import type { Scenario } from '../../src/sandbox/population/scenario';
import { serverNames } from '../../src/sandbox/population/schedules';
import { firstNight, lastNight, nightsAfter, wallMs, wallText } from '../../src/sandbox/population/wall';

function eventsOf(night: string, scenario: Scenario = 'usual'): PlannedEvent[] {
  return serverNames.flatMap((server) => planNight(server, night, scenario).events);
}

function isBad({ fate }: PlannedEvent): boolean {
  return fate.ending !== 'Completed';
}

function badOf(events: readonly PlannedEvent[]): string[] {
  return events.filter(isBad).map(({ node, fate }) => `${node.name} ${fate.ending} ${fate.cause}`);
}

/** The ends of a machine's runs, oldest first: `.` good, `n` notes, then M F S. */
function streakOf(name: string, schedule: string, nights: number): string {
  return Array.from({ length: nights }, (_, index) => nightsAfter(lastNight, index - nights + 1))
    .flatMap((night) =>
      eventsOf(night).filter(({ node, schedule: one }) => node.name === name && one.name === schedule),
    )
    .map(({ fate }) => (fate.ending !== 'Completed' ? fate.ending.slice(0, 1) : fate.result === 0 ? '.' : 'n'))
    .join('');
}

const everyNight = Array.from({ length: 90 }, (_, index) => nightsAfter(firstNight, index));

describe('the population', () => {
  it('plans the same night the same way every time, whatever was asked before', () => {
    const first = JSON.stringify(planNight('SP1', '2026-10-07', 'usual'));

    planNight('SP1', '2026-11-30', 'red');

    expect(JSON.stringify(planNight('SP1', '2026-10-07', 'usual'))).toBe(first);
  });

  it('has 90 nights up to the evening of 18 November, the change of the clocks among them', () => {
    expect(everyNight).toHaveLength(90);
    expect(everyNight.at(-1)).toBe('2026-11-18');
    expect(everyNight).toContain('2026-10-24');
  });

  it('has more than 300 machines with names that nobody else has', () => {
    const present = nodes.filter((node) => isRegistered(node, wallMs('2026-11-19 07:45:00')));
    const names = present.map((node) => `${node.server}/${node.name}`);

    expect(names.length).toBeGreaterThan(300);
    expect(new Set(names).size).toBe(names.length);
  });

  it('ends well in 96 to 99 of 100 starts, most nights, and never perfectly', () => {
    const rates = everyNight.map((night) => {
      const events = eventsOf(night);
      return 1 - events.filter(isBad).length / events.length;
    });
    const average = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;

    expect(average).toBeGreaterThan(0.96);
    expect(average).toBeLessThan(0.99);
    expect(rates.filter((rate) => rate >= 0.96).length).toBeGreaterThan(80);
    expect(Math.max(...rates)).toBeLessThan(1);
  });

  it('keeps every start in its night and every run behind its start', () => {
    for (const night of ['2026-09-30', '2026-10-24', '2026-11-18']) {
      const from = `${night} 12:00:00`;
      const until = `${nightsAfter(night, 1)} 12:00:00`;
      for (const { start, fate } of eventsOf(night)) {
        expect(wallText(start) >= from && wallText(start) < until).toBe(true);
        expect(fate.completed).toBeGreaterThan(fate.started ?? start);
        expect(fate.started === undefined).toBe(fate.ending === 'Missed');
      }
    }
  });

  it('starts hourly backups 25 times when the clocks go back, the hour from 2 to 3 twice, and 23 times when they go forward', () => {
    const logs = (night: string) =>
      eventsOf(night).filter(({ node, schedule }) => node.name === 'SRV-DB17.FIN' && schedule.name === 'DB_LOG_HOURLY');

    const autumn = logs('2026-10-24').map(({ start }) => wallText(start));

    expect(autumn).toHaveLength(25);
    expect(autumn.filter((start) => start === '2026-10-25 02:00:00')).toHaveLength(2);
    expect(logs('2026-10-23')).toHaveLength(24);
    expect(logs('2027-03-27').map(({ start }) => wallText(start))).not.toContain('2027-03-28 02:00:00');
    expect(logs('2027-03-27')).toHaveLength(23);
    const both = logs('2026-10-24').filter(({ start }) => wallText(start) === '2026-10-25 02:00:00');
    expect(new Set(both.map(({ fate }) => fate.started)).size).toBe(2);
  });

  it('starts weekly on Fridays, on working days only, every other night, and on the first Sunday of a month', () => {
    const due = (schedule: string, from: string, count: number) =>
      Array.from({ length: count }, (_, index) => nightsAfter(from, index)).filter((night) =>
        eventsOf(night).some((event) => event.schedule.name === schedule),
      );

    expect(due('WEEKLY_FRI', '2026-11-02', 14)).toEqual(['2026-11-06', '2026-11-13']);
    expect(due('ADM_2115', '2026-11-05', 5)).toEqual(['2026-11-05', '2026-11-06', '2026-11-09']);
    expect(due('SRV_2DAYS', '2026-11-05', 6)).toHaveLength(3);
    // 03:00 on Sunday, 1 November, belongs to the night of Saturday
    expect(due('SRV_MONTHLY', '2026-10-20', 25)).toEqual(['2026-10-31']);
  });
});

describe('the stories', () => {
  it('show in the last night just what the tenants are told about', () => {
    const bad = badOf(eventsOf(lastNight).filter(({ node }) => node.domain !== 'IMAGING'));

    expect(bad.sort()).toEqual([
      'CURIE-NB.PHYS Missed absent',
      'DB2.PHYS Failed script',
      'HPLC4.CHEM Missed absent',
      'LAB7.CHEM Severed limit',
      'MAT3.PHYS Missed absent',
      'MYPC.IT Missed absent',
      'NMR2.CHEM Failed access',
      'OFFICE2.MED Failed vss',
      'OR2.CLINIC Failed disk',
      'ROSSI-NB.CLINIC Missed absent',
      'SRV-DB17.FIN Failed script',
      'SRV-DB17.FIN Failed script',
      'SRV-DB17.FIN Failed script',
      'WARD3.CLINIC Missed absent',
      'WWW2 Failed script',
    ]);
  });

  it('fill the pool of radiology in the last night and nobody else’s', () => {
    const full = eventsOf(lastNight).filter(({ fate }) => fate.cause === 'space');
    const due = eventsOf(lastNight).filter(({ node }) => node.domain === 'IMAGING');

    expect(full.every(({ node }) => node.department === 'RADIO')).toBe(true);
    expect(full.length).toBeGreaterThan(0.3 * due.length);
    expect(full.length).toBeLessThan(due.length);
    expect(full.every(({ fate }) => wallText(fate.completed) > '2026-11-19 02:40:00')).toBe(true);
  });

  it.each([
    ['NMR2.CHEM', 'INST_2200', '....F'],
    ['LAB7.CHEM', 'INST_2200', '.SSSS'],
    ['GCMS1.CHEM', 'INST_2200', '.MMM.'],
    ['HPLC4.CHEM', 'INST_2200', 'M.M.M'],
    ['MAT3.PHYS', 'DESK_2130', 'MMMMM'],
    ['DB2.PHYS', 'SRV_0100', '.FFF'],
  ])('tell the last nights of %s', (name, schedule, streak) => {
    expect(streakOf(name, schedule, 5)).toMatch(new RegExp(`${streak.replaceAll('.', '[.n]')}$`));
  });

  it('keep the notebook away for twelve nights and bring it back', () => {
    expect(streakOf('MYPC.IT', 'DESK_2130', 13)).toMatch(/^[.n]M{12}$/);
    expect(badOf(eventsOf('2026-11-19').filter(({ node }) => node.name === 'MYPC.IT'))).toEqual([]);
  });

  it('leave the library green in every night', () => {
    const nights = [...everyNight, '2026-11-19', '2026-11-20', '2026-11-21', '2026-11-22', '2026-11-23'];
    const bad = nights.flatMap((night) => badOf(eventsOf(night).filter(({ node }) => node.department === 'LIB')));

    expect(bad).toEqual([]);
  });

  it('repair the pool the next day', () => {
    expect(eventsOf('2026-11-19').filter(({ fate }) => fate.cause === 'space')).toEqual([]);
  });

  it('give a chosen night: green without a bad end, red with many, mass with one cause for at least ten', () => {
    const night = '2026-12-03';
    const usual = eventsOf(night).filter(isBad).length;

    expect(badOf(eventsOf(night, 'green'))).toEqual([]);
    expect(eventsOf(night, 'red').filter(isBad).length).toBeGreaterThan(3 * usual);
    const full = eventsOf(night, 'mass').filter(({ fate }) => fate.cause === 'space');
    expect(full.filter(({ node }) => node.department === 'CHEM').length).toBeGreaterThanOrEqual(10);
  });
});

describe('the activity log', () => {
  const messages = serverNames.flatMap((server) => planNight(server, lastNight, 'usual').messages);
  const about = (node: string, number: number) =>
    messages.filter((message) => message.node === node && message.number === number).map(({ text }) => text);

  it('names every file that was not saved, in the words of the client', () => {
    const denied = about('NMR2.CHEM', 4007);

    expect(denied).toHaveLength(37);
    expect(denied[0]).toMatch(
      /^ANE4007E \(Session: \d+, Node: NMR2\.CHEM\) {2}Error processing '\\\\nmr2\\d\$\\.+': access to the object is denied \(SESSION: \d+\)$/,
    );
    expect(about('NMR2.CHEM', 4959)[0]).toContain('Total number of objects failed:  37 ');
    expect(about('NMR2.CHEM', 2579)[0]).toMatch(
      /^ANR2579E Schedule INST_2200 in domain INSTRUMENT for node NMR2\.CHEM failed \(return code 12\)\. \(SESSION: \d+\)$/,
    );
  });

  it('says why a session was cut, which start was missed, and which pool is full', () => {
    expect(about('LAB7.CHEM', 488)[0]).toMatch(
      /^ANR0488W Session \d+ for node LAB7\.CHEM \(WinNT\) terminated - transfer rate/,
    );
    expect(about('LAB7.CHEM', 2579)).toEqual([]);
    expect(about('MYPC.IT', 2578)).toEqual([
      'ANR2578W Schedule DESK_2130 in domain DESKTOP for node MYPC.IT has missed its scheduled start up window.',
    ]);
    const full = messages.filter(({ number }) => number === 522);
    expect(full.length).toBeGreaterThan(3);
    expect(full[0]?.text).toContain('no space available in storage pool IMGPOOL');
    expect(messages.filter(({ number }) => number === 1329)).toHaveLength(full.length);
  });

  it('explains every failed and every severed run, in every night', () => {
    const reasons = new Set([425, 480, 481, 482, 488, 522, 1329, 1352, 1902, 1909, 1950, 4007, 4047]);
    for (const night of [...everyNight.slice(-20), nightsAfter(lastNight, 1), nightsAfter(lastNight, 4)]) {
      for (const server of serverNames) {
        const plan = planNight(server, night, 'usual');
        for (const { node, work, fate } of plan.events) {
          if (fate.ending !== 'Failed' && fate.ending !== 'Severed') continue;
          const told = plan.messages.filter((one) => one.node === node.name && one.session === work.session);
          expect(told.some(({ number }) => reasons.has(number))).toBe(true);
        }
      }
    }
  });

  it('records who renamed a machine, and hides passwords', () => {
    const commands = [
      ...planNight('SP1', '2026-11-01', 'usual').messages,
      ...planNight('SP1', '2026-10-27', 'usual').messages,
    ]
      .filter(({ number }) => number === 2017)
      .map(({ text }) => text);

    expect(commands).toContain('ANR2017I Administrator KLAUS issued command: RENAME NODE OMAR-OLD.CHEM OMAR-NB.CHEM');
    expect(commands).toContain(
      'ANR2017I Administrator KLAUS issued command: REGISTER NODE STUDENT4.CHEM ?***? DOMAIN=DESKTOP',
    );
  });
});
