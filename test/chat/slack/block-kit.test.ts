import fc from 'fast-check';
import type { Block, Button, Card, Row, Span } from '../../../src/chat/card';
import { digestCard } from '../../../src/chat/cards/digest';
import { blockKit, plainMessage, type SlackMessage } from '../../../src/chat/slack/block-kit';
import { group, line, people, red } from '../digests';
import { violations } from './slack-rules';

function card(blocks: Block[], part: Partial<Card> = {}): Card {
  return { kind: 'test', title: 'Title', fallback: 'Fallback', blocks, buttons: [], ...part };
}

function row(name: string, text: Span[] = ['\u2717 FAILED']): Row {
  return { tag: 'NEW', tone: 'bad', name, text };
}

/** All mrkdwn of a message, in reading order. */
function words(message: SlackMessage): string {
  return message.blocks
    .flatMap((block) => {
      if (block.type === 'section') return [block.text?.text ?? '', ...(block.fields ?? []).map((field) => field.text)];
      if (block.type === 'context')
        return block.elements.map((element) => (element.type === 'mrkdwn' ? element.text : ''));
      return [];
    })
    .join('\n');
}

const hostileNames = [
  '<!channel>',
  '<!here|here>',
  '<@U1>',
  '<#C1|general>',
  '<https://evil.example|SP1>',
  '*FAILED* _x_ ~y~ `z`',
  '```\nall is well\n```',
  '> quoted',
  'SP1 & <SP2>',
  '\u202eMEHC.CPYM',
  '\u2067abc',
  '\u2069\u2069\u2069',
  'a\u0000b\u001b[31mred\u0007',
  'line\nbreak\r\nand\ttab',
  '\u05d0\u05d1\u05d2 12 \u05d3',
  '\ud83d\udc68\u200d\ud83d\udcbb.CHEM',
  '\ud800lone\udc00',
  '\udb40\udc41\udb40\udc42hidden',
  `e${'\u0301'.repeat(200)}`,
  '&'.repeat(1024),
  '`'.repeat(1024),
  '\ud83d\ude00'.repeat(512),
  'W'.repeat(1024),
  ' ',
  '',
  '\u200b',
  ':boom: everyone',
];

describe('a name from outside', () => {
  it.each(hostileNames.map((name) => [JSON.stringify(name).slice(0, 40), name]))(
    '%s breaks nothing, wherever it stands',
    (_, name) => {
      const everywhere = card(
        [
          {
            type: 'text',
            spans: [
              name,
              { bold: name },
              { code: name },
              { mention: { name } },
              { link: `https://x.example/${name}`, text: name },
            ],
          },
          { type: 'note', spans: [name] },
          { type: 'banner', tone: 'bad', spans: [{ bold: name }, name] },
          { type: 'facts', facts: [{ name, value: [{ code: name }] }] },
          { type: 'rows', heading: [name], rows: [{ tag: name, tone: 'bad', name, text: [name] }], total: 1 },
        ],
        { title: name, fallback: name, buttons: [{ label: name, verb: 'status', args: name }] },
      );

      expect(violations(blockKit(everywhere))).toEqual([]);
      expect(plainMessage(everywhere).text.length).toBeLessThanOrEqual(4000);
    },
  );

  it('cannot mention, link or broadcast', () => {
    const text = words(
      blockKit(card([{ type: 'rows', rows: ['<!channel>', '<@U1>'].map((name) => row(name)), total: 2 }])),
    );

    expect(text).toContain('`&lt;!channel&gt;`');
    expect(text).toContain('`&lt;@U1&gt;`');
  });

  it('shows a direction override instead of obeying it, and isolates right-to-left words', () => {
    const text = words(
      blockKit(card([{ type: 'text', spans: [{ code: '\u202eMEHC' }, ' ', { code: '\u05d0\u05d1' }, ' 12'] }])),
    );

    expect(text).toBe('`\ufffdMEHC` `\u2068\u05d0\u05d1\u2069` 12');
  });

  it('is clipped visibly, with both ends', () => {
    const text = words(blockKit(card([{ type: 'text', spans: [{ code: `START${'x'.repeat(1000)}END` }] }])));

    expect(text).toMatch(/^`STARTx+\u2026x+END`$/);
    expect(text.length).toBe(82);
  });

  it('keeps emoji whole and underscores of schedules as they are', () => {
    const text = words(
      blockKit(card([{ type: 'text', spans: ['DESK_2130 \ud83d\udc68\u200d\ud83d\udcbb _x_ 21:30:00 :boom:'] }])),
    );

    expect(text).toBe('DESK_2130 \ud83d\udc68\u200d\ud83d\udcbb \u02cdx\u02cd 21:30:00 \u2236boom:');
  });
});

