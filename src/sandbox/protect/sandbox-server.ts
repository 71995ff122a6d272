import { setTimeout as wait } from 'node:timers/promises';
import { type Request, type Response, Router, text } from 'express';
import type { Pool } from 'pg';
import type { SandboxClock } from '../clock';
import { type ServerName, serverNames } from '../population/schedules';
import { sandboxAccount } from './account';
import { answer } from './answer';
import { openPlan, type Plan } from './plan';
import { openSwitches, type Switches, switchRouter } from './switches';

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
    account: sandboxAccount,
  };
}

function operationsCenter(pool: Pool, plan: Plan, switches: Switches): Router {
  const router = Router();
  async function issue(request: Request, response: Response): Promise<void> {
    const name = String(request.params['server'] ?? hub).toUpperCase();
    const server = serverNames.find((one) => one === name);
    if (await isStopped(request, response, server)) return;
    if (!isKnown(request)) {
      response.status(401).set('WWW-Authenticate', 'Basic realm="Operations Center"').end();
      return;
    }
    if (request.get('OC-API-Version') === undefined) {
      response.status(400).json({ error: 'OC-API-Version is missing' });
      return;
    }
    // an unknown server, bad syntax and a missing privilege look alike
    const command: unknown = request.body;
    if (!server || typeof command !== 'string') {
      response.status(500).end();
      return;
    }
    const answered = await answer(pool, server, await plan.present(), command);
    if (!answered.ok) {
      response.status(500).end();
      return;
    }
    await send(response, JSON.stringify(answered.body), server);
  }

  /** True when a switch has already dealt with the request. */
  async function isStopped(request: Request, response: Response, server: ServerName | undefined): Promise<boolean> {
    if (!server) return false;
    const { mode, seconds } = await switchOf(server);
    if (mode === 'down' || (await plan.isCutOff(server, await plan.present()))) {
      request.socket.destroy();
      return true;
    }
    const refusal = { login: 401, forbidden: 403, off: 404 }[mode as string];
    if (refusal !== undefined) response.status(refusal).end();
    if (mode === 'slow') await wait(seconds * 1000, undefined, { ref: false });
    return refusal !== undefined;
  }
  async function switchOf(server: ServerName) {
    const { servers } = await switches.state();
    return servers.find((one) => one.server === server) ?? { mode: 'up' as const, seconds: 0 };
  }
  async function send(response: Response, body: string, server: ServerName): Promise<void> {
    const { mode } = await switchOf(server);
    response.type('application/json');
    if (mode === 'garbage') {
      response.send('<html><body>Operations Center is starting</body></html>');
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
  router.post('/api/cli/issueCommand{/:server}', text({ type: 'text/plain', limit: '100kb' }), issue);
  return router;
}

function isKnown(request: Request): boolean {
  const expected = Buffer.from(`${sandboxAccount.user}:${sandboxAccount.password}`).toString('base64');
  return request.get('Authorization') === `Basic ${expected}`;
}
