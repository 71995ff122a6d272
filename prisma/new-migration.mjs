// npm run migration -- <name>: writes the SQL that leads from the migrations to schema.prisma, for a person to read and complete.
// Needs a build (the embedded server serves as scratch database).
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded } from '../dist/src/store/embedded.js';
import engine from './schema-engine.cjs';

const name = process.argv[2];
if (!name || !/^[a-z][a-z0-9_]*$/.test(name)) {
  console.error('usage: npm run migration -- <name in small letters, digits and _>');
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'backchat-migration-'));
chmodSync(folder, 0o755);
const server = await startEmbedded({ folder, log: () => {} });
try {
  const sql = await engine.missingSql(server.connectionString);
  if (/^\s*(--.*)?\s*$/.test(sql)) console.log('Nothing to do: the migrations lead to the schema.');
  else {
    const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
    const target = join(import.meta.dirname, 'migrations', `${stamp}_${name}`);
    mkdirSync(target);
    writeFileSync(join(target, 'migration.sql'), sql);
    console.log(`Wrote ${join(target, 'migration.sql')}. Read it before you commit it.`);
  }
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
