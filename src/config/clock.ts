import { DateTime, type Duration } from 'luxon';
import type { Clock } from '../domain/clock';

/** The machine's clock. This file is the only one that reads it; everything else is handed a `Clock`. */
export const systemClock: Clock = {
  now() {
    return DateTime.utc();
  },
};

/** A clock that runs beside another one. The offset is asked for at every reading, since the sandbox moves it while it runs. */
export function offsetClock(clock: Clock, offset: () => Duration): Clock {
  return {
    now() {
      return clock.now().plus(offset());
    },
  };
}
