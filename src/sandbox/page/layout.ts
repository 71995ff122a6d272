import type { DateTime } from 'luxon';
import type { SwitchState } from '../protect/switches';
import { anchor, drawEntries, hidden } from './draw-message';
import { type Html, html, nothing } from './html';
import { drawServers } from './servers';
import type { NavChannel, View } from './view';

/** What the frame of every page shows besides the workspace. */
export interface Surroundings {
  now: DateTime;
  /** Absent when the Storage Protect servers are real ones. */
  switches: SwitchState | undefined;
  /** True right after [Next morning]. */
  justMoved: boolean;
}

/** A whole document. */
export function drawDocument(title: string, body: Html): string {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><link rel="stylesheet" href="/sandbox/page.css"><link rel="icon" href="data:,"><script src="/sandbox/page.js" defer></script></head>
<body>${body}</body></html>`.markup;
}

export function drawChannelPage(view: View, around: Surroundings): string {
  const title = titleOf(view);
  const reader = { as: view.user.id, channel: view.channel.id, thread: view.thread, names: view.names };
  return drawDocument(
    `${title} · Backchat sandbox`,
    html`<p class="simulated"><strong>Simulated workspace:</strong> nothing here is real.</p>
    <input type="checkbox" id="menu" class="menu-switch" aria-label="Show channels and servers">
    <div class="frame">
      <nav class="side" aria-label="Channels and servers">
        ${drawActor(view)}
        <div data-part="channels">${drawChannels(view)}</div>
        ${around.switches ? drawServers(around.switches, reader) : nothing}
        <p class="links"><a href="/sandbox/log?as=${view.user.id}">What went wrong (log)</a> <a href="/sandbox/teams?as=${view.user.id}">Microsoft Teams</a></p>
      </nav>
      <div class="main">
        <header class="top">
          <label for="menu" class="menu-button"><span aria-hidden="true">☰</span><span class="sr">Channels</span>
            <span class="word">Close</span><span data-part="unread">${drawUnread(view.nav.reduce((sum, each) => sum + each.unread, 0))}</span></label>
          <h1>${view.thread ? html`<a href="${channelLink(view, view.thread)}" aria-label="Back to the channel">←</a> Thread` : title}
            ${view.thread ? html`<small>${title}</small>` : html`<small>${view.channel.topic}</small>`}</h1>
          ${around.switches ? drawClock(around.now, hidden(reader)) : nothing}
        </header>
        ${around.justMoved ? html`<p class="flash">${goodMorning}</p>` : nothing}
        <main data-part="messages">
          ${view.older ? html`<p class="older"><a class="button" href="/sandbox/c/${view.channel.id}?as=${view.user.id}&amp;before=${view.older}">Older messages</a></p>` : nothing}
          ${view.entries.length === 0 ? html`<p class="empty">${emptyWords(view)}</p>` : drawEntries(view.entries, reader)}
          <span id="latest"></span>
        </main>
        ${drawFoot(view)}
      </div>
    </div>`,
  );
}

/** Time and servers alone, for a sandbox without the local workspace. */
export function drawControlsPage(around: Surroundings): string {
  return drawDocument(
    'Backchat sandbox',
    html`<div class="single"><h1>The simulated backup service</h1>
    <p>Slack is a real workspace here, so there is no local one to look at.</p>
    ${around.switches ? drawClock(around.now, nothing) : nothing}
    ${around.justMoved ? html`<p class="flash">${goodMorning}</p>` : nothing}
    ${around.switches ? drawServers(around.switches) : nothing}</div>`,
  );
}

const goodMorning = 'Good morning. The bot now reads the servers; the digests of last night follow within a minute.';

/** Service time and the way to the next day; real backup servers keep their own. */
function drawClock(now: DateTime, fields: Html): Html {
  return html`<form class="clock" method="post" action="/sandbox/next-morning">${fields}
    <span data-part="time"><span class="sr">Service time </span>${now.setLocale('en-GB').toFormat('ccc d LLL')} <b>${now.toFormat('HH:mm')}</b></span>
    <button class="button primary">Next morning</button></form>`;
}

function titleOf(view: View): string {
  return view.channel.kind === 'im' ? 'Backchat' : `#${view.channel.name}`;
}

