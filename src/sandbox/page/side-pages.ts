import { DateTime } from 'luxon';
import type { Fault } from '../slack/faults';
import { html, nothing } from './html';
import { drawDocument } from './layout';

const sources = { api: 'Backchat → Slack', bot: 'Slack → Backchat' } as const;

/** For developers: what Slack would have refused, and what the bot did not take. */
export function drawLogPage(faults: readonly Fault[], as: string, zone: string): string {
  return drawDocument(
    'Log · Backchat sandbox',
    html`<div class="single"><p><a href="/sandbox?as=${as}">← Back to the workspace</a></p><h1>What went wrong</h1>
    <p>Refused calls of the bot and deliveries that it did not take, newest first, in the machine's own time. An empty list is a good list.</p>
    ${faults.length === 0 ? html`<p class="empty">Nothing so far.</p>` : nothing}
    ${faults.map(
      (fault) => html`<details class="fault"><summary><span class="error">${fault.error}</span> <b>${fault.name}</b>
        <span class="aside">${sources[fault.source]}, ${DateTime.fromJSDate(fault.at, { zone }).setLocale('en-GB').toFormat('ccc d LLL HH:mm:ss')}</span></summary><pre>${fault.detail}</pre></details>`,
    )}</div>`,
  );
}

/** How to see the same bot in Teams. */
export function drawTeamsPage(as: string): string {
  return drawDocument(
    'Microsoft Teams · Backchat sandbox',
    html`<div class="single"><p><a href="/sandbox?as=${as}">← Back to the workspace</a></p><h1>The same bot in Microsoft Teams</h1>
    <p>Leave this program running. In a second terminal, in the same folder, start Microsoft's Agents Playground:</p>
    <pre>npm run teams</pre>
    <p>It opens a page of its own on port 56150 and talks to this bot at <code>/api/messages</code>. The first start downloads it.</p>
    <p>The Playground's configuration holds the ids that the sample tenants bind: the channels Chemistry, Radiology and Backup Service,
    and Tess, Amara, Oskar, Mina, Jo and Kim. Service time is the one of this page, so Next morning brings the digests there too.</p></div>`,
  );
}
