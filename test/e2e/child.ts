import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { environmentOf, repository, waitFor } from './harness';

/** The built program in a process of its own, to be killed. */
export interface Child {
  url(): string;
  /** True once it has said that it is ready. */
  isReady(): boolean;
  /** Without warning, as a power cut would. */
  kill(): Promise<void>;
  /** As an administrator would: asks it to end and waits until it has. */
  end(): Promise<number | null>;
}

let built = false;

/** The same steps as before `npm start`; those whose inputs are unchanged are skipped. */
function build(): void {
  if (built) return;
  const done = spawnSync(process.execPath, [join(repository, 'src', 'prepare.mjs')], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`The program could not be built.\n${done.stdout}${done.stderr}`);
  built = true;
}

const running = new Set<ChildProcess>();

export function startChild(databaseUrl: string): Child {
  build();
  const child = spawn(process.execPath, [join(repository, 'dist', 'src', 'main.js')], {
    env: { ...environmentOf(databaseUrl), PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let said = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve)).finally(() => running.delete(child));
  const url = () => /^ready +(http\S+)\/sandbox$/m.exec(said)?.[1];
  const stop = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return ended;
  };
  return {
    url: () => {
      const found = url();
      if (found) return found;
      throw new Error(`The bot is not ready. It said:\n${said}`);
    },
    isReady: () => {
      if (child.exitCode !== null) throw new Error(`The bot ended with ${child.exitCode}. It said:\n${said}`);
      return url() !== undefined;
    },
    kill: async () => {
      await stop('SIGKILL');
    },
    end: () => stop('SIGTERM'),
  };
}

export async function ready(child: Child): Promise<void> {
  await waitFor('the bot to be ready', async () => child.isReady());
}

/** Whatever a failed test has left behind. */
export async function killAll(): Promise<void> {
  for (const child of running) child.kill('SIGKILL');
  await waitFor('the last of them', async () => running.size === 0);
}
