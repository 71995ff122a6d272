import { json, type Request, type Response, Router } from 'express';
import type { Pool } from 'pg';
import { z } from 'zod';
import { type Scenario, scenarios } from '../population/scenario';
import { type ServerName, serverNames } from '../population/schedules';
import type { Plan } from './plan';

/** What a simulated server does to a request: `login` 401, `forbidden` 403, `off` 404; `half` breaks off in the middle of the answer. */
export const modes = ['up', 'down', 'slow', 'half', 'login', 'forbidden', 'off', 'garbage'] as const;
export type Mode = (typeof modes)[number];

export interface ServerSwitch {
  server: string;
  mode: Mode;
  /** For `slow`: seconds before the answer. */
  seconds: number;
}

export interface SwitchState {
  servers: ServerSwitch[];
  /** The night that the next choice of a scenario applies to, ISO date of its evening, and what is chosen for it. */
  next: { night: string; scenario: Scenario };
}

/** The switches survive restarts. */
export interface Switches {
  state(): Promise<SwitchState>;
  of(server: ServerName): Promise<ServerSwitch>;
  set(server: ServerName, mode: Mode, seconds?: number): Promise<void>;
  /** Chooses what the next night brings; until its evening the choice can be changed. */
  chooseNight(scenario: Scenario): Promise<void>;
}

const usualSeconds = 20;

export function openSwitches(pool: Pool, plan: Plan): Switches {
  async function of(server: ServerName): Promise<ServerSwitch> {
    const select = 'SELECT server, mode, seconds FROM sandbox.protect_switch WHERE server = $1';
    const set = await pool.query<ServerSwitch>(select, [server]);
    return set.rows[0] ?? { server, mode: 'up', seconds: usualSeconds };
  }
  return {
    state: async () => ({ servers: await Promise.all(serverNames.map(of)), next: await plan.next() }),
    of,
    async set(server, mode, seconds = usualSeconds) {
      await pool.query(
        `INSERT INTO sandbox.protect_switch VALUES ($1, $2, $3)
          ON CONFLICT (server) DO UPDATE SET mode = EXCLUDED.mode, seconds = EXCLUDED.seconds`,
        [server, mode, seconds],
      );
    },
    chooseNight: (scenario) => plan.choose(scenario),
  };
}

const order = z.union([
  z.strictObject({ server: z.enum(serverNames), mode: z.enum(modes), seconds: z.number().min(0).max(600).optional() }),
  z.strictObject({ night: z.enum(scenarios) }),
]);

/** `GET /switch` shows the state; `POST /switch` takes `{server, mode, seconds?}` or `{night}` and shows the new state. */
export function switchRouter(switches: Switches): Router {
  const router = Router();
  router.get('/switch', async (_request: Request, response: Response) => {
    response.json(await switches.state());
  });
  router.post('/switch', json({ limit: '10kb' }), async (request: Request, response: Response) => {
    const parsed = order.safeParse(request.body);
    if (!parsed.success) {
      response.status(400).json({ error: z.prettifyError(parsed.error) });
      return;
    }
    if ('night' in parsed.data) await switches.chooseNight(parsed.data.night);
    else await switches.set(parsed.data.server, parsed.data.mode, parsed.data.seconds);
    response.json(await switches.state());
  });
  return router;
}
