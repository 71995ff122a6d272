import type { Night } from '../domain/node-night';

export function iso(instant: Date): string {
  return instant.toISOString();
}

export function isoOrNull(instant: Date | null): string | null {
  return instant?.toISOString() ?? null;
}

/** Columns of type date come as midnight in UTC. */
export function nightOf(date: Date): Night {
  return date.toISOString().slice(0, 10);
}

export function dateOf(night: Night): Date {
  return new Date(`${night}T00:00:00Z`);
}
