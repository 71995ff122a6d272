import { join } from 'node:path';
import type { Express } from 'express';
import { type Logger, pino } from 'pino';
import { makeDispatch } from '../handlers/dispatch';
import { makeOnPresence } from '../handlers/presence';
import { verbs } from '../handlers/verbs';
import { arm } from '../jobs/arm';
import { assignNodes } from '../jobs/assign';
import { type Job, jobs } from '../jobs/list';
import { makeRender } from '../jobs/render';
import type { Provider } from './chat/call';
import { counted } from './chat/counted';
import type { Messenger } from './chat/messenger';
import { type Chats, connectChats } from './chats';
import { checkConfig, sandboxReset } from './commands';
import { systemClock } from './config/clock';
import type { Config } from './config/config';
import { loadHere, repository } from './config/here';
import { problemsText } from './config/plan';
import { operationsCenterOf } from './config/secrets';
import { wantedOf } from './config/wanted';
import type { Deps } from './deps';
import type { Clock } from './domain/clock';
import { lifetime, type Opened, untilSignal } from './lifetime';
import { connectProtect } from './protect/connect';
import type { Protect } from './protect/protect';
import { openQueue } from './queue/open';
import type { Wake } from './queue/queue';
import type { Sandbox } from './sandbox/sandbox';
import { startEmbedded } from './store/embedded';
import { migrate } from './store/migrate';
import { openStore } from './store/open';
import type { Server } from './store/rows';
import type { Store } from './store/store';
import { createApp, createMetrics, listen, type Metrics, onlyThisMachine } from './web/app';

/** How often due timers and lost work are looked for. */
const tickMs = 15_000;
/** Several deliveries wait for chat services at once; collecting and judging take turns on the processor anyway. */
const concurrency = 8;
const simulatorTimeoutMs = 30_000;

export interface Running {
  port: number;
  store: Store;
  stop(): Promise<void>;
}

/**
 * Starts every part that the configuration asks for, says one line for each, and resolves when the bot takes work. When a part cannot
 * start, or `ending` fires meanwhile, those that run are closed and it rejects.
 */
