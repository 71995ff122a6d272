import { join } from 'node:path';
import express from 'express';
import { DateTime } from 'luxon';
import { Client } from 'pg';
import pino from 'pino';
import { resetSandbox, type Sandbox, startSandbox } from '../../src/sandbox/sandbox';
import { emptyDatabase, type TestDatabase } from '../database';
import { addressOf, closeServer, listen } from './scripted-bot';

const machine = DateTime.fromISO('2031-05-06T07:08:09Z', { zone: 'utc' });

let database: TestDatabase;
beforeEach(async () => {
  database = await emptyDatabase();
});
afterEach(() => database.drop());

async function run(parts: { slack: boolean; protect: boolean }): Promise<{
  sandbox: Sandbox;
  read(path: string): Promise<string>;
  close(): Promise<void>;
}> {
  const app = express();
  const server = await listen(app);
  const url = addressOf(server);
  const sandbox = await startSandbox({
    connectionString: database.url,
    machineNow: () => machine,
    botUrl: () => url,
    manifestPath: join(__dirname, '..', '..', 'manifests', 'slack', 'manifest.json'),
    log: pino({ level: 'silent' }),
    parts,
  });
  app.use('/sandbox', sandbox.router);
  return {
    sandbox,
    read: async (path) => (await fetch(`${url}${path}`)).text(),
    async close() {
      await sandbox.close();
      await closeServer(server);
    },
  };
}

it('leaves time alone where the backup servers are real', async () => {
  const { sandbox, read, close } = await run({ slack: true, protect: false });
  const page = await read('/sandbox');
  const now = sandbox.clock.now();
  await close();

  expect(now.toMillis()).toBe(machine.toMillis());
  expect(page).toContain('chem-backup');
  expect(page).not.toContain('Next morning');
  expect(page).not.toContain('Backup servers');
});

it('shows time and servers alone where Slack is real', async () => {
  const { sandbox, read, close } = await run({ slack: false, protect: true });
  const page = await read('/sandbox');
  const api = await read(`${sandbox.slack.apiPath}auth.test`);
  await close();

  expect(page).toContain('Next morning');
  expect(page).toContain('SP2');
  expect(page).not.toContain('chem-backup');
  expect(api).toContain('Cannot GET');
}, 30_000);

it('forgets everything on a reset, and nothing else', async () => {
  const { close } = await run({ slack: true, protect: true });
  await close();
  const client = new Client({ connectionString: database.url });
  await client.connect();
  await client.query('CREATE SCHEMA sandboxes; CREATE TABLE public.kept (id integer)');

  await resetSandbox(database.url);

  const left = await client.query<{ name: string }>(
    "SELECT nspname AS name FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema' ORDER BY 1",
  );
  const kept = await client.query("SELECT to_regclass('public.kept') IS NOT NULL AS kept");
  await client.end();
  expect(left.rows.map((row) => row.name)).toEqual(['public', 'sandboxes']);
  expect(kept.rows).toEqual([{ kept: true }]);
}, 30_000);