function emptyWords(view: View): string {
  if (view.channel.kind === 'im') return 'Write to Backchat here: help, whoami, or status and the name of a node.';
  if (!view.botMember) return 'Nothing here yet. Backchat is not in this channel.';
  return 'Nothing here yet. Digests come in the morning; /backup help works at any time.';
}

function channelLink(view: View, ts: string): string {
  return `/sandbox/c/${view.channel.id}?as=${view.user.id}#${anchor(ts)}`;
}

function drawActor(view: View): Html {
  return html`<form class="actor" method="get" action="/sandbox/c/${view.channel.id}"><label for="as">You are</label>
    <select id="as" name="as" data-submit>${view.people.map(
      (person) =>
        html`<option value="${person.id}" ${person.id === view.user.id ? html`selected` : nothing}>${person.realName} (${person.title.toLowerCase()})</option>`,
    )}</select><button class="button no-script">Go</button></form>`;
}

function drawChannels(view: View): Html {
  const own = view.nav.filter((each) => each.member && each.channel.kind !== 'im');
  const others = view.nav.filter((each) => !each.member && each.channel.kind !== 'im');
  const direct = view.nav.find((each) => each.channel.imUser === view.user.id);
  return html`<h2>Channels</h2><ul class="channels">${own.map((each) => drawNavChannel(each, view))}</ul>
    ${others.length > 0 ? html`<details class="others" data-key="others"><summary>Other channels (${others.length})</summary><ul class="channels">${others.map((each) => drawNavChannel(each, view))}</ul></details>` : nothing}
    <h2>Direct messages</h2><ul class="channels"><li class="${direct && direct.unread > 0 ? 'unread' : ''}">
      <a href="/sandbox/direct?as=${view.user.id}" ${view.channel.kind === 'im' ? html`aria-current="page"` : nothing}>Backchat <span class="badge">APP</span>${drawUnread(direct?.unread ?? 0)}</a></li></ul>`;
}

function drawNavChannel(each: NavChannel, view: View): Html {
  const here = each.channel.id === view.channel.id;
  return html`<li class="${each.unread > 0 ? 'unread' : ''}"><a href="/sandbox/c/${each.channel.id}?as=${view.user.id}" ${here ? html`aria-current="page"` : nothing}>
    <span aria-hidden="true">#</span> ${each.channel.name}${drawUnread(each.unread)}</a></li>`;
}

function drawUnread(unread: number): Html {
  return unread > 0 ? html` <span class="count" aria-label="${unread} unread">${unread}</span>` : nothing;
}

function drawFoot(view: View): Html {
  const fields = hidden({ as: view.user.id, channel: view.channel.id, thread: view.thread });
  if (!view.member)
    return html`<div class="foot"><form method="post" action="/sandbox/join">${fields}<button class="button primary">Join #${view.channel.name}</button></form></div>`;
  const remove = view.botMember
    ? html`<button class="quiet">Remove Backchat</button>`
    : html`<button class="button primary">Invite Backchat</button>`;
  const presence =
    view.channel.kind === 'im' || view.thread
      ? nothing
      : html`<form method="post" action="/sandbox/${view.botMember ? 'remove-bot' : 'invite-bot'}">${fields}${remove}</form>`;
  return html`<div class="foot">
    <a id="jump" class="button" href="#latest" hidden>New below ↓</a>
    <form class="composer" method="post" action="/sandbox/say">${fields}
      <input name="text" aria-label="Message" autocomplete="off" autocapitalize="off" spellcheck="false" placeholder="${placeholder(view)}" ${view.thread ? nothing : html`list="commands"`}>
      <datalist id="commands"><option value="/backup help"><option value="/backup whoami"><option value="/backup status "></datalist>
      <button class="button primary">Send</button></form>
    <div class="under"><span class="aside">You write as ${view.user.realName}</span>${presence}</div></div>`;
}

function placeholder(view: View): string {
  if (view.thread) return 'Reply';
  return view.channel.kind === 'im' ? 'help' : '/backup help';
}
