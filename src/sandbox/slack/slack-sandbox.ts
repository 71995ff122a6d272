import express, { type Router } from 'express';
import type { DateTime } from 'luxon';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { openBotCaller } from './bot-caller';
import { openBuckets } from './buckets';
import { openEvents } from './events';
import { type Faults, openFaults } from './faults';
import { readFile, receiveUpload } from './file-methods';
import { readManifest } from './manifest';
import { openPeople, type People } from './people';
import { openResponses } from './responses';
import { webApi } from './web-api';
import { openWorkspace, type Workspace } from './workspace';

export interface SlackSandboxOptions {
  pool: Pool;
  /** Service time, for the stamps of messages. */
  now: () => DateTime;
  machineNow: () => DateTime;
  botUrl: () => string;
  /** Absolute address of `/sandbox`. */
  ownUrl: () => string;
  manifestPath: string;
  log: Logger;
  /** Shorter in tests only. */
  acknowledgeMs?: number;
  retryDelays?: readonly number[];
}

export interface SlackSandbox {
  /** Mount it under `/sandbox/slack`: `api/<method>`, `response/<token>`, `upload/<id>`, `files/<id>`. */
  router: Router;
  workspace: Workspace;
  people: People;
  faults: Faults;
  close(): void;
}

/** The local Slack-compatible workspace: its Web API for the bot, and its people for the page. */
export async function openSlackSandbox(options: SlackSandboxOptions): Promise<SlackSandbox> {
  const { pool, machineNow } = options;
  const manifest = readManifest(options.manifestPath);
  const workspace = await openWorkspace(pool, options.now);
  const faults = openFaults(pool, machineNow);
  const caller = openBotCaller(options.botUrl, machineNow, options.acknowledgeMs);
  const events = openEvents({
    caller,
    manifest,
    faults,
    machineNow,
    log: options.log,
    ...(options.retryDelays ? { delays: options.retryDelays } : {}),
  });
  const responses = openResponses(workspace, machineNow);
  const people = openPeople({
    workspace,
    manifest,
    caller,
    events,
    responses,
    faults,
    machineNow,
    ownUrl: options.ownUrl,
  });

  const router = express.Router();
  router.use('/api', webApi({ workspace, manifest, faults, take: openBuckets(machineNow) }));
  router.post('/response/:token', express.json({ limit: '2mb' }), async (request, response) => {
    const { status, ...answer } = await responses.use(request.params['token'] ?? '', request.body);
    if (answer.ok) {
      response.status(status).send('ok');
      return;
    }
    await faults.add('api', 'response_url', answer.error, (answer.messages ?? []).join('\n'));
    response.status(status).json(answer);
  });
  router.post('/upload/:id', express.raw({ type: () => true, limit: '10mb' }), async (request, response) => {
    const content: unknown = request.body;
    const taken = Buffer.isBuffer(content) && (await receiveUpload(workspace, request.params['id'] ?? '', content));
    response.status(taken ? 200 : 400).send(taken ? `OK - ${content.length}` : 'unknown upload or wrong length');
  });
  router.get('/files/:id', async (request, response) => {
    const file = await readFile(workspace, request.params.id);
    if (!file) {
      response.status(404).send('No such file.');
      return;
    }
    // Never shown in the page's own origin: a file is what the bot made of names from outside.
    response.attachment(file.name).type('application/octet-stream').send(file.content);
  });
  return { router, workspace, people, faults, close: events.close };
}
