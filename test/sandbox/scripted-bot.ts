import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import { signingSecret } from '../../src/sandbox/slack/ids';

/** A request that the workspace sent to the bot. */
export interface Received {
  headers: Record<string, string | string[] | undefined>;
  raw: string;
  /** Form fields; a `payload` is parsed. Empty for events. */
  form: Record<string, string>;
  json: Record<string, unknown>;
}

export interface ScriptedAnswer {
  status?: number;
  headers?: Record<string, string>;
  body?: string | object;
  /** Wait for it before answering. */
  after?: Promise<unknown>;
}

export interface ScriptedBot {
  url: string;
  received: Received[];
  /** What was wrong with signatures; stays empty. */
  complaints: string[];
  /** Decides what to answer; an empty 200 when it gives nothing. */
  answer: (request: Received) => ScriptedAnswer | undefined;
  close(): Promise<void>;
}

/** A bot that does what a test tells it, and checks every signature by its own arithmetic. */
export async function startScriptedBot(nowSeconds: () => number): Promise<ScriptedBot> {
  const app = express();
  const server = await listen(app);
  const bot: ScriptedBot = {
    url: addressOf(server),
    received: [],
    complaints: [],
    answer: () => undefined,
    close: () => closeServer(server),
  };
  app.post('/slack/events', express.raw({ type: () => true }), async (request, response) => {
    const raw = (request.body as Buffer).toString();
    const complaint = signatureComplaint(raw, request.headers, nowSeconds());
    if (complaint) bot.complaints.push(complaint);
    const isJson = request.headers['content-type'] === 'application/json';
    const form = isJson ? {} : Object.fromEntries(new URLSearchParams(raw));
    const json = (isJson ? JSON.parse(raw) : form['payload'] ? JSON.parse(form['payload']) : {}) as Record<
      string,
      unknown
    >;
    const received: Received = { headers: request.headers, raw, form, json };
    bot.received.push(received);
    const answer = bot.answer(received) ?? {};
    await answer.after;
    response.status(answer.status ?? 200).set(answer.headers ?? {});
    if (typeof answer.body === 'object') response.json(answer.body);
    else response.send(answer.body ?? '');
  });
  return bot;
}

function signatureComplaint(raw: string, headers: Received['headers'], now: number): string | null {
  const timestamp = String(headers['x-slack-request-timestamp']);
  if (Math.abs(now - Number(timestamp)) > 300) return `timestamp ${timestamp} is not near ${now}`;
  const expected = createHmac('sha256', signingSecret).update(['v0', timestamp, raw].join(':')).digest('hex');
  return headers['x-slack-signature'] === `v0=${expected}` ? null : `wrong signature for ${raw}`;
}

export function listen(app: Express): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer(app).listen(0, '127.0.0.1', () => resolve(server));
  });
}

export function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
