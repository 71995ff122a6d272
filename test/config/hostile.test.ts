import fc from 'fast-check';
import { parse } from 'yaml';
import { check, edited, goodEnv, goodFile, load, secrets } from './given';

// Each run reads a whole file twice; on a busy machine the usual five seconds are short.
jest.setTimeout(60_000);

type Place = (string | number)[];

/** Every place of the good file. */
function placesOf(value: unknown, at: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [at];
  const inside = Array.isArray(value)
    ? value.flatMap((one, index) => placesOf(one, [...at, index]))
    : Object.entries(value).flatMap(([key, one]) => placesOf(one, [...at, key]));
  return at.length === 0 ? inside : [at, ...inside];
}

const place = fc.constantFrom(...placesOf(parse(goodFile)));
const junk = fc.oneof(
  fc
    .anything({
      maxDepth: 2,
      withBigInt: false,
      withDate: false,
      withMap: false,
      withSet: false,
      withTypedArray: false,
      withSparseArray: false,
    })
    .filter((value) => typeof value !== 'function' && typeof value !== 'symbol'),
  fc.constantFrom('', ' ', '*', '12:00', 'UTC', 'UNI', 'SP1', null, undefined, -1, 1e9, true),
);

function expectSense(outcome: ReturnType<typeof load> | ReturnType<typeof check>): void {
  if (outcome.ok) return;
  expect(outcome.problems.length).toBeGreaterThan(0);
  for (const problem of outcome.problems) {
    expect(problem.path).not.toBe('');
    expect(problem.found).not.toBe('');
    expect(problem.allowed).not.toMatch(/^$|Invalid|expected/);
    expect(problem.found.length).toBeLessThan(300);
  }
}

it('whatever stands where in the file, it is taken or refused with sense', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(place, junk), { minLength: 1, maxLength: 3 }), (edits) => {
      let yaml: string;
      try {
        yaml = edited(...edits);
      } catch {
        // The second edit was to go inside what the first one had replaced.
        return;
      }
      expectSense(load({ yaml }));
      expectSense(check({ yaml }));
    }),
    { numRuns: 200, examples: [[[[['nodeGroups'], { '': 0 }]]]] },
  );
});

it('whatever stands in the environment, it is taken or refused with sense, and nothing secret is repeated', () => {
  const names = [
    ...Object.keys(goodEnv),
    'PORT',
    'HOST',
    'BACKCHAT_URL',
    'DATABASE_URL',
    'MIGRATE_DATABASE_URL',
    'REDIS_URL',
    'SLACK_API_URL',
    'MicrosoftAppType',
    'LOG_LEVEL',
  ];
  const secretOnes = [
    'DATABASE_URL',
    'MIGRATE_DATABASE_URL',
    'REDIS_URL',
    'SLACK_BOT_TOKEN',
    'SLACK_SIGNING_SECRET',
    'MicrosoftAppPassword',
    'SP1_PASSWORD',
  ];
  const text = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.constantFrom('http://', 'https://h', 'redis://h', 'postgresql://h', '127.0.0.1', '1'),
  );
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), text), (env) => {
      const marked = Object.fromEntries(secretOnes.map((name) => [name, `${env[name] ?? ''} ${name}-zq9`]));
      const outcome = load({ env: { ...env, ...marked } });

      expectSense(load({ env }));
      expectSense(outcome);
      if (!outcome.ok) expect(JSON.stringify(outcome)).not.toContain('-zq9');
    }),
    { numRuns: 200 },
  );
});

it('whatever a text is, it is YAML or it is not, and its secrets stay in it', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom(
      ...secrets,
      '\n',
      ': ',
      '- ',
      '&a ',
      '*a ',
      '{',
      '[',
      '}',
      ']',
      '"',
      "'",
      '|',
      '>',
      '!x ',
      '\t',
      '#',
      '? ',
      '%',
    ),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), fc.nat(goodFile.length), (pieces, at) => {
      const inserted = pieces.join('');
      expectSense(load({ yaml: inserted }));
      expectSense(load({ yaml: goodFile.slice(0, at) + inserted + goodFile.slice(at) }));
    }),
    { numRuns: 200 },
  );
});
