/** Small repeatable chance: the same words give the same number, on every machine and in every order of asking. */

const { imul } = Math;

/** FNV-1a over the words, 32 bits. By index: the seed asks hundreds of thousands of times, and iterators cost it seconds. */
function hash(words: readonly (string | number)[]): number {
  let state = 0x811c9dc5;
  const text = words.join('/');
  for (let index = 0; index < text.length; index += 1) {
    state ^= text.charCodeAt(index);
    state = imul(state, 0x01000193);
  }
  return state >>> 0;
}

/** mulberry32: a stream of numbers in [0, 1). */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A stream of its own for these words. */
export function streamOf(...words: (string | number)[]): () => number {
  return mulberry32(hash(words));
}

/** One number in [0, 1) for these words. */
export function chanceOf(...words: (string | number)[]): number {
  return streamOf(...words)();
}

/** A whole number in [from, to]. */
export function between(random: () => number, from: number, to: number): number {
  return from + Math.floor(random() * (to - from + 1));
}

/** One of the list; the list must not be empty. */
export function pick<T>(random: () => number, list: readonly [T, ...T[]]): T {
  return list[Math.floor(random() * list.length)] ?? list[0];
}
