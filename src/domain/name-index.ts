import { type Glob, globMatches, globOf, hasWildcard } from './glob';

/** A value that stands behind a name or a glob. */
export interface Entry<T> {
  value: T;
  /** Literal letters of the glob; the whole length for a name. */
  literal: number;
}

interface GlobEntry<T> extends Entry<T> {
  glob: Glob;
}

/** Finds the names and globs that fit a node without trying them one by one: 1,000 globs against 100,000 nodes take a second, not minutes. */
export interface NameIndex<T> {
  /** `name` in capitals. */
  find(name: string): Entry<T>[];
}

/**
 * Whole names are looked up. Globs lie under their head and tail (`LAB*.IT` under `LAB` and `.IT`), one table for each pair of lengths; a node is cut
 * to those lengths. Globs without head and tail (`*NMR*`) lie under the first letters of their longest piece.
 */
export function indexNames<T>(entries: readonly { text: string; value: T }[]): NameIndex<T> {
  const names = new Map<string, Entry<T>[]>();
  const anchored = new Map<string, { head: number; tail: number; table: Map<string, GlobEntry<T>[]> }>();
  const grams = new Map<string, GlobEntry<T>[]>();
  const gramLengths = new Set<number>();
  /** Globs of wildcards alone. */
  const blank: GlobEntry<T>[] = [];

  for (const { text, value } of entries) {
    if (!hasWildcard(text)) {
      push(names, text.toUpperCase(), { value, literal: text.length });
      continue;
    }
    const glob = globOf(text);
    const entry = { value, literal: glob.literal, glob };
    const { head, tail } = glob;
    if (head.length + tail.length > 0) {
      const lengths = `${head.length},${tail.length}`;
      const place = anchored.get(lengths) ?? { head: head.length, tail: tail.length, table: new Map() };
      anchored.set(lengths, place);
      push(place.table, cut(head, tail), entry);
      continue;
    }
    const gram = [...glob.inner].sort((a, b) => b.length - a.length)[0]?.slice(0, gramLength) ?? '';
    if (gram === '') {
      blank.push(entry);
      continue;
    }
    gramLengths.add(gram.length);
    push(grams, gram, entry);
  }

  return {
    find(name) {
      const found: Entry<T>[] = [...(names.get(name) ?? [])];
      for (const { head, tail, table } of anchored.values()) {
        if (head + tail > name.length) continue;
        collect(found, table.get(cut(name.slice(0, head), name.slice(name.length - tail))), name);
      }
      for (const length of gramLengths) {
        const seen = new Set<string>();
        for (let at = 0; at + length <= name.length; at += 1) seen.add(name.slice(at, at + length));
        for (const gram of seen) collect(found, grams.get(gram), name);
      }
      collect(found, blank, name);
      return found;
    },
  };
}

const gramLength = 3;

function cut(head: string, tail: string): string {
  return `${head}*${tail}`;
}

function collect<T>(found: Entry<T>[], candidates: readonly GlobEntry<T>[] | undefined, name: string): void {
  for (const entry of candidates ?? []) if (globMatches(entry.glob, name)) found.push(entry);
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
