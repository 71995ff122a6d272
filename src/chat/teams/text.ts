/**
 * Raw text for places where Teams takes it literally (TextRun, action titles, fallback). A TextRun knows no Markdown, but
 * it does know `{{DATE()}}` macros, and any text of a card may be searched for `<at>` mentions: both are broken up.
 */

/** Controls, line breaks included; direction marks, overrides and isolates; invisible fillers, tags and lone surrogates. */
const unprintable =
  /[\p{Cc}\p{Cs}\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
const rightToLeft =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u;
const wordJoiner = '\u2060';

/** One line of text in which nothing is hidden and nothing is interpreted, at most `max` characters of the original. */
export function literal(text: string, max: number): string {
  const visible = clip(text.replace(/[\t\r\n]+/g, ' ').replace(unprintable, '\ufffd'), max);
  const inert = visible.replace(/\{(?=\{)/g, `{${wordJoiner}`).replace(/<(?=\/?at\b)/gi, `<${wordJoiner}`);
  return rightToLeft.test(inert) ? `\u2068${inert}\u2069` : inert;
}

/** A name from outside, clipped in the middle: both ends tell names apart. */
export function clip(text: string, max: number): string {
  // Cheap test first: a string is never longer in code points than in UTF-16 units.
  if (text.length <= max) return text;
  const points = [...text];
  if (points.length <= max) return text;
  const tail = Math.floor(max / 4);
  return `${points.slice(0, max - tail - 1).join('')}\u2026${points.slice(-tail).join('')}`;
}

/** A person's name as it may stand between `<at>` and `</at>` in a TextBlock, where Markdown and XML are read. */
export function mentionName(name: string): string {
  const plain = name
    .replace(unprintable, '')
    .replace(/[<>&*_[\]()`~#\\{}|!]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return clip(plain, 60) || 'somebody';
}