describe('people', () => {
  it('are mentioned by id, and only by something that is one', () => {
    const spans: Span[] = [
      { mention: { name: 'Tess', slack: 'U0TESS' } },
      ' ',
      { mention: { name: 'Noor' } },
      ' ',
      { mention: { name: 'Eve', slack: '!channel' } },
    ];

    expect(words(blockKit(card([{ type: 'text', spans }])))).toBe('<@U0TESS> Noor Eve');
  });
});

describe('bold', () => {
  it.each<[string, Span[], string]>([
    ['spaces go outside', ['x', { bold: ' a ' }, 'b'], 'x *a* b'],
    ['neighbours become one', [{ bold: 'a ' }, { bold: 'b' }], '*a b*'],
    ['a lone full stop gets no stars', [{ code: 'SP1' }, { bold: '.' }], '`SP1`.'],
  ])('%s', (_, spans, text) => {
    expect(words(blockKit(card([{ type: 'text', spans }])))).toBe(text);
  });
});

describe('a list', () => {
  const rows = Array.from({ length: 10_000 }, (_, index) => row(`NODE${index}.CHEM`));

  it('of 10,000 keeps the first and counts the rest', () => {
    const message = blockKit(card([{ type: 'rows', rows, total: 10_000 }]));
    const text = words(message);
    const shown = (text.match(/NODE\d+/g) ?? []).length;

    expect(violations(message)).toEqual([]);
    expect(shown).toBeGreaterThan(200);
    expect(text).toContain('`NODE0.CHEM`');
    expect(text).toContain(`\n${(10_000 - shown).toLocaleString('en-US')} more`);
  });

  it('counts also what it was not given', () => {
    expect(words(blockKit(card([{ type: 'rows', rows: [row('A')], total: 42 }])))).toMatch(/`A`.*\n41 more$/);
    expect(words(blockKit(card([{ type: 'rows', rows: [], total: 12 }])))).toBe('12 more');
    expect(blockKit(card([{ type: 'rows', rows: [], total: 0 }])).blocks).toHaveLength(1);
  });

  it('offers the way to the rest', () => {
    const more: Button = { label: 'Details', verb: 'details', args: 'CHEM' };
    const message = blockKit(card([{ type: 'rows', rows, total: 10_000, more }], { buttons: [more] }));

    expect(violations(message)).toEqual([]);
    expect(message.blocks).toContainEqual(
      expect.objectContaining({ accessory: expect.objectContaining({ value: 'details CHEM' }) }),
    );
  });

  it('starves neither the lists nor the words after it', () => {
    const message = blockKit(
      card([
        { type: 'rows', heading: [{ bold: 'first' }], rows, total: 10_000 },
        { type: 'rows', heading: [{ bold: 'second' }], rows, total: 10_000 },
        { type: 'note', spans: ['as of 07:28'] },
      ]),
    );

    expect(violations(message)).toEqual([]);
    expect(words(message)).toMatch(/\*second\*\n10,000 more\nas of 07:28$/);
  });
});

describe('a button', () => {
  it('carries what one would type, under an id of its own', () => {
    const next: Button = { label: 'Next', verb: 'details', args: 'UNI/SCI 2026-11-18 page:2', style: 'primary' };
    const message = blockKit(card([], { buttons: [next, { ...next, label: 'Again' }] }));

    expect(message.blocks[1]).toEqual({
      type: 'actions',
      elements: [
        {
          type: 'button',
          action_id: 'verb:1:details',
          text: { type: 'plain_text', text: 'Next', emoji: false },
          value: 'details UNI/SCI 2026-11-18 page:2',
          style: 'primary',
        },
        expect.objectContaining({ action_id: 'verb:2:details' }),
      ],
    });
  });

  it('is not drawn when its words do not fit: cut words would ask something else', () => {
    expect(
      blockKit(card([], { buttons: [{ label: 'Status', verb: 'status', args: 'x'.repeat(2000) }] })).blocks,
    ).toHaveLength(1);
  });
});

