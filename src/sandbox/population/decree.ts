import type { Kind } from './nodes';

/** Why a run went as it did; the activity log tells it. */
export type Cause =
  /** The machine was off or away. */
  | 'absent'
  /** Files that the account may not read. */
  | 'access'
  /** Files in use. */
  | 'busy'
  /** Read errors of the machine's disk. */
  | 'disk'
  /** The snapshot of Windows failed. */
  | 'vss'
  /** The command before the backup, or the command itself. */
  | 'script'
  /** The pool of the server is full. */
  | 'space'
  /** The server cut an idle session. */
  | 'idle'
  /** The server cut a session that was too slow for too long. */
  | 'limit'
  | 'network'
  /** Expired. */
  | 'password';

export type Ending = 'Completed' | 'Failed' | 'Missed' | 'Severed';

/** An end that a story or chance decides on; the times follow from machine and schedule. */
export interface Decree {
  ending: Ending;
  result: number | null;
  /** Files not saved. */
  files: number;
  cause?: Cause;
  /** Milliseconds that the run lasts, when it is not the usual. */
  runs?: number;
  /** Milliseconds after which the session broke, when the server waits for a restart of it. */
  brokenAfter?: number;
}

/** How a cause ends a run, if nothing else is said. */
export function decreeFor(cause: Cause, kind: Kind, files = 3): Decree {
  switch (cause) {
    case 'absent':
      return { ending: 'Missed', result: null, files: 0, cause };
    case 'idle':
    case 'limit':
    case 'network':
      return { ending: 'Severed', result: null, files: 0, cause };
    case 'script':
      return { ending: 'Failed', result: kind === 'database' ? 1 : 12, files: 0, cause };
    case 'busy':
      return { ending: 'Completed', result: 4, files, cause };
    case 'access':
    case 'disk':
      return { ending: 'Failed', result: 12, files, cause };
    case 'vss':
    case 'space':
    case 'password':
      return { ending: 'Failed', result: 12, files: 0, cause };
  }
}
