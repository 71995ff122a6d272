// Who may import whom. test/house/import-rules.test.ts proves that the rules bite and that no file is missed.
const rule = (name, comment, from, to, extra = {}) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: to, ...extra },
});

/** Files that hold types only (a test sees to that): the ports through which verbs and jobs are handed their values. */
const ports =
  'deps\\.ts|chat/(call|messenger)\\.ts|store/(store|rows|writer)\\.ts|protect/protect\\.ts|queue/queue\\.ts';

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    rule('domain-is-pure', 'domain imports nothing of ours', '^src/domain/', '^(src/(?!domain/)|handlers/|jobs/)'),
    rule(
      'domain-knows-pure-packages',
      'and no other',
      '^src/domain/',
      'node_modules/(?!luxon|zod|fastest-levenshtein|@types/luxon)',
    ),
    {
      name: 'pure-parts-do-no-io',
      comment: 'no module of Node in domain and cards',
      severity: 'error',
      from: { path: '^src/(domain/|chat/card\\.ts|chat/cards/)' },
      to: { dependencyTypes: ['core'] },
    },
    rule(
      'parts-apart',
      'protect, store, queue, chat, web import domain and never each other',
      '^src/(protect|store|queue|chat|web)/',
      '^src/(?!domain/|$1/)',
      {},
    ),
    rule(
      'cards-are-pure',
      'card.ts and cards/* know domain only',
      '^src/chat/(card\\.ts|cards/)',
      '^(src/(?!domain/|chat/card\\.ts|chat/cards/)|node_modules/(?!luxon|@types/luxon))',
    ),
    rule('platforms-apart', 'Slack and Teams never meet', '^src/chat/slack/', '^src/chat/teams/'),
    rule('platforms-apart-2', 'Slack and Teams never meet', '^src/chat/teams/', '^src/chat/slack/'),
    rule(
      'verbs-and-jobs-get-values-in-deps',
      'handlers and jobs import domain, cards and the types of the ports',
      '^(handlers|jobs)/',
      `^src/(?!domain/|chat/card\\.ts|chat/cards/|${ports})`,
    ),
    rule('handlers-and-jobs-apart', 'a verb does not call a job', '^handlers/', '^jobs/'),
    rule('jobs-and-handlers-apart', 'a job does not call a verb', '^jobs/', '^handlers/'),
    rule(
      'only-main-knows-everyone',
      'handlers and jobs are wired by main',
      '^src/(?!main\\.ts|sandbox/)',
      '^(handlers|jobs)/',
    ),
    rule(
      'sandbox-meets-over-http',
      'the sandbox knows only itself',
      '^src/sandbox/',
      '^(src/(?!sandbox/)|handlers/|jobs/)',
    ),
    rule(
      'only-main-loads-the-sandbox',
      'dynamically',
      '^(src/(?!main\\.ts|commands\\.ts|sandbox/)|handlers/|jobs/)',
      '^src/sandbox/',
    ),
    rule('slack-sdk', 'only chat/slack', '^(src/(?!chat/slack/)|handlers/|jobs/)', 'node_modules/@slack/'),
    rule(
      'teams-sdk',
      'only chat/teams',
      '^(src/(?!chat/teams/)|handlers/|jobs/)',
      'node_modules/botbuilder|node_modules/botframework',
    ),
    rule(
      'prisma',
      'only store',
      '^(src/(?!store/)|handlers/|jobs/)',
      'node_modules/(@prisma|prisma)/|^src/store/generated',
    ),
    rule('queue-sdk', 'only queue', '^(src/(?!queue/)|handlers/|jobs/)', 'node_modules/(bullmq|ioredis)/'),
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|src/store/generated)' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.json', '.mjs'],
      exportsFields: ['exports'],
      conditionNames: ['node', 'require', 'types'],
    },
  },
};
