import type { DigestGroup } from './digest';

/** A first failure may mend itself; after these many nights in a row somebody should look (people-and-answers.md 5.1 rule 4). */
const mentionedStreaks = [2, 3, 5];

/**
 * Puts the tenant's contacts on the first line, worst first, whose streak calls for somebody. Each person once: more would say the
 * same thing louder.
 */
export function withMentions(groups: readonly DigestGroup[], contacts: readonly string[]): DigestGroup[] {
  let waiting = [...new Set(contacts)];
  return groups.map((group) => ({
    ...group,
    lines: group.lines.map((line) => {
      if (waiting.length === 0 || !mentionedStreaks.includes(line.streak)) return line;
      const mention = waiting;
      waiting = [];
      return { ...line, mention };
    }),
  }));
}
