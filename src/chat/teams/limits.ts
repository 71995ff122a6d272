/**
 * What Teams and Adaptive Cards allow, and where each number comes from. Where pages disagree the smallest figure ever
 * published counts, so that a card that passes here passes everywhere.
 */
export const limits = {
  /** Adaptive Card version. 1.5 is the newest that Teams draws on desktop, web and (with gaps) mobile: "Cards reference". */
  version: '1.5',
  /**
   * Bytes of a card's JSON, counted as UTF-8 or UTF-16, whichever is larger. Older pages ("Format your bot messages") say
   * 28 KB and 40 KB for a message; 24 KB leaves room for the envelope under each of them.
   */
  cardBytes: 24 * 1024,
  /** No message beyond this is ever sent: about 100 KB ("Format your bot messages", 413 MessageSizeTooBig) with a margin. */
  hardStopBytes: 80 * 1024,
  /** Actions drawn side by side; the rest would go into an overflow menu that not every client has: "Types of cards". */
  actions: 6,
  /** Ours. A label longer than this is cut off by the phone client's button anyway. */
  actionTitle: 40,
  /** Ours. Storage Protect names: nodes 64, file spaces 1,024. Longer names are clipped in the middle. */
  name: 72,
  /** Ours. One stretch of running text. */
  text: 600,
  /** Ours. The title line, two lines on a phone. */
  title: 120,
  /** Ours. Notification and screen-reader text. */
  fallback: 400,
  /** Ours. The command that a button carries; 1,024-character names must survive in it. */
  command: 2_000,
} as const;