export async function start(config: Config, say: Say, ending?: AbortSignal): Promise<Running> {
  const log = pino(
    { level: config.logLevel, redact: ['*.password', '*.token', '*.authorization'] },
    pino.destination(2),
  );
  const { opened, stop } = lifetime(log, ending);
  try {
    const urls = await openDatabase(config, opened, say);
    let port = config.port;
    const here = () => `http://127.0.0.1:${port}`;
    const sandbox = needsSandbox(config)
      ? opened('sandbox', await openSandbox(config, urls.use, here, log), (part) => part.close())
      : undefined;
    const clock: Clock = sandbox && config.parts.simulator ? sandbox.clock : systemClock;
    const store = opened('store', openStore({ connectionString: urls.use, clock }), (part) => part.close());
    const redisUrl = config.parts.queue.kind === 'redis' ? config.parts.queue.url : undefined;
    const queue = opened(
      'queue',
      await openQueue({ connectionString: urls.use, log, ...(redisUrl === undefined ? {} : { redisUrl }) }),
      (part) => part.stop(),
    );
    say(`queue      ${queue.engine === 'redis' ? 'Redis' : 'PostgreSQL'}`);

    const metrics = createMetrics(
      async () => (await store.servers()).filter((server) => server.state === 'unreadable').length,
    );
    const messengers = new Map<Provider, Messenger>();
    const deps: Deps = {
      clock,
      store,
      queue,
      log,
      service: config.file.service.name,
      nodeGroups: new Map(Object.entries(config.file.nodeGroups)),
      messenger: (provider) => messengers.get(provider),
      protect: (server) => protectOf(server, config, sandbox, here, log),
      render: (...args) => render(...args),
    };
    const render = makeRender(deps);
    await applyFile(config, deps, say);
    for (const note of config.notes) say(`note       ${note}`);

    const checks = [
      { name: 'database', ping: () => store.ping() },
      { name: 'queue', ping: () => queue.ping() },
    ];
    const open = config.parts.slack.kind === 'local' || config.parts.teams.kind === 'open';
    const app = createApp(checks, metrics, open);
    if (sandbox) app.use('/sandbox', onlyThisMachine, sandbox.router);
    const listening = opened(
      'http',
      await listen(app, config.port, config.host),
      ({ server }) =>
        new Promise((done) => {
          server.close(done);
          server.closeAllConnections();
        }),
    );
    port = listening.port;
    connectChats(config.parts, { ...chatsOf(config, deps, { app, sandbox, here, messengers, metrics }), opened, say });

    await queue.start((wake) => runJob(wake, deps, metrics), { concurrency, tickMs });
    // Running work ends before the parts that it needs.
    opened('work', queue, (part) => part.stop());
    await arm(deps);
    const wakeNow = () => queue.add({ job: 'tick', object: 'start', version: 0, correlation: 'start' });
    sandbox?.onNextMorning(() => void wakeNow().catch((error: unknown) => log.error({ err: error }, 'tick not woken')));
    await wakeNow();
    say(`ready      ${config.url ?? here()}${sandbox ? '/sandbox' : ''}`);
    return { port, store, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Say = (line: string) => void;

async function openDatabase(config: Config, opened: Opened, say: Say): Promise<{ use: string }> {
  const { database } = config.parts;
  if (database.kind === 'external') {
    await migrate(database.migrateUrl, say);
    say(`database   ${new URL(database.url).host}`);
    return { use: database.url };
  }
  const embedded = opened('database', await startEmbedded({ folder: database.folder, log: say }), (part) =>
    part.stop(),
  );
  await migrate(embedded.connectionString);
  say(`database   embedded PostgreSQL in ${database.folder}${embedded.reused ? ' (found running)' : ''}`);
  return { use: embedded.connectionString };
}

function needsSandbox({ parts }: Config): boolean {
  return parts.simulator || parts.slack.kind === 'local';
}

async function openSandbox(
  config: Config,
  connectionString: string,
  botUrl: () => string,
  log: Logger,
): Promise<Sandbox> {
  const { startSandbox } = require('./sandbox/sandbox') as typeof import('./sandbox/sandbox');
  return startSandbox({
    connectionString,
    machineNow: () => systemClock.now(),
    botUrl,
    manifestPath: join(repository, 'manifests', 'slack', 'manifest.json'),
    log,
    parts: { slack: config.parts.slack.kind === 'local', protect: config.parts.simulator },
  });
}

function protectOf(
  server: Server,
  config: Config,
  sandbox: Sandbox | undefined,
  here: () => string,
  log: Logger,
): Protect {
  const entry = config.file.servers.find((each) => each.name === server.name);
  if (!entry) throw new Error(`Server ${server.name} is not in the configuration.`);
  if (entry.transport === 'operations-center')
    return connectProtect(operationsCenterOf(entry, config.secrets), server.name, log);
  if (!sandbox) throw new Error(`Server ${server.name} is simulated, but no simulator runs.`);
  const { basePath, user, password } = sandbox.protect;
  return connectProtect(
    { url: `${here()}${basePath}/api`, route: server.name, user, password, timeoutMs: simulatorTimeoutMs },
    server.name,
    log,
  );
}

/** The file's rows become the database's, and nodes that are known already follow changed rules. */
async function applyFile(config: Config, deps: Deps, say: Say): Promise<void> {
  const plan = await deps.store.commit(async (tx) => {
    const plan = await tx.applyConfig(wantedOf(config.file));
    if (plan.length > 0)
      await tx.audit({
        actor: 'backchat',
        action: 'configuration',
        object: config.parts.file.path,
        outcome: 'done',
        detail: { lines: plan.length },
        correlation: 'start',
      });
    return plan;
  });
  if (plan.length > 0) for (const server of await deps.store.servers()) await assignNodes(server, deps);
  const simulated = config.parts.simulator ? ' (simulated)' : '';
  say(`servers    ${config.file.servers.map((server) => server.name).join(', ')}${simulated}`);
  say(
    `tenants    ${(await deps.store.tenants()).length} from ${config.parts.file.kind === 'sample' ? 'the sample' : config.parts.file.path}${plan.length > 0 ? `, ${plan.length} changes` : ''}`,
  );
}

interface Surroundings {
  app: Express;
  sandbox: Sandbox | undefined;
  here: () => string;
  messengers: Map<Provider, Messenger>;
  metrics: Metrics;
}

/** What the chat services are given: who answers, where they listen, and the local workspace that stands in for Slack. */
function chatsOf(
  config: Config,
  deps: Deps,
  { app, sandbox, here, messengers, metrics }: Surroundings,
): Omit<Chats, 'opened' | 'say'> {
  const { clock, log, store } = deps;
  const dispatch = makeDispatch(verbs, deps, (call, verb, outcome) =>
    metrics.calls.inc({ provider: call.identity.provider, verb, outcome }),
  );
  return {
    shared: {
      app,
      dispatch,
      onPresence: makeOnPresence(deps),
      once: (key: string) => store.commit((tx) => tx.once(key)),
      clock,
      log,
    },
    localSlack: sandbox && {
      token: sandbox.slack.botToken,
      signingSecret: sandbox.slack.signingSecret,
      apiUrl: `${here()}${sandbox.slack.apiPath}`,
      page: `${here()}/sandbox`,
    },
    slackWorkspaces: new Set(config.file.workspaces.filter((each) => each.provider === 'slack').map((each) => each.id)),
    allowedTeamsTenant: async (tenantId) => (await store.workspace('teams', tenantId)) !== null,
    use: (provider, messenger) =>
      messengers.set(
        provider,
        counted(messenger, (card, outcome) => metrics.deliveries.inc({ provider, card, outcome })),
      ),
  };
}

/** One wake, one job: timed, counted, and a failure logged before the queue hears of it. */
async function runJob(wake: Wake, deps: Deps, metrics: Metrics): Promise<void> {
  const job: Job | undefined = jobs[wake.job];
  if (!job) throw new Error(`There is no job ${wake.job}.`);
  const seconds = metrics.jobSeconds.startTimer({ job: wake.job });
  try {
    await job(wake, deps);
    metrics.jobs.inc({ job: wake.job, outcome: 'done' });
  } catch (error) {
    metrics.jobs.inc({ job: wake.job, outcome: 'failed' });
    deps.log.error({ err: error, job: wake.job, object: wake.object, correlation: wake.correlation }, 'job failed');
    throw error;
  } finally {
    seconds();
  }
}

/** `npm start`, `npm run check-config -- FILE`, `npm run sandbox:reset`. */
async function main([command, ...args]: readonly string[]): Promise<number | undefined> {
  const commands: Record<string, () => Promise<number>> = {
    'check-config': () => checkConfig(args[0]),
    'sandbox-reset': () => sandboxReset(),
  };
  const chosen = command === undefined ? undefined : commands[command];
  if (chosen) return chosen();
  if (command !== undefined) {
    process.stderr.write(
      `There is no command ${command}. Known: ${Object.keys(commands).join(', ')}, or none to start.\n`,
    );
    return 2;
  }
  const loaded = loadHere();
  if (loaded.ok) {
    const say = (line: string) => process.stdout.write(`${line}\n`);
    return untilSignal((ending) => start(loaded.value, say, ending), say);
  }
  process.stderr.write(`${problemsText(loaded.problems)}\n`);
  return 2;
}

if (require.main === module) {
  main(process.argv.slice(2)).then(
    (code) => {
      if (code !== undefined) process.exit(code);
    },
    (error: unknown) => {
      process.stderr.write(`Backchat could not start: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exit(1);
    },
  );
}
