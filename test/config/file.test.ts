import { configOf, edited, goodFile, problemsOf, secrets } from './given';

const SP1 = ['servers', 0];
const CHEM = ['tenants', 0, 'children', 0, 'children', 0];

/** [what, where it is put, what is put, place of the problem, found, allowed] */
const mistakes: [string, (string | number)[], unknown, string, string, RegExp][] = [
  [
    'an unknown key',
    ['tenent'],
    [],
    'tenent',
    'the unknown key "tenent"',
    /^sandbox, service, .* \(did you mean "tenants"\?\)$/,
  ],
  [
    'an unknown key deep in the tree',
    [...CHEM, 'childs'],
    [],
    'tenants[0].children[0].children[0].childs',
    'the unknown key "childs"',
    /did you mean "children"/,
  ],
  ['an unknown key that is like no other', ['qqq'], 1, 'qqq', 'the unknown key "qqq"', /people$/],
  ['a missing name', [...CHEM, 'name'], undefined, 'tenants[0].children[0].children[0].name', 'nothing', /^a text/],
  ['a number for a name', [...CHEM, 'name'], 7, 'tenants[0].children[0].children[0].name', 'the number 7', /^a text/],
  ['an empty name', [...CHEM, 'name'], ' ', 'tenants[0].children[0].children[0].name', '" "', /^a text of 1 to 100/],
  ['a key with a slash', ['people', 1, 'key'], 'A/B', 'people[1].key', '"A/B"', /^up to 40 letters/],
  ['a block for a list', ['people'], { tess: {} }, 'people', 'a block with tess', /^a list$/],
  [
    'an unknown transport',
    [...SP1, 'transport'],
    'rest',
    'servers[0].transport',
    '"rest"',
    /^sandbox or operations-center$/,
  ],
  [
    'no transport',
    [...SP1, 'transport'],
    undefined,
    'servers[0].transport',
    'nothing',
    /^sandbox or operations-center$/,
  ],
  [
    'a zone by abbreviation',
    [...SP1, 'zone'],
    'CEST',
    'servers[0].zone',
    '"CEST"',
    /IANA time zone like Europe\/Berlin/,
  ],
  ['a zone by offset', ['settings', 'zone'], '+02:00', 'settings.zone', '"+02:00"', /IANA time zone/],
  [
    'a misspelt zone',
    [...CHEM, 'settings', 'zone'],
    'Europe/Berln',
    'tenants[0].children[0].children[0].settings.zone',
    '"Europe/Berln"',
    /IANA/,
  ],
  [
    'a time without its zero',
    [...CHEM, 'settings', 'digest'],
    '7:30',
    'tenants[0].children[0].children[0].settings.digest',
    '"7:30"',
    /'00:00' to '23:59'/,
  ],
  ['a time after midnight', ['settings', 'closing'], '24:00', 'settings.closing', '"24:00"', /'00:00' to '23:59'/],
  ['half a window', ['settings', 'window'], { from: '20:00' }, 'settings.window.to', 'nothing', /time of day/],
  [
    'an unknown green',
    ['settings', 'green'],
    'weakly',
    'settings.green',
    '"weakly"',
    /^line, weekly or silent \(did you mean "weekly"\?\)$/,
  ],
  [
    'an unknown outcome',
    ['settings', 'treat'],
    { Missed: 'fine' },
    'settings.treat.Missed',
    '"fine"',
    /^failed, severed, .* or excluded$/,
  ],
  [
    'an unknown status',
    ['settings', 'treat'],
    { Mised: 'ok' },
    'settings.treat.Mised',
    'the key "Mised"',
    /statuses: Completed, Failed/,
  ],
  [
    'a severity after no night',
    ['settings', 'severeAfter'],
    0,
    'settings.severeAfter',
    'the number 0',
    /from 1 to 365/,
  ],
  [
    'an exclusion of nothing',
    ['settings', 'exclude'],
    [{ reason: 'x' }],
    'settings.exclude[0]',
    'a block with reason',
    /"nodes" or "schedules"/,
  ],
  [
    'an exclusion until no date',
    ['settings', 'exclude'],
    [{ nodes: ['A'], reason: 'x', until: '1 May' }],
    'settings.exclude[0].until',
    '"1 May"',
    /date like 2026-11-18/,
  ],
  [
    'a pattern without wildcard',
    [...CHEM, 'nodes', 'patterns'],
    ['.CHEM'],
    'tenants[0].children[0].children[0].nodes.patterns[0]',
    '".CHEM"',
    /like \*\.IT/,
  ],
  [
    'a pattern of nothing else',
    [...CHEM, 'nodes', 'patterns'],
    ['*'],
    'tenants[0].children[0].children[0].nodes.patterns[0]',
    '"*"',
    /literal part/,
  ],
  [
    'a wildcard in a name',
    [...CHEM, 'nodes', 'names'],
    ['NMR*'],
    'tenants[0].children[0].children[0].nodes.names[0]',
    '"NMR*"',
    /without blanks, quotes or wildcards/,
  ],
  [
    'plain http to another machine',
    [...SP1, 'url'],
    'http://oc.example.org/oc/api',
    'servers[0].url',
    'a value that does not fit (not shown)',
    /https:.* \(http only on this machine\)/,
  ],
  [
    'a user in the address',
    [...SP1, 'url'],
    'https://me:pw-of-sp1@oc.example.org/',
    'servers[0].url',
    'a value that does not fit (not shown)',
    /without user, password/,
  ],
  ['a time-out of nothing', [...SP1, 'timeout'], 0, 'servers[0].timeout', 'the number 0', /seconds, from 1/],
  [
    'a literal password',
    [...SP1, 'password'],
    'pw-of-sp1',
    'servers[0].password',
    'a value that does not fit (not shown)',
    /\{ env: NAME \} or \{ file: PATH \}, never/,
  ],
  [
    'a literal password of digits',
    [...SP1, 'password'],
    123456,
    'servers[0].password',
    'a value that does not fit (not shown)',
    /never the password/,
  ],
  [
    'a password where the name of its variable belongs',
    [...SP1, 'password'],
    { env: 'pw-of-sp1' },
    'servers[0].password.env',
    'a value that does not fit (not shown)',
    /in capitals/,
  ],
  [
    'a password under another key',
    [...SP1, 'password'],
    { value: 'pw-of-sp1' },
    'servers[0].password',
    'a block with value',
    /\{ env: NAME \} or/,
  ],
  [
    'an unknown provider',
    ['workspaces', 0, 'provider'],
    'slak',
    'workspaces[0].provider',
    '"slak"',
    /did you mean "slack"/,
  ],
  [
    'an unknown role',
    ['people', 0, 'roles', 0, 'role'],
    'admin',
    'people[0].roles[0].role',
    '"admin"',
    /^contact, lead, approver/,
  ],
  [
    'a role until no date',
    ['people', 0, 'roles', 0, 'until'],
    '2026-02-30',
    'people[0].roles[0].until',
    '"2026-02-30"',
    /date like/,
  ],
  [
    'an unknown purpose',
    ['channels', 0, 'purpose'],
    'digests',
    'channels[0].purpose',
    '"digests"',
    /did you mean "digest"/,
  ],
];

