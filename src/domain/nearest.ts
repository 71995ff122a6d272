import { distance } from 'fastest-levenshtein';

/**
 * The option that a person most likely meant, or undefined when none is near: at most half of the letters differ (`childs` → `children`,
 * `hepl` → `help`). Letter case does not count; a path whose last part was typed is near (`CHEM` → `UNI/SCI/CHEM`).
 */
export function nearest(typed: string, options: readonly string[]): string | undefined {
  const wanted = typed.toLowerCase();
  let best: string | undefined;
  let limit = Math.max(1, Math.floor(wanted.length / 2)) + 0.5;
  for (const option of options) {
    const known = option.toLowerCase();
    if (known !== wanted && known.endsWith(`/${wanted}`)) return option;
    if (Math.abs(known.length - wanted.length) > limit) continue;
    const letters = distance(wanted, known);
    if (letters < limit) {
      best = option;
      limit = letters;
    }
  }
  return best;
}
