import type { Logger } from 'pino';
import type { Provider } from './chat/call';
import type { Messenger } from './chat/messenger';
import type { Clock } from './domain/clock';
import type { Protect } from './protect/protect';
import type { Queue } from './queue/queue';
import type { Server, Store } from './store/store';

/** What verbs and jobs are given. Types only: main.ts makes the values. */
export interface Deps {
  clock: Clock;
  store: Store;
  queue: Queue;
  log: Logger;
  /** A reading connection to a server; made anew for each poll. Throws only for a mistake in the configuration that start-up should have refused. */
  protect(server: Server): Protect;
  /** Absent when that platform is not configured. */
  messenger(provider: Provider): Messenger | undefined;
  /** Lists of nodes declared in the file, by name of the group. */
  nodeGroups: ReadonlyMap<string, readonly string[]>;
}
