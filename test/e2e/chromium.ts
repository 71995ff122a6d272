import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const executablePath = '/usr/bin/chromium';

/** Whether pages can be tested here. On a build machine they must be: there a missing browser is a failure, not a skip. */
export function haveChromium(): boolean {
  if (existsSync(executablePath)) return true;
  if (process.env['CI'] === 'true')
    throw new Error(`${executablePath} is missing, and nothing may be skipped under CI=true`);
  console.warn(`SKIPPED: ${executablePath} is missing, so no page is tested. Install chromium to test them.`);
  return false;
}

/** A headless browser that calls nobody by itself. As root Chromium starts without its own sandbox only. */
export function launchChromium(): Promise<Browser> {
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
