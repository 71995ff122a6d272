import { readFileSync } from 'node:fs';
import express, { type Request, type Response, type Router } from 'express';
import { z } from 'zod';
import type { SandboxClock } from '../clock';
import { scenarios } from '../population/scenario';
import { serverNames } from '../population/schedules';
import { modes, type Switches } from '../protect/switches';
import { drawControlsPage } from './layout';

export interface ControlsOptions {
  clock: Pick<SandboxClock, 'now'>;
  zone: string;
  /** Moves the clock and tells who needs to know. */
  nextMorning: () => Promise<void>;
  /** Absent when the Storage Protect servers are real ones. */
  switches: Switches | undefined;
  /** Finds a file of `src/sandbox`. */
  sourceFile: (name: string) => string;
}

const setServer = z.object({ server: z.enum(serverNames), mode: z.enum(modes) });
const setNight = z.object({ scenario: z.enum(scenarios) });
const id = z.string().regex(/^[A-Z0-9]{1,40}$/);
const origin = z.object({ as: id, channel: id });

/** Time and servers of the sandbox, and what all its pages load; to be mounted at `/sandbox` after the page of the workspace. */
export function controlsRouter(options: ControlsOptions): Router {
  const { switches } = options;
  const router = express.Router();
  const body = [ownPageOnly, express.urlencoded({ extended: false, limit: '8kb' })];
  const load = (name: string): string => readFileSync(options.sourceFile(`page/${name}`), 'utf8');
  // In this order: what comes later wins.
  const style = ['frame.css', 'message.css', 'blocks.css', 'phone.css'].map(load).join('\n');
  const script = load('page.js');
  router.get('/page.css', (_request, response) => void response.type('css').send(style));
  router.get('/page.js', (_request, response) => void response.type('js').send(script));

  router.get('/', async (request, response) => {
    sendPage(
      response,
      drawControlsPage({
        now: options.clock.now().setZone(options.zone),
        switches: await switches?.state(),
        justMoved: request.query['morning'] === '1',
      }),
    );
  });
  router.post('/next-morning', body, async (request: Request, response: Response) => {
    await options.nextMorning();
    goBack(request, response, 'morning=1');
  });
  router.post('/server', body, async (request: Request, response: Response) => {
    const wanted = setServer.safeParse(request.body);
    if (wanted.success) await switches?.set(wanted.data.server, wanted.data.mode);
    goBack(request, response);
  });
  router.post('/night', body, async (request: Request, response: Response) => {
    const wanted = setNight.safeParse(request.body);
    if (wanted.success) await switches?.chooseNight(wanted.data.scenario);
    goBack(request, response);
  });
  return router;
}

function goBack(request: Request, response: Response, note = ''): void {
  const from = origin.safeParse(request.body);
  const tail = note === '' ? '' : `&${note}`;
  if (from.success) response.redirect(303, `/sandbox/c/${from.data.channel}?as=${from.data.as}${tail}#latest`);
  else response.redirect(303, `/sandbox?${note}`);
}

/** Sends a page on which nothing but its own style and script runs or loads, whatever a message says. */
export function sendPage(response: Response, page: string): void {
  response.set({
    'content-security-policy':
      "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  });
  response.type('html').send(page);
}

/** Other sites must not press buttons here through a reader's browser. */
export function ownPageOnly(request: Request, response: Response, next: () => void): void {
  const from = request.get('sec-fetch-site');
  if (from === undefined || from === 'same-origin' || from === 'none') {
    next();
    return;
  }
  response.status(403).send('Forms are taken from the page itself only.');
}
