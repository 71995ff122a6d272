import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { verbs } from '../../handlers/verbs';
import { failureCodes } from '../../src/domain/failure';

const path = join(__dirname, '..', '..', 'README.md');

/** The table between two marks must be the one that the code makes; UPDATE_README=1 writes it. */
function table(mark: string, lines: readonly string[]): { found: string; wanted: string } {
  const wanted = lines.join('\n');
  const text = readFileSync(path, 'utf8');
  const [before = '', rest = ''] = text.split(`<!-- ${mark} -->\n`);
  const [found = '', after = ''] = rest.split(`\n<!-- /${mark} -->`);
  if (process.env['UPDATE_README'] === '1') {
    writeFileSync(path, `${before}<!-- ${mark} -->\n${wanted}\n<!-- /${mark} -->${after}`);
    return { found: wanted, wanted };
  }
  return { found, wanted };
}

test('the table of commands is the list of verbs', () => {
  const rows = verbs.map(
    (verb) =>
      `| \`${[verb.name, verb.usage].filter(Boolean).join(' ')}\` | ${verb.summary} | \`/backup ${verb.example}\` |`,
  );
  const { found, wanted } = table('verbs', ['| command | what it answers | example |', '|---|---|---|', ...rows]);
  expect(found).toBe(wanted);
});

test('the table of codes is the list of failures', () => {
  const rows = Object.entries(failureCodes).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`);
  const { found, wanted } = table('codes', ['| code | meaning |', '|---|---|', ...rows]);
  expect(found).toBe(wanted);
});
