import type { Block, Button, Card, Span } from '../card';
import {
  action,
  collectMentions,
  type Element,
  type Layout,
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

/** Room kept for what says that something was left out: one line "N more sections", one about buttons. */
const tailBytes = 1_200;
/** Room for a list's own "N more". */
const moreBytes = 300;

/** The larger of a value's sizes as UTF-8 and as UTF-16: the published limits do not say which of them counts. */
export function cardBytes(value: unknown): number {
  const json = JSON.stringify(value);
  return Math.max(Buffer.byteLength(json, 'utf8'), json.length * 2);
}

/**
 * A card as an Adaptive Card 1.5 within the budget. Blocks, headings and the first row of each list come first; what room
 * is left goes to further rows in order, so that the worst stay. What does not fit is counted in the card. Lists that do
 * not fit in columns are set as paragraphs.
 */
export function adaptiveCard(card: Card): Element {
  const roomy = laidOut(card, 'columns');
  return roomy.whole ? roomy.card : laidOut(card, 'dense').card;
}

/** `whole`: every block and every row that was handed in is there. */
function laidOut(card: Card, layout: Layout): { card: Element; whole: boolean } {
  const mentions = collectMentions();
  const buttons = fitting(card.buttons);
  const fallback = literal(card.fallback, limits.fallback);
  const shell = {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: limits.version,
    fallbackText: fallback,
    speak: fallback,
    actions: buttons.map(action),
  };
  const heading = title(card.title);
  let room = limits.cardBytes - cardBytes(shell) - cardBytes(heading) - tailBytes;

  const parts: Part[] = [];
  let inlineActions = limits.actions - buttons.length;
  let unshownBlocks = 0;
  for (const block of card.blocks) {
    const mentionedBefore = mentions.bytes();
    const part = begin(block, mentions, layout);
    // A list that needs no second row, or whose button stands below anyway, gets none.
    if (part.more && (inlineActions === 0 || buttons.some((button) => sameCommand(button, part.more))))
      delete part.more;
    const cost = partBytes(part) + mentions.bytes() - mentionedBefore;
    if (unshownBlocks > 0 || cost > room) {
      unshownBlocks++;
      continue;
    }
    if (part.more) inlineActions--;
    room -= cost;
    parts.push(part);
  }
  for (const part of parts) room = fill(part, mentions, layout, room);

  const body = [...heading, ...parts.flatMap(elementsOf)];
  if (unshownBlocks > 0)
    body.push(
      ...note(
        unshownBlocks === 1 ? '1 more section does not fit here.' : `${unshownBlocks} more sections do not fit here.`,
      ),
    );
  const unshownButtons = card.buttons.length - buttons.length;
  if (unshownButtons > 0) body.push(...note(`${unshownButtons} more: type help to see all commands.`));
  const entities = mentions.standingIn(body);
  return {
    card: { ...shell, body, ...(entities.length > 0 && { msteams: { entities } }) },
    whole: unshownBlocks === 0 && parts.every((part) => part.shown.length === (part.list?.rows.length ?? 0)),
  };
}

/** A block on its way into the card. */
interface Part {
  fixed: Element[];
  /** Lists only. */
  list?: Rows;
  /** The elements of each row shown. */
  shown: Element[][];
  more?: Button;
}

function begin(block: Block, mentions: Mentions, layout: Layout): Part {
  if (block.type !== 'rows') return { fixed: plainBlock(block, mentions), shown: [] };
  const first = block.rows[0];
  const part: Part = {
    fixed: block.heading ? spans(block.heading, mentions, { weight: 'Bolder' }) : [],
    list: block,
    shown: first ? [row(first, mentions, layout)] : [],
  };
  // Whether a list needs its button is known only once the room is spent.
  if (block.more && block.total > 1 && fitting([block.more]).length > 0) part.more = block.more;
  return part;
}

/** Room for a part with its first row, its "N more" and its button. */
function partBytes(part: Part): number {
  const more = part.list && part.list.total > part.shown.length ? moreBytes : 0;
  return cardBytes(part.fixed) + cardBytes(part.shown) + more + (part.more ? cardBytes(action(part.more)) + 120 : 0);
}

/** Adds rows while they fit; returns the room that is left, none once a row did not fit. */
function fill(part: Part, mentions: Mentions, layout: Layout, room: number): number {
  let left = room;
  for (const line of part.list?.rows.slice(part.shown.length) ?? []) {
    const before = mentions.bytes();
    const elements = row(line, mentions, layout);
    const cost = cardBytes(elements) + mentions.bytes() - before;
    if (cost > left) return 0;
    part.shown.push(elements);
    left -= cost;
  }
  return left;
}

function elementsOf(part: Part): Element[] {
  const elements = [...part.fixed, ...part.shown.flat()];
  const unshown = part.list ? part.list.total - part.shown.length : 0;
  if (unshown > 0) {
    elements.push(...note(`${unshown.toLocaleString('en-US')} more`));
    if (part.more) elements.push({ type: 'ActionSet', spacing: 'Small', actions: [action(part.more)] });
  }
  return elements;
}

function fitting(buttons: readonly Button[]): Button[] {
  return buttons.filter((button) => button.args.length <= limits.command).slice(0, limits.actions);
}

function sameCommand(a: Button, b: Button | undefined): boolean {
  return a.verb === b?.verb && a.args === b.args;
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
