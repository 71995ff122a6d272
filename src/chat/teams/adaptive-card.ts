import type { Block, Button, Card, Span } from '../card';
import {
  action,
  collectMentions,
  type Element,
  type Mentions,
  note,
  plainBlock,
  row,
  spans,
  title,
} from './card-parts';
import { limits } from './limits';
import { literal } from './text';

type Rows = Extract<Block, { type: 'rows' }>;

/** The larger of a value's sizes as UTF-8 and as UTF-16: the published limits do not say which of them counts. */
export function cardBytes(value: unknown): number {
  const json = JSON.stringify(value);
  return Math.max(Buffer.byteLength(json, 'utf8'), json.length * 2);
}

/**
 * A card as an Adaptive Card 1.5 within the budget. Blocks, headings and the first row of each list come first; what room
 * is left goes to further rows in order, so that the worst stay. What does not fit is counted in the card.
 */
export function adaptiveCard(card: Card): Element {
  const mentions = collectMentions();
  const buttons = fitting(card.buttons);
  const shell = {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: limits.version,
    fallbackText: literal(card.fallback, limits.fallback),
    speak: literal(card.fallback, limits.fallback),
    actions: buttons.map(action),
  };
  const heading = card.title === '' ? [] : [title(card.title)];
  const unshownButtons = card.buttons.length - buttons.length;
  // The tail says what was left out; it is always affordable.
  const tailReserve = 900;
  let room = limits.cardBytes - cardBytes(shell) - cardBytes(heading) - tailReserve;

  const parts: Part[] = [];
  let unshownBlocks = 0;
  let inlineActions = limits.actions - buttons.length;
  for (const block of card.blocks) {
    const part = begin(block, mentions, (button) => inlineActions > 0 && !buttons.some((b) => sameCommand(b, button)));
    const cost = partBytes(part, mentions, room);
    if (unshownBlocks > 0 || cost > room) {
      unshownBlocks++;
      continue;
    }
    if (part.more) inlineActions--;
    room -= cost;
    parts.push(part);
  }
  for (const part of parts) room = fill(part, mentions, room);

  const body = [...heading, ...parts.flatMap(elementsOf)];
  if (unshownBlocks > 0)
    body.push(note(`${count(unshownBlocks, 'more section does', 'more sections do')} not fit here.`));
  if (unshownButtons > 0) body.push(note(`${count(unshownButtons, 'more action')}: type help to see all commands.`));
  const entities = mentions.entities().filter((entity) => mentioned(body, entity));
  return { ...shell, body, ...(entities.length > 0 && { msteams: { entities } }) };
}

/** A block on its way into the card. */
interface Part {
  fixed: Element[];
  /** Lists only. */
  list?: Rows;
  shown: Element[];
  more?: Button;
}

function begin(block: Block, mentions: Mentions, mayOffer: (button: Button) => boolean): Part {
  if (block.type !== 'rows') return { fixed: plainBlock(block, mentions), shown: [] };
  const fixed = block.heading ? spans(block.heading, mentions, { weight: 'Bolder' }) : [];
  const first = block.rows[0];
  const part: Part = { fixed, list: block, shown: first ? [row(first, mentions)] : [] };
  // A long list may come to need its button; whether it does is known only once the room is spent.
  if (block.more && (block.total > block.rows.length || block.rows.length > 1) && mayOffer(block.more))
    part.more = block.more;
  return part;
}

/** Room for a part with its first row, its "N more", its button and its mentions. */
function partBytes(part: Part, mentions: Mentions, room: number): number {
  const moreLine = part.list && part.list.total > 1 ? 260 : 0;
  const entities = cardBytes(mentions.entities());
  // Entities are counted as a whole each time; that errs on the safe side and keeps this a sum.
  return Math.min(
    cardBytes(part.fixed) +
      cardBytes(part.shown) +
      moreLine +
      (part.more ? cardBytes(action(part.more)) + 120 : 0) +
      entities,
    room + 1_000_000,
  );
}

function fill(part: Part, mentions: Mentions, room: number): number {
  let left = room;
  for (const line of part.list?.rows.slice(part.shown.length) ?? []) {
    const before = cardBytes(mentions.entities());
    const element = row(line, mentions);
    const cost = cardBytes(element) + 2 + cardBytes(mentions.entities()) - before;
    if (cost > left) return 0;
    part.shown.push(element);
    left -= cost;
  }
  return left;
}

function elementsOf(part: Part): Element[] {
  const elements = [...part.fixed, ...part.shown];
  const unshown = part.list ? part.list.total - part.shown.length : 0;
  if (unshown > 0) {
    elements.push(note(`${unshown.toLocaleString('en-US')} more`));
    if (part.more) elements.push({ type: 'ActionSet', spacing: 'Small', actions: [action(part.more)] });
  }
  return elements;
}

function fitting(buttons: readonly Button[]): Button[] {
  return buttons.filter((button) => button.args.length <= limits.command).slice(0, limits.actions);
}

function sameCommand(a: Button, b: Button): boolean {
  return a.verb === b.verb && a.args === b.args;
}

function mentioned(body: readonly Element[], entity: Element): boolean {
  return JSON.stringify(body).includes(String(entity['text']));
}

function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** A card that is words alone, as one line of text; null for one with lists or buttons. */
export function asSentence(card: Card): string | null {
  if (card.buttons.length > 0) return null;
  const words = card.title === '' ? [] : [card.title];
  for (const block of card.blocks) {
    if (block.type === 'rows') return null;
    if (block.type === 'divider') continue;
    if (block.type === 'facts')
      words.push(...block.facts.map((fact) => `${fact.name}: ${fact.value.map(plainSpan).join('')}`));
    else words.push(block.spans.map(plainSpan).join(''));
  }
  return literal(words.join(' \u00b7 '), limits.text);
}

function plainSpan(span: Span): string {
  if (typeof span === 'string') return span;
  if ('bold' in span) return span.bold;
  if ('code' in span) return span.code;
  if ('mention' in span) return span.mention.name;
  return span.text;
}
