import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const repository = join(__dirname, '..', '..');

function sources(): { path: string; text: string }[] {
  return execFileSync('git', ['ls-files', 'src', 'handlers', 'jobs'], { cwd: repository, encoding: 'utf8' })
    .split('\n')
    .filter((path) => path.endsWith('.ts'))
    .map((path) => ({ path, text: readFileSync(join(repository, path), 'utf8') }));
}

function those(pattern: RegExp, allowed: (path: string) => boolean): string[] {
  return sources()
    .filter(({ path, text }) => !allowed(path) && pattern.test(text))
    .map(({ path }) => path);
}

test('only the configuration reads the environment', () => {
  expect(those(/process\.env/, (path) => path.startsWith('src/config/'))).toEqual([]);
});

test('only one file reads the clock of the machine', () => {
  expect(
    those(/Date\.now\(|new Date\(\)|DateTime\.(now|utc|local)\(\)/, (path) => path === 'src/config/clock.ts'),
  ).toEqual([]);
});

test('a source file is one idea and fits in the head', () => {
  expect(
    sources()
      .filter(({ text }) => text.split('\n').length > 320)
      .map(({ path }) => path),
  ).toEqual([]);
});
