import { operationsCenterOf } from '../../src/config/secrets';
import { check, configOf, edited, problemsOf, secrets } from './given';

function connections(given: Parameters<typeof configOf>[0]) {
  const config = configOf(given);
  return config.file.servers.map((entry) =>
    entry.transport === 'operations-center' ? operationsCenterOf(entry, config.secrets) : undefined,
  );
}

describe('a reference that leads nowhere is refused', () => {
  it.each<[string, Parameters<typeof problemsOf>[0], string, string]>([
    [
      'a variable that is not set',
      { env: { SP1_PASSWORD: undefined } },
      'servers[0].password.env',
      'the variable SP1_PASSWORD, which is not set',
    ],
    [
      'a variable that is empty',
      { env: { SP1_PASSWORD: '' } },
      'servers[0].password.env',
      'the variable SP1_PASSWORD, which is empty',
    ],
    [
      'a password file that is not there',
      { files: { '/run/secrets/sp2': undefined } },
      'servers[1].password.file',
      '/run/secrets/sp2, which does not exist',
    ],
    [
      'a password file that is empty',
      { files: { '/run/secrets/sp2': '\n' } },
      'servers[1].password.file',
      'the empty file /run/secrets/sp2',
    ],
    [
      'a certificate that is not there',
      { files: { '/etc/backchat/oc-ca.pem': undefined } },
      'servers[0].ca',
      'oc-ca.pem, which does not exist',
    ],
    [
      'a certificate of another form',
      { files: { '/etc/backchat/oc-ca.pem': '0\u0082' } },
      'servers[0].ca',
      'oc-ca.pem, which holds no certificate',
    ],
  ])('%s', (_, given, path, found) => {
    expect(problemsOf(given)).toEqual([{ path, line: expect.any(Number), found, allowed: expect.any(String) }]);
  });

  it('also beside mistakes of form', () => {
    const yaml = edited([['servers', 0, 'timeout'], 'x']);

    expect(problemsOf({ yaml, env: { SP1_PASSWORD: undefined } }).map((one) => one.path)).toEqual([
      'servers[0].timeout',
      'servers[0].password.env',
    ]);
  });
});

describe('a connection', () => {
  it('has its password, its certificates and milliseconds', () => {
    expect(connections({})).toEqual([
      {
        url: 'https://oc.example.org:11090/oc/api',
        route: 'SP1',
        user: 'CHATOPS',
        password: 'pw-of-sp1',
        ca: expect.stringMatching(/^-----BEGIN CERTIFICATE-----/),
        timeoutMs: 120_000,
      },
      {
        url: 'https://oc.example.org:11090/oc/api',
        route: 'SP2',
        user: 'CHATOPS',
        password: 'pw-of-sp2',
        timeoutMs: 30_000,
      },
    ]);
  });

  it('keeps blanks of a password, but not the end of line of its file', () => {
    const [first, second] = connections({ env: { SP1_PASSWORD: ' a b ' }, files: { '/run/secrets/sp2': ' c \r\n' } });

    expect([first?.password, second?.password]).toEqual([' a b ', ' c ']);
  });
});

it('secrets do not show when a configuration is printed, but for the chat credentials, which belong to the parts', () => {
  const { parts: _parts, ...config } = configOf({});

  const text = JSON.stringify(config);

  for (const secret of secrets) expect(text).not.toContain(secret);
});

describe('a file that is only checked', () => {
  it('needs no credentials, variables or files, but says which are lacking', () => {
    const checked = check({ files: { '/run/secrets/sp2': undefined } });

    expect(checked).toMatchObject({ ok: true, value: { database: { kind: 'embedded' } } });
    expect(checked.ok && checked.value.lacking.map((one) => one.path)).toEqual([
      'servers[0].password.env',
      'servers[0].ca',
      'servers[1].password.file',
      'SLACK_BOT_TOKEN, MicrosoftAppId',
    ]);
  });

  it('is refused for its mistakes', () => {
    const checked = check({ yaml: edited([['servers', 0, 'password'], 'pw-of-sp1']) });

    expect(checked).toMatchObject({ ok: false, code: 'CONFIG_INVALID' });
    expect(JSON.stringify(checked)).not.toContain('pw-of-sp1');
  });
});
