import type { Block, Button, PersonRef, Row, Span, Tone } from '../card';
import { limits } from './limits';
import { literal, mentionName } from './text';

/** An element of an Adaptive Card; the schema test says whether it is one. */
export type Element = Record<string, unknown>;

type Fact = Extract<Block, { type: 'facts' }>['facts'][number];

/** The people a card mentions: a mention works only when the same words stand in the text and in `msteams.entities`. */
export interface Mentions {
  wordsFor(person: PersonRef, aadId: string): string;
  /** Size of all entities so far, as UTF-8 or UTF-16, whichever is larger. */
  bytes(): number;
  /** The entities whose words stand in these elements. */
  standingIn(elements: readonly Element[]): Element[];
}

export function collectMentions(): Mentions {
  const byId = new Map<string, { type: 'mention'; text: string; mentioned: { id: string; name: string } }>();
  let size = 0;
  const taken = new Set<string>();
  return {
    wordsFor(person, aadId) {
      const known = byId.get(aadId);
      if (known) return known.text;
      const plain = mentionName(person.name);
      let name = plain;
      for (let n = 2; taken.has(name); n++) name = `${plain} ${n}`;
      taken.add(name);
      const text = `<at>${name}</at>`;
      const entity = { type: 'mention' as const, text, mentioned: { id: aadId, name } };
      byId.set(aadId, entity);
      const json = JSON.stringify(entity);
      size += Math.max(Buffer.byteLength(json, 'utf8'), json.length * 2) + 2;
      return text;
    },
    bytes: () => size,
    standingIn(elements) {
      if (byId.size === 0) return [];
      const json = JSON.stringify(elements);
      // As the words stand in JSON: a name may hold a quotation mark.
      return [...byId.values()].filter((entity) => json.includes(JSON.stringify(entity.text).slice(1, -1)));
    },
  };
}

const colours: Record<Tone, string | undefined> = {
  good: 'Good',
  warning: 'Warning',
  bad: 'Attention',
  neutral: undefined,
};
const containerStyles: Record<Tone, string> = {
  good: 'good',
  warning: 'warning',
  bad: 'attention',
  neutral: 'emphasis',
};

interface Look {
  subtle?: boolean;
  size?: string;
  weight?: string;
}

function run(
  text: string,
  look: Look & { color?: string | undefined; fontType?: string; selectAction?: Element } = {},
): Element {
  return {
    type: 'TextRun',
    text,
    ...(look.fontType && { fontType: look.fontType }),
    ...(look.size && { size: look.size }),
    ...(look.weight && { weight: look.weight }),
    ...(look.color && { color: look.color }),
    ...(look.subtle && { isSubtle: true }),
    ...(look.selectAction && { selectAction: look.selectAction }),
  };
}

function spanRun(span: Exclude<Span, { mention: PersonRef }> | { name: string }, look: Look): Element {
  if (typeof span === 'string') return run(literal(span, limits.text), look);
  if ('bold' in span) return run(literal(span.bold, limits.text), { ...look, weight: 'Bolder' });
  if ('code' in span) return run(literal(span.code, limits.name), { ...look, fontType: 'Monospace' });
  if ('name' in span) return run(literal(span.name, limits.name), look);
  const text = literal(span.text, limits.text);
  // Anything but a web address (javascript:, msteams:) stays text.
  if (!/^https?:\/\/[^\s]+$/i.test(span.link) || span.link.length > limits.text) return run(text, look);
  return run(text, { ...look, selectAction: { type: 'Action.OpenUrl', url: span.link } });
}

/**
 * Spans as elements. Text is RichTextBlocks, whose runs are literal; a mention needs a TextBlock of its own, because
 * Teams resolves `<at>` only there. Nothing but `<at>` words stands in such a TextBlock.
 */
export function spans(
  list: readonly Span[],
  mentions: Mentions,
  look: Look = {},
  before: readonly Element[] = [],
): Element[] {
  const elements: Element[] = [];
  let inlines = before.filter(hasText);
  let pinged: string[] = [];
  const flushText = () => {
    if (inlines.length > 0)
      elements.push({ type: 'RichTextBlock', ...(elements.length > 0 && { spacing: 'None' }), inlines });
    inlines = [];
  };
  const flushPings = () => {
    if (pinged.length > 0)
      elements.push({
        type: 'TextBlock',
        wrap: true,
        ...(elements.length > 0 && { spacing: 'None' }),
        text: pinged.join(', '),
      });
    pinged = [];
  };
  for (const [at, span] of list.entries()) {
    // Mentions stand on lines of their own: what was to separate them from their neighbours would dangle there.
    if (isSeparator(span) && (pings(list[at - 1]) || pings(list[at + 1]))) continue;
    if (typeof span === 'object' && 'mention' in span) {
      const { mention } = span;
      if (mention.teams) {
        flushText();
        pinged.push(mentions.wordsFor(mention, mention.teams));
      } else {
        flushPings();
        addRun(inlines, spanRun({ name: mention.name }, look));
      }
      continue;
    }
    flushPings();
    addRun(inlines, spanRun(span, look));
  }
  flushText();
  flushPings();
  return elements;
}

