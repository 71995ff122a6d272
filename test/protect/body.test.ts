import { Readable } from 'node:stream';
import { readBody } from '../../src/protect/body';

function pieces(...texts: string[]): Readable {
  return Readable.from(texts.map((text) => Buffer.from(text)));
}

it.each([
  [['abc', 'def'], { text: 'abcdef', whole: true }],
  [['abcdef', 'ghij'], { text: 'abcdefgh', whole: false }],
  [['abcd', 'efgh'], { text: 'abcdefgh', whole: true }],
  [['abcd', 'efgh', 'i'], { text: 'abcdefgh', whole: false }],
  [[], { text: '', whole: true }],
])('%j within 8 bytes', async (texts, body) => {
  expect(await readBody(pieces(...texts), 8)).toEqual(body);
});

it('does not wait for the rest of what is too long', async () => {
  let stopped = false;
  const endless = new Readable({
    read() {
      this.push('x'.repeat(1000));
    },
    destroy(error, done) {
      stopped = true;
      done(error);
    },
  });

  expect(await readBody(endless, 5000)).toEqual({ text: 'x'.repeat(5000), whole: false });
  expect(stopped).toBe(true);
});

it('hands back what ended it early', async () => {
  const cut = new Readable({ read: () => undefined });
  const body = readBody(cut, 8);
  cut.push('abc');
  cut.destroy(new Error('aborted'));

  expect(await body).toEqual({ error: new Error('aborted') });
});
