import { setTimeout as wait } from 'node:timers/promises';
import { type Request, type Response, Router, text } from 'express';
import type { Pool } from 'pg';
import type { SandboxClock } from '../clock';
import { type ServerName, serverNames } from '../population/schedules';
import { sandboxAccount } from './account';
import { answer } from './answer';
import { openPlan, type Plan } from './plan';
import { type Mode, openSwitches, type Switches, switchRouter } from './switches';

export interface ProtectSandbox {
  /** The Operations Center: `POST /api/cli/issueCommand[/SERVER]`. Mount it at `/sandbox/oc`. */
  router: Router;
  /** `GET /switch` and `POST /switch`. Mount it at `/sandbox/protect`. */
  switchRouter: Router;
  switches: Switches;
}

/** The hub answers when no server is named. */
const hub: ServerName = 'SP1';

/**
 * Two simulated Storage Protect servers behind one Operations Center, in the schemas `sandbox_sp1` and `sandbox_sp2`. Fills them at
 * the first start, and with new nights as the clock goes on. `pool` may write; commands are answered in transactions that only read.
 */
export async function protectSandbox({ pool, clock }: { pool: Pool; clock: SandboxClock }): Promise<ProtectSandbox> {
  const plan = await openPlan(pool, clock);
  const switches = openSwitches(pool, plan);
  return {
    router: operationsCenter(pool, plan, switches),
    switchRouter: switchRouter(switches),
    switches,
  };
}

function operationsCenter(pool: Pool, plan: Plan, switches: Switches): Router {
  const router = Router();
  async function issue(request: Request, response: Response): Promise<void> {
    const name = String(request.params['server'] ?? hub).toUpperCase();
    const server = serverNames.find((one) => one === name);
    const now = await plan.present();
    const { mode, seconds } = server ? await switches.of(server) : { mode: 'up' as const, seconds: 0 };
    if (mode === 'down' || (server && (await plan.isCutOff(server, now)))) {
      request.socket.destroy();
      return;
    }
    if (mode === 'slow') await wait(seconds * 1000, undefined, { ref: false });
    const refusal = refusalOf(request, mode);
    if (refusal !== undefined) {
      response.status(refusal).end();
      return;
    }
    // an unknown server, bad syntax and a missing privilege look alike
    const command: unknown = request.body;
    const answered =
      server && typeof command === 'string' ? await answer(pool, server, now, command) : { ok: false as const };
    if (answered.ok) send(response, JSON.stringify(answered.body), mode);
    else response.status(500).end();
  }
  router.post('/api/cli/issueCommand{/:server}', text({ type: 'text/plain', limit: '100kb' }), issue);
  return router;
}

/** The status of a request that is not looked at any further. */
function refusalOf(request: Request, mode: Mode): number | undefined {
  if (mode === 'off') return 404;
  if (mode === 'login' || !isKnown(request)) return 401;
  if (mode === 'forbidden') return 403;
  return request.get('OC-API-Version') === undefined ? 400 : undefined;
}

function send(response: Response, body: string, mode: Mode): void {
  response.type('application/json');
  if (mode === 'garbage') {
    response.send('ANR9999D_2547719834 sdbselect.c(1042): thread<42>: unexpected result code');
    return;
  }
  if (mode !== 'half') {
    response.send(body);
    return;
  }
  const whole = Buffer.from(body);
  response.set('Content-Length', String(whole.length));
  response.write(whole.subarray(0, whole.length >> 1), () => response.destroy());
}

function isKnown(request: Request): boolean {
  const expected = Buffer.from(`${sandboxAccount.user}:${sandboxAccount.password}`).toString('base64');
  return request.get('Authorization') === `Basic ${expected}`;
}
