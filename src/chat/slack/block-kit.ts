import type { KnownBlock, MrkdwnElement, PlainTextElement } from '@slack/types';
import type { Block, Button, Card, Row, Span, Tone } from '../card';
import { limits, rowLength } from './limits';
import { clipName, clipText, mrkdwn, plain, visible } from './text';

export interface SlackMessage {
  /** For notifications and screen readers; shown only where blocks are not. */
  text: string;
  blocks: KnownBlock[];
}

type RowsBlock = Extract<Block, { type: 'rows' }>;
/** Some Slack blocks and the characters that they cost. */
interface Piece {
  blocks: KnownBlock[];
  cost: number;
}

/**
 * A card as a message within all of Slack's limits, whatever it holds. Lists are capped from their end with "N more"; the first
 * list is served first, and every other block keeps its place. Only a card with hundreds of blocks loses its last ones, and
 * says how many.
 */
export function blockKit(card: Card): SlackMessage {
  const title = header(card.title);
  const buttons = actions(card.buttons);
  const closing = 100;
  const room = {
    blocks: limits.blocksPerMessage - title.blocks.length - buttons.blocks.length - 1,
    characters: limits.blockText - title.cost - buttons.cost - closing,
  };
  const least = card.blocks.map(leastPiece);
  const kept = fitting(least, room);
  let spareBlocks = room.blocks - sum(least.slice(0, kept).map((piece) => piece.blocks.length));
  let spare = room.characters - sum(least.slice(0, kept).map((piece) => piece.cost));

  const body = card.blocks.slice(0, kept).flatMap((block, index) => {
    const small = least[index] ?? { blocks: [], cost: 0 };
    if (block.type !== 'rows' || block.rows.length === 0) return small.blocks;
    const full = listPiece(block, index, small.cost + spare, small.blocks.length + spareBlocks);
    spare -= full.cost - small.cost;
    spareBlocks -= full.blocks.length - small.blocks.length;
    return full.blocks;
  });
  return {
    text: fallbackText(card),
    blocks: [...title.blocks, ...body, ...closingNote(card, kept), ...buttons.blocks],
  };
}

/** The whole card as plain text, for a workspace that refuses its blocks. Without buttons: they are blocks. */
export function plainMessage(card: Card): { text: string } {
  const lines = card.blocks.flatMap((block) => (block.type === 'divider' ? [] : pieceLines(leastPiece(block, 0))));
  const rows = card.blocks.flatMap((block) => (block.type === 'rows' ? block.rows.map(rowText) : []));
  const whole = [fallbackText(card), ...lines, ...rows];
  let text = '';
  for (const line of whole) {
    if (text.length + line.length + 1 > limits.text - 20) return { text: `${text}\n\u2026` };
    text = text === '' ? line : `${text}\n${line}`;
  }
  return { text };
}

function fallbackText(card: Card): string {
  return plain(card.fallback, limits.text);
}

/** How many blocks from the start fit in their smallest form. */
function fitting(least: readonly Piece[], room: { blocks: number; characters: number }): number {
  let blocks = 0;
  let characters = 0;
  for (const [index, piece] of least.entries()) {
    blocks += piece.blocks.length;
    characters += piece.cost;
    if (blocks > room.blocks || characters > room.characters) return index;
  }
  return least.length;
}

function closingNote(card: Card, kept: number): KnownBlock[] {
  const lost = card.blocks.slice(kept);
  if (lost.length === 0) return [];
  const lines = sum(lost.map((block) => (block.type === 'rows' ? block.total : 0)));
  const said = lines > 0 ? `${lines.toLocaleString('en-US')} more` : `${lost.length} more parts`;
  return [{ type: 'context', elements: [markdown(`${said}, not shown here`)] }];
}

/** A block as small as it can be: a list shrinks to its heading and "N more". */
function leastPiece(block: Block, index: number): Piece {
  switch (block.type) {
    case 'text':
      return section(mrkdwn(block.spans, limits.sectionText));
    case 'note': {
      const text = mrkdwn(block.spans, limits.contextText).trim();
      return text === '' ? nothing : { blocks: [{ type: 'context', elements: [markdown(text)] }], cost: text.length };
    }
    case 'banner': {
      const sign = `${signs[block.tone]} `;
      return section(`${sign}${mrkdwn(block.spans, limits.sectionText - sign.length)}`);
    }
    case 'facts':
      return factsPiece(block.facts);
    case 'rows':
      return listPiece(block, index, 0, 2);
    case 'divider':
      return { blocks: [{ type: 'divider' }], cost: 0 };
  }
}

/** Slack refuses an empty text where there must be one. */
const blank = '\u2013';
const nothing: Piece = { blocks: [], cost: 0 };
const signs: Record<Tone, string> = { good: '\u2705', warning: '\u26a0\ufe0f', bad: '\u26d4', neutral: '\u2139\ufe0f' };

function section(spoken: string): Piece {
  const text = spoken.trim();
  // Slack refuses an empty text.
  return text === '' ? nothing : { blocks: [{ type: 'section', text: markdown(text) }], cost: text.length };
}

