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
import { connectSlack } from './chat/slack/connect';
import { checkConfig, sandboxReset } from './commands';
import { systemClock } from './config/clock';
import type { Config } from './config/config';
import { loadHere, repository } from './config/here';
import { problemsText } from './config/plan';
import { operationsCenterOf } from './config/secrets';
import { wantedOf } from './config/wanted';
import type { Deps } from './deps';
import type { Clock } from './domain/clock';
import { connectProtect } from './protect/connect';
import type { Protect } from './protect/protect';
import { openQueue } from './queue/open';
import type { Wake } from './queue/queue';
import type { Sandbox } from './sandbox/sandbox';
import { startEmbedded } from './store/embedded';
import { migrate } from './store/migrate';
import { openStore } from './store/open';
import type { Server, Store } from './store/store';
import { createApp, createMetrics, listen, type Metrics, onlyThisMachine } from './web/app';

/** How often due timers and lost work are looked for. */
const tickMs = 15_000;
/** Several deliveries wait for chat services at once; collecting and judging take turns on the processor anyway. */
const concurrency = 8;
/** After this a stop is a crash: better a lease that runs out than a process that hangs. */
const stopWithinMs = 10_000;
const simulatorTimeoutMs = 30_000;

export interface Running {
  port: number;
  store: Store;
  stop(): Promise<void>;
}

/** Starts every part that the configuration asks for, says one line for each, and resolves when the bot takes work. */
export async function start(config: Config, say: (line: string) => void): Promise<Running> {
  const log = pino(
    { level: config.logLevel, redact: ['*.password', '*.token', '*.authorization'] },
    pino.destination(2),
  );
  const closers: { name: string; close: () => Promise<unknown> }[] = [];
  const opened = <T>(name: string, part: T, close: (part: T) => Promise<unknown>): T => {
    closers.unshift({ name, close: () => close(part) });
    return part;
  };
  const stop = () => closeAll(closers, log);
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
    await connectChats(config, deps, { app, sandbox, here, messengers, opened, metrics, say });

    await queue.start((wake) => runJob(wake, deps, metrics), { concurrency, tickMs });
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

type Opened = <T>(name: string, part: T, close: (part: T) => Promise<unknown>) => T;
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
  opened: Opened;
  metrics: Metrics;
  say: Say;
}

async function connectChats(
  config: Config,
  deps: Deps,
  { app, sandbox, here, messengers, opened, metrics, say }: Surroundings,
): Promise<void> {
  const { clock, log, store } = deps;
  const dispatch = makeDispatch(verbs, deps, (call, verb, outcome) =>
    metrics.calls.inc({ provider: call.identity.provider, verb, outcome }),
  );
  const shared = {
    app,
    dispatch,
    onPresence: makeOnPresence(deps),
    once: (key: string) => store.commit((tx) => tx.once(key)),
    clock,
    log,
  };
  const use = (provider: Provider, messenger: Messenger) =>
    messengers.set(
      provider,
      counted(messenger, (card, outcome) => metrics.deliveries.inc({ provider, card, outcome })),
    );
  const { slack, teams } = config.parts;
  if (slack.kind !== 'none') {
    const account =
      slack.kind === 'real'
        ? slack
        : {
            token: sandbox?.slack.botToken ?? '',
            signingSecret: sandbox?.slack.signingSecret ?? '',
            apiUrl: `${here()}${sandbox?.slack.apiPath}`,
          };
    const known = new Set(config.file.workspaces.filter((each) => each.provider === 'slack').map((each) => each.id));
    const connection = connectSlack({
      ...shared,
      signingSecret: account.signingSecret,
      ...(account.apiUrl === undefined ? {} : { apiUrl: account.apiUrl }),
      tokenFor: (workspace) => (known.has(workspace) ? { token: account.token } : undefined),
    });
    use('slack', opened('slack', connection, (part) => part.close()).messenger);
    say(`Slack      ${slack.kind === 'real' ? 'connected by configuration' : `local workspace, ${here()}/sandbox`}`);
  }
  if (teams.kind !== 'none') {
    // Loaded only when wanted: the SDK takes more than half a second to load.
    const { connectTeams } = require('./chat/teams/connect') as typeof import('./chat/teams/connect');
    const connection = connectTeams({
      ...shared,
      credentials: teams.kind === 'open' ? 'open' : teamsCredentials(teams.credentials),
      allowedTenant: async (tenantId) => (await store.workspace('teams', tenantId)) !== null,
    });
    use('teams', opened('teams', connection, (part) => part.close()).messenger);
    say(
      `Teams      ${teams.kind === 'open' ? 'open to the Agents Playground on this machine: npm run teams' : 'connected by configuration'}`,
    );
  }
}

function teamsCredentials(given: Extract<Config['parts']['teams'], { kind: 'real' }>['credentials']) {
  return {
    appId: given.MicrosoftAppId,
    tenantId: given.MicrosoftAppTenantId ?? '',
    type: given.MicrosoftAppType,
    ...(given.MicrosoftAppPassword === undefined ? {} : { password: given.MicrosoftAppPassword }),
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

/** Last opened, first closed; each within the common deadline, and one that fails does not keep the others open. */
async function closeAll(
  closers: readonly { name: string; close: () => Promise<unknown> }[],
  log: Logger,
): Promise<void> {
  for (const { name, close } of closers) {
    try {
      await close();
    } catch (error) {
      log.error({ err: error, part: name }, 'part did not close');
    }
  }
}

/** Runs until a signal; then stops in order, within a deadline. */
async function run(config: Config): Promise<void> {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const running = await start(config, say);
  const end = (signal: NodeJS.Signals) => {
    say(`stopping   ${signal}`);
    setTimeout(() => process.exit(1), stopWithinMs).unref();
    running.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
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
  if (loaded.ok) return run(loaded.value).then(() => undefined);
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
