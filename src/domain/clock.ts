import type { DateTime } from 'luxon';

/** The only source of "now". Everything that depends on time is handed one. */
export interface Clock {
  /** The present instant, in UTC. */
  now(): DateTime;
}
