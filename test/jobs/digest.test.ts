import { wordsOf } from './chat';
import { dieAt, openWorld, type World } from './world';

let world: World;
afterEach(() => world.close());

const said = (conversation: string) => world.slack.in(conversation).map((message) => wordsOf(message.card));
const night = '2026-11-18';
const start = `${night} 21:30:00`;

/** What becomes of the machines of a night at half past nine in the evening. */
function tells(outcomes: Record<string, string>, date = night): void {
  for (const [name, status] of Object.entries(outcomes)) {
    if (!world.sp1.nodes.some((row) => row.node === name)) world.sp1.backsUp('NIGHTLY', '21:30', [name]);
    world.sp1.tells(name, `${date} 21:30:00`, status);
  }
}

async function read(): Promise<void> {
  await world.collect('SP1');
  await world.collect('SP2');
}

const timerOf = async (path: string, of = night) =>
  world.deps.store.timer('digest', `${(await world.tenant(path)).id}-${of}`);

describe('the time of a digest', () => {
  beforeEach(async () => {
    world = await openWorld({ now: '2026-11-19T05:00:00' });
    tells({ 'NMR1.CHEM': 'Completed' });
  });

  it('is the one that the tenant was promised, to the minute', async () => {
    await world.arm();
    world.setClock('2026-11-19 07:28');
    await read();
    world.setClock('2026-11-19 07:29:59');
    await world.settle();
    const before = said('CCHEM');
    world.setClock('2026-11-19 07:30');
    await world.settle();

    expect(before).toEqual([]);
    expect(said('CCHEM')).toEqual([expect.stringMatching(/1 of 1 scheduled backups reported success\..*as of 07:28$/)]);
  });

  it('waits until every server that the tenant uses was asked after the window', async () => {
    world.sp2.backsUp('NIGHTLY', '21:30', ['WEB.CHEM']);
    world.sp2.tells('WEB.CHEM', start, 'Completed');
    await read();
    await world.arm();
    world.setClock('2026-11-19 07:30');
    await world.collect('SP1');
    await world.run('digest', ...(await dueDigest()));
    const waiting = said('CCHEM');
    await world.collect('SP2');
    await world.wait(5_000);

    expect(waiting).toEqual([]);
    expect(said('CCHEM')).toEqual([expect.stringContaining('2 of 2')]);
  });

  it('does not wait for a server of other tenants', async () => {
    world.sp2.backsUp('NIGHTLY', '21:30', ['WEB.PHYS']);
    await read();
    await world.arm();
    world.setClock('2026-11-19 07:30');
    await world.collect('SP1');
    await world.run('digest', ...(await dueDigest()));
    await world.wait(100);

    expect(said('CCHEM')).toHaveLength(1);
  });

  it('does not wait for ever for a reading that dies each time', async () => {
    await read();
    await world.arm();
    world.setClock('2026-11-19 07:30');
    const made = async () => (await world.deps.store.lastDigestNight((await world.tenant('UNI/CHEM')).id)) !== null;
    const seen: boolean[] = [];
    for (const at of ['07:30', '07:35', '07:40']) {
      world.setClock(`2026-11-19 ${at}`);
      dieAt(world, 'saveMessages');
      await expect(world.collect('SP1')).rejects.toThrow('killed');
      await world.run('digest', ...(await dueDigest()));
      seen.push(await made());
    }
    world.setClock('2026-11-19 07:44');
    await world.run('digest', ...(await dueDigest()));

    expect(seen).toEqual([false, false, false]);
    expect(await made()).toBe(true);
  });

  it('waits for a reading that begins again and again because the process is killed', async () => {
    await read();
    await world.arm();
    world.setClock('2026-11-19 07:30');
    for (let kills = 0; kills < 5; kills += 1) {
      dieAt(world, 'saveMessages');
      await expect(world.collect('SP1')).rejects.toThrow('killed');
    }
    await world.run('digest', ...(await dueDigest()));

    expect(await world.deps.store.lastDigestNight((await world.tenant('UNI/CHEM')).id)).toBeNull();
  });

  it('is told as late when the promise was not kept', async () => {
    await world.arm();
    world.setClock('2026-11-19 09:42');
    await read();
    await world.settle();

    expect(said('CCHEM')).toEqual([expect.stringMatching(/as of 09:42 · 2 h 12 m late$/)]);
  });

  it('says nothing of days that nobody waits for, but remembers them', async () => {
    await world.arm();
    world.setClock('2026-11-19 07:30');
    await read();
    await world.settle();
    world.setClock('2026-11-27 09:00');
    await read();
    for (let days = 0; days < 10; days += 1) await world.wait(15_000);
    const { id } = await world.tenant('UNI/CHEM');
    const made = await world.sql<{ night: string }>(
      'SELECT night::text AS night FROM digest WHERE tenant_id = $1 ORDER BY 1',
      [id],
    );

    expect(made.map((row) => row.night)).toEqual(
      ['18', '19', '20', '21', '22', '23', '24', '25', '26'].map((day) => `2026-11-${day}`),
    );
    expect(said('CCHEM').map((text) => /night (\w+ \d+ Nov)/.exec(text)?.[1])).toEqual([
      'Wed 18 Nov',
      'Sun 22 Nov',
      'Mon 23 Nov',
      'Tue 24 Nov',
      'Wed 25 Nov',
      'Thu 26 Nov',
    ]);
  });

  it('is not moved by a restart', async () => {
    await world.arm();
    const before = await world.sql('SELECT kind, object_id, generation FROM timer ORDER BY id');
    world.setClock('2026-11-19 07:45');
    await world.arm();

    expect(await world.sql('SELECT kind, object_id, generation FROM timer ORDER BY id')).toEqual(before);
  });

  it('follows a changed setting while it lies ahead', async () => {
    await world.arm();
    const { id } = await world.tenant('UNI/CHEM');
    await world.sql(`UPDATE tenant SET settings = '{"digest": "08:15"}' WHERE id = $1`, [id]);
    await world.arm();

    expect(await timerOf('UNI/CHEM')).toMatchObject({ wall: '2026-11-19 08:15:00' });
    expect(await timerOf('UNI/PHYS')).toMatchObject({ wall: '2026-11-19 07:30:00' });
  });

  async function dueDigest(): Promise<[string, number]> {
    const timer = await timerOf('UNI/CHEM');
    if (!timer) throw new Error('There is no timer.');
    return [timer.objectId, timer.generation];
  }
});

