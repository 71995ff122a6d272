import { issueCommand } from '../../src/protect/operations-center';
import type { OperationsCenter, ReadCode } from '../../src/protect/protect';
import {
  type Behaviour,
  type FakeCenter,
  noMatch,
  password,
  sendJson,
  startCenter,
  startSocket,
  table,
} from './fake-center';

const rows = table([{ SERVER_NAME: 'SP9' }]);
let open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(open.map((one) => one.close()));
  open = [];
});

async function start(behaviour: Behaviour): Promise<FakeCenter> {
  const fake = await startCenter(behaviour);
  open.push(fake);
  return fake;
}

async function failure(center: OperationsCenter): Promise<{ code: ReadCode; reason: string }> {
  const answer = await issueCommand(center, 'SELECT SERVER_NAME FROM STATUS');
  if (answer.ok) throw new Error('it answered');
  expect(answer.reason).not.toContain(password);
  expect(answer.reason).toMatch(/[.…?]$/);
  return { code: answer.code, reason: answer.reason };
}

/** The failure that one behaviour of the Operations Center brings about. */
async function failureOf(behaviour: Behaviour, changes?: Partial<OperationsCenter>) {
  const fake = await start(behaviour);
  return { ...(await failure(fake.center(changes))), address: `127.0.0.1:${fake.port}` };
}

