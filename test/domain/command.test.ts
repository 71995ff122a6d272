import fc from 'fast-check';
import { commandLine, parseCommand } from '../../src/domain/command';
import { nearest } from '../../src/domain/nearest';

test.each([
  ['status MYPC.IT', { verb: 'status', words: ['MYPC.IT'], options: {} }],
  ['/backup status MYPC.IT', { verb: 'status', words: ['MYPC.IT'], options: {} }],
  ['  STATUS\u00a0MYPC.IT  ', { verb: 'status', words: ['MYPC.IT'], options: {} }],
  ['', { verb: '', words: [], options: {} }],
  ['/backup', { verb: '', words: [], options: {} }],
  ['status "MYPC.IT E:"', { verb: 'status', words: ['MYPC.IT E:'], options: {} }],
  ['status “MYPC.IT E:”', { verb: 'status', words: ['MYPC.IT E:'], options: {} }],
  ["status 'two words", { verb: 'status', words: ['two words'], options: {} }],
  ['status ""', { verb: 'status', words: [''], options: {} }],
  ["status O'NEILL.IT", { verb: 'status', words: ["O'NEILL.IT"], options: {} }],
])('%j is taken apart', (line, command) => {
  expect(parseCommand(line)).toEqual(command);
});

test('only the keys that a verb knows are options', () => {
  expect(parseCommand('details CHEM page:2 E:x Page:3', ['page'])).toEqual({
    verb: 'details',
    words: ['CHEM', 'E:x'],
    options: { page: '3' },
  });
  expect(parseCommand('status MYPC server:"SP 1"', ['server']).options).toEqual({ server: 'SP 1' });
});

test('what a button carries parses to what it was made from', () => {
  const word = fc
    .string({ minLength: 1, maxLength: 30 })
    .filter(
      (text) => /^[^"\p{C}\p{Z}]+( [^"\p{C}\p{Z}]+)*$/u.test(text) && text.trim() === text && !text.includes('page:'),
    );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 4 }), fc.nat(99), (words, page) => {
      expect(parseCommand(commandLine('details', words, { page }), ['page'])).toEqual({
        verb: 'details',
        words,
        options: { page: String(page) },
      });
    }),
  );
});

test('any text can be typed', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const { verb, words } = parseCommand(text);
      expect([verb, ...words].join('').length).toBeLessThanOrEqual(text.length);
    }),
  );
});

test.each([
  ['Digets', 'digest'],
  ['stauts', 'status'],
  ['hepl', 'help'],
  ['detail', 'details'],
  ['xyzzy', undefined],
  ['', undefined],
])('%j is nearest to %j', (typed, word) => {
  expect(nearest(typed, ['status', 'digest', 'details', 'help'])).toBe(word);
});
