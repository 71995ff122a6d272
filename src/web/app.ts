import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express, type RequestHandler } from 'express';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { isLoopbackAddress, isLoopbackHost } from '../domain/loopback';

/** One part whose health decides whether this process takes work. */
export interface Check {
  name: string;
  /** Resolves when well; rejects with a sentence. */
  ping(): Promise<void>;
}

export interface Metrics {
  registry: Registry;
  jobs: Counter<'job' | 'outcome'>;
  jobSeconds: Histogram<'job'>;
  calls: Counter<'provider' | 'verb' | 'outcome'>;
  deliveries: Counter<'provider' | 'card' | 'outcome'>;
}

/** @param unreadableServers asked at each scrape: how many servers cannot be read */
export function createMetrics(unreadableServers: () => Promise<number>): Metrics {
  const registry = new Registry();
  const registers = [registry];
  new Gauge({
    name: 'backchat_unreadable_servers',
    help: 'Servers that cannot be read',
    registers,
    async collect() {
      this.set(await unreadableServers());
    },
  });
  return {
    registry,
    jobs: new Counter({
      name: 'backchat_jobs_total',
      help: 'Finished jobs',
      labelNames: ['job', 'outcome'],
      registers,
    }),
    jobSeconds: new Histogram({
      name: 'backchat_job_seconds',
      help: 'Run time of jobs',
      labelNames: ['job'],
      registers,
    }),
    calls: new Counter({
      name: 'backchat_calls_total',
      help: 'Commands and clicks',
      labelNames: ['provider', 'verb', 'outcome'],
      registers,
    }),
    deliveries: new Counter({
      name: 'backchat_deliveries_total',
      help: 'Attempts to deliver a card',
      labelNames: ['provider', 'card', 'outcome'],
      registers,
    }),
  };
}

/**
 * Stands before what believes everyone. Listening on 127.0.0.1 is not enough: a page of another site can have its own name resolve to
 * this machine and then speaks to us through the browser of whoever reads it, under that name; a proxy brings strangers likewise.
 */
export const onlyThisMachine: RequestHandler = (request, response, next) => {
  const { host = '' } = request.headers;
  const named = URL.canParse(`http://${host}`) && isLoopbackHost(new URL(`http://${host}`).hostname);
  if (named && isLoopbackAddress(request.socket.remoteAddress)) return next();
  response
    .status(403)
    .type('text')
    .send('The sandbox answers this machine only, at http://127.0.0.1 or http://localhost.');
};

/**
 * The one HTTP application. No body parser here: Slack's signature needs the raw body, so each part parses its own routes.
 * /healthz: the process lives. /readyz: every check passes, else 503 with the sentences. /metrics: Prometheus text.
 *
 * @param open true while a part runs that believes everyone: then the whole application is for this machine only
 */
export function createApp(checks: readonly Check[], metrics: Metrics, open: boolean): Express {
  const app = express();
  app.disable('x-powered-by');
  if (open) app.use(onlyThisMachine);
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  app.get('/readyz', async (_request, response) => {
    const results = await Promise.all(checks.map(result));
    const ready = results.every((entry) => entry.status === 'ok');
    response.status(ready ? 200 : 503).json({ status: ready ? 'ok' : 'not ready', checks: results });
  });
  app.get('/metrics', async (_request, response) => {
    response.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  return app;
}

async function result(check: Check): Promise<{ name: string; status: string }> {
  try {
    await check.ping();
    return { name: check.name, status: 'ok' };
  } catch (error) {
    return { name: check.name, status: error instanceof Error ? error.message : String(error) };
  }
}

/** Listens; resolves with the server and the port it really has. Rejects if the port is taken. */
export function listen(app: Express, port: number, host: string): Promise<{ server: Server; port: number }> {
  const server = createServer(app);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve({ server, port: (server.address() as AddressInfo).port });
    });
  });
}
