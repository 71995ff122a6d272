import { DateTime } from 'luxon';
import type { Clock } from '../domain/clock';

/** The machine's clock. This file is the only one that reads it; everything else is handed a `Clock`. */
export const systemClock: Clock = {
  now() {
    return DateTime.utc();
  },
};
