import { z } from 'zod';
import { oneOf, type Problem, shown } from './problem';

/** The variables of a process: `process.env`, or a record that a test makes. */
export type Variables = Readonly<Record<string, string | undefined>>;

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

// Azure writes the second one both ways (`UserAssignedMSI` in the portal, `UserAssignedMsi` in samples): letter case is ignored.
const appTypes = ['SingleTenant', 'UserAssignedMSI', 'MultiTenant'] as const;
export type AppType = (typeof appTypes)[number];

/** What the environment says, checked one by one; which parts run is decided with the file (parts.ts). */
export interface Environment {
  /** Names that are set, even to something that does not fit: the parts do not call those missing. */
  set: ReadonlySet<string>;
  port: number;
  /** As given; absent = decided by the parts that run. */
  host?: string;
  /** Public address without a slash at the end. */
  url?: string;
  /** Absent = decided by the parts that run. */
  logLevel?: LogLevel;
  /** Folder of the embedded server. */
  data: string;
  configFile?: string;
  databaseUrl?: string;
  migrateUrl?: string;
  redisUrl?: string;
  slackToken?: string;
  slackSecret?: string;
  slackApiUrl?: string;
  appId?: string;
  appPassword?: string;
  appTenantId?: string;
  appType: AppType;
}

const httpAddress = 'an address like https://backchat.example.org, without user, password or query';

function isHttpAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  const bare = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  return bare && /^https?:$/.test(url.protocol);
}

const word = z.string().regex(/^\S+$/, 'a text without spaces');
const address = z
  .string()
  .refine(isHttpAddress, httpAddress)
  .transform((text) => text.replace(/\/+$/, ''));
const postgres = z
  .string()
  .regex(/^postgres(ql)?:\/\/\S+$/, 'an address like postgresql://user:password@host:5432/backchat');

// The message of every check says what is allowed.
const variables = {
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'a port from 0 to 65535')
    .transform(Number)
    .refine((port) => port <= 65_535, 'a port from 0 to 65535'),
  HOST: z.string().regex(/^[A-Za-z0-9.:_-]+$/, 'a host name or an IP address, without brackets'),
  BACKCHAT_URL: address,
  BACKCHAT_CONFIG: z.string(),
  BACKCHAT_DATA: z.string(),
  DATABASE_URL: postgres,
  MIGRATE_DATABASE_URL: postgres,
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\/\S+$/, 'an address like redis://host:6379 or rediss://user:password@host:6380/0'),
  SLACK_BOT_TOKEN: word,
  SLACK_SIGNING_SECRET: word,
  SLACK_API_URL: address,
  MicrosoftAppId: word,
  MicrosoftAppPassword: z.string(),
  MicrosoftAppTenantId: word,
  MicrosoftAppType: z.string().transform((text, context) => {
    const type = appTypes.find((known) => known.toLowerCase() === text.toLowerCase());
    if (type !== undefined) return type;
    context.addIssue({ code: 'custom', message: oneOf(appTypes, text) });
    return z.NEVER;
  }),
  LOG_LEVEL: z.enum(logLevels, { error: (issue) => oneOf(logLevels, issue.input) }),
};
type Name = keyof typeof variables;

/** Their values, or parts of them, are secret: a message says only that they do not fit. */
const secret: ReadonlySet<Name> = new Set<Name>([
  'BACKCHAT_URL',
  'DATABASE_URL',
  'MIGRATE_DATABASE_URL',
  'REDIS_URL',
  'SLACK_API_URL',
  'SLACK_BOT_TOKEN',
  'SLACK_SIGNING_SECRET',
  'MicrosoftAppPassword',
]);

/** Reads the known variables; an empty one counts as not set, as compose files write it. Problems are added to the list. */
export function readEnvironment(env: Variables, problems: Problem[]): Environment {
  function read<N extends Name>(name: N): z.output<(typeof variables)[N]> | undefined {
    const text = env[name]?.trim();
    if (text === undefined || text === '') return undefined;
    const parsed = z.safeParse(variables[name], text);
    if (parsed.success) return parsed.data as z.output<(typeof variables)[N]>;
    const found = secret.has(name) ? 'a value that does not fit (not shown)' : shown(text);
    problems.push({ path: name, found, allowed: parsed.error.issues[0]?.message ?? 'another value' });
    return undefined;
  }

  return {
    set: new Set(Object.keys(variables).filter((name) => (env[name]?.trim() ?? '') !== '')),
    port: read('PORT') ?? 3978,
    data: read('BACKCHAT_DATA') ?? '.backchat',
    appType: read('MicrosoftAppType') ?? 'SingleTenant',
    ...given('host', read('HOST')),
    ...given('logLevel', read('LOG_LEVEL')),
    ...given('url', read('BACKCHAT_URL')),
    ...given('configFile', read('BACKCHAT_CONFIG')),
    ...given('databaseUrl', read('DATABASE_URL')),
    ...given('migrateUrl', read('MIGRATE_DATABASE_URL')),
    ...given('redisUrl', read('REDIS_URL')),
    ...given('slackToken', read('SLACK_BOT_TOKEN')),
    ...given('slackSecret', read('SLACK_SIGNING_SECRET')),
    ...given('slackApiUrl', read('SLACK_API_URL')),
    ...given('appId', read('MicrosoftAppId')),
    ...given('appPassword', read('MicrosoftAppPassword')),
    ...given('appTenantId', read('MicrosoftAppTenantId')),
  };
}

function given<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: V };
}
