import { configOf, edited, goodEnv, goodFile, load, problemsOf, secrets } from './given';

const noChat = {
  SLACK_BOT_TOKEN: undefined,
  SLACK_SIGNING_SECRET: undefined,
  MicrosoftAppId: undefined,
  MicrosoftAppPassword: undefined,
  MicrosoftAppTenantId: undefined,
};
const noTeams = { MicrosoftAppId: undefined, MicrosoftAppPassword: undefined, MicrosoftAppTenantId: undefined };
const sandboxFile = edited([['sandbox'], true]);
/** Nothing configured: the sample. */
const nothing = { ...noChat, BACKCHAT_CONFIG: undefined };

describe('a variable is refused, and a secret one not repeated, when it holds', () => {
  it.each([
    ['PORT', '99999', '"99999"', /0 to 65535/],
    ['PORT', '80a', '"80a"', /0 to 65535/],
    ['HOST', 'http://x', '"http://x"', /host name or an IP address/],
    ['DATABASE_URL', 'mysql://u:pw-of-sp1@h/d', 'a value that does not fit (not shown)', /postgresql:\/\//],
    ['MIGRATE_DATABASE_URL', 'pw-of-sp1', 'a value that does not fit (not shown)', /postgresql:\/\//],
    ['REDIS_URL', 'http://:pw-of-sp1@h', 'a value that does not fit (not shown)', /redis:\/\//],
    ['BACKCHAT_URL', 'https://u:pw-of-sp1@h', 'a value that does not fit (not shown)', /without user/],
    ['BACKCHAT_URL', 'backchat.example.org', 'a value that does not fit (not shown)', /https:/],
    ['SLACK_BOT_TOKEN', 'pw-of-sp1 x', 'a value that does not fit (not shown)', /without spaces/],
    ['SLACK_API_URL', 'slack', 'a value that does not fit (not shown)', /https:/],
    ['MicrosoftAppType', 'Multi', '"Multi"', /^SingleTenant, UserAssignedMSI or MultiTenant/],
    ['LOG_LEVEL', 'verbose', '"verbose"', /fatal, error, warn, info/],
  ])('%s=%s', (name, value, found, allowed) => {
    const problems = problemsOf({ env: { DATABASE_URL: 'postgresql://h/d', [name]: value } });

    expect(problems).toEqual([{ path: name, found, allowed: expect.stringMatching(allowed) }]);
  });
});

describe('half a pair is refused by the name of the other half', () => {
  it.each<[string, Record<string, string | undefined>, string, string]>([
    [
      'a token alone',
      { SLACK_SIGNING_SECRET: undefined },
      'SLACK_SIGNING_SECRET',
      'SLACK_BOT_TOKEN is set and needs it',
    ],
    [
      'a signing secret alone',
      { SLACK_BOT_TOKEN: undefined },
      'SLACK_BOT_TOKEN',
      'SLACK_SIGNING_SECRET is set and needs it',
    ],
    [
      'an app without password',
      { MicrosoftAppPassword: undefined },
      'MicrosoftAppPassword',
      'MicrosoftAppId is set and needs it',
    ],
    [
      'an app without tenant',
      { MicrosoftAppTenantId: undefined },
      'MicrosoftAppTenantId',
      'MicrosoftAppId is set and needs it',
    ],
    [
      'a managed identity without tenant',
      { MicrosoftAppTenantId: undefined, MicrosoftAppPassword: undefined, MicrosoftAppType: 'UserAssignedMSI' },
      'MicrosoftAppTenantId',
      'MicrosoftAppId is set and needs it',
    ],
    [
      'a password without app',
      { MicrosoftAppId: undefined },
      'MicrosoftAppId',
      'MicrosoftAppPassword is set and needs it',
    ],
    [
      'an address of migrations alone',
      { MIGRATE_DATABASE_URL: 'postgresql://h/d' },
      'DATABASE_URL',
      'MIGRATE_DATABASE_URL is set and needs it',
    ],
  ])('%s', (_, env, path, allowed) => {
    expect(problemsOf({ env })).toEqual([{ path, found: 'nothing', allowed: `a value: ${allowed}` }]);
  });

  it('an address of the Slack API alone, by both', () => {
    const paths = problemsOf({ env: { ...noChat, SLACK_API_URL: 'http://127.0.0.1:1/api' }, yaml: sandboxFile }).map(
      (one) => one.path,
    );

    expect(paths).toEqual(['SLACK_BOT_TOKEN', 'SLACK_SIGNING_SECRET']);
  });

  it('a managed identity with a password', () => {
    const [problem, ...others] = problemsOf({ env: { MicrosoftAppType: 'UserAssignedMsi' } });

    expect(problem?.path).toBe('MicrosoftAppPassword');
    expect(JSON.stringify(problem)).not.toContain('pw-of-teams');
    expect(others).toEqual([]);
  });

  it('an invalid value is not called missing as well', () => {
    expect(problemsOf({ env: { SLACK_SIGNING_SECRET: 'a b' } })).toHaveLength(1);
  });
});

describe('a sandbox', () => {
  it("is not made of a file of one's own without chat credentials", () => {
    expect(problemsOf({ env: noChat })).toEqual([
      {
        path: 'SLACK_BOT_TOKEN, MicrosoftAppId',
        found: 'no chat credentials for the file /etc/backchat/backchat.yaml',
        allowed: expect.stringContaining('"sandbox: true" in the file'),
      },
    ]);
    expect(problemsOf({ env: noChat, yaml: edited([['sandbox'], false]) })).toHaveLength(1);
  });

  it.each(['0.0.0.0', '::', '10.0.0.7', 'backchat.example.org', '127.0.0.1.example.org'])(
    'does not listen on %s',
    (HOST) => {
      expect(problemsOf({ env: { ...nothing, HOST } })).toEqual([
        {
          path: 'HOST',
          found: HOST,
          allowed: expect.stringMatching(/^127\.0\.0\.1, ::1 or localhost: .*believe everyone/),
        },
      ]);
    },
  );

  it('with a real Slack and an open Teams endpoint neither', () => {
    const parts = configOf({ env: { ...noTeams, HOST: '0.0.0.0' }, yaml: sandboxFile }).parts;

    expect(parts.teams).toEqual({ kind: 'none' });
  });

  it('has no public address', () => {
    expect(
      problemsOf({ env: { ...nothing, BACKCHAT_URL: 'https://backchat.example.org' } }).map((one) => one.path),
    ).toEqual(['BACKCHAT_URL']);
    expect(load({ env: { ...nothing, BACKCHAT_URL: 'http://localhost:3978' } }).ok).toBe(true);
  });

  it.each(['127.0.0.1', '127.0.0.53', 'localhost', '::1'])('listens on %s', (HOST) => {
    expect(configOf({ env: { ...nothing, HOST } }).host).toBe(HOST);
  });
});

describe('the parts', () => {
  it('come along when nothing is configured', () => {
    const config = configOf({ env: nothing });

    expect(config.parts).toEqual({
      database: { kind: 'embedded', folder: '.backchat' },
      queue: { kind: 'postgresql' },
      file: { kind: 'sample', path: '/sample.yaml' },
      slack: { kind: 'local' },
      teams: { kind: 'open' },
      simulator: true,
    });
    expect(config).toMatchObject({ port: 3978, host: '127.0.0.1', logLevel: 'warn' });
  });

  it('are the same when the variables are there and empty', () => {
    const empty = Object.fromEntries(
      [
        'PORT',
        'HOST',
        'DATABASE_URL',
        'REDIS_URL',
        'BACKCHAT_CONFIG',
        'SLACK_BOT_TOKEN',
        'MicrosoftAppId',
        'LOG_LEVEL',
      ].map((name) => [name, ' ']),
    );

    expect(configOf({ env: { ...nothing, ...empty } })).toEqual(configOf({ env: nothing }));
  });

  it('are all replaced in production', () => {
    const config = configOf({
      env: {
        PORT: '8080',
        DATABASE_URL: 'postgresql://app@db/backchat',
        MIGRATE_DATABASE_URL: 'postgresql://owner@db/backchat',
        REDIS_URL: 'rediss://queue:6380',
        BACKCHAT_URL: 'https://backchat.example.org/',
        LOG_LEVEL: 'warn',
      },
    });

    expect(config.parts).toEqual({
      database: { kind: 'external', url: 'postgresql://app@db/backchat', migrateUrl: 'postgresql://owner@db/backchat' },
      queue: { kind: 'redis', url: 'rediss://queue:6380' },
      file: { kind: 'own', path: '/etc/backchat/backchat.yaml' },
      slack: { kind: 'real', token: 'xoxb-of-slack', signingSecret: 'signing-of-slack' },
      teams: {
        kind: 'real',
        credentials: {
          MicrosoftAppId: goodEnv.MicrosoftAppId,
          MicrosoftAppPassword: 'pw-of-teams',
          MicrosoftAppTenantId: goodEnv.MicrosoftAppTenantId,
          MicrosoftAppType: 'SingleTenant',
        },
      },
      simulator: false,
    });
    expect(config).toMatchObject({
      port: 8080,
      host: '0.0.0.0',
      url: 'https://backchat.example.org',
      logLevel: 'warn',
    });
  });

  it('are replaced one by one', () => {
    const url = 'postgresql://app@db/backchat';

    expect(configOf({ env: { ...nothing, DATABASE_URL: url } }).parts).toMatchObject({
      database: { kind: 'external', url, migrateUrl: url },
      slack: { kind: 'local' },
    });
    expect(configOf({ env: { ...nothing, REDIS_URL: 'redis://h' } }).parts).toMatchObject({
      queue: { kind: 'redis' },
      database: { kind: 'embedded' },
    });
    expect(configOf({ env: { ...noChat }, yaml: sandboxFile }).parts).toMatchObject({
      file: { kind: 'own' },
      slack: { kind: 'local' },
      teams: { kind: 'open' },
    });
    expect(
      configOf({ env: { ...noTeams, SLACK_API_URL: 'http://127.0.0.1:9/api/' }, yaml: sandboxFile }).parts,
    ).toMatchObject({ slack: { kind: 'real', apiUrl: 'http://127.0.0.1:9/api' }, teams: { kind: 'open' } });
    expect(
      configOf({ env: { SLACK_BOT_TOKEN: undefined, SLACK_SIGNING_SECRET: undefined }, yaml: sandboxFile }).parts,
    ).toMatchObject({ slack: { kind: 'local' }, teams: { kind: 'real' } });
  });

  it('of chat are off, not open, in production', () => {
    expect(configOf({ env: noTeams }).parts).toMatchObject({ slack: { kind: 'real' }, teams: { kind: 'none' } });
    expect(configOf({ env: { SLACK_BOT_TOKEN: undefined, SLACK_SIGNING_SECRET: undefined } }).parts).toMatchObject({
      slack: { kind: 'none' },
      teams: { kind: 'real' },
    });
  });

  it('keep Teams off beside a real Slack whose sandbox has a public address', () => {
    const env = { ...noTeams, BACKCHAT_URL: 'https://tunnel.example.org' };

    expect(configOf({ env, yaml: sandboxFile }).parts.teams).toEqual({ kind: 'none' });
  });

  it('listen to this machine alone while a simulated server can be played with', () => {
    const yaml = goodFile
      .replace('channels:', 'channels:')
      .replace(
        /servers:\n {2}- name: SP1[\s\S]*?(?=nodeGroups)/,
        'servers: [{ name: SP1, zone: UTC, transport: sandbox }, { name: SP2, zone: UTC, transport: sandbox }]\n',
      );

    expect(configOf({ yaml })).toMatchObject({ host: '127.0.0.1', parts: { simulator: true } });
    expect(configOf({ yaml, env: { HOST: '0.0.0.0' } }).host).toBe('0.0.0.0');
  });

  it.each([
    ['UserAssignedMSI', { MicrosoftAppPassword: undefined }],
    ['userassignedmsi', { MicrosoftAppPassword: undefined }],
    ['MultiTenant', { MicrosoftAppTenantId: undefined }],
  ])('take an app of type %s', (MicrosoftAppType, env) => {
    expect(configOf({ env: { MicrosoftAppType, ...env } }).parts.teams.kind).toBe('real');
  });
});

describe('a file that cannot be understood', () => {
  it.each([
    [
      'is not there',
      { '/etc/backchat/backchat.yaml': undefined },
      'BACKCHAT_CONFIG',
      '/etc/backchat/backchat.yaml, which does not exist',
    ],
    ['is no YAML', { '/etc/backchat/backchat.yaml': 'a: [' }, '(the file)', expect.any(String)],
    ['is something else', { '/etc/backchat/backchat.yaml': 'hello' }, '(the file)', '"hello"'],
  ])('%s: one mistake, without guesses about the rest', (_, files, path, found) => {
    expect(problemsOf({ files, env: { ...noChat, HOST: '0.0.0.0' } })).toEqual([
      expect.objectContaining({ path, found }),
    ]);
  });
});

it('no message of a start without its files and secrets repeats a secret', () => {
  const env = {
    SP1_PASSWORD: undefined,
    MicrosoftAppTenantId: undefined,
    SLACK_SIGNING_SECRET: undefined,
    HOST: '%',
    PORT: '-1',
  };

  const text = JSON.stringify(
    problemsOf({ env, files: { '/run/secrets/sp2': undefined, '/etc/backchat/oc-ca.pem': 'pw-of-sp2' } }),
  );

  for (const secret of secrets) expect(text).not.toContain(secret);
});