describe('a file is refused for', () => {
  it.each(mistakes)('%s', (_, path, value, place, found, allowed) => {
    const problems = problemsOf({ yaml: edited([path, value]) });

    expect(problems).toContainEqual({
      path: place,
      line: expect.any(Number),
      found,
      allowed: expect.stringMatching(allowed),
    });
    expect(problems).toHaveLength(1);
    for (const secret of secrets) expect(JSON.stringify(problems)).not.toContain(secret);
  });

  it('all of its mistakes at once, in the order of the lines', () => {
    const yaml = edited(
      [['settings', 'zone'], 'Mars/Base'],
      [['servers', 0, 'password'], 'pw-of-sp1'],
      [['channels', 0, 'tenant'], 'UNI/SCI/CHEN'],
      [['people', 0, 'accounts', 0, 'workspace'], 'uni-slak'],
      [['tenants', 0, 'nodes', 'servers'], ['SP3']],
    );

    const problems = problemsOf({ yaml, env: { PORT: 'x', SLACK_SIGNING_SECRET: undefined } });

    expect(problems.map((problem) => problem.path)).toEqual([
      'PORT',
      'servers[0].password',
      'settings.zone',
      'tenants[0].nodes.servers[0]',
      'channels[0].tenant',
      'people[0].accounts[0].workspace',
      'SLACK_SIGNING_SECRET',
    ]);
  });

  it('no server or no tenant', () => {
    const allowed = problemsOf({ yaml: 'servers: []\ntenants: []\n' }).map((problem) => problem.allowed);

    expect(allowed).toEqual(['a list of at least one server', 'a list of at least one tenant']);
  });

  it('nothing at all in it', () => {
    expect(problemsOf({ yaml: '' })).toEqual([{ path: '(the file)', found: 'nothing', allowed: 'a block of keys' }]);
    expect(problemsOf({ yaml: '- a\n' })).toHaveLength(1);
  });
});

