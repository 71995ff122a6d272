/** A typed line, taken apart. */
export interface Command {
  /** Lower case; empty when nothing was typed. */
  verb: string;
  /** Words and quoted phrases, in order. */
  words: string[];
  /** `key:value` of the keys the verb knows. */
  options: Record<string, string>;
}

const quotes: Record<string, string> = { '"': '"', "'": "'", '“': '”', '„': '“', '‘': '’' };

/**
 * Takes a line as people type it apart: `/backup details UNI/SCI/CHEM 2026-11-18 page:2`. Quotes (also typographic ones, as phones
 * make them) keep blanks together; an unclosed quote runs to the end. A leading `/backup` is allowed everywhere.
 *
 * @param optionNames the keys that count as options; any other `x:y` is an ordinary word (`E:`, `DOMAIN:x`)
 */
export function parseCommand(line: string, optionNames: readonly string[] = []): Command {
  const tokens = tokensOf(line.replace(/[\u00a0\u202f\u2007]/g, ' '));
  if (tokens[0]?.toLowerCase() === '/backup') tokens.shift();
  const verb = (tokens.shift() ?? '').toLowerCase();
  const words: string[] = [];
  const options: Record<string, string> = {};
  for (const token of tokens) {
    const colon = token.indexOf(':');
    const key = colon > 0 ? token.slice(0, colon).toLowerCase() : '';
    if (optionNames.includes(key)) options[key] = token.slice(colon + 1);
    else words.push(token);
  }
  return { verb, words, options };
}

function tokensOf(line: string): string[] {
  const tokens: string[] = [];
  let token: string | null = null;
  let closing: string | null = null;
  for (const char of line) {
    if (closing !== null) {
      if (char === closing) closing = null;
      else token += char;
    } else if (quotes[char] !== undefined && (token === null || token.endsWith(':'))) {
      closing = quotes[char];
      token ??= '';
    } else if (/\s/.test(char)) {
      if (token !== null) tokens.push(token);
      token = null;
    } else {
      token = (token ?? '') + char;
    }
  }
  if (token !== null) tokens.push(token);
  return tokens;
}

/** The line that a button carries: words with blanks are quoted so that it parses to the same words. */
export function commandLine(
  verb: string,
  words: readonly string[],
  options: Record<string, string | number> = {},
): string {
  const rest = Object.entries(options).map(([key, value]) => `${key}:${value}`);
  return [verb, ...words.map(quoted), ...rest].join(' ');
}

function quoted(word: string): string {
  return /^[^\s"'“„‘]+$/.test(word) ? word : `"${word.replaceAll('"', '')}"`;
}
