import { DateTime } from 'luxon';
import { withEmoji } from './emoji';
import { type Html, html } from './html';

/** What ids mean to the reader. */
export interface Names {
  users: ReadonlyMap<string, string>;
  channels: ReadonlyMap<string, string>;
  /** Zone of the times on the page. */
  zone: string;
}

/** Draws Slack's mrkdwn. Only what `html` made is markup; text from outside is decoded once and escaped once. */
export function drawMrkdwn(text: string, names: Names): Html {
  const parts = text.split(/```\n?([\s\S]+?)```/);
  // split with one group: plain and code take turns.
  return html`${parts.map((part, index) => (index % 2 === 1 ? html`<pre>${decode(part)}</pre>` : drawLines(part, names)))}`;
}

/** Draws a plain_text object: no markup but emoji. */
export function drawPlain(text: string, emoji = true): Html {
  const decoded = decode(text);
  return html`${emoji ? withEmoji(decoded) : decoded}`;
}

/** Consecutive lines that begin with `>` are one quotation. */
function drawLines(text: string, names: Names): Html {
  const runs: { quote: boolean; lines: string[] }[] = [];
  for (const line of text.split('\n')) {
    const quoted = /^(?:&gt;|>) ?/.exec(line);
    const content = quoted ? line.slice(quoted[0].length) : line;
    const last = runs.at(-1);
    if (last && last.quote === Boolean(quoted)) last.lines.push(content);
    else runs.push({ quote: Boolean(quoted), lines: [content] });
  }
  return html`${runs.map((run) => {
    const inner = drawInline(run.lines.join('\n'), names);
    return run.quote ? html`<blockquote>${inner}</blockquote>` : inner;
  })}`;
}

// A mark opens after a non-word and before a non-space, and closes the other way round.
const inline =
  /`(?<code>[^`\n]+)`|<(?<angle>[^<>\n]+)>|(?<![\w*])\*(?<bold>[^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])|(?<!\w)_(?<italic>[^\s_](?:[^_\n]*[^\s_])?)_(?!\w)|(?<![\w~])~(?<strike>[^\s~](?:[^~\n]*[^\s~])?)~(?![\w~])/g;

function drawInline(text: string, names: Names): Html {
  const drawn: Html[] = [];
  let from = 0;
  for (const match of text.matchAll(inline)) {
    drawn.push(drawPlain(text.slice(from, match.index)));
    const { code, angle, bold, italic, strike } = match.groups ?? {};
    if (code) drawn.push(html`<code>${decode(code)}</code>`);
    else if (angle) drawn.push(drawAngle(angle, names));
    else if (bold) drawn.push(html`<strong>${drawInline(bold, names)}</strong>`);
    else if (italic) drawn.push(html`<em>${drawInline(italic, names)}</em>`);
    else if (strike) drawn.push(html`<s>${drawInline(strike, names)}</s>`);
    from = match.index + match[0].length;
  }
  drawn.push(drawPlain(text.slice(from)));
  return html`${drawn}`;
}

/** What stands between `<` and `>`: a mention, a date, a link. */
function drawAngle(inner: string, names: Names): Html {
  const bar = inner.indexOf('|');
  const target = bar < 0 ? inner : inner.slice(0, bar);
  const label = bar < 0 ? '' : decode(inner.slice(bar + 1));
  if (target.startsWith('@')) {
    const name = names.users.get(target.slice(1)) ?? (label || target.slice(1));
    return html`<span class="mention">@${name}</span>`;
  }
  if (target.startsWith('#')) {
    const name = names.channels.get(target.slice(1)) ?? (label || target.slice(1));
    return html`<span class="mention">#${name}</span>`;
  }
  if (target.startsWith('!date^')) return drawDate(target, label, names);
  if (target.startsWith('!')) return html`<span class="mention loud">@${label || target.slice(1)}</span>`;
  const address = decode(target);
  if (!/^(https?:\/\/|mailto:)/i.test(address)) return html`&lt;${decode(inner)}&gt;`;
  return html`<a href="${address}" target="_blank" rel="noreferrer noopener">${label || address}</a>`;
}

const dateForms: Readonly<Record<string, string>> = {
  date_num: 'yyyy-MM-dd',
  date: 'd MMMM yyyy',
  date_short: 'd MMM yyyy',
  date_long: 'cccc, d MMMM yyyy',
  date_pretty: 'd MMMM yyyy',
  date_short_pretty: 'd MMM yyyy',
  date_long_pretty: 'cccc, d MMMM yyyy',
  time: 'HH:mm',
  time_secs: 'HH:mm:ss',
};

/** `<!date^unix^form^link|fallback>`; the fallback is shown when the instant cannot be read. */
function drawDate(target: string, fallback: string, names: Names): Html {
  const [, seconds = '', form = ''] = target.split('^');
  const instant = DateTime.fromSeconds(Number(seconds), { zone: names.zone });
  if (!/^\d+$/.test(seconds) || !instant.isValid) return html`${fallback}`;
  const words = form.replace(/\{(\w+)\}/g, (token, name: string) => {
    const known = dateForms[name];
    return known ? instant.toFormat(known, { locale: 'en-GB' }) : token;
  });
  return html`<time datetime="${instant.toISO()}">${decode(words)}</time>`;
}

/** Undoes the three escapes of Slack's text, `&amp;` last so that `&amp;lt;` stays `&lt;`. */
function decode(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
