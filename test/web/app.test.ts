import { request, type Server } from 'node:http';
import { type Check, createApp, createMetrics, listen } from '../../src/web/app';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function serve(open: boolean, checks: Check[] = []): Promise<number> {
  const app = createApp(
    checks,
    createMetrics(async () => 2),
    open,
  );
  const { server, port } = await listen(app, 0, '127.0.0.1');
  servers.push(server);
  return port;
}

/** `fetch` does not let its caller choose the Host header. */
function get(port: number, path: string, host?: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = host === undefined ? {} : { host };
    request({ port, path, host: '127.0.0.1', headers, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        body += part;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    })
      .on('error', reject)
      .end();
  });
}

it.each(['evil.example', 'evil.example:3978', '127.0.0.1.evil.example', 'localhost.evil.example', '10.0.0.1', '%'])(
  'refuses the name %p while everyone is believed: the page of another site could have it resolve to this machine',
  async (host) => {
    const port = await serve(true);
    expect((await get(port, '/healthz', host)).status).toBe(403);
  },
);

it.each(['127.0.0.1', '127.0.0.1:3978', 'localhost:3978', '[::1]:3978', 'LOCALHOST'])(
  'answers to the name %p',
  async (host) => {
    const port = await serve(true);
    expect((await get(port, '/healthz', host)).status).toBe(200);
  },
);

it('answers to any name when nothing believes everyone', async () => {
  const port = await serve(false);
  expect((await get(port, '/healthz', 'backchat.example.org')).status).toBe(200);
});

it('is not ready while a part is not, and says which', async () => {
  const well = { name: 'database', ping: async () => undefined };
  const ill = { name: 'queue', ping: () => Promise.reject(new Error('Redis did not answer within 10 s.')) };
  const ready = await get(await serve(false, [well]), '/readyz');
  const notReady = await get(await serve(false, [well, ill]), '/readyz');

  expect(ready.status).toBe(200);
  expect(notReady.status).toBe(503);
  expect(notReady.body).toContain('Redis did not answer within 10 s.');
});

it('counts unreadable servers when it is asked', async () => {
  const { body } = await get(await serve(false), '/metrics');
  expect(body).toContain('backchat_unreadable_servers 2');
});
