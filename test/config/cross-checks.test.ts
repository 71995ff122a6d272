import { configOf, edited, problemsOf } from './given';

const CHEM = ['tenants', 0, 'children', 0, 'children', 0];
const chem = 'tenants[0].children[0].children[0]';
const SP3 = { name: 'SP3', zone: 'UTC', transport: 'sandbox' };
const newTenant = { key: 'X', name: 'X' };

type Edit = [(string | number)[], unknown];

const mistakes: [what: string, edit: Edit, place: string, found: string, allowed: RegExp][] = [
  [
    'two workspaces of one name',
    [['workspaces', 2], { name: 'Uni-Slack', provider: 'slack', id: 'T0TWO' }],
    'workspaces[2].name',
    '"Uni-Slack", as in workspaces[0]',
    /no other workspace/,
  ],
  [
    'one workspace twice',
    [['workspaces', 2], { name: 'again', provider: 'slack', id: 'T0UNI' }],
    'workspaces[2].id',
    '"T0UNI", as in workspaces[0]',
    /one entry/,
  ],
  [
    'two servers of one name',
    [['servers', 2], { ...SP3, name: 'sp1' }],
    'servers[2].name',
    '"sp1", as in servers[0]',
    /no other server/,
  ],
  [
    'one server twice',
    [['servers', 1, 'route'], 'sp1'],
    'servers[1].route',
    'the same address and route, as in servers[0]',
    /"url" and "route"/,
  ],
  [
    'two children of one key',
    [['tenants', 0, 'children', 1], { key: 'sci', name: 'Again' }],
    'tenants[0].children[1].key',
    '"sci", as in tenants[0].children[0]',
    /no tenant beside it/,
  ],
  [
    'two roots of one key',
    [['tenants', 1], { key: 'UNI', name: 'Again' }],
    'tenants[1].key',
    '"UNI", as in tenants[0]',
    /no tenant beside it/,
  ],
  [
    'rules by an unknown server',
    [
      [...CHEM, 'nodes', 'servers'],
      ['SP1', 'SP11'],
    ],
    `${chem}.nodes.servers[1]`,
    '"SP11", which is no server of this file',
    /^SP1 or SP2 \(did you mean "SP1"\?\)$/,
  ],
  [
    'rules by an unknown group',
    [[...CHEM, 'nodes', 'groups'], ['INSTRUMENT']],
    `${chem}.nodes.groups[0]`,
    '"INSTRUMENT", which is no node group of this file',
    /did you mean "INSTRUMENTS"/,
  ],
  [
    'a channel of an unknown tenant',
    [['channels', 0, 'tenant'], 'CHEM'],
    'channels[0].tenant',
    '"CHEM", which is no tenant of this file',
    /did you mean "UNI\/SCI\/CHEM"/,
  ],
  [
    'a channel of an unknown workspace',
    [['channels', 0, 'workspace'], 'slack'],
    'channels[0].workspace',
    '"slack", which is no workspace of this file',
    /^uni-slack or uni-teams/,
  ],
  [
    'a channel twice for one purpose',
    [['channels', 1, 'id'], 'C0CHEM'],
    'channels[1]',
    'C0CHEM for digest of UNI, as in channels[0]',
    /one tenant for each channel and purpose/,
  ],
  [
    'the name of a channel for its id',
    [['channels', 0, 'id'], '#chem-backup'],
    'channels[0].id',
    '"#chem-backup"',
    /id like C0123456789, not its name/,
  ],
  [
    'a link for the id of a channel',
    [['channels', 4, 'id'], 'https://teams.microsoft.com/l/channel/19'],
    'channels[4].id',
    '"https://teams.microsoft.com/l/channel/19"',
    /like 19:/,
  ],
  [
    'the name of a Slack workspace for its id',
    [['workspaces', 0, 'id'], 'uni.slack.com'],
    'workspaces[0].id',
    '"uni.slack.com"',
    /^the id of a Slack workspace/,
  ],
  [
    'the domain of an Entra tenant for its id',
    [['workspaces', 1, 'id'], 'uni.example'],
    'workspaces[1].id',
    '"uni.example"',
    /GUID/,
  ],
  [
    'a name for a Slack user',
    [['people', 0, 'accounts', 0, 'user'], '@tess'],
    'people[0].accounts[0].user',
    '"@tess"',
    /member's id like U/,
  ],
  [
    'a Bot Framework id for a Teams user',
    [['people', 0, 'accounts', 1, 'user'], '29:1abc'],
    'people[0].accounts[1].user',
    '"29:1abc"',
    /not 29:/,
  ],
  [
    'two people of one key',
    [['people', 1, 'key'], 'Tess'],
    'people[1].key',
    '"Tess", as in people[0]',
    /no other person/,
  ],
  [
    'one account of two people',
    [['people', 1, 'accounts'], [{ workspace: 'uni-slack', user: 'U0TESS' }]],
    'people[1].accounts[0].user',
    '"U0TESS", as in people[0]',
    /two votes of one human/,
  ],
  [
    'an account in another letter case',
    [['people', 1, 'accounts'], [{ workspace: 'uni-teams', user: '00000000-0000-0000-0000-00000000a001' }]],
    'people[1].accounts[0].user',
    '"00000000-0000-0000-0000-00000000a001", as in people[0]',
    /two votes/,
  ],
  [
    'an account in an unknown workspace',
    [['people', 0, 'accounts', 0, 'workspace'], 'slack'],
    'people[0].accounts[0].workspace',
    '"slack", which is no workspace of this file',
    /uni-slack/,
  ],
  [
    'a role at an unknown tenant',
    [['people', 1, 'roles', 0, 'tenant'], 'UNI/MED'],
    'people[1].roles[0].tenant',
    '"UNI/MED", which is no tenant of this file',
    /UNI\/SCI/,
  ],
  [
    'a role twice',
    [['people', 1, 'roles', 1], { role: 'manager', tenant: 'UNI' }],
    'people[1].roles[1]',
    'manager of UNI, as in people[1].roles[0]',
    /each role once/,
  ],
  [
    'a window without length',
    [['settings', 'window'], { from: '20:00', to: '20:00' }],
    'settings.window',
    'a window that begins and ends at 20:00',
    /two different times/,
  ],
  [
    'a window across noon',
    [['settings', 'window'], { from: '08:00', to: '16:00' }],
    'settings.window',
    '08:00 to 16:00, across noon',
    /between noon and the next noon/,
  ],
  [
    'a closing before the digest',
    [['settings', 'closing'], '07:20'],
    'settings.closing',
    'digest 07:30 and closing 07:20',
    /later in the day than the digest/,
  ],
  [
    'a digest after the inherited closing',
    [[...CHEM, 'settings', 'digest'], '18:00'],
    `${chem}.settings.digest`,
    'digest 18:00 and closing 18:00',
    /later in the day/,
  ],
  [
    'an edition before the digest',
    [
      ['settings', 'editions'],
      ['07:00', '10:00'],
    ],
    'settings.editions[0]',
    '07:00',
    /between the digest \(07:30\) and the closing \(18:00\)/,
  ],
  [
    'an edition after the closing',
    [
      ['settings', 'editions'],
      ['10:00', '18:00'],
    ],
    'settings.editions[1]',
    '18:00',
    /between the digest/,
  ],
  [
    'an edition twice',
    [
      ['settings', 'editions'],
      ['10:00', '10:00'],
    ],
    'settings.editions[1]',
    '10:00 for the second time',
    /once/,
  ],
];