describe('a morning', () => {
  async function morning(settings: Parameters<typeof openWorld>[0], outcomes: Record<string, string>): Promise<void> {
    world = await openWorld({ now: '2026-11-19T05:00:00', ...settings });
    tells(outcomes);
    await world.arm();
    world.setClock('2026-11-19 07:30');
    await read();
    await world.settle();
  }
  async function next(date: string, at: string, outcomes: Record<string, string>): Promise<void> {
    tells(outcomes, date);
    world.setClock(at);
    await read();
    await world.settle();
  }

  it('that is green is one line where a line is wanted, and nothing where silence is', async () => {
    await morning(
      { settings: { 'UNI/PHYS': { green: 'silent' } } },
      { 'NMR1.CHEM': 'Completed', 'LASER1.PHYS': 'Completed' },
    );

    expect(said('CCHEM')).toHaveLength(1);
    expect(world.slack.in('CCHEM')[0]?.card).toMatchObject({ title: '', buttons: [] });
    expect(said('CPHYS')).toEqual([]);
    expect(await world.deps.store.lastDigestNight((await world.tenant('UNI/PHYS')).id)).toBe(night);
  });

  it('that is green is told on Mondays only where a line a week is wanted', async () => {
    await morning({ settings: { 'UNI/CHEM': { green: 'weekly' } } }, { 'NMR1.CHEM': 'Completed' });
    const thursday = said('CCHEM').length;
    for (const day of [19, 20, 21]) {
      await next(`2026-11-${day}`, `2026-11-${day + 1} 07:30`, { 'NMR1.CHEM': 'Completed' });
    }
    const sunday = said('CCHEM').length;
    await next('2026-11-22', '2026-11-23 07:30', { 'NMR1.CHEM': 'Completed' });

    expect([thursday, sunday, said('CCHEM').length]).toEqual([0, 0, 1]);
  });

  it('that is red or unknown is told however silent a department wants to be', async () => {
    await morning(
      { settings: { UNI: { zone: 'Europe/Berlin', green: 'silent' } } },
      { 'NMR1.CHEM': 'Failed', 'LASER1.PHYS': 'Uncertain' },
    );

    expect(said('CCHEM')).toEqual([expect.stringContaining('0 of 1 OK')]);
    expect(said('CPHYS')).toEqual([expect.stringContaining('1 unknown')]);
    expect(said('CUNI')).toEqual([expect.stringContaining('0 of 2 OK')]);
  });

  it('names no machine where names are personal, in channel and thread alike', async () => {
    await morning(
      { settings: { 'UNI/CHEM': { personal: true } } },
      { 'MOREAU.CHEM': 'Failed', 'LIN.CHEM': 'Missed', 'DIALLO.CHEM': 'Completed' },
    );

    expect(said('CCHEM')).toHaveLength(1);
    expect(JSON.stringify(world.slack.posted)).not.toMatch(/MOREAU|LIN\.CHEM|DIALLO/);
    expect(said('CCHEM')[0]).toMatch(/1 of 3 OK.*1 node: .*1 node: /);
  });

  it('gives each cause a thread under its digest, worst first', async () => {
    await morning({}, { 'A.CHEM': 'Missed', 'B.CHEM': 'Missed', 'C.CHEM': 'Severed', 'D.CHEM': 'Completed' });
    await world.wait(5_000);
    const [digest] = world.slack.in('CCHEM');
    const threads = world.slack.posted.filter((message) => message.thread === digest?.id);

    expect(threads.map((message) => wordsOf(message.card))).toEqual([
      expect.stringMatching(/^2 nodes: .*A\.CHEM.*B\.CHEM/),
      expect.stringMatching(/^1 node: .*C\.CHEM/),
    ]);
  });

  it('has no threads where they are not wanted', async () => {
    await morning({ settings: { 'UNI/CHEM': { threads: false } } }, { 'A.CHEM': 'Missed' });
    await world.wait(5_000);

    expect(world.slack.posted.filter((message) => message.conversation === 'CCHEM')).toHaveLength(1);
  });

  it('mentions a person once, though both of their departments have a second bad night', async () => {
    await morning({}, { 'NMR1.CHEM': 'Missed', 'LASER1.PHYS': 'Missed' });
    const first = JSON.stringify(world.slack.posted);
    await next('2026-11-19', '2026-11-20 07:30', { 'NMR1.CHEM': 'Missed', 'LASER1.PHYS': 'Missed' });
    const second = ['CCHEM', 'CPHYS'].flatMap((channel) => world.slack.in(channel).slice(1));
    await next('2026-11-20', '2026-11-21 07:30', { 'NMR1.CHEM': 'Missed', 'LASER1.PHYS': 'Missed' });
    const third = ['CCHEM', 'CPHYS'].flatMap((channel) => world.slack.in(channel).slice(2));

    expect(first).not.toContain('mention');
    expect(second.filter((message) => JSON.stringify(message.card).includes('"slack":"UTESS"'))).toHaveLength(1);
    expect(third.filter((message) => JSON.stringify(message.card).includes('"slack":"UTESS"'))).toHaveLength(1);
  });

  it('mentions nobody where that is not wanted, nor people whose role has ended', async () => {
    world = await openWorld({
      now: '2026-11-19T05:00:00',
      settings: { 'UNI/PHYS': { mentions: false } },
      tweak: (wanted) => {
        for (const person of wanted.people)
          for (const role of person.roles) if (role.tenantPath === 'UNI/CHEM') role.until = '2026-11-17T00:00:00Z';
      },
    });
    tells({ 'NMR1.CHEM': 'Missed', 'LASER1.PHYS': 'Missed' }, '2026-11-17');
    tells({ 'NMR1.CHEM': 'Missed', 'LASER1.PHYS': 'Missed' });
    await world.arm();
    world.setClock('2026-11-19 07:30');
    await read();
    await world.settle();

    expect(said('CCHEM')[0]).toContain('STILL x2');
    expect(JSON.stringify(world.slack.posted)).not.toContain('UTESS');
  });

  it('adds up: parents count what is below them, and name only their own', async () => {
    await morning({}, { 'NMR1.CHEM': 'Missed', 'NMR2.CHEM': 'Completed', 'LASER1.PHYS': 'Failed' });

    expect(said('CUNI')).toEqual([expect.stringMatching(/^Backup · University · night Wed 18 Nov 1 of 3 OK/)]);
    expect(said('CUNI')[0]).toMatch(/UNI\/CHEM Chemistry · 1 of 2 OK/);
    expect(said('CUNI')[0]).toMatch(/UNI\/PHYS Physics · 0 of 1 OK/);
    expect(said('CUNI')[0]).not.toMatch(/NMR|LASER/);
    expect(said('CCHEM')[0]).not.toMatch(/LASER|PHYS/i);
    expect(said('CPHYS')[0]).not.toMatch(/NMR|CHEM/i);
  });

  it('ends with the manager’s report, after the digests it tells of', async () => {
    await morning({}, { 'NMR1.CHEM': 'Missed' });
    await world.wait(5_000);
    const order = world.slack.posted
      .filter((message) => message.thread === undefined)
      .map(({ conversation }) => conversation);

    expect(order.at(-1)).toBe('CSERVICE');
    expect(said('CSERVICE')[0]).toMatch(/1 due · 0\.0 % OK · 1 department red.*3 digests accepted/);
  });
});

