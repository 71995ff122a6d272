import type { Logger } from 'pino';

/** Puts a part on the list of those to close, and hands it back. Throws when the end has come meanwhile. */
export type Opened = <T>(name: string, part: T, close: (part: T) => Promise<unknown>) => T;

/** A part that hangs is left behind, so that those under it, the database last of all, still close in order. */
const partMs = 4_000;
/** After this a stop is a crash: better a lease that runs out than a process that hangs. */
const stopMs = 10_000;

/**
 * Remembers what was opened and closes it, last opened first. When `ending` fires, what is open closes at once and whatever opens
 * later is refused: a start that is interrupted leaves nothing running.
 */
export function lifetime(log: Logger, ending?: AbortSignal): { opened: Opened; stop(): Promise<void> } {
  const open: { name: string; close: () => Promise<unknown> }[] = [];
  let stopping = Promise.resolve();
  const stop = () => {
    stopping = stopping.then(() => closeAll(open, log));
    return stopping;
  };
  ending?.addEventListener('abort', () => void stop(), { once: true });
  return {
    opened: (name, part, close) => {
      open.push({ name, close: () => close(part) });
      ending?.throwIfAborted();
      return part;
    },
    stop,
  };
}

async function closeAll(open: { name: string; close: () => Promise<unknown> }[], log: Logger): Promise<void> {
  for (let part = open.pop(); part; part = open.pop()) {
    const { name, close } = part;
    try {
      // The last one, the database, may take its time: nothing waits behind it.
      const closed = await (open.length === 0 ? close().then(() => true) : inTime(close()));
      if (!closed) log.warn({ part: name }, 'part left behind: it took too long to close');
    } catch (error) {
      log.error({ err: error, part: name }, 'part did not close');
    }
  }
}

async function inTime(closing: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), partMs);
  });
  try {
    return await Promise.race([closing.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Starts, and ends the process at the first signal: also at one that comes while it starts. Rejects when the start fails by itself. */
export async function untilSignal(
  start: (ending: AbortSignal) => Promise<{ stop(): Promise<void> }>,
  say: (line: string) => void,
): Promise<undefined> {
  const ending = new AbortController();
  const starting = start(ending.signal);
  const end = (signal: NodeJS.Signals) => {
    // npm passes on what the terminal has sent to all: the same signal comes twice.
    if (ending.signal.aborted) return;
    say(`stopping   ${signal}`);
    setTimeout(() => process.exit(1), stopMs).unref();
    ending.abort();
    // A start that is interrupted rejects once all is closed again.
    const stopped = starting.then(
      (running) => running.stop(),
      () => undefined,
    );
    stopped.then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  // A terminal that was closed takes no more lines, which is no reason to leave the database running.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  await starting.catch((error: unknown) => {
    if (!ending.signal.aborted) throw error;
  });
}
