import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import express, { type Router } from 'express';
import type { DateTime } from 'luxon';
import { Pool } from 'pg';
import type { Logger } from 'pino';
import { openSandboxClock } from './clock';
import { controlsRouter } from './page/controls';
import { pageRouter } from './page/router';
import { sandboxAccount } from './protect/account';
import { protectSandbox } from './protect/sandbox-server';
import { botToken, signingSecret } from './slack/ids';
import { openSlackSandbox } from './slack/slack-sandbox';

/** The zone in which the sandbox's mornings break. */
const zone = 'Europe/Berlin';

export interface SandboxOptions {
  connectionString: string;
  /** The machine's own time: signatures, response URLs and rate limits run on it. */
  machineNow: () => DateTime;
  /** Where the bot listens, `http://127.0.0.1:3978`; asked anew for each request, so it may be known late. */
  botUrl: () => string;
  /** The Slack manifest whose scopes, commands and events the workspace enforces. */
  manifestPath: string;
  log: Logger;
  parts: { slack: boolean; protect: boolean };
}

export interface Sandbox {
  /** Mount it at `/sandbox`, on the port of the bot. */
  router: Router;
  /** Service time. Where the backup servers are real ones it is the machine's own: there are no mornings to skip. */
  clock: { now(): DateTime };
  /** `apiPath` is the path of `SLACK_API_URL` on the bot's own address. */
  slack: { signingSecret: string; botToken: string; apiPath: string };
  /** `basePath` is the path of the simulated Operations Center on the bot's own address. */
  protect: { basePath: string; user: string; password: string };
  /** The sample tenants, a `backchat.yaml`. */
  sampleFile: string;
  /** Calls back after [Next morning] moved the clock, so that due work need not wait for the next tick. */
  onNextMorning(listener: () => void): void;
  close(): Promise<void>;
}

/** Starts the simulated parts that are asked for. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const pool = new Pool({ connectionString: options.connectionString, max: 4 });
  pool.on('error', (error) => options.log.warn({ err: error }, 'sandbox lost a database connection'));
  const listeners: (() => void)[] = [];
  const service = options.parts.protect ? await openService(pool, options.machineNow) : undefined;
  const clock = service?.clock ?? { now: () => options.machineNow().toUTC() };
  async function nextMorning(): Promise<void> {
    await service?.clock.nextMorning();
    for (const listener of listeners) listener();
  }

  const slack = options.parts.slack
    ? await openSlackSandbox({ ...options, pool, now: clock.now, ownUrl: () => `${options.botUrl()}/sandbox` })
    : undefined;
  const common = { clock, zone, nextMorning, switches: service?.protect.switches, sourceFile };
  const router = express.Router();
  if (service) router.use('/oc', service.protect.router).use('/protect', service.protect.switchRouter);
  if (slack) router.use('/slack', slack.router).use(pageRouter({ ...common, slack }));
  router.use(controlsRouter(common));

  return {
    router,
    clock,
    slack: { signingSecret, botToken, apiPath: '/sandbox/slack/api/' },
    protect: { basePath: '/sandbox/oc', ...sandboxAccount },
    sampleFile: sourceFile('sample.yaml'),
    onNextMorning: (listener) => void listeners.push(listener),
    async close() {
      slack?.close();
      await pool.end();
    },
  };
}

async function openService(pool: Pool, machineNow: () => DateTime) {
  const clock = await openSandboxClock(pool, zone, machineNow);
  return { clock, protect: await protectSandbox({ pool, clock }) };
}

/** Forgets everything that the sandbox stored. */
export async function resetSandbox(connectionString: string): Promise<void> {
  const pool = new Pool({ connectionString, max: 1 });
  try {
    const schemas = await pool.query<{ name: string }>(
      "SELECT quote_ident(nspname) AS name FROM pg_namespace WHERE nspname = 'sandbox' OR nspname LIKE 'sandbox\\_%'",
    );
    for (const { name } of schemas.rows) await pool.query(`DROP SCHEMA ${name} CASCADE`);
  } finally {
    await pool.end();
  }
}

/** A file of src/sandbox that is not compiled; it is found from the sources and from `dist` alike. */
function sourceFile(name: string): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return join(folder, 'src', 'sandbox', name);
}
