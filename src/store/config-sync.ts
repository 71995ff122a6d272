import { peopleSteps } from './config-people';
import { bindingSteps, serverSteps, workspaceSteps } from './config-places';
import type { Steps } from './config-step';
import { tenantSteps } from './config-tenants';
import { type Db, query } from './connection';
import type { PlanLine, Wanted } from './writer';

/** Processes that start together apply the file one after the other. */
const configLock = 72707371;

/** What applying the file would change; reads only. */
export async function planConfig(db: Db, wanted: Wanted): Promise<PlanLine[]> {
  return (await stepsTo(db, wanted)).map((step) => step.line);
}

/** Makes the tables hold what the file wants. Rows that it made once and names no more go; rows made in chat stay. */
export async function applyConfig(tx: Db, now: Date, wanted: Wanted): Promise<PlanLine[]> {
  await query(tx, 'SELECT pg_advisory_xact_lock($1::bigint)::text', configLock);
  const steps = await stepsTo(tx, wanted);
  for (const step of steps) await step.apply(tx, now);
  return steps.map((step) => step.line);
}

/** Plan and application are made from the same steps, in the order in which they can be done: owners first, removed last. */
async function stepsTo(db: Db, wanted: Wanted): Promise<Steps['put']> {
  const parts: Steps[] = [];
  for (const part of [workspaceSteps, serverSteps, tenantSteps, peopleSteps, bindingSteps])
    parts.push(await part(db, wanted));
  return [...parts.flatMap((part) => part.put), ...parts.reverse().flatMap((part) => part.drop)];
}
