import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'pg';
import { loadConfig } from '../../src/config/config';
import { type Running, start } from '../../src/main';
import { freshDatabase, type TestDatabase } from '../database';

export const repository = join(__dirname, '..', '..');

export interface SlackBlock {
  type: string;
  block_id: string;
  text?: { text: string };
  fields?: { text: string }[];
  elements?: { type: string; action_id?: string; value?: string; text?: { text: string } | string }[];
}

/** A message as the Web API tells it. */
export interface Message {
  ts: string;
  thread_ts?: string;
  user: string;
  bot_id?: string;
  text: string;
  blocks?: SlackBlock[];
  edited?: { ts: string };
  metadata?: { event_type: string; event_payload: { key?: string } };
}

/** What only one person sees. */
export interface Whisper {
  ts: string;
  text: string;
  blocks: SlackBlock[] | null;
}

/** The sandbox as people use it: its page's forms, the local Web API, and the tables for what neither tells. */
export interface Desk {
  /** Where the bot listens now; a restart may change it. */
  url(): string;
  databaseUrl: string;
  sql<T extends object>(text: string, values?: unknown[]): Promise<T[]>;
  /** Top-level messages of a channel, oldest first, with their metadata. */
  history(channel: string): Promise<Message[]>;
  /** Answers under a message, oldest first, without the message itself. */
  replies(channel: string, ts: string): Promise<Message[]>;
  nextMorning(): Promise<void>;
  /** Puts a simulated server into a mode: `up`, `down`, `half` ... */
  switch(server: string, mode: string): Promise<void>;
  say(user: string, channel: string, text: string): Promise<void>;
  /** Sends a slash command and waits for the answer that only the asker sees. */
  command(user: string, channel: string, text: string): Promise<Whisper>;
  /** Presses a button by its label, without waiting for anything. */
  press(user: string, channel: string, message: Pick<Message, 'ts' | 'blocks'> | Whisper, label: string): Promise<void>;
  /** Presses a button and waits for the new answer to the presser. */
  click(
    user: string,
    channel: string,
    message: Pick<Message, 'ts' | 'blocks'> | Whisper,
    label: string,
  ): Promise<Whisper>;
  whispers(user: string, channel: string): Promise<Whisper[]>;
}

export interface Bot extends Desk {
  running: Running;
  /** Stops the bot and leaves its database. */
  stop(): Promise<void>;
  /** Stops the bot and drops its database. */
  close(): Promise<void>;
}

/** The environment of a bot in a test: nothing but what is said here. */
export function environmentOf(databaseUrl: string): Record<string, string> {
  return { DATABASE_URL: databaseUrl, PORT: '0', LOG_LEVEL: 'silent' };
}

/** The real bot with its sandbox in this process, on an empty database unless one is given. */
export async function startBot(given?: TestDatabase): Promise<Bot> {
  const database = given ?? (await freshDatabase());
  const loaded = loadConfig(environmentOf(database.url), {
    read: (path) => readFileSync(path, 'utf8'),
    sample: join(repository, 'src', 'sandbox', 'sample.yaml'),
  });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const running = await start(loaded.value, () => undefined);
  const desk = openDesk(database.url, () => `http://127.0.0.1:${running.port}`);
  const stop = async () => {
    await running.stop();
    await desk.close();
  };
  return {
    ...desk,
    running,
    stop,
    close: async () => {
      await stop();
      await database.drop();
    },
  };
}

