/** A name with wildcards: `*` stands for any letters or none, `?` for one. Letter case does not matter. */
export interface Glob {
  /** In capitals. */
  text: string;
  /** What stands before the first and after the last wildcard. */
  head: string;
  tail: string;
  /** The literal pieces between wildcards, without head and tail. */
  inner: string[];
  /** Number of letters that are not wildcards: the longer, the more exact. */
  literal: number;
}

export function hasWildcard(text: string): boolean {
  return /[*?]/.test(text);
}

/** Takes a text that has a wildcard. */
export function globOf(pattern: string): Glob {
  const text = pattern.toUpperCase();
  const pieces = text.split(/[*?]+/);
  return {
    text,
    head: pieces[0] ?? '',
    tail: pieces.at(-1) ?? '',
    inner: pieces.slice(1, -1),
    literal: pieces.join('').length,
  };
}

/** `name` in capitals. Never slower than its length times the glob's, whatever the wildcards. */
export function globMatches(glob: Glob, name: string): boolean {
  const { text } = glob;
  let at = 0;
  let from = 0;
  let star = -1;
  let resume = 0;
  while (from < name.length) {
    if (text[at] === '*') {
      star = at;
      resume = from;
      at += 1;
    } else if (at < text.length && (text[at] === '?' || text[at] === name[from])) {
      at += 1;
      from += 1;
    } else if (star >= 0) {
      // The last star takes one letter more.
      resume += 1;
      at = star + 1;
      from = resume;
    } else return false;
  }
  while (text[at] === '*') at += 1;
  return at === text.length;
}
