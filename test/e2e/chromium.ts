import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/** As Debian calls it, and others. */
const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

function findChromium(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(canRun);
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whether pages can be tested here. On a build machine they must be: there a missing browser is a failure, not a skip. */
export function haveChromium(): boolean {
  if (findChromium()) return true;
  if (process.env['CI'] === 'true')
    throw new Error('chromium is not installed, and nothing may be skipped under CI=true');
  process.stdout.write('SKIPPED: the pages of the sandbox. Install chromium to test them.\n');
  return false;
}

/** A headless browser that calls nobody by itself. As root Chromium starts without its own sandbox only. */
export function launchChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error('chromium is not installed');
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
}
