import type { Span } from '../card';
import { nameLength } from './limits';

/**
 * Raw text into Slack's mrkdwn. Slack asks to escape `&`, `<` and `>` only
 * (https://docs.slack.dev/messaging/formatting-message-text); with these gone no text can mention, link or broadcast.
 * Lengths are UTF-16 units after escaping, the most that Slack may count.
 */

/** Controls, lone surrogates, direction marks, overrides, invisible fillers and tags; the joiner of emoji is kept. */
const unprintable = /[\p{Cc}\p{Cs}\u115f\u1160\u3164\uffa0]|(?!\u200d)\p{Cf}/gu;
/** More than three marks on one letter pile up over the lines around it. */
const piledMarks = /(\p{M}{3})\p{M}+/gu;
const rightToLeft =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u;
/** Nothing but what RFC 3986 allows, so that an address cannot end its own tag. */
const webAddress = /^https?:\/\/[\w.~:/?#[\]@!$&'()*+,;=%-]{1,500}$/;
const ellipsis = '\u2026';

/** One line in which nothing is hidden; `clip` shortens it. Right-to-left text is isolated: it cannot reorder its neighbours. */
export function visible(text: string, clip: (text: string) => string): string {
  const line = clip(text)
    .replace(/[\t\r\n\u2028\u2029]+/g, ' ')
    .replace(unprintable, '\ufffd')
    .replace(piledMarks, '$1');
  return rightToLeft.test(line) ? `\u2068${line}\u2069` : line;
}

/** Cut in the middle, visibly: both ends tell names apart. Never between the halves of a character. */
export function clipName(text: string, max = nameLength): string {
  if (text.length <= max) return text;
  const tail = Math.floor(max / 4);
  return `${head(text, max - tail - 1)}${ellipsis}${text.slice(-tail).replace(/^[\udc00-\udfff]/, '')}`;
}

/** Cut at the end, visibly. */
export function clipText(text: string, max: number): string {
  return text.length <= max ? text : `${head(text, max - 1)}${ellipsis}`;
}

function head(text: string, length: number): string {
  return text.slice(0, Math.max(length, 0)).replace(/[\ud800-\udbff]$/, '');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/**
 * Plain text in mrkdwn, at most `budget` long. Stars, tildes, backticks, `_` at the edge of a word and `:emoji:` become
 * look-alikes, because mrkdwn has no way to escape them.
 */
export function plain(text: string, budget: number): string {
  for (let max = Math.min(text.length, budget); max > 0; max = Math.floor(max * 0.7)) {
    const rendered = inert(visible(text, (whole) => clipText(whole, max)));
    if (rendered.length <= budget) return rendered;
  }
  return '';
}

function inert(text: string): string {
  return escaped(text)
    .replaceAll('*', '\u2217')
    .replaceAll('~', '\u223c')
    .replaceAll('`', '\u02cb')
    .replace(/(?<![\p{L}\p{N}_])_|_(?![\p{L}\p{N}_])/gu, '\u02cd')
    .replace(/:(?=[\w+'-]*[a-z][\w+'-]*:)/gi, '\u2236');
}

/** A name from outside, set apart. Between backticks mrkdwn interprets nothing but the backtick. */
export function code(text: string): string {
  const inner = escaped(visible(text.trim(), clipName)).replaceAll('`', '\u02cb');
  return inner === '' ? '`\ufffd`' : `\`${inner}\``;
}

/** Spans as mrkdwn, at most `budget` long; what does not fit is cut off with `…`. */
export function mrkdwn(spans: readonly Span[], budget: number): string {
  let text = '';
  for (const span of joinBold(spans)) {
    const rendered = spanText(span, budget);
    const left = budget - ellipsis.length - text.length;
    if (rendered.length <= left) {
      text += rendered;
      continue;
    }
    return `${text}${typeof span === 'string' ? plain(clipText(span, left), left) : ''}${ellipsis}`;
  }
  return text;
}

/** Two bold spans side by side would meet as `**`, which mrkdwn shows as it is. */
function joinBold(spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    if (typeof span === 'object' && 'bold' in span && typeof last === 'object' && 'bold' in last) {
      joined[joined.length - 1] = { bold: last.bold + span.bold };
    } else joined.push(span);
  }
  return joined;
}

function spanText(span: Span, budget: number): string {
  if (typeof span === 'string') return plain(span, budget);
  if ('bold' in span) return bold(plain(span.bold, budget - 2));
  if ('code' in span) return code(span.code);
  if ('mention' in span) {
    const { slack, name } = span.mention;
    return slack !== undefined && /^[UW][A-Z0-9]{2,20}$/.test(slack) ? `<@${slack}>` : plain(clipName(name), budget);
  }
  const text = plain(clipName(span.text), budget).replaceAll('|', '\u2223');
  return webAddress.test(span.link) ? `<${escaped(span.link)}|${text || 'link'}>` : text;
}

/** mrkdwn wants the stars at the edges of words: spaces go outside, and text without a word gets none. */
function bold(text: string): string {
  const core = text.trim();
  if (!/[\p{L}\p{N}]/u.test(core)) return text;
  const start = text.indexOf(core);
  return `${text.slice(0, start)}*${core}*${text.slice(start + core.length)}`;
}
