import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { DateTime } from 'luxon';
import { Pool } from 'pg';
import pino from 'pino';
import { seeAs } from '../../src/sandbox/slack/people';
import { openSlackSandbox, type SlackSandbox } from '../../src/sandbox/slack/slack-sandbox';
import type { Channel, User } from '../../src/sandbox/slack/workspace';
import { emptyDatabase } from '../database';
import { addressOf, closeServer, listen, type ScriptedBot, startScriptedBot } from './scripted-bot';

export interface ApiReply {
  status: number;
  headers: Headers;
  body: Record<string, unknown> & { ok: boolean; error?: string };
}

export interface SlackBench {
  url: string;
  databaseUrl: string;
  slack: SlackSandbox;
  bot: ScriptedBot;
  /** Service and machine time, each moved by hand. */
  service: { at: DateTime };
  machine: { at: DateTime };
  /** Calls a method with a form body, as @slack/web-api does: structures are JSON text. */
  call(method: string, args?: Record<string, unknown>, token?: string): Promise<ApiReply>;
  callJson(method: string, args: Record<string, unknown>): Promise<ApiReply>;
  /** A person at a channel that they may see. */
  at(user: string, channel: string): Promise<[User, Channel]>;
  /** Texts that only this person sees. */
  whispers(user: string): Promise<string[]>;
  close(): Promise<void>;
}

interface BenchOptions {
  /** Drops these scopes from the committed manifest. */
  withoutScopes?: string[];
  withScopes?: string[];
  withEvents?: string[];
  acknowledgeMs?: number;
  retryDelays?: readonly number[];
  /** An existing database, to start on it again. */
  databaseUrl?: string;
}

/** The workspace on a database of its own, with a scripted bot beside it. */
export async function openSlackBench(options: BenchOptions = {}): Promise<SlackBench> {
  const folder = mkdtempSync(join(tmpdir(), 'backchat-'));
  const manifestPath = join(folder, 'manifest.json');
  writeFileSync(manifestPath, JSON.stringify(changedManifest(options)));
  const database = options.databaseUrl ? undefined : await emptyDatabase();
  const databaseUrl = options.databaseUrl ?? database?.url ?? '';
  const pool = new Pool({ connectionString: databaseUrl, max: 3 });
  const service = { at: DateTime.fromISO('2026-11-19T06:45:00Z', { zone: 'utc' }) };
  const machine = { at: DateTime.fromISO('2030-01-02T10:00:00Z', { zone: 'utc' }) };
  const bot = await startScriptedBot(() => machine.at.toSeconds());
  const app = express();
  const server = await listen(app);
  const url = addressOf(server);
  const slack = await openSlackSandbox({
    pool,
    now: () => service.at,
    machineNow: () => machine.at,
    botUrl: () => bot.url,
    ownUrl: () => `${url}/sandbox`,
    manifestPath,
    log: pino({ level: 'silent' }),
    ...(options.acknowledgeMs ? { acknowledgeMs: options.acknowledgeMs } : {}),
    ...(options.retryDelays ? { retryDelays: options.retryDelays } : {}),
  });
  app.use('/sandbox/slack', slack.router);

  async function send(method: string, body: string, type: string, token: string): Promise<ApiReply> {
    const response = await fetch(`${url}/sandbox/slack/api/${method}`, {
      method: 'POST',
      headers: { 'content-type': type, ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body,
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as ApiReply['body'] };
  }

  return {
    url,
    databaseUrl,
    slack,
    bot,
    service,
    machine,
    call(method, args = {}, token = 'xoxb-sandbox') {
      const fields = Object.entries(args).map(([name, value]): [string, string] => [
        name,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]);
      const body = new URLSearchParams(fields).toString();
      return send(method, body, 'application/x-www-form-urlencoded', token);
    },
    callJson: (method, args) => send(method, JSON.stringify(args), 'application/json; charset=utf-8', 'xoxb-sandbox'),
    async at(user, channel) {
      const seen = await seeAs(slack.workspace, user, channel);
      if (!seen) throw new Error(`${user} does not see ${channel}`);
      return [seen.user, seen.channel];
    },
    async whispers(user) {
      const found = await pool.query<{ text: string }>(
        'SELECT text FROM sandbox.ephemerals WHERE to_user = $1 ORDER BY ts',
        [user],
      );
      return found.rows.map((row) => row.text);
    },
    async close() {
      slack.close();
      await closeServer(server);
      await bot.close();
      await pool.end();
      await database?.drop();
      rmSync(folder, { recursive: true });
    },
  };
}

interface ManifestFile {
  oauth_config: { scopes: { bot: string[] } };
  settings: { event_subscriptions: { bot_events: string[] } };
}

/** The app's own manifest: the sandbox must take the one that goes to Slack. */
function changedManifest(options: BenchOptions): ManifestFile {
  const path = join(__dirname, '..', '..', 'manifests', 'slack', 'manifest.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as ManifestFile;
  const { scopes } = manifest.oauth_config;
  scopes.bot = [...scopes.bot, ...(options.withScopes ?? [])].filter((each) => !options.withoutScopes?.includes(each));
  manifest.settings.event_subscriptions.bot_events.push(...(options.withEvents ?? []));
  return manifest;
}
