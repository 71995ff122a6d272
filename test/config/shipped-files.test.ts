import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { checkConfig, loadConfig } from '../../src/config/config';
import { defaultSettings } from '../../src/domain/settings';

const root = join(__dirname, '..', '..');
const files = { read: (path: string) => readFileSync(path, 'utf8'), sample: join(root, 'src/sandbox/sample.yaml') };
const example = join(root, 'backchat.example.yaml');

it('the sample starts with nothing configured', () => {
  const loaded = loadConfig({}, files);

  expect(loaded).toMatchObject({
    ok: true,
    value: { host: '127.0.0.1', parts: { simulator: true, slack: { kind: 'local' } } },
  });
});

describe('the example', () => {
  it('fits, without doubts, and lacks only what its owner brings', () => {
    const checked = checkConfig({}, files, example);

    expect(checked).toMatchObject({ ok: true, value: { notes: [] } });
    expect(checked.ok && checked.value.lacking.map((one) => one.path)).toEqual([
      'servers[0].password.env',
      'servers[1].password.env',
      'SLACK_BOT_TOKEN, MicrosoftAppId',
    ]);
  });

  it('starts with its credentials', () => {
    const env = {
      BACKCHAT_CONFIG: example,
      SP1_PASSWORD: 'a',
      SP2_PASSWORD: 'b',
      SLACK_BOT_TOKEN: 'xoxb-1',
      SLACK_SIGNING_SECRET: 's',
      MicrosoftAppId: 'i',
      MicrosoftAppPassword: 'p',
      MicrosoftAppTenantId: 't',
    };

    expect(loadConfig(env, files)).toMatchObject({ ok: true, value: { host: '0.0.0.0' } });
  });

  it('shows every setting, with the default where it says so', () => {
    const { zone: _zone, treat: _treat, exclude: _exclude, ...defaults } = defaultSettings;
    const shown = parse(files.read(example)).settings;

    expect(Object.keys(shown).sort()).toEqual(Object.keys(defaultSettings).sort());
    expect(shown).toMatchObject(defaults);
  });
});
