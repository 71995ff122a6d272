import fc from 'fast-check';
import { causeNamed, causes } from '../../src/domain/catalogue';
import { causeOf, type Evidence } from '../../src/domain/cause-of';
import { outcomes } from '../../src/domain/outcome';
import { clientMessages, serverMessages } from '../../src/protect/explaining-messages';

function log(...numbers: string[]) {
  return numbers.map((code, index) => ({
    at: `2026-11-18 22:00:${String(index).padStart(2, '0')}`,
    number: Number(code.slice(3, 7)),
    text: `${code} (Session: 8461, Node: NMR2.CHEM)  words that nobody reads`,
  }));
}

function cause(outcome: Evidence['outcome'], messages: string[], more: Partial<Evidence> = {}) {
  return causeOf({ outcome, status: null, result: null, messages: log(...messages), ...more });
}

describe('the catalogue', () => {
  it.each(Object.entries(causes))('%s says what happened and what to do, in plain words', (_, { sentence, fix }) => {
    expect(sentence).toMatch(/^[a-z].*[^.]$/);
    expect(sentence.length).toBeLessThanOrEqual(60);
    expect(sentence).not.toMatch(/\b(ANS|ANR|ANE|VSS|rc|TCP)\d*/);
    expect(fix).toMatch(/^[A-Z`].*\.$/);
  });

  it('gives no two causes the same sentence', () => {
    const sentences = Object.values(causes).map((each) => each.sentence);
    expect(new Set(sentences).size).toBe(sentences.length);
  });

  it('reads a key of another version as unknown', () => {
    expect(causeNamed('constructor')).toBe(causes['unknown']);
  });

  // What only says that something failed, or counts it, explains nothing by itself.
  const headers = [1512, 4959, 9999, 2578, 2579, 3440];

  it('knows every message that is read from the servers', () => {
    const read = [
      ...clientMessages.map((number) => `ANE${number}E`),
      ...serverMessages.map((number) => `ANR${String(number).padStart(4, '0')}W`),
    ];
    expect(read.length).toBeGreaterThanOrEqual(60);
    const silent = read.filter((code) =>
      (['failed', 'severed', 'missed'] as const).every((outcome) => cause(outcome, [code]) === cause(outcome, [])),
    );
    expect(silent.map((code) => Number(code.slice(3, 7))).sort((a, b) => a - b)).toEqual(headers.sort((a, b) => a - b));
  });
});

describe('the cause of a failure', () => {
  it.each<[string, string[], string]>([
    ['access denied', ['ANE4007E'], 'access-denied'],
    ['the same number under its other prefix', ['ANS4007E'], 'access-denied'],
    ['header before the reason', ['ANE1512E', 'ANE4007E'], 'access-denied'],
    ['header after the reason', ['ANE4007E', 'ANE1802E', 'ANR2579E', 'ANR3440W'], 'access-denied'],
    ['generic sending error beside the reason', ['ANE1228E', 'ANE4047E'], 'read-error'],
    ['diagnostic text beside the reason', ['ANE9999E', 'ANE1071E'], 'domain-missing'],
    ['generic sending error alone', ['ANE1228E'], 'objects-not-saved'],
    ['skipped files beside real errors', ['ANE4037E', 'ANE4987E', 'ANE4007E'], 'access-denied'],
    ['only skipped files', ['ANE4987E'], 'files-in-use'],
    ['full pool and what followed', ['ANE1999E', 'ANE1329S', 'ANR0522W', 'ANE4007E'], 'server-full'],
    ['full log', ['ANE1316E'], 'server-log-full'],
    ['script before the backup', ['ANE1512E', 'ANE1902E'], 'script-failed'],
    ['cut by the limit for slow transfers', ['ANE1809W', 'ANR0488W', 'ANE1029E'], 'throughput-limit'],
    ['idle session beside a real error', ['ANR0482W', 'ANE4007E'], 'access-denied'],
    ['idle session and the loss that it brought', ['ANE1809W', 'ANR0482W'], 'idle-limit'],
    ['expired password', ['ANR0425W'], 'password-expired'],
    ['shadow copy writer', ['ANE5268W', 'ANE1950E'], 'vss-writer'],
  ])('%s', (_, messages, wanted) => {
    expect(cause('failed', messages, { status: 'Failed', result: 12 })).toBe(wanted);
  });

  it.each<[string, number | null, string]>([
    ['Failed', 12, 'client-error'],
    ['Failed', 4, 'return-code'],
    ['Failed', 1, 'return-code'],
    ['Failed', -99, 'return-code'],
    ['Failed', null, 'unknown'],
    ['Failed', 0, 'unknown'],
    ['Completed', 12, 'client-error'],
    ['Completed', 8, 'client-error'],
    ['Completed', 127, 'return-code'],
  ])('%s with result %s and no message is %s', (status, result, wanted) => {
    expect(cause('failed', [], { status, result })).toBe(wanted);
    expect(cause('failed', ['ANE1512E', 'ANR3440W'], { status, result })).toBe(wanted);
  });

  it('takes numbers of server and clients for what they are', () => {
    const text = 'ANR1329I something else altogether';
    expect(
      causeOf({ outcome: 'failed', status: 'Failed', result: 12, messages: [{ at: '', number: 1329, text }] }),
    ).toBe('client-error');
  });
});

describe('the cause of a cut connection', () => {
  it.each<[string[], string]>([
    [[], 'severed'],
    [['ANR0480W'], 'connection-lost'],
    [['ANR0480W', 'ANR0481W'], 'response-limit'],
    [['ANE1029E', 'ANR0482W'], 'idle-limit'],
    [['ANR0488W', 'ANE1369E'], 'throughput-limit'],
    [['ANE1369E'], 'cancelled'],
    [['ANE4007E', 'ANE4037E'], 'severed'],
  ])('%j is %s', (messages, wanted) => {
    expect(cause('severed', messages)).toBe(wanted);
  });
});

describe('the cause of a missed start', () => {
  it.each<[string[], string]>([
    [['ANR2578W'], 'no-contact'],
    [['ANR0424W', 'ANR2578W'], 'password-wrong'],
    [['ANE1017E'], 'no-connection'],
    [['ANE1351E'], 'server-busy'],
    [['ANR2568E'], 'start-denied'],
    [['ANE4007E', 'ANR0482W'], 'no-contact'],
  ])('%j is %s', (messages, wanted) => {
    expect(cause('missed', messages)).toBe(wanted);
  });
});

it('finds no fault with an idle session of a schedule that completed', () => {
  expect(cause('ok', ['ANR0482W'])).toBeNull();
  expect(cause('notes', ['ANE4037E'])).toBeNull();
  expect(cause('unknown', ['ANR0480W'])).toBeNull();
});

it('does not depend on the order of the messages', () => {
  const codes = [
    'ANE1512E',
    'ANE4007E',
    'ANE4047E',
    'ANR0482W',
    'ANR0480W',
    'ANE1329S',
    'ANE1802E',
    'ANE9999E',
    'ANR0424W',
  ];
  const messages = fc.array(fc.record({ at: fc.constantFrom('a', 'b', 'c'), code: fc.constantFrom(...codes) }));
  fc.assert(
    fc.property(messages, fc.constantFrom(...outcomes), fc.infiniteStream(fc.nat()), (list, outcome, chance) => {
      const rows = list.map(({ at, code }) => ({ at, number: Number(code.slice(3, 7)), text: code }));
      const shuffled = rows
        .map((row) => ({ row, key: chance.next().value as number }))
        .sort((a, b) => a.key - b.key)
        .map(({ row }) => row);
      const evidence = { outcome, status: 'Failed', result: 12 };
      const found = causeOf({ ...evidence, messages: rows });
      expect(causeOf({ ...evidence, messages: shuffled })).toBe(found);
      if (found !== null) expect(Object.keys(causes)).toContain(found);
    }),
  );
});