describe('the request', () => {
  it('carries the command as text, the version and the log-in', async () => {
    const fake = await start((response) => sendJson(response, rows));

    const answer = await issueCommand(fake.center(), 'SELECT SERVER_NAME FROM STATUS');

    expect(answer).toMatchObject({ ok: true, value: { items: [{ SERVER_NAME: 'SP9' }] } });
    expect(fake.asked).toHaveLength(1);
    expect(fake.asked[0]).toMatchObject({
      method: 'POST',
      path: '/oc/api/cli/issueCommand',
      command: 'SELECT SERVER_NAME FROM STATUS',
      headers: {
        accept: 'application/json',
        authorization: `Basic ${Buffer.from(`CHATOPS:${password}`).toString('base64')}`,
        'content-type': 'text/plain',
        'oc-api-version': '1.0',
      },
    });
  });

  it.each([
    ['SP9', '/oc/api', '/oc/api/cli/issueCommand/SP9'],
    ['SP&9', '/oc/api/', '/oc/api/cli/issueCommand/SP%269'],
  ])('goes to server %s of a hub at %s', async (route, base, path) => {
    const fake = await start((response) => sendJson(response, rows));

    await issueCommand(fake.center({ route, url: `http://127.0.0.1:${fake.port}${base}` }), 'X');

    expect(fake.asked[0]?.path).toBe(path);
  });

  it('leaves no connection open', async () => {
    const fake = await start((response) => sendJson(response, rows));

    await issueCommand(fake.center(), 'X');
    await issueCommand(fake.center(), 'X');

    while ((await fake.connections()) > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(await fake.connections()).toBe(0);
  });

  it.each(['../issueConfirmedCommand', 'SP9/x', 'SP9?x', ' ', ''])('is not sent to a route like %j', async (route) => {
    const fake = await start((response) => sendJson(response, rows));

    expect((await failure(fake.center({ route }))).code).toBe('SERVER_REJECTED');
    expect(fake.asked).toEqual([]);
  });

  it('is not sent in clear over a network', async () => {
    const { code, reason } = await failure({
      url: 'http://192.0.2.1:11090/oc/api',
      user: 'CHATOPS',
      password,
      timeoutMs: 1000,
    });

    expect(code).toBe('SERVER_TLS');
    expect(reason).toContain('192.0.2.1:11090');
  });
});

describe('an answer', () => {
  it('may come in many pieces that cut characters in two', async () => {
    const whole = Buffer.from(JSON.stringify(table([{ FILESPACE_NAME: 'Büro – ÄÖÜ 日本' }])));
    const fake = await start((response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      for (const byte of whole) response.write(Buffer.from([byte]));
      response.end();
    });

    const answer = await issueCommand(fake.center(), 'X');

    expect(answer).toMatchObject({ ok: true, value: { items: [{ FILESPACE_NAME: 'Büro – ÄÖÜ 日本' }] } });
  });

  it('without rows is an answer', async () => {
    const fake = await start((response) => sendJson(response, noMatch));

    expect(await issueCommand(fake.center(), 'X')).toMatchObject({ ok: true, value: { items: [] } });
  });

  it('is read whatever its label says, if it can be', async () => {
    const fake = await start((response) => response.writeHead(200, { 'Content-Type': 'text/plain' }).end('[[]]'));

    expect(await issueCommand(fake.center(), 'X')).toMatchObject({ ok: true, value: { items: [] } });
  });

  it('with an error message names the server and says what it said', async () => {
    const { code, reason, address } = await failureOf(
      (response) => sendJson(response, [[{ msg: { n: '2940', def: 'ANR2940E Failed.' } }]]),
      { route: 'SP9' },
    );

    expect(code).toBe('SERVER_MESSAGE');
    expect(reason).toBe(`server SP9 through ${address}: The server answered: ANR2940E Failed.`);
  });

  it('of a form that is not known is OUTPUT_FORMAT', async () => {
    expect((await failureOf((response) => sendJson(response, { clients: [] }))).code).toBe('OUTPUT_FORMAT');
  });
});

describe('a status', () => {
  it.each([
    [400, 'SERVER_REJECTED', 'rejected the request for the hub server (400)'],
    [401, 'SERVER_LOGIN', 'refused the log-in of CHATOPS (401)'],
    [403, 'SERVER_FORBIDDEN', 'denies CHATOPS'],
    [404, 'SERVER_API_OFF', 'ends in /oc/api'],
    [429, 'SERVER_REJECTED', '(429)'],
    [500, 'SERVER_REJECTED', 'bad syntax, a missing privilege of CHATOPS or an unknown server name'],
    [502, 'SERVER_UNREACHABLE', '(502)'],
    [503, 'SERVER_UNREACHABLE', '(503)'],
  ])('%i is %s', async (status, code, words) => {
    const failed = await failureOf((response) => response.writeHead(status).end());

    expect(failed.code).toBe(code);
    expect(failed.reason).toContain(words);
    expect(failed.reason).toContain(failed.address);
  });

  it('that sends us elsewhere is not followed: the password stays with us', async () => {
    const other = await start((response) => sendJson(response, rows));
    const location = `http://127.0.0.1:${other.port}/oc/login`;

    const failed = await failureOf((response) => response.writeHead(302, { Location: location }).end());

    expect(failed.code).toBe('SERVER_API_OFF');
    expect(failed.reason).toContain(location);
    expect(other.asked).toEqual([]);
  });

  it('is told with the words beside it, shortened, but not with a page', async () => {
    const words = await failureOf((response) =>
      response.writeHead(403).end(`Account is locked. ${'x'.repeat(200_000)}`),
    );
    const page = await failureOf((response) =>
      response.writeHead(503, { 'Content-Type': 'text/html' }).end('<html><h1>Oops</h1></html>'),
    );

    expect(words.reason).toContain('It says: Account is locked. xxx');
    expect(words.reason.length).toBeLessThan(500);
    expect(page.reason).not.toContain('Oops');
  });
});

it('hides the password even from a sentence that quotes a proxy which echoes it', async () => {
  const failed = await failureOf((response, asked) =>
    response.writeHead(502).end(`${asked.headers.authorization} ${password}`),
  );

  expect(failed.reason).toContain('It says: Basic *** ***.');
});

describe('a body', () => {
  it('that is a web page says so, with its title', async () => {
    const failed = await failureOf((response) =>
      response
        .writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' })
        .end('<!DOCTYPE html><html><head><title>IBM Storage Protect Operations Center</title></head></html>'),
    );

    expect(failed.code).toBe('SERVER_API_OFF');
    expect(failed.reason).toContain('(“IBM Storage Protect Operations Center”)');
  });

  it.each([
    ['is empty', 'application/json', '', 'it is empty'],
    ['is something else', 'text/plain', 'Server is up', '(text/plain): "Server is up"'],
    ['breaks off', 'application/json', '[[{"hdr":["A"],"items":[{"A":', 'it breaks off after 29 characters'],
  ])('that %s is OUTPUT_FORMAT', async (_what, type, body, words) => {
    const failed = await failureOf((response) => response.writeHead(200, { 'Content-Type': type }).end(body));

    expect(failed.code).toBe('OUTPUT_FORMAT');
    expect(failed.reason).toContain(words);
  });

  it.each([
    ['a length that it does not keep', { 'Content-Length': '1000' }],
    ['no last piece', { 'Transfer-Encoding': 'chunked' }],
  ])('with %s was lost on the way', async (_what, headers) => {
    const failed = await failureOf((response) => {
      response.writeHead(200, { 'Content-Type': 'application/json', ...headers });
      response.write('[[{"hdr":["A"],"items":[', () => response.destroy());
    });

    expect(failed.code).toBe('SERVER_UNREACHABLE');
    expect(failed.reason).toContain('in the middle of an answer');
  });

  it('that announces more than we would hold is not read', async () => {
    const failed = await failureOf((response) => {
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': String(300 * 1024 * 1024) });
      response.write('[[');
    });

    expect(failed.code).toBe('OUTPUT_FORMAT');
    expect(failed.reason).toContain('larger than 256 MB');
  });
});

describe('no answer', () => {
  it('in time', async () => {
    const failed = await failureOf(() => undefined, { timeoutMs: 100 });

    expect(failed.code).toBe('SERVER_TIMEOUT');
    expect(failed.reason).toContain('within 0.1 seconds');
  });

  it('to its end in time: one that drips is not waited for', async () => {
    const failed = await failureOf(
      (response) => {
        response.writeHead(200, { 'Content-Type': 'application/json' });
        response.write('[[');
      },
      { timeoutMs: 100 },
    );

    expect(failed.code).toBe('SERVER_TIMEOUT');
  });

  it('because it hung up', async () => {
    const failed = await failureOf((response) => response.destroy());

    expect(failed.code).toBe('SERVER_UNREACHABLE');
    expect(failed.reason).toContain('hung up before it answered');
  });

  it('because nobody listens', async () => {
    const fake = await startCenter(() => undefined);
    await fake.close();

    const failed = await failure(fake.center());

    expect(failed.code).toBe('SERVER_UNREACHABLE');
    expect(failed.reason).toContain('nothing listens at that port');
  });

  it('because the host has no such name', async () => {
    const failed = await failure({ url: 'https://oc.invalid/oc/api', user: 'CHATOPS', password, timeoutMs: 10_000 });

    expect(failed.code).toBe('SERVER_UNREACHABLE');
    expect(failed.reason).toMatch(
      /oc\.invalid: the name of the host (?:is unknown|could not be looked up just now)\.$/,
    );
  });

  it('in HTTP: something else has that port', async () => {
    const socket = await startSocket((one) => one.end('220 mail.example.org ESMTP\r\n'));
    open.push(socket);

    const failed = await failure({
      url: `http://127.0.0.1:${socket.port}/oc/api`,
      user: 'CHATOPS',
      password,
      timeoutMs: 10_000,
    });

    expect(failed.code).toBe('OUTPUT_FORMAT');
    expect(failed.reason).toContain('is not HTTP');
  });

  it('to the greeting of TLS: it is not a connection yet', async () => {
    const socket = await startSocket(() => undefined);
    open.push(socket);

    const failed = await failure({
      url: `https://127.0.0.1:${socket.port}/oc/api`,
      user: 'CHATOPS',
      password,
      timeoutMs: 100,
    });

    expect(failed.code).toBe('SERVER_UNREACHABLE');
    expect(failed.reason).toContain('No connection');
  });
});
