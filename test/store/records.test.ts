import { anEvent, type Bench, night, openBench, settle } from './bench';

let bench: Bench;
let server: number;
beforeEach(async () => {
  bench = await openBench();
  server = (await settle(bench.store)).server.id;
});
afterEach(() => bench.close());

async function save(...events: ReturnType<typeof anEvent>[]): Promise<number> {
  return bench.store.commit((tx) => tx.saveEvents(server, events));
}

async function statusOf(ordinal = 0): Promise<unknown> {
  const [row] = await bench.rows(`SELECT status FROM event WHERE ordinal = ${ordinal}`);
  return row?.['status'];
}

describe('events', () => {
  test('the same answer again changes nothing', async () => {
    const events = [anEvent(), anEvent({ schedule: 'HOURLY', scheduledStart: `${night} 23:00:00` })];

    expect(await save(...events)).toBe(2);
    bench.clock.forward({ minutes: 15 });
    expect(await save(...events)).toBe(0);
    expect(await bench.rows('SELECT DISTINCT seen_at FROM event')).toEqual([
      { seen_at: new Date('2026-11-19T06:45:00Z') },
    ]);
  });

  test('a change is one row, seen now', async () => {
    await save(anEvent({ status: 'Started', completed: null, result: null }));
    bench.clock.forward({ minutes: 15 });

    expect(await save(anEvent({ status: 'Failed', result: 12, reason: 'Failed - see log.' }))).toBe(1);

    expect(await bench.rows('SELECT status, result, completed, reason, seen_at FROM event')).toEqual([
      {
        ...{ status: 'Failed', result: 12, completed: `${night} 22:30:00`, reason: 'Failed - see log.' },
        seen_at: new Date('2026-11-19T07:00:00Z'),
      },
    ]);
  });

  test.each(['Uncertain', 'Future', 'Pending'])(
    'what was recorded outlives a later %s, which the server only computes',
    async (status) => {
      for (const [ordinal, final] of ['Completed', 'Missed', 'Failed', 'Severed', 'Failed - no restart'].entries()) {
        await save(anEvent({ ordinal, status: final }));
        expect(await save(anEvent({ ordinal, status, result: null, completed: null, actualStart: null }))).toBe(0);
        expect(await statusOf(ordinal)).toBe(final);
      }
    },
  );

  test.each([
    ['Future', 'Missed'],
    ['Pending', 'Started'],
    ['Started', 'Uncertain'],
    ['Uncertain', 'Completed'],
    ['Failed - no restart', 'Completed'],
    ['Missed', 'Completed'],
  ])('%s becomes %s', async (from, to) => {
    await save(anEvent({ status: from }));
    expect(await save(anEvent({ status: to }))).toBe(1);
    expect(await statusOf()).toBe(to);
  });

  test('a record that the server forgot stays', async () => {
    await save(anEvent());
    await save(anEvent({ node: 'OTHER.CHEM' }));
    expect(await bench.rows('SELECT node_name FROM event ORDER BY 1')).toEqual([
      { node_name: 'NMR2.CHEM' },
      { node_name: 'OTHER.CHEM' },
    ]);
  });

  test('of one key twice in an answer the last counts', async () => {
    expect(await save(anEvent({ status: 'Started' }), anEvent({ status: 'Completed' }))).toBe(1);
    expect(await statusOf()).toBe('Completed');
  });
});

describe('logs', () => {
  const message = {
    ...{ at: `${night} 22:05:00`, number: 2017, severity: 'I', node: null, schedule: null, session: 12, night },
    text: 'ANR2017I Administrator ADMIN issued command: REName Node LAB7.CHEM LAB8.CHEM (SESSION: 12)',
  };

  test('messages are kept once and found by node and night', async () => {
    const row = {
      ...message,
      number: 2579,
      severity: 'E',
      node: 'NMR2.CHEM',
      text: 'ANR2579E Schedule NIGHTLY failed (return code 12).',
    };
    for (let i = 0; i < 2; i++)
      await bench.store.commit((tx) => tx.saveMessages(server, [row, row, { ...row, node: 'X', text: 'other' }]));

    const { night: _, ...told } = row;
    expect(await bench.store.messagesOf(server, night, 'NMR2.CHEM')).toEqual([told]);
    expect(await bench.store.messagesOf(server, '2026-11-17', 'NMR2.CHEM')).toEqual([]);
  });

  test('renames are told from a night on, oldest first, other commands are not', async () => {
    const commands = [
      { ...message, at: `${night} 23:00:00`, text: 'ANR2017I Administrator ADMIN issued command: RENAME NODE b c' },
      message,
      { ...message, text: 'ANR2017I Administrator ADMIN issued command: QUERY NODE' },
      { ...message, night: '2026-11-10', at: '2026-11-10 22:00:00' },
    ];
    await bench.store.commit((tx) => tx.saveMessages(server, commands));

    expect(await bench.store.renamesOf(server, night)).toEqual([message.text, commands[0]?.text]);
  });
});
