import { type Scenario, scenarios } from '../population/scenario';
import { type Mode, modes, type SwitchState } from '../protect/switches';
import { hidden } from './draw-message';
import { type Html, html, nothing } from './html';

const modeWords: Record<Mode, string> = {
  up: 'up',
  down: 'down: no connection',
  slow: 'slow: answers late',
  half: 'half an answer, then cut',
  login: 'login refused (401)',
  forbidden: 'account denied (403)',
  off: 'REST interface off (404)',
  garbage: 'answers nonsense',
};

const scenarioWords: Record<Scenario, string> = {
  usual: 'as usual',
  green: 'all green',
  red: 'many failures',
  mass: 'one cause hits many',
  unreadable: 'servers cannot be read',
};

/** The switches of the simulated Storage Protect servers, and what the next night brings. */
export function drawServers(state: SwitchState, reader?: { as: string; channel: string }): Html {
  return html`<section class="servers"><h2>Backup servers</h2>
    ${state.servers.map(
      ({
        server,
        mode,
      }) => html`<form method="post" action="/sandbox/server">${reader ? hidden(reader) : nothing}<input type="hidden" name="server" value="${server}">
      <label for="server-${server}">${server}</label>
      <select id="server-${server}" name="mode" data-submit class="${mode === 'up' ? '' : 'off'}">${modes.map((each) => drawChoice(each, modeWords[each], each === mode))}</select>
      <button class="button no-script">Set</button></form>`,
    )}
    <form method="post" action="/sandbox/night">${reader ? hidden(reader) : nothing}<label for="scenario">Next night</label>
      <select id="scenario" name="scenario" data-submit>${scenarios.map((each) => drawChoice(each, scenarioWords[each], each === state.next.scenario))}</select>
      <button class="button no-script">Set</button></form></section>`;
}

function drawChoice(value: string, label: string, chosen: boolean): Html {
  return html`<option value="${value}" ${chosen ? html`selected` : nothing}>${label}</option>`;
}
