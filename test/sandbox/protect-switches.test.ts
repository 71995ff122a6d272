import { eventsOf, openUniversity, type University } from './protect-university';

let university: University;
beforeAll(async () => {
  university = await openUniversity();
}, 60_000);
afterEach(async () => {
  for (const server of ['SP1', 'SP2']) await throwSwitch({ server, mode: 'up' });
});
afterAll(() => university.close());

const command = 'SELECT NODE_NAME FROM NODES';

async function throwSwitch(order: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${university.origin}/sandbox/protect/switch`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(order),
  });
  return { status: response.status, body: await response.json() };
}

describe('the switches', () => {
  it('cut one server off and leave the other', async () => {
    await throwSwitch({ server: 'SP1', mode: 'down' });

    await expect(university.ask(command, 'SP1')).rejects.toThrow();
    expect((await university.ask(command, 'SP2')).status).toBe(200);
  });

  it('keep an answer back for as long as they are told', async () => {
    await throwSwitch({ server: 'SP1', mode: 'slow', seconds: 600 });
    const late = university.ask(command, 'SP1').then(
      () => 'answered',
      () => 'cut',
    );

    // the other server's answer comes first, however slow this machine is
    expect((await university.ask(command, 'SP2')).status).toBe(200);
    await throwSwitch({ server: 'SP1', mode: 'slow', seconds: 0 });
    expect((await university.ask(command, 'SP1')).status).toBe(200);
    expect(await Promise.race([late, Promise.resolve('still waiting')])).toBe('still waiting');
  });

  it('break off in the middle of an answer', async () => {
    await throwSwitch({ server: 'SP1', mode: 'half' });

    const response = await university.ask(command, 'SP1');

    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
  });

  it.each([
    ['login', 401],
    ['forbidden', 403],
    ['off', 404],
  ])('refuse: %s is %i', async (mode, status) => {
    await throwSwitch({ server: 'SP1', mode });

    expect((await university.ask(command, 'SP1')).status).toBe(status);
  });

  it('answer with garbage', async () => {
    await throwSwitch({ server: 'SP1', mode: 'garbage' });

    const response = await university.ask(command, 'SP1');

    expect(response.status).toBe(200);
    await expect(response.json()).rejects.toThrow();
  });

  it('tell how they stand', async () => {
    await throwSwitch({ server: 'SP2', mode: 'slow', seconds: 3 });

    const response = await fetch(`${university.origin}/sandbox/protect/switch`);

    expect(await response.json()).toEqual({
      servers: [
        { server: 'SP1', mode: 'up', seconds: 20 },
        { server: 'SP2', mode: 'slow', seconds: 3 },
      ],
      next: { night: '2026-11-19', scenario: 'usual' },
    });
  });

  it.each([
    [{ server: 'SP9', mode: 'down' }],
    [{ server: 'SP1', mode: 'broken' }],
    [{ server: 'SP1', mode: 'slow', seconds: -1 }],
    [{ night: 'purple' }],
    [{}],
  ])('refuse what they do not know: %j', async (order) => {
    const { status, body } = await throwSwitch(order);

    expect(status).toBe(400);
    expect(body).toHaveProperty('error');
  });
});

describe('a night of one’s choice', () => {
  async function badIn(night: string): Promise<string[]> {
    const rows = [
      ...(await university.rows(eventsOf(night), 'SP1')),
      ...(await university.rows(eventsOf(night), 'SP2')),
    ];
    const settled = rows.filter(({ STATUS }) => STATUS !== 'Future');
    return settled
      .filter(({ STATUS }) => STATUS !== 'Completed')
      .map(({ NODE_NAME, STATUS }) => `${NODE_NAME} ${STATUS}`);
  }

  it('is the one whose evening has not come; it can be chosen again until then', async () => {
    const chosen = await throwSwitch({ night: 'red' });
    expect(chosen.body).toMatchObject({ next: { night: '2026-11-19', scenario: 'red' } });
    await throwSwitch({ night: 'green' });

    await university.clock.nextMorning();

    expect(await badIn('2026-11-19')).toEqual([]);
    expect((await university.sandbox.switches.state()).next).toEqual({ night: '2026-11-20', scenario: 'usual' });
  }, 20_000);

  it('can fail in one server-side way for many', async () => {
    await throwSwitch({ night: 'mass' });

    await university.clock.nextMorning();

    const full = await university.rows(
      "SELECT NODENAME FROM ACTLOG WHERE MSGNO = 522 AND DATE_TIME > '2026-11-20 12:00:00'",
      'SP1',
    );
    expect(full.length).toBeGreaterThanOrEqual(10);
    const failed = (await badIn('2026-11-20')).filter((line) => line.endsWith('Failed'));
    expect(failed).toEqual(expect.arrayContaining(full.map(({ NODENAME }) => `${NODENAME} Failed`)));
  }, 20_000);

  it('can leave SP2 unreadable in the morning, until 09:30', async () => {
    await throwSwitch({ night: 'unreadable' });

    const morning = await university.clock.nextMorning();

    await expect(university.ask(command, 'SP2')).rejects.toThrow();
    expect((await university.ask(command, 'SP1')).status).toBe(200);
    await university.clock.moveTo(morning.plus({ minutes: 106 }));
    expect((await university.ask(command, 'SP2')).status).toBe(200);
  }, 20_000);

  it('does not undo what the servers have already told', async () => {
    const evening = (await university.clock.nextMorning()).plus({ hours: 10 });
    await university.clock.moveTo(evening);
    const { night } = (await university.sandbox.switches.state()).next;
    const log = `SELECT NODE_NAME, SCHEDULED_START, ACTUAL_START, STATUS, COMPLETED FROM EVENTS
      WHERE SCHEDULED_START >= '${night} 12:00:00' AND STATUS = 'Completed' ORDER BY NODE_NAME, SCHEDULED_START`;
    const before = await university.rows(log);

    await throwSwitch({ night: 'red' });

    expect(before.length).toBeGreaterThan(0);
    expect(await university.rows(log)).toEqual(before);
  }, 20_000);
});