it.each(mistakes)('%s is refused', (_, edit, place, found, allowed) => {
  const problems = problemsOf({ yaml: edited(edit) });

  expect(problems).toEqual([{ path: place, line: expect.any(Number), found, allowed: expect.stringMatching(allowed) }]);
});

it('a mistake of form does not hide what else is wrong with the same entry', () => {
  const yaml = edited(
    [['people', 0, 'name'], 7],
    [['people', 0, 'roles', 0, 'tenant'], 'UNI/CHEM'],
    [['people', 1, 'accounts'], [{ workspace: 'uni-slack', user: 'U0TESS', extra: 1 }]],
  );

  expect(problemsOf({ yaml }).map((problem) => problem.path)).toEqual([
    'people[0].name',
    'people[0].roles[0].tenant',
    'people[1].accounts[0].user',
    'people[1].accounts[0].extra',
  ]);
});

it('a mistake of form does not make its entry unknown to others', () => {
  const yaml = edited([['servers', 1, 'timeout'], 'long'], [[...CHEM, 'name'], ''], [['workspaces', 0, 'kind'], 'x']);

  expect(problemsOf({ yaml }).map((problem) => problem.path)).toEqual([
    'workspaces[0].kind',
    'servers[1].timeout',
    `${chem}.name`,
  ]);
});