describe('a digest that dies before it is committed', () => {
  it.each(['claimMentions', 'saveDigest', 'want', 'endTimer', 'setTimer', 'audit'] as const)(
    'at %s is made by the next try, once, with its mentions',
    async (call) => {
      world = await openWorld({ now: '2026-11-19T05:00:00' });
      tells({ 'NMR1.CHEM': 'Missed' }, '2026-11-17');
      tells({ 'NMR1.CHEM': 'Missed' });
      await world.arm();
      world.setClock('2026-11-19 07:30');
      await read();
      const timer = await timerOf('UNI/CHEM');
      const attempt = () => world.run('digest', timer?.objectId ?? '', timer?.generation);
      dieAt(world, call);
      await expect(attempt()).rejects.toThrow(`killed at ${call}`);
      const left = [
        ...(await world.sql('SELECT id FROM digest')),
        ...(await world.sql('SELECT id FROM outbox')),
        ...(await world.sql('SELECT person_id FROM mention')),
      ];
      await attempt();
      // A second worker that was woken for the same timer comes too late.
      await attempt();
      await world.wait(10_000);

      expect(left).toEqual([]);
      expect(said('CCHEM')).toHaveLength(1);
      expect(JSON.stringify(world.slack.in('CCHEM')[0]?.card)).toContain('UTESS');
      expect(await timerOf('UNI/CHEM', '2026-11-19')).toMatchObject({ wall: '2026-11-20 07:30:00' });
      expect(await timerOf('UNI/CHEM')).toBeNull();
    },
  );
});
