import { DateTime } from 'luxon';
import { bot, slackbot } from '../slack/ids';
import type { ThreadFacts } from '../slack/message-json';
import type { Ephemeral, Message, SharedFile } from '../slack/workspace';
import { drawBlocks } from './draw-blocks';
import { type Html, html, nothing } from './html';
import { drawMrkdwn, type Names } from './mrkdwn';

/** What the drawing of any message needs to know about the reader. */
export interface Reader {
  as: string;
  channel: string;
  /** Head of the thread that is open; absent in the channel's own list. */
  thread?: string | undefined;
  names: Names;
}

/** A line of the channel: a message with the state and the replies of its thread, or something for the reader alone. */
export type Entry =
  | { kind: 'message'; message: Message; thread: ThreadFacts | undefined; replies: Message[] }
  | { kind: 'ephemeral'; ephemeral: Ephemeral };

/** Oldest first, a heading before the first of each day. */
export function drawEntries(entries: readonly Entry[], reader: Reader): Html {
  let day = '';
  return html`${entries.map((entry) => {
    const ts = entry.kind === 'message' ? entry.message.ts : entry.ephemeral.ts;
    const today = instantOf(ts, reader.names.zone).toFormat('ccc d LLL yyyy', { locale: 'en-GB' });
    const heading = today === day ? nothing : html`<h2 class="day"><span>${today}</span></h2>`;
    day = today;
    return html`${heading}${entry.kind === 'message' ? drawMessage(entry, reader) : drawEphemeral(entry.ephemeral, reader)}`;
  })}`;
}

export function instantOf(ts: string, zone: string): DateTime {
  return DateTime.fromMillis(Math.floor(Number(ts) * 1000), { zone });
}

function drawMessage(entry: Extract<Entry, { kind: 'message' }>, reader: Reader): Html {
  const { message, thread, replies } = entry;
  if (message.deleted)
    return html`<article class="message gone" id="${anchor(message.ts)}"><p class="text">This message was deleted.</p>
      ${drawThread(message, thread, replies, reader)}</article>`;
  return html`<article class="message" id="${anchor(message.ts)}">
    ${drawAuthor(message.user, message.ts, reader)}
    ${message.broadcast ? html`<p class="aside">replied to a thread and in the channel</p>` : nothing}
    ${drawContent(message, reader)}
    ${message.edited ? html`<p class="aside">(edited)</p>` : nothing}
    ${message.files ? html`<ul class="files">${message.files.map(drawFile)}</ul>` : nothing}
    ${drawThread(message, thread, replies, reader)}
  </article>`;
}

function drawEphemeral(ephemeral: Ephemeral, reader: Reader): Html {
  return html`<article class="message private" id="${anchor(ephemeral.ts)}">
    <div class="aside only-you"><span>Only visible to you</span>
      <form method="post" action="/sandbox/dismiss">${hidden(reader)}<input type="hidden" name="ts" value="${ephemeral.ts}"><button class="quiet">Dismiss</button></form></div>
    ${drawAuthor(ephemeral.user, ephemeral.ts, reader)}
    ${drawContent(ephemeral, reader)}
  </article>`;
}

function drawAuthor(user: string, ts: string, reader: Reader): Html {
  const at = instantOf(ts, reader.names.zone);
  const name = reader.names.users.get(user) ?? user;
  const app = user === bot.user || user === slackbot;
  return html`<header class="author"><span class="avatar ${app ? 'app' : tint(user)}" aria-hidden="true">${initials(name)}</span>
    <strong>${name}</strong>${app ? html`<span class="badge">APP</span>` : nothing}
    <time datetime="${at.toISO()}">${at.toFormat('HH:mm')}</time></header>`;
}

/** Blocks win over text, as in Slack: the text is for notifications then. One form per message carries its buttons. */
function drawContent(of: Message | Ephemeral, reader: Reader): Html {
  if (!of.blocks?.length) return html`<div class="text">${drawMrkdwn(of.text, reader.names)}</div>`;
  return html`<form class="blocks" method="post" action="/sandbox/press">${hidden(reader)}<input type="hidden" name="ts" value="${of.ts}">
    ${drawBlocks(of.blocks, reader.names)}</form>`;
}

function drawThread(
  message: Message,
  thread: ThreadFacts | undefined,
  replies: readonly Message[],
  reader: Reader,
): Html {
  if (reader.thread) return nothing;
  const href = threadLink(reader, message.threadTs ?? message.ts);
  if (!thread) return html`<p><a class="soft-link" href="${href}">Reply in thread</a></p>`;
  const label = thread.replyCount === 1 ? '1 reply' : `${thread.replyCount} replies`;
  const last = instantOf(thread.latestReply, reader.names.zone).toFormat('ccc HH:mm', { locale: 'en-GB' });
  return html`<details class="thread" data-key="thread-${message.ts}">
    <summary><span class="count">${label}</span> <span class="aside">last ${last}</span></summary>
    ${replies.map((reply) => drawMessage({ kind: 'message', message: reply, thread: undefined, replies: [] }, { ...reader, thread: message.ts }))}
    <p><a class="soft-link" href="${href}">Open thread</a></p>
  </details>`;
}

export function threadLink(reader: { as: string; channel: string }, ts: string): string {
  return `/sandbox/c/${reader.channel}/t/${ts}?as=${encodeURIComponent(reader.as)}`;
}

/** Who acts, and where to come back to. */
export function hidden(reader: { as: string; channel: string; thread?: string | undefined }): Html {
  return html`<input type="hidden" name="as" value="${reader.as}"><input type="hidden" name="channel" value="${reader.channel}">
    ${reader.thread ? html`<input type="hidden" name="thread" value="${reader.thread}">` : nothing}`;
}

export function anchor(ts: string): string {
  return `m${ts.replace('.', '-')}`;
}

function drawFile(file: SharedFile): Html {
  return html`<li><a href="/sandbox/slack/files/${encodeURIComponent(file.id)}">${file.title}</a> <span class="aside">${Math.ceil(file.size / 1024)} KB</span></li>`;
}

function initials(name: string): string {
  return name
    .split(' ')
    .map((word) => word[0] ?? '')
    .join('')
    .slice(0, 2);
}

/** One of six quiet colours, always the same for a person. */
function tint(user: string): string {
  const sum = [...user].reduce((total, letter) => total + letter.charCodeAt(0), 0);
  return `tint-${sum % 6}`;
}
