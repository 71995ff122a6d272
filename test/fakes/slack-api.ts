import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parse } from 'node:querystring';

/** A method call that the bot made, its JSON arguments parsed. `respond` stands for a use of a response_url. */
export interface SlackCall {
  method: string;
  token: string;
  args: Record<string, unknown>;
}

/** What to answer: an object is the body, a function takes over the whole exchange. */
export type SlackAnswer = Record<string, unknown> | ((request: IncomingMessage, response: ServerResponse) => void);

export interface FakeSlack {
  /** Base of the Web API. */
  url: string;
  responseUrl: string;
  calls: SlackCall[];
  callsOf(method: string): SlackCall[];
  /** The next calls of a method get these answers, in order; after them the usual one again. */
  answer(method: string, ...answers: SlackAnswer[]): void;
  /** Resolves with the first `count` calls of a method once they have come. */
  waitFor(method: string, count?: number): Promise<SlackCall[]>;
  close(): Promise<void>;
}

/** A Web API that answers `ok`, remembers every call and fails on demand. It listens on 127.0.0.1. */
export async function startFakeSlack(): Promise<FakeSlack> {
  const calls: SlackCall[] = [];
  const planned = new Map<string, SlackAnswer[]>();
  const waiting: { method: string; count: number; resolve: (calls: SlackCall[]) => void }[] = [];
  const callsOf = (method: string): SlackCall[] => calls.filter((call) => call.method === method);
  const wake = (): void => {
    for (const waiter of [...waiting]) {
      const seen = callsOf(waiter.method);
      if (seen.length < waiter.count) continue;
      waiting.splice(waiting.indexOf(waiter), 1);
      waiter.resolve(seen);
    }
  };

  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      const method = request.url?.startsWith('/respond') ? 'respond' : (request.url ?? '').replace('/api/', '');
      calls.push({
        method,
        token: (request.headers.authorization ?? '').replace('Bearer ', ''),
        args: argumentsOf(body, request),
      });
      const answer = planned.get(method)?.shift() ?? usual(method);
      if (typeof answer === 'function') answer(request, response);
      else json(response, answer);
      wake();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/api/`,
    responseUrl: `http://127.0.0.1:${port}/respond/1`,
    calls,
    callsOf,
    answer: (method, ...answers) => planned.set(method, [...(planned.get(method) ?? []), ...answers]),
    waitFor: (method, count = 1) =>
      new Promise((resolve) => {
        waiting.push({ method, count, resolve });
        wake();
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function json(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

function argumentsOf(body: string, request: IncomingMessage): Record<string, unknown> {
  if (request.headers['content-type']?.includes('json')) return JSON.parse(body) as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(parse(body)).map(([name, value]) => {
      const text = String(value);
      return [name, /^[[{]/.test(text) ? (JSON.parse(text) as unknown) : text];
    }),
  );
}

function usual(method: string): Record<string, unknown> {
  switch (method) {
    case 'auth.test':
      return { ok: true, user_id: 'U0BACKCHAT', bot_id: 'B0BACKCHAT', team_id: 'T0UNI' };
    case 'users.info':
      return { ok: true, user: { id: 'U0TESS', team_id: 'T0UNI' } };
    case 'chat.postMessage':
    case 'chat.update':
      return { ok: true, ts: '1763533800.000100', channel: 'C0CHEM' };
    case 'conversations.info':
      return { ok: true, channel: { id: 'C0CHEM', name: 'chem-backup' } };
    default:
      return { ok: true };
  }
}

/** Headers of a request as Slack signs it. `at` = Unix seconds. */
export function signed(secret: string, body: string, at: number, contentType: string): Record<string, string> {
  const hash = createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex');
  return {
    'content-type': contentType,
    'x-slack-request-timestamp': String(at),
    'x-slack-signature': `v0=${hash}`,
  };
}