it('a contradiction is reported where it is made, not at every heir', () => {
  const yaml = edited([['settings', 'closing'], '06:00'], [[...CHEM, 'settings'], {}]);

  expect(problemsOf({ yaml }).map((problem) => problem.path)).toEqual(['settings.closing']);
});

describe('what looks odd and is right', () => {
  it.each<[string, Edit]>([
    ['a window in the morning', [['settings', 'window'], { from: '00:00', to: '12:00' }]],
    ['a window from noon', [['settings', 'window'], { from: '12:00', to: '11:59' }]],
    ['inherited editions before a later digest', [[...CHEM, 'settings', 'digest'], '11:00']],
    [
      'one key under two parents',
      [['tenants', 0, 'children', 1], { key: 'MED', name: 'Med', children: [{ key: 'CHEM', name: 'Chem' }] }],
    ],
    ['one channel for two purposes', [['channels', 3, 'id'], 'C0UNI']],
    [
      'one tenant in two channels',
      [['channels', 5], { workspace: 'uni-slack', id: 'C0MORE', tenant: 'UNI', purpose: 'digest' }],
    ],
    ['one Operations Center with two routes and none', [['servers', 1, 'route'], undefined]],
    [
      'a chat of one person',
      [['channels', 5], { workspace: 'uni-teams', id: 'a:1xyz', kind: 'chat', tenant: 'UNI', purpose: 'digest' }],
    ],
    [
      'the statuses of a client event',
      [['settings', 'treat'], { 'Failed - no restart': 'running', 'Failed/12': 'notes', 'Completed/-99': 'failed' }],
    ],
  ])('%s', (_, edit) => {
    expect(configOf({ yaml: edited(edit) }).port).toBe(3978);
  });
});

describe('notes', () => {
  it('are not made of a file without doubts', () => {
    expect(configOf({}).notes).toEqual([]);
  });

  it.each<[string, Edit[], Record<string, string | undefined>, string]>([
    [
      'channels that nothing reaches',
      [],
      { MicrosoftAppId: undefined, MicrosoftAppPassword: undefined, MicrosoftAppTenantId: undefined },
      '1 channel of Microsoft Teams will get nothing: MicrosoftAppId not set.',
    ],
    [
      'a platform without workspace',
      [
        [['workspaces'], [{ name: 'uni-slack', provider: 'slack', id: 'T0UNI' }]],
        [['channels', 4], { workspace: 'uni-slack', id: 'C0X', tenant: 'UNI', purpose: 'approvals' }],
        [['people', 0, 'accounts'], []],
      ],
      {},
      'Microsoft Teams is configured, but the file has no workspace of it: nobody there is known.',
    ],
    ['tenants that nobody reads', [[['tenants', 1], newTenant]], {}, '1 tenant without a channel for digests: X.'],
    [
      'no place for the manager',
      [[['channels', 3, 'purpose'], 'approvals']],
      {},
      'No channel has the purpose "manager": nobody is told of unassigned nodes and unreadable servers.',
    ],
    [
      'rules that are a tie',
      [[['tenants', 0, 'nodes', 'patterns'], ['*.chem']]],
      {},
      'The pattern *.CHEM is claimed by UNI, UNI/SCI/CHEM: its nodes will belong to nobody.',
    ],
    [
      'a digest before the end of the night',
      [[[...CHEM, 'settings', 'digest'], '05:30']],
      {},
      'The digest time of UNI/SCI/CHEM lies in the night window: it will wait until the window has ended.',
    ],
  ])('tell of %s', (_, edits, env, note) => {
    expect(configOf({ yaml: edited(...edits), env }).notes).toEqual([note]);
  });
});