function factsPiece(facts: Extract<Block, { type: 'facts' }>['facts']): Piece {
  const fields = facts.map((fact) => {
    const name = mrkdwn([{ bold: clipText(fact.name, 80) }], 400).trim();
    const value = mrkdwn(fact.value, limits.fieldText - name.length - 1).trim();
    return markdown(`${name}\n${value}`.trim() || blank);
  });
  const blocks: KnownBlock[] = [];
  for (let from = 0; from < fields.length; from += limits.sectionFields) {
    blocks.push({ type: 'section', fields: fields.slice(from, from + limits.sectionFields) });
  }
  return { blocks, cost: sum(fields.map((field) => field.text.length)) };
}

/**
 * A list within so many characters and blocks: heading, the first rows, "N more". Even with no room at all it is heading and
 * "N more" in one section, or two when there is a button to the rest.
 */
function listPiece(block: RowsBlock, index: number, characters: number, blockCount: number): Piece {
  const heading = block.heading ? mrkdwn(block.heading, rowLength) : '';
  const more = (shown: number): string =>
    block.total > shown ? `${(block.total - shown).toLocaleString('en-US')} more` : '';
  // The widest "N more" is that of no row at all; its own section costs a block when it carries a button.
  const reserve = heading.length + more(0).length + 2 + (block.more ? limits.buttonText : 0);
  const sectionsAtMost = blockCount - (block.more ? 1 : 0);
  const sections: string[] = heading === '' ? [] : [heading];
  let used = reserve;
  let shown = 0;
  for (const row of block.rows) {
    const text = rowText(row);
    const last = sections.at(-1);
    const together = last === undefined ? text : `${last}\n${text}`;
    // Room for "N more" is kept in every section, so that it can end there.
    const joins = last !== undefined && together.length <= limits.sectionText - 30;
    if (used + text.length + 1 > characters || (!joins && sections.length + 1 > sectionsAtMost)) break;
    if (joins) sections[sections.length - 1] = together;
    else sections.push(text);
    used += text.length + 1;
    shown += 1;
  }
  const rest = more(shown);
  const blocks: KnownBlock[] = [];
  if (rest !== '' && !block.more) {
    const last = sections.at(-1);
    if (last === undefined) sections.push(rest);
    else sections[sections.length - 1] = `${last}\n${rest}`;
  }
  for (const text of sections) blocks.push({ type: 'section', text: markdown(text) });
  if (rest !== '' && block.more) {
    const accessory = button(block.more, `list-${index + 1}`);
    blocks.push({ type: 'section', text: markdown(rest), ...(accessory ? { accessory } : {}) });
  }
  return { blocks, cost: sum(blocks.map(textLength)) };
}

/** `*NEW* `NMR2.CHEM` *✗ FAILED rc 12* · access denied`. */
function rowText(row: Row): string {
  const start: Span[] =
    row.name === '' ? [{ bold: row.tag }] : [{ bold: clipText(row.tag, 30) }, ' ', { code: row.name }];
  return mrkdwn([...start, ' ', ...row.text], rowLength).trim() || blank;
}

function pieceLines(piece: Piece): string[] {
  return piece.blocks.flatMap((block) => {
    if (block.type === 'section') return [block.text?.text ?? '', ...(block.fields ?? []).map((field) => field.text)];
    if (block.type === 'context') return block.elements.flatMap((element) => ('text' in element ? [element.text] : []));
    return [];
  });
}

function header(title: string): Piece {
  const text = visible(title, (whole) => clipText(whole, limits.headerText - 2));
  if (text.trim() === '') return nothing;
  return { blocks: [{ type: 'header', text: plainText(text) }], cost: text.length };
}

function actions(buttons: readonly Button[]): Piece {
  const elements = buttons
    .map((wanted, index) => button(wanted, String(index + 1)))
    .filter((element) => element !== null);
  const blocks: KnownBlock[] = [];
  for (let from = 0; from < elements.length; from += limits.actionsElements) {
    blocks.push({ type: 'actions', elements: elements.slice(from, from + limits.actionsElements) });
  }
  return { blocks, cost: sum(elements.map((element) => element.text.text.length)) };
}

type ButtonElement = {
  type: 'button';
  action_id: string;
  text: PlainTextElement;
  value: string;
  style?: 'primary' | 'danger';
};

/**
 * A button's value is what one would type after `/backup`. One that does not fit into the value is not drawn: a shortened one would
 * ask something else. `id` keeps the action ids of a message apart.
 */
function button(wanted: Button, id: string): ButtonElement | null {
  const value = `${wanted.verb} ${wanted.args}`.trim();
  if (value.length > limits.buttonValue) return null;
  return {
    type: 'button',
    action_id: `verb:${id}:${clipText(wanted.verb, 60)}`,
    text: plainText(visible(wanted.label.trim() || wanted.verb, (whole) => clipName(whole, limits.buttonText - 2))),
    value,
    ...(wanted.style ? { style: wanted.style } : {}),
  };
}

function textLength(block: KnownBlock): number {
  if (block.type !== 'section') return 0;
  const accessory = block.accessory?.type === 'button' ? block.accessory.text.text.length : 0;
  return (block.text?.text.length ?? 0) + accessory;
}

/** `verbatim`: Slack turns nothing in it into links or channel names. */
function markdown(text: string): MrkdwnElement {
  return { type: 'mrkdwn', text, verbatim: true };
}

function plainText(text: string): PlainTextElement {
  return { type: 'plain_text', text, emoji: false };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