describe('a text that is no YAML', () => {
  it.each([
    ['an open bracket', `${goodFile}\nx: [pw-of-sp1`],
    ['the same key twice', `${goodFile}\npeople: []`],
    ['an alias without anchor', 'servers: *pw-of-sp1'],
    ['an unknown tag', 'servers: !pw-of-sp1 x'],
    ['a stray bracket', 'servers: ]pw-of-sp1'],
    ['a tab', 'a:\n\tpw-of-sp1: 1'],
    ['a file inside itself', 'tenants: &a [{ key: A, name: A, children: *a }]'],
  ])('%s is told by its line and not repeated', (_, yaml) => {
    const problems = problemsOf({ yaml });

    expect(problems.length).toBeGreaterThan(0);
    expect(problems[0]?.path).toBe('(the file)');
    expect(JSON.stringify(problems)).not.toContain('pw-of-sp1');
  });

  it('names the line', () => {
    expect(problemsOf({ yaml: 'a: 1\nb: 2\na: 3\n' })).toEqual([
      { path: '(the file)', line: 3, found: 'Map keys must be unique', allowed: 'YAML 1.2' },
    ]);
  });
});

it('an unknown transport hides no other mistake of its server', () => {
  const yaml =
    'sandbox: true\nservers: [{ zone: Mars/Olympus, transport: pigeon }, { name: SP2, zone: UTC, transport: sandbox }]\ntenants: [{ key: A, name: A }]\n';

  expect(problemsOf({ yaml }).map(({ path, found }) => `${path}: ${found}`)).toEqual([
    'servers[0].transport: "pigeon"',
    'servers[0].name: nothing',
    'servers[0].zone: "Mars/Olympus"',
  ]);
});

it('advice names each option once', () => {
  const yaml =
    'sandbox: true\nservers: [{ name: SP1, zone: UTC, transport: sandbox }]\ntenants: [{ key: A, name: A }, { key: A, name: B }]\nworkspaces: [{ name: w, provider: slack, id: T1 }]\nchannels: [{ workspace: w, id: C1, name: c, tenant: B, purpose: digest }]\n';

  expect(problemsOf({ yaml }).find(({ path }) => path === 'channels[0].tenant')?.allowed).toMatch(/^A( |$)/);
});

it('every problem names the line of its place, or of what it is missing from', () => {
  const yaml =
    'servers:\n  - name: SP1\n    zone: Europe/Berlin\n    transport: sandbox\ntenants:\n  - key: A\n    name: A\n    settings:\n      digest: 7h\n  - key: B\nextra: 1\n';

  expect(problemsOf({ yaml }).map(({ path, line }) => `${line} ${path}`)).toEqual([
    '9 tenants[0].settings.digest',
    '10 tenants[1].name',
    '11 extra',
  ]);
});

describe('what a file may leave out', () => {
  it('is filled in', () => {
    const { file } = configOf({
      yaml: 'servers: [{ name: SP1, zone: UTC, transport: sandbox }]\ntenants: [{ key: A, name: A }]\n',
    });

    expect(file).toEqual({
      sandbox: false,
      service: { name: 'Backup service' },
      workspaces: [],
      servers: [{ name: 'SP1', zone: 'UTC', transport: 'sandbox' }],
      nodeGroups: {},
      settings: {},
      tenants: [{ key: 'A', name: 'A' }],
      channels: [],
      people: [],
    });
  });

  it('includes the path of the REST interface and a slash at its end', () => {
    const urls = ['https://oc:11090', 'https://oc:11090/', 'https://oc:11090/oc/api/', 'http://127.0.0.1:9/other'].map(
      (url) => {
        const [server] = configOf({ yaml: edited([['servers', 0, 'url'], url]) }).file.servers;
        return server?.transport === 'operations-center' ? server.url : undefined;
      },
    );

    expect(urls).toEqual([
      'https://oc:11090/oc/api',
      'https://oc:11090/oc/api',
      'https://oc:11090/oc/api',
      'http://127.0.0.1:9/other',
    ]);
  });
});
