import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { join } from 'node:path';
import type { OperationsCenter } from '../../src/protect/protect';

/** What reached the fake, whole. */
export interface Asked {
  method: string | undefined;
  path: string | undefined;
  headers: http.IncomingHttpHeaders;
  command: string;
}

/** Answers one request; it may write half of it, hang up or never answer. */
export type Behaviour = (response: http.ServerResponse, asked: Asked) => void;

export interface FakeCenter {
  asked: Asked[];
  port: number;
  /** How to reach it: plain HTTP as CHATOPS, or HTTPS at this host. */
  center(changes?: Partial<OperationsCenter>): OperationsCenter;
  /** Connections that are open. */
  connections(): Promise<number>;
  close(): Promise<void>;
}

export function pem(file: string): string {
  return readFileSync(join(__dirname, 'tls', file), 'utf8');
}

/** An Operations Center on 127.0.0.1. With `certificate` (a pair in tls/) it speaks HTTPS. */
export async function startCenter(behaviour: Behaviour, certificate?: string): Promise<FakeCenter> {
  const asked: Asked[] = [];
  function listener(request: http.IncomingMessage, response: http.ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url: path, headers } = request;
      const one = { method, path, headers, command: Buffer.concat(chunks).toString('utf8') };
      asked.push(one);
      behaviour(response, one);
    });
  }
  const server =
    certificate === undefined
      ? http.createServer(listener)
      : https.createServer({ cert: pem(`${certificate}.pem`), key: pem(`${certificate}.key`) }, listener);
  const port = await listen(server);
  return {
    asked,
    port,
    center: (changes) => ({
      url: `${certificate === undefined ? 'http' : 'https'}://127.0.0.1:${port}/oc/api`,
      user: 'CHATOPS',
      password,
      timeoutMs: 10_000,
      ...changes,
    }),
    connections: () =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const password = 'Pässwort:never-shown';

/** A listener below HTTP: it does with the socket what it is told. */
export async function startSocket(behaviour: (socket: net.Socket) => void) {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    behaviour(socket);
  });
  const port = await listen(server);
  return {
    port,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function listen(server: net.Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('no port'));
      else resolve(address.port);
    });
  });
}

export function sendJson(response: http.ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

/** Rows as a SELECT brings them: headings from the keys of the first. */
export function table(items: readonly Record<string, unknown>[]): unknown {
  return [[{ hdr: Object.keys(items[0] ?? {}), items }]];
}

export const noMatch = [[{ msg: { n: '2034', def: 'ANR2034E SELECT: No match found using this criteria.' } }]];
