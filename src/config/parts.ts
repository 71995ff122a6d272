import { isLoopbackHost } from '../domain/loopback';
import type { AppType, Environment } from './environment';
import type { Problem } from './problem';

/** Which half of each pair runs: the one that comes along, or the one that was configured. */
export interface Parts {
  /** `migrateUrl`: the same, as the role that may change tables. */
  database: { kind: 'embedded'; folder: string } | { kind: 'external'; url: string; migrateUrl: string };
  queue: { kind: 'postgresql' } | { kind: 'redis'; url: string };
  file: { kind: 'sample' | 'own'; path: string };
  slack: { kind: 'local' } | { kind: 'real'; token: string; signingSecret: string; apiUrl?: string } | { kind: 'none' };
  /** open: every request is believed, so only in a sandbox that nobody else can reach. */
  teams: { kind: 'open' } | { kind: 'real'; credentials: TeamsCredentials } | { kind: 'none' };
  /** A server entry says `transport: sandbox`. */
  simulator: boolean;
}

/** The names are those of Microsoft's SDK, to be handed to it as they are. */
export interface TeamsCredentials {
  MicrosoftAppId: string;
  MicrosoftAppType: AppType;
  MicrosoftAppPassword?: string;
  MicrosoftAppTenantId?: string;
}

/** What of the file the decision needs. */
export interface FileTraits {
  kind: 'sample' | 'own';
  path: string;
  /** The file says `sandbox: true`, or is the sample; undefined = it could not be understood, so nothing is held against it. */
  sandbox: boolean | undefined;
  simulator: boolean;
}

/**
 * Decides the parts, and the address to listen on.
 * Whatever believes everyone (the local Slack workspace, the open Teams endpoint) runs in a sandbox only, and only where this machine alone reaches it.
 */
export function decideParts(
  environment: Environment,
  file: FileTraits,
  problems: Problem[],
): { parts: Parts; host: string } {
  const slack = decideSlack(environment, file, problems);
  const teams = decideTeams(environment, file, slack, problems);
  const credentials = environment.set.has('SLACK_BOT_TOKEN') || environment.set.has('MicrosoftAppId');
  if (file.sandbox === false && !credentials) {
    problems.push({
      path: 'SLACK_BOT_TOKEN, MicrosoftAppId',
      found: `no chat credentials for the file ${file.path}`,
      allowed: 'SLACK_BOT_TOKEN with SLACK_SIGNING_SECRET, or MicrosoftAppId, or both; or "sandbox: true" in the file',
    });
  }
  const open = slack.kind === 'local' || teams.kind === 'open';
  if (open) refuseStrangers(environment, slack.kind === 'local', problems);
  const parts: Parts = {
    database: decideDatabase(environment, problems),
    queue: environment.redisUrl === undefined ? { kind: 'postgresql' } : { kind: 'redis', url: environment.redisUrl },
    file: { kind: file.kind, path: file.path },
    slack,
    teams,
    simulator: file.simulator,
  };
  return { parts, host: environment.host ?? (open || file.simulator ? '127.0.0.1' : '0.0.0.0') };
}

function decideDatabase(environment: Environment, problems: Problem[]): Parts['database'] {
  const { databaseUrl, migrateUrl } = environment;
  if (databaseUrl !== undefined) return { kind: 'external', url: databaseUrl, migrateUrl: migrateUrl ?? databaseUrl };
  if (environment.set.has('MIGRATE_DATABASE_URL'))
    missing('DATABASE_URL', 'MIGRATE_DATABASE_URL', environment, problems);
  return { kind: 'embedded', folder: environment.data };
}

function decideSlack(environment: Environment, file: FileTraits, problems: Problem[]): Parts['slack'] {
  const { slackToken, slackSecret, slackApiUrl } = environment;
  const none = { kind: file.sandbox === true ? 'local' : 'none' } as const;
  const asked = ['SLACK_BOT_TOKEN', 'SLACK_SIGNING_SECRET', 'SLACK_API_URL'].find((name) => environment.set.has(name));
  if (asked === undefined) return none;
  missing('SLACK_BOT_TOKEN', asked, environment, problems);
  missing('SLACK_SIGNING_SECRET', asked, environment, problems);
  if (slackToken === undefined || slackSecret === undefined) return { kind: 'none' };
  return {
    kind: 'real',
    token: slackToken,
    signingSecret: slackSecret,
    ...(slackApiUrl === undefined ? {} : { apiUrl: slackApiUrl }),
  };
}

function decideTeams(
  environment: Environment,
  file: FileTraits,
  slack: Parts['slack'],
  problems: Problem[],
): Parts['teams'] {
  const { appId, appPassword, appTenantId, appType } = environment;
  const asked = ['MicrosoftAppId', 'MicrosoftAppPassword', 'MicrosoftAppTenantId'].find((name) =>
    environment.set.has(name),
  );
  if (asked === undefined) {
    // Next to a real Slack the address is often public (a tunnel): then Teams stays off instead of open.
    const alone = isLoopbackHost(environment.host ?? '127.0.0.1') && !isPublic(environment.url);
    return { kind: file.sandbox === true && (slack.kind === 'local' || alone) ? 'open' : 'none' };
  }
  missing('MicrosoftAppId', asked, environment, problems);
  if (appType === 'UserAssignedMSI') {
    if (environment.set.has('MicrosoftAppPassword')) {
      problems.push({
        path: 'MicrosoftAppPassword',
        found: 'a password beside MicrosoftAppType=UserAssignedMSI (not shown)',
        allowed: 'nothing: a managed identity has no password',
      });
    }
  } else missing('MicrosoftAppPassword', asked, environment, problems);
  // A multi-tenant bot is at home nowhere; the others get their tokens from one Entra tenant.
  if (appType !== 'MultiTenant') missing('MicrosoftAppTenantId', asked, environment, problems);
  if (appId === undefined) return { kind: 'none' };
  return {
    kind: 'real',
    credentials: {
      MicrosoftAppId: appId,
      MicrosoftAppType: appType,
      ...(appPassword === undefined ? {} : { MicrosoftAppPassword: appPassword }),
      ...(appTenantId === undefined ? {} : { MicrosoftAppTenantId: appTenantId }),
    },
  };
}

function missing(name: string, because: string, environment: Environment, problems: Problem[]): void {
  if (environment.set.has(name)) return;
  problems.push({ path: name, found: 'nothing', allowed: `a value: ${because} is set and needs it` });
}

function refuseStrangers(environment: Environment, localSlack: boolean, problems: Problem[]): void {
  const open = localSlack
    ? 'the local Slack workspace and the open Teams endpoint believe'
    : 'the open Teams endpoint believes';
  const way = `${open} everyone; for other addresses configure real chat credentials`;
  if (environment.host !== undefined && !isLoopbackHost(environment.host)) {
    problems.push({ path: 'HOST', found: environment.host, allowed: `127.0.0.1, ::1 or localhost: ${way}` });
  }
  if (isPublic(environment.url)) {
    problems.push({
      path: 'BACKCHAT_URL',
      found: environment.url ?? '',
      allowed: `http://localhost and the like: ${way}`,
    });
  }
}

function isPublic(url: string | undefined): boolean {
  return url !== undefined && !isLoopbackHost(new URL(url).hostname);
}
