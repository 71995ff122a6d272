import type { Logger } from 'pino';
import type { Provider } from './chat/call';
import type { Card } from './chat/card';
import type { Messenger } from './chat/messenger';
import type { Clock } from './domain/clock';
import type { Protect } from './protect/protect';
import type { Queue } from './queue/queue';
import type { Conversation, Server, Workspace } from './store/rows';
import type { Store } from './store/store';

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
  /** Draws an object as it stands in the database for a place; null when there is nothing to show (any more). */
  render: Render;
  /** Name of the backup service, for people. */
  service: string;
  /** Lists of nodes declared in the file, by name of the group. */
  nodeGroups: ReadonlyMap<string, readonly string[]>;
}

export type Render = (
  card: string,
  objectId: string,
  place: Pick<Conversation, 'id' | 'externalId' | 'kind'> & { workspace: Workspace },
) => Promise<Drawn | null>;

interface Drawn {
  card: Card;
  version: number;
  /** What to answer under the card once it is posted: cards of their own, in order. Asked for after a first post only. */
  answers?: () => Promise<{ card: string; objectId: string }[]>;
}
