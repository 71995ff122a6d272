import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(__dirname, '..', 'golden');

/**
 * Compares what is sent with `test/golden/<platform>/<name>.json`. UPDATE_GOLDEN=1 writes the file instead: read the difference
 * before committing it. A missing file fails, so that a new card cannot pass unseen.
 */
export function golden(platform: 'slack' | 'teams', name: string, actual: unknown): void {
  const file = join(folder, platform, `${name}.json`);
  const text = `${JSON.stringify(actual, null, 2)}\n`;
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(join(folder, platform), { recursive: true });
    writeFileSync(file, text);
    return;
  }
  if (!existsSync(file)) throw new Error(`There is no golden file ${file}; run with UPDATE_GOLDEN=1 and look at it.`);
  expect(JSON.parse(text)).toEqual(JSON.parse(readFileSync(file, 'utf8')));
}
