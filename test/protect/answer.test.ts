import fc from 'fast-check';
import { readAnswer, readCell } from '../../src/protect/answer';

const select = { hdr: ['NODE_NAME', 'RESULT'], items: [{ NODE_NAME: 'NMR2.CHEM', RESULT: 4 }] };

function value(body: unknown) {
  const answer = readAnswer(body);
  if (!answer.ok) throw new Error(answer.reason);
  return answer.value;
}

describe('rows', () => {
  it('of a SELECT carry names of columns', () => {
    expect(value([[select]])).toEqual({ columns: ['NODE_NAME', 'RESULT'], items: select.items, messages: [] });
  });

  it('of a QUERY carry ids, which become names', () => {
    const query = {
      hdr: [
        { def: 'Administrator Name', id: '23296' },
        { def: 'Locked?', id: 23297 },
      ],
      items: [{ 23296: 'ADMIN', 23297: { def: 'No', id: '23402' } }],
    };

    expect(value([[query]])).toEqual({
      columns: ['ADMINISTRATOR NAME', 'LOCKED?'],
      items: [{ 'ADMINISTRATOR NAME': 'ADMIN', 'LOCKED?': { def: 'No', id: '23402' } }],
      messages: [],
    });
  });

  it('may have a remark beside them, which is kept', () => {
    const answer = value([[select, { msg: { n: '1999', def: 'ANR1999I SELECT completed successfully.' } }]]);

    expect(answer.items).toHaveLength(1);
    expect(answer.messages).toEqual([{ number: 1999, severity: 'I', text: 'ANR1999I SELECT completed successfully.' }]);
  });

  it('are not believed when an error stands beside them', () => {
    const error = { msg: { n: '2940', def: 'ANR2940E The SQL operation failed.' } };

    for (const body of [[[select, error]], [[{ ...select, ...error }]]]) {
      expect(readAnswer(body)).toEqual({
        ok: false,
        code: 'SERVER_MESSAGE',
        reason: 'The server answered: ANR2940E The SQL operation failed.',
      });
    }
  });

  it('that are not objects are left to whoever reads rows', () => {
    expect(value([[{ hdr: ['NODE_NAME'], items: [null, 3, 'x'] }]]).items).toEqual([null, 3, 'x']);
  });
});

describe('no rows', () => {
  it.each([
    ['an empty list, servers up to 8.1.8', [[]]],
    ['message 2034', [[{ msg: { n: '2034', def: 'ANR2034E SELECT: No match found using this criteria.' } }]]],
    ['message 2034 without its prefix', [[{ msg: { n: 2034, def: 'SELECT: No match found using this criteria.' } }]]],
    ['headings alone', [[{ hdr: ['NODE_NAME'], items: [] }]]],
  ])('come as %s', (_form, body) => {
    expect(value(body).items).toEqual([]);
  });
});

describe('a message in the place of rows is a failure with number and text', () => {
  it.each([
    [
      { n: '2940', def: 'ANR2940E SELECT: Failed because of an SQL error.' },
      'ANR2940E SELECT: Failed because of an SQL error.',
    ],
    [{ n: '1000', def: 'ANR1000S Out of everything.' }, 'ANR1000S Out of everything.'],
    [{ n: '2000', def: 'Unknown command - SELEKT.' }, '2000 Unknown command - SELEKT.'],
    // Harmless in itself, but not what was asked for.
    [
      { n: '2017', def: 'ANR2017I Administrator CHATOPS issued command: X' },
      'ANR2017I Administrator CHATOPS issued command: X',
    ],
    [{ n: '9999' }, 'message 9999, without a text.'],
  ])('%j', (msg, said) => {
    expect(readAnswer([[{ msg }]])).toEqual({
      ok: false,
      code: 'SERVER_MESSAGE',
      reason: `The server answered: ${said}`,
    });
  });
});

describe('unknown shapes', () => {
  it.each([
    undefined,
    null,
    {},
    [],
    'text',
    [{}],
    [[{}]],
    [[select], [select]],
    [[select, select]],
    [[select, {}]],
    [[{ hdr: ['A'] }]],
    [[{ items: [] }]],
    [[{ hdr: 'A', items: [] }]],
    [[{ hdr: ['A'], items: {} }]],
    [[{ msg: 'ANR2034E' }]],
    [[{ msg: { n: 'ANR2034E', def: 'x' } }]],
    [[{ msg: { n: -1 } }]],
  ])('%j is OUTPUT_FORMAT', (body) => {
    expect(readAnswer(body)).toMatchObject({ ok: false, code: 'OUTPUT_FORMAT' });
  });

  it('are quoted shortly', () => {
    const answer = readAnswer({ error: 'x'.repeat(10_000) });

    expect(answer.ok ? '' : answer.reason).toMatch(/^The answer has an unknown shape: \{"error":"x+…\.$/);
    expect(answer.ok ? '' : answer.reason.length).toBeLessThan(300);
  });

  it('never throw', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (body) => {
        const answer = readAnswer(body);
        expect(answer.ok || answer.code === 'OUTPUT_FORMAT' || answer.code === 'SERVER_MESSAGE').toBe(true);
      }),
    );
  });
});

describe('cells', () => {
  it.each([
    [null, null],
    [undefined, null],
    ['', ''],
    ['Completed', 'Completed'],
    [4, 4],
    [{ def: 'No', id: '23402' }, 'No'],
    [{ secs: 1713778707, type: 0, tzo: 3600 }, { secs: 1713778707 }],
    [[], null],
    [['System'], 'System'],
    [[12], 12],
    [[{ val: 'HOST' }], 'HOST'],
    [[{ val: { def: 'System', id: '23440' } }], 'System'],
    [[{ val: 50 }, { val: { def: 'GB' } }], '50 GB'],
  ])('%j is %j', (wrapped, plain) => {
    expect(readCell(wrapped)).toEqual(plain);
  });

  it.each([
    [true],
    [{}],
    [{ def: 4 }],
    [{ secs: 'x' }],
    [{ val: 3 }],
    [[{ secs: 1 }, 'x']],
    [[true]],
    [[{ val: [1] }]],
  ])('%j is not known', (wrapped) => {
    expect(readCell(wrapped)).toBeUndefined();
  });

  it('never throw', () => {
    fc.assert(fc.property(fc.jsonValue(), (wrapped) => void readCell(wrapped)));
  });
});
