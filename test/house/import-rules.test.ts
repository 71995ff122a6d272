import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const repository = join(__dirname, '..', '..');
const config = join(repository, '.dependency-cruiser.cjs');
const program = join(repository, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');

interface Report {
  modules: { source: string }[];
  summary: { violations: { rule: { name: string }; from: string }[] };
}

/** Cruises the three source folders below a folder. Paths in the rules are relative to it. */
function cruise(folder: string): Report {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [program, '--config', config, '--output-type', 'json', 'src', 'handlers', 'jobs'],
    {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 256 * 1024 * 1024,
    },
  );
  if (!stdout) throw new Error(stderr);
  return JSON.parse(stdout) as Report;
}

/** A small house with the given files and nothing else. */
function house(files: Record<string, string>): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'backchat-house-'));
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
  for (const path of ['src/main.ts', 'handlers/verbs.ts', 'jobs/list.ts']) files[path] ??= 'export {};\n';
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

test('every source file is seen, and none breaks a rule', () => {
  const { modules, summary } = cruise(repository);
  const seen = new Set(modules.map((module) => module.source));
  const listed = execFileSync('git', ['ls-files', 'src', 'handlers', 'jobs'], { cwd: repository, encoding: 'utf8' })
    .split('\n')
    .filter((path) => /\.(ts|mjs)$/.test(path) && !path.startsWith('src/store/generated/'));

  expect(listed.length).toBeGreaterThan(20);
  expect(listed.filter((path) => !seen.has(path))).toEqual([]);
  expect(summary.violations).toEqual([]);
});

const empty = 'export const x = 1;\nexport interface T { x: number }\n';
const planted: [string, string, string, Record<string, string>][] = [
  [
    'domain-is-pure',
    'src/domain/a.ts',
    "import { x } from '../store/b';\nexport const y = x;\n",
    { 'src/store/b.ts': empty },
  ],
  [
    'pure-parts-do-no-io',
    'src/domain/a.ts',
    "import { readFileSync } from 'node:fs';\nexport const y = readFileSync;\n",
    {},
  ],
  ['domain-knows-pure-packages', 'src/domain/a.ts', "import { pino } from 'pino';\nexport const y = pino;\n", {}],
  [
    'parts-apart',
    'src/protect/a.ts',
    "import { x } from '../store/b';\nexport const y = x;\n",
    { 'src/store/b.ts': empty },
  ],
  [
    'cards-are-pure',
    'src/chat/cards/a.ts',
    "import { x } from '../slack/b';\nexport const y = x;\n",
    { 'src/chat/slack/b.ts': empty },
  ],
  [
    'platforms-apart',
    'src/chat/slack/a.ts',
    "import { x } from '../teams/b';\nexport const y = x;\n",
    { 'src/chat/teams/b.ts': empty },
  ],
  [
    'verbs-and-jobs-get-values-in-deps',
    'jobs/a.ts',
    "import { x } from '../src/store/b';\nexport const y = x;\n",
    { 'src/store/b.ts': empty },
  ],
  [
    'handlers-and-jobs-apart',
    'handlers/a.ts',
    "import { x } from '../jobs/b';\nexport const y = x;\n",
    { 'jobs/b.ts': empty },
  ],
  [
    'only-main-knows-everyone',
    'src/web/a.ts',
    "import { x } from '../../jobs/b';\nexport const y = x;\n",
    { 'jobs/b.ts': empty },
  ],
  [
    'sandbox-meets-over-http',
    'src/sandbox/a.ts',
    "import { x } from '../domain/b';\nexport const y = x;\n",
    { 'src/domain/b.ts': empty },
  ],
  ['slack-sdk', 'src/store/a.ts', "import { App } from '@slack/bolt';\nexport const y = App;\n", {}],
  ['teams-sdk', 'handlers/a.ts', "import { CloudAdapter } from 'botbuilder';\nexport const y = CloudAdapter;\n", {}],
  ['prisma', 'src/queue/a.ts', "import { PrismaPg } from '@prisma/adapter-pg';\nexport const y = PrismaPg;\n", {}],
  ['queue-sdk', 'src/store/a.ts', "import { Queue } from 'bullmq';\nexport const y = Queue;\n", {}],
];

test.each(planted)('a planted import is caught: %s', (rule, path, text, others) => {
  const { folder, remove } = house({ [path]: text, ...others });
  try {
    const names = cruise(folder)
      .summary.violations.filter((violation) => violation.from === path)
      .map((violation) => violation.rule.name);
    expect(names).toContain(rule);
  } finally {
    remove();
  }
});

test('the ports that verbs and jobs import hold types only', () => {
  for (const port of [
    'deps.ts',
    'chat/call.ts',
    'chat/messenger.ts',
    'store/store.ts',
    'store/rows.ts',
    'store/writer.ts',
    'protect/protect.ts',
    'queue/queue.ts',
  ]) {
    const text = readFileSync(join(repository, 'src', port), 'utf8');
    expect({
      port,
      values: /^(export )?(async )?(function|const|let|class) /m.test(text) || /^import (?!type )/m.test(text),
    }).toEqual({ port, values: false });
  }
});
