import type { Block, Card, Row, Span } from '../../../src/chat/card';

/** The lists of a card. */
export function lists(card: Card): Extract<Block, { type: 'rows' }>[] {
  return card.blocks.filter((block) => block.type === 'rows');
}

/** What a card says, line by line, without its form. */
export function said(card: Card): string {
  return card.blocks.flatMap(blockLines).join('\n');
}

function blockLines(block: Block): string[] {
  switch (block.type) {
    case 'text':
    case 'note':
    case 'banner':
      return [words(block.spans)];
    case 'facts':
      return block.facts.map((fact) => `${fact.name}: ${words(fact.value)}`);
    case 'rows':
      return [...(block.heading ? [words(block.heading)] : []), ...block.rows.map(rowLine)];
    case 'divider':
      return [];
  }
}

function rowLine(row: Row): string {
  return `${row.tag} ${row.name} ${words(row.text)}`.trim();
}

function words(spans: readonly Span[]): string {
  return spans
    .map((span) => {
      if (typeof span === 'string') return span;
      if ('bold' in span) return span.bold;
      if ('code' in span) return span.code;
      return 'mention' in span ? `@${span.mention.name}` : span.text;
    })
    .join('');
}
