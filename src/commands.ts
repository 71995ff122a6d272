import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from './config/clock';
import { checkHere, loadHere } from './config/here';
import type { Parts } from './config/parts';
import { lackingText, planText, problemsText } from './config/plan';
import { wantedOf } from './config/wanted';
import { lookAtEmbedded, startEmbedded } from './store/embedded';
import { forgetEverything } from './store/forget';
import { migrate } from './store/migrate';
import { openStore } from './store/open';

/** Says what a file would change in the database, and touches nothing. Exit code 2 if the file does not fit. */
export async function checkConfig(file: string | undefined): Promise<number> {
  if (file === undefined) return complain('Name the file: npm run check-config -- FILE');
  const checked = checkHere(file);
  if (!checked.ok) return complain(problemsText(checked.problems, file));
  const { database, lacking, notes } = checked.value;
  for (const note of notes) say(`Note: ${note}`);
  if (lacking.length > 0) say(lackingText(lacking, file));
  return withPresentDatabase(database, async (connectionString) => {
    const store = openStore({ connectionString, clock: systemClock });
    try {
      say(planText(await store.planConfig(wantedOf(checked.value.file))));
    } finally {
      await store.close();
    }
  });
}

/**
 * Forgets the simulated servers and the local workspace. In the embedded database all that the bot learnt from them goes too: the next
 * start is a first start. An external database may hold more than the sandbox, so there it stays.
 */
export async function sandboxReset(): Promise<number> {
  const loaded = loadHere();
  if (!loaded.ok) return complain(problemsText(loaded.problems));
  const { resetSandbox } = require('./sandbox/sandbox') as typeof import('./sandbox/sandbox');
  const { database } = loaded.value.parts;
  return withDatabase(database, async (connectionString) => {
    await resetSandbox(connectionString);
    if (database.kind === 'embedded') await forgetEverything(connectionString);
    say('The sandbox is empty. The next start seeds it anew.');
  });
}

/** The database as it is, also while a bot runs on it; where there is none yet, an empty one that goes away again. */
async function withPresentDatabase(
  database: Parts['database'],
  work: (connectionString: string) => Promise<void>,
): Promise<number> {
  if (database.kind === 'external') return withDatabase(database, work);
  const present = await lookAtEmbedded(database.folder);
  if (present === 'stopped') return withDatabase(database, work);
  if (present === 'none') {
    const folder = mkdtempSync(join(tmpdir(), 'backchat-check-'));
    // As root the server runs as another user, who must be able to enter.
    chmodSync(folder, 0o755);
    try {
      return await withDatabase({ kind: 'embedded', folder }, work);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  await work(present.running);
  return 0;
}

async function withDatabase(
  database: Parts['database'],
  work: (connectionString: string) => Promise<void>,
): Promise<number> {
  if (database.kind === 'external') {
    await work(database.url);
    return 0;
  }
  const embedded = await startEmbedded({ folder: database.folder, log: (line) => process.stderr.write(`${line}\n`) });
  try {
    await migrate(embedded.connectionString);
    await work(embedded.connectionString);
  } finally {
    await embedded.stop();
  }
  return 0;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function complain(sentence: string): number {
  process.stderr.write(`${sentence}\n`);
  return 2;
}
