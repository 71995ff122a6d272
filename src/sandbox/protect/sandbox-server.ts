import type { Router } from 'express';
import type { Pool } from 'pg';
import type { SandboxClock } from '../clock';
import type { Switches } from './switches';

/** The account that the simulated Operations Center knows. */
export const sandboxAccount = { user: 'CHATOPS', password: 'sandbox' } as const;

export interface ProtectSandbox {
  /**
   * Mount it under `/sandbox/oc`: `POST /api/cli/issueCommand[/SERVER]`. The switches have a path of their own, see `switchRouter`.
   */
  router: Router;
  /** `GET /switch` and `POST /switch`; mount it under `/sandbox/protect`. */
  switchRouter: Router;
  switches: Switches;
}

export interface ProtectSandboxOptions {
  pool: Pool;
  clock: SandboxClock;
}

/** Two simulated Storage Protect servers behind one Operations Center. Seeds the database at the first start. */
export async function protectSandbox(_options: ProtectSandboxOptions): Promise<ProtectSandbox> {
  throw new Error('not built yet');
}