function hasText(element: Element): boolean {
  return element['text'] !== '';
}

/**
 * Adds a run, joined to the one before when both look alike or when it is only a separator: every run costs room, and a
 * page of 20 nodes has to fit.
 */
function addRun(inlines: Element[], words: Element): void {
  if (!hasText(words)) return;
  const before = inlines.at(-1);
  const joins = before && !before['selectAction'] && (onlySeparates(words) || looksLike(before, words));
  if (joins) inlines[inlines.length - 1] = { ...before, text: `${String(before['text'])}${String(words['text'])}` };
  else inlines.push(words);
}

function onlySeparates(words: Element): boolean {
  return !words['selectAction'] && /^[\s\u00b7]+$/.test(String(words['text']));
}

function looksLike(a: Element, b: Element): boolean {
  return JSON.stringify({ ...a, text: '' }) === JSON.stringify({ ...b, text: '' });
}

function pings(span: Span | undefined): boolean {
  return typeof span === 'object' && 'mention' in span && span.mention.teams !== undefined;
}

function isSeparator(span: Span): boolean {
  return typeof span === 'string' && /^[\s,;\u00b7]*$/.test(span);
}

/** One run as an element; none for an empty text, which Teams would refuse. */
function words(element: Element, spacing?: string): Element[] {
  return hasText(element) ? [{ type: 'RichTextBlock', ...(spacing && { spacing }), inlines: [element] }] : [];
}

export function title(text: string): Element[] {
  return words(run(literal(text, limits.title), { size: 'Medium', weight: 'Bolder' }));
}

export function note(text: string): Element[] {
  return words(run(literal(text, limits.text), { subtle: true }), 'Small');
}

/** How a line is laid out. dense: one paragraph, a third smaller in bytes. */
export type Layout = 'columns' | 'dense';

/** Tag on the left, name and words on the right: two columns stay readable on a phone, three do not. */
export function row(line: Row, mentions: Mentions, layout: Layout): Element[] {
  const tag = run(literal(line.tag, 24), { weight: 'Bolder', color: colours[line.tone] });
  const name = run(literal(line.name, limits.name), { fontType: 'Monospace', weight: 'Bolder' });
  const said: Span[] = line.text.length > 0 ? [' ', ...line.text] : [];
  if (layout === 'dense') {
    const [first, ...rest] = spans(said, mentions, {}, [{ ...tag, text: `${String(tag['text'])}  ` }, name]);
    return first ? [{ ...first, spacing: 'Small' }, ...rest] : [];
  }
  return [
    {
      type: 'ColumnSet',
      spacing: 'Small',
      columns: [
        { type: 'Column', width: '98px', items: words(tag) },
        { type: 'Column', width: 'stretch', items: spans(said, mentions, {}, [name]) },
      ],
    },
  ];
}

/** Longer names do not fit beside their values on a phone. */
const longestFactName = 18;

function factRow(fact: Fact, mentions: Mentions): Element {
  const name = words(run(literal(fact.name, limits.name), { subtle: true }));
  return {
    type: 'ColumnSet',
    spacing: 'Small',
    columns: [
      { type: 'Column', width: '110px', items: name },
      { type: 'Column', width: 'stretch', items: spans(fact.value, mentions) },
    ],
  };
}

function stackedFact(fact: Fact, mentions: Mentions): Element[] {
  const [first, ...rest] = spans(fact.value, mentions);
  return [...note(fact.name), ...(first ? [{ ...first, spacing: 'None' }] : []), ...rest];
}

/** A block that has no rows, as elements. */
export function plainBlock(block: Exclude<Block, { type: 'rows' }>, mentions: Mentions): Element[] {
  switch (block.type) {
    case 'text':
      return spans(block.spans, mentions);
    case 'note':
      return spans(block.spans, mentions, { subtle: true }).map((element) => ({ ...element, spacing: 'Small' }));
    case 'banner':
      return [
        {
          type: 'Container',
          style: containerStyles[block.tone],
          items: spans(block.spans, mentions),
        },
      ];
    case 'facts': {
      const stacked = block.facts.some((fact) => fact.name.length > longestFactName);
      return block.facts.flatMap((fact) => (stacked ? stackedFact(fact, mentions) : [factRow(fact, mentions)]));
    }
    case 'divider':
      return [{ type: 'Container', separator: true, spacing: 'Medium', items: [] }];
  }
}

/** What a button sends: the words a person could have typed. Old clients send the same words as a message. */
export function action(button: Button): Element {
  const label = literal(button.label, limits.actionTitle);
  const data = { text: `${button.verb} ${button.args}`.trim() };
  return {
    type: 'Action.Execute',
    title: label,
    verb: 'backchat',
    data,
    ...(button.style && { style: button.style === 'danger' ? 'destructive' : 'positive' }),
    fallback: { type: 'Action.Submit', title: label, data },
  };
}
