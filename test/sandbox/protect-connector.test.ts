import { pino } from 'pino';
import { connectProtect } from '../../src/protect/connect';
import type { Protect } from '../../src/protect/protect';
import { sandboxAccount } from '../../src/sandbox/protect/account';
import { openUniversity, type University } from './protect-university';

let university: University;
beforeAll(async () => {
  university = await openUniversity();
}, 60_000);
afterEach(() => university.sandbox.switches.set('SP1', 'up'));
afterAll(() => university.close());

function connect(server: string): Protect {
  const center = { url: `${university.base}/api`, route: server, ...sandboxAccount, timeoutMs: 20_000 };
  return connectProtect(center, server, pino({ level: 'silent' }));
}

type Reading = Promise<{ ok: true; value: { rows: unknown[]; refused: unknown[] } } | { ok: false }>;
const readings: [string, (server: Protect) => Reading, number][] = [
  ['nodes', (server) => server.nodes(), 100],
  ['file spaces', (server) => server.filespaces(), 300],
  ['associations', (server) => server.associations(), 100],
  ['schedules', (server) => server.schedules(), 9],
  ['events', (server) => server.events('2026-08-21', '2026-11-19'), 9_000],
  ['runs', (server) => server.runs('2026-11-11 12:00:00', '2026-11-19 12:00:00'), 500],
  ['messages', (server) => server.messages('2026-11-11 12:00:00', '2026-11-19 12:00:00'), 30],
];

describe.each(['SP1', 'SP2'])('the connector reads %s', (name) => {
  it.each(readings)('%s, every row of them', async (_what, ask, atLeast) => {
    const read = await ask(connect(name));

    expect(read).toMatchObject({ ok: true, value: { refused: [] } });
    expect(read.ok && read.value.rows.length).toBeGreaterThanOrEqual(atLeast);
  });

  it('status', async () => {
    expect(await connect(name).status()).toMatchObject({ ok: true, value: { name, eventRetentionDays: 90 } });
  });
});

it.each([
  ['down', 'SERVER_UNREACHABLE'],
  ['half', 'SERVER_UNREACHABLE'],
  ['login', 'SERVER_LOGIN'],
  ['forbidden', 'SERVER_FORBIDDEN'],
  ['off', 'SERVER_API_OFF'],
  ['garbage', 'OUTPUT_FORMAT'],
] as const)('the connector tells a server that is %s: %s', async (mode, code) => {
  await university.sandbox.switches.set('SP1', mode);

  expect(await connect('SP1').nodes()).toMatchObject({ ok: false, code });
});

it('the connector tells an unknown server from the two it may ask', async () => {
  expect(await connect('SP9').nodes()).toMatchObject({ ok: false, code: 'SERVER_REJECTED' });
});
