import { Writable } from 'node:stream';
import pino from 'pino';
import { connectProtect } from '../../src/protect/connect';
import type { OperationsCenter, Protect } from '../../src/protect/protect';
import { type Behaviour, type FakeCenter, noMatch, password, sendJson, startCenter, table } from './fake-center';

let fake: FakeCenter | undefined;
let logged: string[];

beforeEach(() => {
  logged = [];
});
afterEach(async () => {
  await fake?.close();
  fake = undefined;
  expect(logged.join('')).not.toContain(password);
});

/** SP9 behind an Operations Center that behaves like this. */
async function connect(behaviour: Behaviour, changes?: Partial<OperationsCenter>) {
  fake = await startCenter(behaviour);
  const lines = new Writable({
    write(chunk: Buffer, _encoding, done) {
      logged.push(chunk.toString('utf8'));
      done();
    },
  });
  const protect = connectProtect(fake.center(changes), 'SP9', pino({ level: 'debug' }, lines));
  return { protect, asked: fake.asked };
}

/** The table that a command reads. */
function tableOf(command: string): string {
  return / FROM (\w+)/.exec(command)?.[1] ?? '';
}

const associations = [
  { DOMAIN_NAME: 'CHEM', SCHEDULE_NAME: 'NIGHTLY', NODE_NAME: 'NMR2.CHEM' },
  { DOMAIN_NAME: 'CHEM', SCHEDULE_NAME: 'NIGHTLY', NODE_NAME: 'LAB7.CHEM' },
];
const status = { SERVER_NAME: 'SP9', VERSION: 8, RELEASE: 1, LEVEL: 21, SUBLEVEL: 0, EVENTRETENTION: 10 };

/** Every question of the port, as it would be asked. */
const questions: [string, (protect: Protect) => Promise<unknown>][] = [
  ['STATUS', (protect) => protect.status()],
  ['NODES', (protect) => protect.nodes()],
  ['FILESPACES', (protect) => protect.filespaces()],
  ['ASSOCIATIONS', (protect) => protect.associations()],
  ['CLIENT_SCHEDULES', (protect) => protect.schedules()],
  ['EVENTS', (protect) => protect.events('2026-11-18', '2026-11-18')],
  ['SUMMARY', (protect) => protect.runs('2026-11-18 12:00:00', '2026-11-19 12:00:00')],
  ['ACTLOG', (protect) => protect.messages('2026-11-18 12:00:00', '2026-11-19 12:00:00')],
];

describe.each(questions)('the question for %s', (name, ask) => {
  it('reads that table and fails as a value when nobody answers', async () => {
    const { protect, asked } = await connect((response) => response.writeHead(503).end());

    const answer = await ask(protect);

    expect(asked.map((one) => tableOf(one.command))).toEqual([name]);
    expect(answer).toMatchObject({ ok: false, code: 'SERVER_UNREACHABLE' });
    expect((answer as { reason: string }).reason).toMatch(/^SP9 was not read\. The Operations Center at 127\.0\.0\.1:/);
  });
});

it('hands out rows in words of ours', async () => {
  const { protect } = await connect((response) => sendJson(response, table(associations)));

  expect(await protect.associations()).toEqual({
    ok: true,
    value: {
      rows: [
        { domain: 'CHEM', schedule: 'NIGHTLY', node: 'NMR2.CHEM' },
        { domain: 'CHEM', schedule: 'NIGHTLY', node: 'LAB7.CHEM' },
      ],
      refused: [],
    },
  });
});

describe('no rows', () => {
  it.each([
    ['message 2034', noMatch],
    ['an empty list', [[]]],
  ])('in the form of %s are asked for twice before they are believed', async (_form, empty) => {
    const { protect, asked } = await connect((response) => sendJson(response, empty));

    expect(await protect.associations()).toEqual({ ok: true, value: { rows: [], refused: [] } });
    expect(asked).toHaveLength(2);
  });

  it('that turn into rows the second time were contention', async () => {
    let calls = 0;
    const { protect } = await connect((response) => {
      calls += 1;
      sendJson(response, calls === 1 ? noMatch : table(associations));
    });

    expect(await protect.associations()).toMatchObject({ ok: true, value: { rows: [{}, {}] } });
  });

  it('that turn into a failure the second time are a failure', async () => {
    let calls = 0;
    const { protect } = await connect((response) => {
      calls += 1;
      if (calls === 1) sendJson(response, noMatch);
      else response.destroy();
    });

    expect(await protect.associations()).toMatchObject({ ok: false, code: 'SERVER_UNREACHABLE' });
  });

  it('of the status are a mistake of the server', async () => {
    const { protect } = await connect((response) => sendJson(response, noMatch));

    expect(await protect.status()).toMatchObject({ ok: false, code: 'OUTPUT_FORMAT' });
  });
});

