/** The command is not one that the simulated server takes: it answers with 500 and does not say why; the reason is for tests and logs. */
export class Rejected extends Error {}

export type Token =
  | { kind: 'word'; text: string }
  | { kind: 'string'; text: string }
  | { kind: 'number'; text: string }
  | { kind: 'symbol'; text: string }
  | { kind: 'end'; text: '' };

const shapes: readonly [Exclude<Token['kind'], 'end'>, RegExp][] = [
  ['word', /[A-Za-z_$#@][A-Za-z0-9_$#@]*/y],
  ['number', /\d+(\.\d+)?/y],
  ['string', /'((?:[^']|'')*)'/y],
  // neither `::` nor `;` nor `%`: Db2 and the administrative interface do not know them in a SELECT
  ['symbol', /<>|!=|<=|>=|\|\||[=<>+\-*/(),.]/y],
];

/** Splits a command into tokens; words are folded to capitals, a doubled apostrophe is one. Throws `Rejected`. */
export function tokensOf(text: string): Token[] {
  // NUL ends a text in the protocol of the database
  if (text.includes('\u0000')) throw new Rejected('a NUL character');
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const blank = /\s+/y;
    blank.lastIndex = at;
    if (blank.test(text)) {
      at = blank.lastIndex;
      continue;
    }
    if (text.startsWith('--', at) || text.startsWith('/*', at)) throw new Rejected('a comment');
    const token = tokenAt(text, at);
    if (!token) throw new Rejected(`nothing begins with ${text.slice(at, at + 10)}`);
    tokens.push(token.token);
    at = token.end;
  }
  return tokens;
}

function tokenAt(text: string, at: number): { token: Token; end: number } | undefined {
  for (const [kind, shape] of shapes) {
    shape.lastIndex = at;
    const match = shape.exec(text);
    if (!match) continue;
    const whole = match[0];
    if (kind === 'string') {
      return { token: { kind, text: (match[1] ?? '').replaceAll("''", "'") }, end: at + whole.length };
    }
    return { token: { kind, text: kind === 'word' ? whole.toUpperCase() : whole }, end: at + whole.length };
  }
  return undefined;
}

/** Walks over the tokens of one command. */
export interface Reader {
  peek(ahead?: number): Token;
  next(): Token;
  /** Takes these words or symbols if they come next, all of them or none. */
  take(...texts: string[]): boolean;
  /** Like take, and rejects the command if they do not come next. */
  need(...texts: string[]): void;
}

export function readerOf(tokens: readonly Token[]): Reader {
  const end: Token = { kind: 'end', text: '' };
  let at = 0;
  function peek(ahead = 0): Token {
    return tokens[at + ahead] ?? end;
  }
  function take(...texts: string[]): boolean {
    const fits = texts.every((text, index) => {
      const token = peek(index);
      return (token.kind === 'word' || token.kind === 'symbol') && token.text === text;
    });
    if (fits) at += texts.length;
    return fits;
  }
  return {
    peek,
    next() {
      const token = peek();
      at += 1;
      return token;
    },
    take,
    need(...texts) {
      if (!take(...texts)) throw new Rejected(`${texts.join(' ')} expected, found ${peek().text || 'the end'}`);
    },
  };
}