describe('any card', () => {
  const wild = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({
      unit: fc.constantFrom(
        '<',
        '>',
        '&',
        '*',
        '_',
        '`',
        '~',
        ':',
        'a',
        ' ',
        '\n',
        '\u202e',
        '\u2069',
        '\ud83d',
        '\u05d0',
      ),
      maxLength: 1024,
    }),
    fc.constantFrom(...hostileNames),
  );
  const span: fc.Arbitrary<Span> = fc.oneof(
    wild,
    wild.map((bold) => ({ bold })),
    wild.map((code) => ({ code })),
    fc.record({ name: wild, slack: wild }).map((mention) => ({ mention })),
    fc.record({ link: wild, text: wild }),
  );
  const spans = fc.array(span, { maxLength: 6 });
  const anyRow: fc.Arbitrary<Row> = fc.record({
    tag: wild,
    tone: fc.constant('bad' as const),
    name: wild,
    text: spans,
  });
  const button = fc.record({ label: wild, verb: fc.constantFrom('status', 'details'), args: wild });
  const block: fc.Arbitrary<Block> = fc.oneof(
    fc.record({ type: fc.constant('text' as const), spans }),
    fc.record({ type: fc.constant('note' as const), spans }),
    fc.record({ type: fc.constant('banner' as const), tone: fc.constantFrom('good' as const, 'bad' as const), spans }),
    fc.record({
      type: fc.constant('facts' as const),
      facts: fc.array(fc.record({ name: wild, value: spans }), { maxLength: 25 }),
    }),
    fc.record(
      {
        type: fc.constant('rows' as const),
        heading: spans,
        rows: fc.array(anyRow, { maxLength: 40 }),
        total: fc.nat(20_000),
        more: button,
      },
      { requiredKeys: ['type', 'rows', 'total'] },
    ),
    fc.constant({ type: 'divider' as const }),
  );

  it('stays within every limit', () => {
    fc.assert(
      fc.property(
        wild,
        wild,
        fc.array(block, { maxLength: 80 }),
        fc.array(button, { maxLength: 40 }),
        (title, fallback, blocks, buttons) => {
          const whole = card(blocks, { title, fallback, buttons });

          expect(violations(blockKit(whole))).toEqual([]);
          expect(plainMessage(whole).text.length).toBeLessThanOrEqual(4000);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('tells how much of a list it shows', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(60), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 400 }),
        (lists, width) => {
          const blocks = lists.map(
            (count): Block => ({
              type: 'rows',
              rows: Array.from({ length: count }, (_, index) => row(`N${index}`, ['x'.repeat(width)])),
              total: count,
            }),
          );
          const text = words(blockKit(card(blocks)));
          const shown = (text.match(/`N\d+`/g) ?? []).length;
          const told = [...text.matchAll(/^([\d,]+) more/gm)].reduce(
            (sum, match) => sum + Number((match[1] ?? '').replaceAll(',', '')),
            0,
          );

          expect(shown + told).toBe(lists.reduce((sum, count) => sum + count, 0));
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('a digest of 10,000 failing nodes with hostile names', () => {
  it.each(hostileNames.map((name) => [JSON.stringify(name).slice(0, 40), name]))('%s', (_, name) => {
    const lines = Array.from({ length: 10_000 }, (_, index) =>
      line(`${name}${index}`, { verdict: 'failed', detail: name, mention: ['tess', name] }),
    );
    const digest = {
      ...red,
      tenant: { id: 1, path: name, name },
      groups: [group(lines, { headline: name, fix: name })],
      flapping: lines,
    };
    const message = blockKit(digestCard(digest, { reviews: [{ name, at: red.asOf }], people }));

    expect(violations(message)).toEqual([]);
    expect(words(message)).toMatch(/9,990 more/);
  });
});