describe('rows that do not fit', () => {
  const wrong = { DOMAIN_NAME: 'CHEM', SCHEDULE_NAME: '', NODE_NAME: 'MYPC.IT' };

  it('are handed out beside those that do, and logged once with their number', async () => {
    const { protect } = await connect((response) => sendJson(response, table([...associations, wrong, wrong])));

    const answer = await protect.associations();

    expect(answer).toMatchObject({ ok: true, value: { rows: [{}, {}], refused: [{ query: 'associations' }, {}] } });
    const warnings = logged.map((line) => JSON.parse(line)).filter((line) => line.level === 40);
    expect(warnings).toEqual([
      expect.objectContaining({
        server: 'SP9',
        query: 'associations',
        read: 2,
        refused: 2,
        msg: 'rows of a server did not fit',
      }),
    ]);
  });

  it('and are all there is, are no empty table but a failure that shows the first', async () => {
    const { protect } = await connect((response) => sendJson(response, table([wrong, wrong])));

    expect(await protect.associations()).toEqual({
      ok: false,
      code: 'OUTPUT_FORMAT',
      reason:
        'SP9 was not read. None of the 2 rows of "associations" fits. The first: SCHEDULE_NAME: found "", allowed a name of 1 to 64 characters.',
    });
  });

  it('and are all there is of a stretch of the log do not hold up what comes after', async () => {
    const { protect } = await connect((response) =>
      sendJson(
        response,
        table([{ DATE_TIME: '?', MSGNO: 1, SEVERITY: 'E', NODENAME: '', SCHEDNAME: '', SESSID: 0, MESSAGE: 'x' }]),
      ),
    );

    expect(await protect.messages('2026-11-18 12:00:00', '2026-11-18 12:15:00')).toMatchObject({
      ok: true,
      value: { rows: [], refused: [{ query: 'messages' }] },
    });
  });
});

it('does not take an answer to another question for one of its own', async () => {
  const { protect } = await connect((response) =>
    sendJson(response, table([{ DOMAIN_NAME: 'CHEM', NODE_NAME: 'NMR2.CHEM' }])),
  );

  expect(await protect.associations()).toMatchObject({
    ok: false,
    code: 'OUTPUT_FORMAT',
    reason: 'SP9 was not read. The answer to "associations" lacks SCHEDULE_NAME.',
  });
});

it('logs remarks that came beside rows', async () => {
  const remark = { msg: { n: '1999', def: 'ANR1999I completed successfully.' } };
  const { protect } = await connect((response) =>
    sendJson(response, [[{ hdr: Object.keys(associations[0] ?? {}), items: associations }, remark]]),
  );

  expect(await protect.associations()).toMatchObject({ ok: true });
  expect(logged.join('')).toContain('ANR1999I completed successfully.');
});

describe('a rejection (500) is explained as far as it can be', () => {
  /** A hub SP1 that knows servers, of which some answer; the associations are rejected everywhere. */
  function hub(servers: string[], answering: string[]): Behaviour {
    return (response, { path, command }) => {
      const route = path?.split('/issueCommand/')[1];
      const from = tableOf(command);
      if (from === 'STATUS' && (route === undefined || answering.includes(route))) {
        return sendJson(response, table([{ ...status, SERVER_NAME: route ?? 'SP1' }]));
      }
      if (from === 'SERVERS' && route === undefined) {
        return sendJson(
          response,
          servers.length === 0 ? noMatch : table(servers.map((name) => ({ SERVER_NAME: name }))),
        );
      }
      return response.writeHead(500).end();
    };
  }

  async function reasonFor(route: string, servers: string[], answering: string[]): Promise<string> {
    const { protect } = await connect(hub(servers, answering), { route });
    const answer = await protect.associations();
    expect(answer).toMatchObject({ ok: false, code: 'SERVER_REJECTED' });
    return answer.ok ? '' : answer.reason;
  }

  it('a server that the hub does not know', async () => {
    expect(await reasonFor('SP8', ['SP9', 'SP10'], ['SP9'])).toMatch(
      /knows no server SP8 \(500\); it knows SP1, SP9, SP10\.$/,
    );
    await fake?.close();
    expect(await reasonFor('SP8', [], [])).toMatch(/knows no server SP8 \(500\); it knows SP1\.$/);
  });

  it('a question that only this account or level cannot ask', async () => {
    expect(await reasonFor('SP9', ['SP9'], ['SP9'])).toContain('CHATOPS may lack a privilege');
  });

  it('and stays open where a known server rejects everything', async () => {
    expect(await reasonFor('sp9', ['SP9'], [])).toContain(
      'bad syntax, a missing privilege of CHATOPS or an unknown server name',
    );
  });

  it('and stays open at a hub that rejects everything', async () => {
    const { protect } = await connect((response) => response.writeHead(500).end());

    expect(await protect.status()).toMatchObject({ ok: false, code: 'SERVER_REJECTED' });
  });
});

// Half a second alone, several on a machine that is busy with other tests.
it('reads 100,000 events in one answer', async () => {
  const items = Array.from({ length: 100_000 }, (_, index) => ({
    SCHEDULED_START: '2026-11-18 22:00:00.000000',
    ACTUAL_START: '2026-11-18 22:03:11.000000',
    DOMAIN_NAME: 'CHEM',
    SCHEDULE_NAME: 'NIGHTLY',
    NODE_NAME: `N${index}.CHEM`,
    STATUS: 'Completed',
    RESULT: 0,
    REASON: 'All operations completed successfully.',
    COMPLETED: '2026-11-18 22:41:09.000000',
  }));
  const { protect } = await connect((response) => sendJson(response, table(items)));

  const answer = await protect.events('2026-11-18', '2026-11-18');

  expect(answer.ok && answer.value.rows.length).toBe(100_000);
  expect(answer.ok && answer.value.rows.at(-1)?.node).toBe('N99999.CHEM');
}, 60_000);
