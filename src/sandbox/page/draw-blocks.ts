import type { SlackBlock, SlackElement, SlackOption, SlackText } from '../slack/blocks';
import { type Html, html, nothing } from './html';
import { drawMrkdwn, drawPlain, type Names } from './mrkdwn';

/** Draws Block Kit. Buttons submit the form around the message; see `pressValue` for what they send. */
export function drawBlocks(blocks: readonly SlackBlock[], names: Names): Html {
  return html`${blocks.map((block) => drawBlock(block, names))}`;
}

/** Which element was pressed, as the value of a submit button. */
export function pressValue(blockId: string, actionId: string, choice?: string): string {
  return JSON.stringify(choice === undefined ? [blockId, actionId] : [blockId, actionId, choice]);
}

/** The form field that carries what a menu was set to. */
export function choiceField(blockId: string, actionId: string): string {
  return `choice:${blockId}:${actionId}`;
}

function drawBlock(block: SlackBlock, names: Names): Html {
  const id = block.block_id ?? '';
  switch (block.type) {
    case 'header':
      return html`<h3 class="b-header">${drawText(block.text, names)}</h3>`;
    case 'section':
      return html`<div class="b-section">
        <div class="b-body">
          ${block.text ? html`<div class="b-text">${drawText(block.text, names)}</div>` : nothing}
          ${block.fields ? html`<div class="b-fields">${block.fields.map((field) => html`<div class="b-text">${drawText(field, names)}</div>`)}</div>` : nothing}
        </div>
        ${block.accessory ? html`<div class="b-accessory">${drawAccessory(block.accessory, id, names)}</div>` : nothing}
      </div>`;
    case 'context':
      return html`<div class="b-context">${block.elements.map((element) =>
        element.type === 'image'
          ? drawImage(element.alt_text, element.image_url)
          : html`<span class="b-text">${drawText(element, names)}</span>`,
      )}</div>`;
    case 'divider':
      return html`<hr>`;
    case 'actions':
      return html`<div class="b-actions">${block.elements.map((element) => drawElement(element, id))}</div>`;
    case 'image':
      return html`<figure class="b-image">${drawImage(block.alt_text, block.image_url)}
        ${block.title ? html`<figcaption>${drawText(block.title, names)}</figcaption>` : nothing}</figure>`;
  }
}

function drawText(text: SlackText, names: Names): Html {
  return text.type === 'mrkdwn' ? drawMrkdwn(text.text, names) : drawPlain(text.text, text.emoji ?? true);
}

/** The page loads nothing from elsewhere: a picture is its description, and a link to it. */
function drawImage(alt: string, url: string): Html {
  const label = html`Picture: ${alt}`;
  return /^https?:/i.test(url)
    ? html`<a class="picture" href="${url}" target="_blank" rel="noreferrer noopener">${label}</a>`
    : html`<span class="picture">${label}</span>`;
}

function drawAccessory(
  accessory: SlackElement | { type: 'image'; alt_text: string; image_url: string },
  blockId: string,
  _names: Names,
): Html {
  return accessory.type === 'image'
    ? drawImage(accessory.alt_text, accessory.image_url)
    : drawElement(accessory, blockId);
}

function drawElement(element: SlackElement, blockId: string): Html {
  const actionId = element.action_id ?? '';
  const question = element.confirm ? `${element.confirm.title.text}\n\n${element.confirm.text.text}` : '';
  switch (element.type) {
    case 'button': {
      const label = drawPlain(element.text.text, element.text.emoji ?? true);
      if (element.url && /^https?:/i.test(element.url))
        return html`<a class="button ${element.style ?? ''}" href="${element.url}" target="_blank" rel="noreferrer noopener">${label}</a>`;
      return html`<button class="button ${element.style ?? ''}" name="press" value="${pressValue(blockId, actionId)}"
        data-confirm="${question}" ${element.accessibility_label ? html`aria-label="${element.accessibility_label}"` : nothing}>${label}</button>`;
    }
    case 'overflow':
      return html`<details class="overflow" data-key="${`${blockId}/${actionId}`}"><summary class="button" aria-label="More actions">⋯</summary>
        <div class="menu">${element.options.map((option) => drawOption(option, blockId, actionId, question))}</div></details>`;
    case 'static_select':
      return html`<span class="select"><select name="${choiceField(blockId, actionId)}" aria-label="${element.placeholder?.text ?? 'Choose'}">
        ${element.options.map(
          (option) =>
            html`<option value="${option.value}" ${option.value === element.initial_option?.value ? html`selected` : nothing}>${drawPlain(option.text.text)}</option>`,
        )}</select>
        <button class="button" name="press" value="${pressValue(blockId, actionId)}" data-confirm="${question}">Choose</button></span>`;
  }
}

function drawOption(option: SlackOption, blockId: string, actionId: string, question: string): Html {
  return html`<button name="press" value="${pressValue(blockId, actionId, option.value)}" data-confirm="${question}">
    ${drawPlain(option.text.text)}${option.description ? html`<span>${drawPlain(option.description.text)}</span>` : nothing}</button>`;
}
