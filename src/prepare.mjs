// Makes a clone ready to run: installs, generates the Prisma client, builds. Each step is skipped while its inputs are
// unchanged; git gives every file the time of the checkout, so contents are compared, not times. Plain Node, no packages.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const steps = [
  {
    name: 'install',
    says: 'Installing packages (once, about a minute)',
    inputs: ['package.json', 'package-lock.json'],
    produces: 'node_modules/typescript',
    run: () => npm('ci', '--no-audit', '--no-fund', '--loglevel=error'),
  },
  {
    name: 'generate',
    says: 'Generating the database client',
    inputs: ['prisma/schema.prisma', 'package-lock.json'],
    produces: 'src/store/generated/client.ts',
    // The generator asks for the schema engine's path but never starts it: any existing file keeps it from a download.
    run: () =>
      node(['node_modules/prisma/build/index.js', 'generate', '--no-hints'], {
        PRISMA_SCHEMA_ENGINE_BINARY: join(root, 'package.json'),
        CHECKPOINT_DISABLE: '1',
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
      }),
  },
  {
    name: 'build',
    says: 'Building',
    inputs: ['tsconfig.json', 'package-lock.json', 'prisma/schema.prisma', 'src', 'handlers', 'jobs', 'test'],
    produces: 'dist/src/main.js',
    run: () => node(['node_modules/typescript/bin/tsc']),
  },
];

const wanted = process.argv.slice(2);
for (const step of steps) {
  const stamp = join(root, 'node_modules', `.backchat-${step.name}`);
  const hash = fingerprint(step.inputs);
  const forced = wanted.includes(step.name);
  const fresh = existsSync(stamp) && readFileSync(stamp, 'utf8') === hash && existsSync(join(root, step.produces));
  if (!fresh || forced) {
    process.stdout.write(`${step.says} ...\n`);
    step.run();
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, hash);
  }
  if (forced && wanted.at(-1) === step.name) break;
}

function fingerprint(inputs) {
  const hash = createHash('sha256').update(process.version);
  for (const input of inputs)
    for (const file of filesBelow(join(root, input))) hash.update(relative(root, file)).update(readFileSync(file));
  return hash.digest('hex');
}

function filesBelow(path) {
  if (!existsSync(path) || path.endsWith(join('store', 'generated'))) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesBelow(join(path, name)));
}

function npm(...args) {
  const cli = process.env.npm_execpath;
  if (cli) node([cli, ...args]);
  else run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args);
}

function node(args, env = {}) {
  run(process.execPath, args, env);
}

function run(command, args, env = {}) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