export function openDesk(databaseUrl: TestDatabase['url'], url: () => string): Desk & { close(): Promise<void> } {
  const pool = new Pool({ connectionString: databaseUrl, max: 3 });

  async function sql<T extends object>(text: string, values: unknown[] = []): Promise<T[]> {
    return (await pool.query<T>(text, values)).rows;
  }

  async function form(path: string, fields: Record<string, string>): Promise<void> {
    const response = await fetch(`${url()}/sandbox/${path}`, {
      method: 'POST',
      body: new URLSearchParams(fields),
      redirect: 'manual',
    });
    if (response.status !== 303) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  }

  async function read(method: string, args: Record<string, string>): Promise<Message[]> {
    const messages: Message[] = [];
    let cursor = '';
    do {
      const response = await fetch(`${url()}/sandbox/slack/api/${method}`, {
        method: 'POST',
        headers: { authorization: 'Bearer xoxb-sandbox' },
        body: new URLSearchParams({ ...args, limit: '200', include_all_metadata: 'true', cursor }),
      });
      const retryAfter = Number(response.headers.get('retry-after'));
      if (response.status === 429) {
        await sleep(retryAfter * 1000);
        continue;
      }
      const answer = (await response.json()) as {
        ok: boolean;
        error?: string;
        messages: Message[];
        response_metadata?: { next_cursor?: string };
      };
      if (!answer.ok) throw new Error(`${method}: ${answer.error}`);
      messages.push(...answer.messages);
      cursor = answer.response_metadata?.next_cursor ?? '';
    } while (cursor !== '');
    return messages.sort((a, b) => (a.ts < b.ts ? -1 : 1));
  }

  function whispers(user: string, channel: string): Promise<Whisper[]> {
    return sql('SELECT ts, text, blocks FROM sandbox.ephemerals WHERE to_user = $1 AND channel = $2 ORDER BY ts', [
      user,
      channel,
    ]);
  }

  /** Does something and waits for a whisper that was not there before, or has changed. */
  async function answered(user: string, channel: string, act: () => Promise<void>): Promise<Whisper> {
    const before = new Map((await whispers(user, channel)).map((each) => [each.ts, JSON.stringify(each)]));
    await act();
    return waitFor(`an answer to ${user} in ${channel}`, async () =>
      (await whispers(user, channel)).find((each) => before.get(each.ts) !== JSON.stringify(each)),
    );
  }

  async function press(
    user: string,
    channel: string,
    message: Pick<Message, 'ts' | 'blocks'> | Whisper,
    label: string,
  ) {
    const found = buttonsOf(message).find((button) => button.label === label);
    if (!found) throw new Error(`There is no button [${label}] on ${message.ts}.`);
    await form('press', {
      as: user,
      channel,
      ts: message.ts,
      press: JSON.stringify([found.blockId, found.actionId]),
    });
  }

  const say = (user: string, channel: string, text: string) => form('say', { as: user, channel, text });
  return {
    url,
    databaseUrl,
    sql,
    history: (channel) => read('conversations.history', { channel }),
    replies: async (channel, ts) =>
      (await read('conversations.replies', { channel, ts })).filter((message) => message.ts !== ts),
    nextMorning: () => form('next-morning', {}),
    switch: (server, mode) => form('server', { server, mode }),
    say,
    command: (user, channel, text) => answered(user, channel, () => say(user, channel, text)),
    press,
    click: (user, channel, message, label) => answered(user, channel, () => press(user, channel, message, label)),
    whispers,
    close: () => pool.end(),
  };
}

export function buttonsOf(
  message: Pick<Message, 'blocks'> | Whisper,
): { label: string; value: string; blockId: string; actionId: string }[] {
  return (message.blocks ?? []).flatMap((block) =>
    (block.elements ?? []).flatMap((element) =>
      element.type === 'button'
        ? [
            {
              label: typeof element.text === 'object' ? element.text.text : '',
              value: element.value ?? '',
              blockId: block.block_id,
              actionId: element.action_id ?? '',
            },
          ]
        : [],
    ),
  );
}

/** All that a reader sees of a message, line by line. */
export function textOf(message: Pick<Message, 'text' | 'blocks'> | Whisper): string {
  const parts = (message.blocks ?? []).flatMap((block) => [
    block.text?.text ?? '',
    ...(block.fields ?? []).map((field) => field.text),
    ...(block.elements ?? []).map((element) =>
      typeof element.text === 'string' ? element.text : (element.text?.text ?? ''),
    ),
  ]);
  return [message.text, ...parts].join('\n');
}

/** Looks until there is something to see. The deadline is generous: a test must not depend on how fast the machine is. */
export async function waitFor<T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  milliseconds = 60_000,
): Promise<T> {
  const deadline = performance.now() + milliseconds;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (performance.now() > deadline) throw new Error(`Waited ${milliseconds} ms in vain for ${what}.`);
    await sleep(100);
  }
}
