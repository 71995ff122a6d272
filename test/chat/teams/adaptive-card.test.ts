import fc from 'fast-check';
import type { Block, Button, Card, PersonRef, Row, Span } from '../../../src/chat/card';
import { detailsCard } from '../../../src/chat/cards/details';
import { adaptiveCard, asSentence, cardBytes } from '../../../src/chat/teams/adaptive-card';
import { limits } from '../../../src/chat/teams/limits';
import { details } from '../cards/samples';
import { line } from '../digests';
import { cardMistakes } from './card-schema';

function card(blocks: Block[], more: Partial<Card> = {}): Card {
  return { kind: 'test', title: 'Title', fallback: 'Fallback', blocks, buttons: [], ...more };
}

function rows(count: number, name: (index: number) => string = (index) => `NODE${index}.CHEM`): Row[] {
  return Array.from({ length: count }, (_, index) => ({
    tag: 'NEW',
    tone: 'bad',
    name: name(index),
    text: [{ bold: 'FAILED rc 12' }, ' access denied'],
  }));
}

/** Every text of every TextRun, in order. */
function texts(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(texts);
  if (typeof value !== 'object' || value === null) return [];
  const own = 'type' in value && value.type === 'TextRun' && 'text' in value ? [String(value.text)] : [];
  return [...own, ...Object.values(value).flatMap(texts)];
}

/** Every `<at>…</at>` in a TextBlock, the only place where Teams resolves it. */
function mentionTexts(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(mentionTexts);
  if (typeof value !== 'object' || value === null) return [];
  const own = 'type' in value && value.type === 'TextBlock' && 'text' in value ? String(value.text) : '';
  return [...(own.match(/<at>[^<]*<\/at>/g) ?? []), ...Object.values(value).flatMap(mentionTexts)];
}

const tess: PersonRef = { name: 'Tess Moreau', teams: '00000000-0000-0000-0000-00000000a001' };

describe('names from outside', () => {
  it.each([
    ['Markdown', '**bold** [x](http://evil.example) `code` _i_ # h'],
    ['a Slack mention', '<!channel> <@U0TESS>'],
    ['HTML', '<b onclick="x">y</b>'],
  ])('%s stands in a TextRun as it is, where nothing is interpreted', (_what, name) => {
    const rendered = adaptiveCard(card([{ type: 'rows', rows: rows(1, () => name), total: 1 }]));

    expect(texts(rendered)).toContain(`${name} `);
    expect(cardMistakes(rendered)).toEqual([]);
  });

  it.each([
    ['a mention', '<at>Tess Moreau</at>', '<at>'],
    ['a date macro', '{{DATE(2017-02-14T06:08:00Z, SHORT)}}', '{{'],
    ['a right-to-left override', 'PC\u202etxt.exe', '\u202e'],
    ['an isolate that is not closed', 'PC\u2067.CHEM', '\u2067'],
    ['a control character', 'PC\u0007\u001b[31m', '\u001b'],
    ['a line break', 'PC\nOK all fine', '\n'],
    ['invisible letters', 'P\u200bC\u2060\u{e0041}', '\u200b'],
    ['half a surrogate pair', 'PC\ud83d', '\ud83d'],
  ])('%s is taken apart', (_what, name, poison) => {
    const rendered = adaptiveCard(card([{ type: 'text', spans: [{ code: name }] }]));

    for (const text of texts(rendered)) expect(text).not.toContain(poison);
  });

  it('keeps a right-to-left name from turning the rest of the line round', () => {
    const rendered = adaptiveCard(card([{ type: 'text', spans: [{ code: '\u05d2\u05d9\u05d1\u05d5\u05d9' }] }]));

    expect(texts(rendered)).toContain('\u2068\u05d2\u05d9\u05d1\u05d5\u05d9\u2069');
  });

  it('clips a name of 1,024 characters so that one sees it and both ends stay', () => {
    const rendered = adaptiveCard(card([{ type: 'text', spans: [{ code: `HEAD${'x'.repeat(1_016)}TAIL` }] }]));

    const [, name = ''] = texts(rendered);
    expect(name).toMatch(/^HEADx+\u2026x+TAIL$/);
    expect(name).toHaveLength(limits.name);
  });
});

describe('mentions', () => {
  it('stand in a text of their own, with the AAD object id in the entities', () => {
    const rendered = adaptiveCard(card([{ type: 'text', spans: ['look: ', { mention: tess }] }]));

    expect(mentionTexts(rendered)).toEqual(['<at>Tess Moreau</at>']);
    expect(rendered['msteams']).toEqual({
      entities: [{ type: 'mention', text: '<at>Tess Moreau</at>', mentioned: { id: tess.teams, name: 'Tess Moreau' } }],
    });
  });

  it('of two people with one name are told apart', () => {
    const other = { name: 'Tess Moreau', teams: '00000000-0000-0000-0000-00000000a999' };

    const rendered = adaptiveCard(card([{ type: 'text', spans: [{ mention: tess }, ' ', { mention: other }] }]));

    expect(mentionTexts(rendered)).toEqual(['<at>Tess Moreau</at>', '<at>Tess Moreau 2</at>']);
  });

  it('of somebody without a Teams account are plain text', () => {
    const rendered = adaptiveCard(card([{ type: 'text', spans: [{ mention: { name: 'Gus <at>' } }] }]));

    expect(mentionTexts(rendered)).toEqual([]);
    expect(rendered['msteams']).toBeUndefined();
  });

  it('cannot be broken out of by a name', () => {
    const rendered = adaptiveCard(
      card([{ type: 'text', spans: [{ mention: { ...tess, name: 'A</at>[x](http://e)<at>B' } }] }]),
    );

    expect(cardMistakes(rendered)).toEqual([]);
  });
});

describe('buttons', () => {
  const button = (index: number): Button => ({ label: `Do ${index}`, verb: 'status', args: `N${index}.IT` });

  it('send what a person could have typed, also from clients that know Action.Submit only', () => {
    const rendered = adaptiveCard(card([], { buttons: [button(1)] }));

    expect(rendered['actions']).toEqual([
      expect.objectContaining({
        type: 'Action.Execute',
        verb: 'backchat',
        data: { text: 'status N1.IT' },
        fallback: { type: 'Action.Submit', title: 'Do 1', data: { text: 'status N1.IT' } },
      }),
    ]);
  });

  it('are six at most; the card says that there are more', () => {
    const rendered = adaptiveCard(card([], { buttons: [1, 2, 3, 4, 5, 6, 7, 8].map(button) }));

    expect(rendered['actions']).toHaveLength(6);
    expect(texts(rendered).at(-1)).toMatch(/^2 more/);
  });

  it('of a list are drawn only when the list was cut, and only if they do not stand below anyway', () => {
    const more = { label: 'All', verb: 'details', args: 'CHEM' };
    const cut: Block = { type: 'rows', rows: rows(3), total: 9, more };
    const whole: Block = { type: 'rows', rows: rows(3), total: 3, more };

    expect(JSON.stringify(adaptiveCard(card([cut])))).toContain('"ActionSet"');
    expect(JSON.stringify(adaptiveCard(card([whole])))).not.toContain('"ActionSet"');
    expect(JSON.stringify(adaptiveCard(card([cut], { buttons: [more] })))).not.toContain('"ActionSet"');
  });
});

describe('the budget', () => {
  it('holds for 10,000 nodes: the worst stay, the rest is counted', () => {
    const rendered = adaptiveCard(
      card([
        { type: 'rows', rows: rows(10_000), total: 10_000 },
        { type: 'note', spans: ['as of 07:28'] },
      ]),
    );

    const said = texts(rendered);
    const shown = said.filter((text) => /^NODE\d+/.test(text)).length;
    expect(cardBytes(rendered)).toBeLessThanOrEqual(limits.cardBytes);
    expect(shown).toBeGreaterThan(20);
    expect(said).toContain('NODE0.CHEM ');
    expect(said).toContain(`${(10_000 - shown).toLocaleString('en-US')} more`);
    expect(said).toContain('as of 07:28');
  });

  it('leaves every list its first row before a long one takes the rest', () => {
    const blocks: Block[] = [
      { type: 'rows', heading: ['first'], rows: rows(5_000), total: 5_000 },
      { type: 'rows', heading: ['second'], rows: rows(5_000, (index) => `OTHER${index}`), total: 5_000 },
    ];

    const said = texts(adaptiveCard(card(blocks)));

    expect(said).toContain('second');
    expect(said).toContain('OTHER0 ');
    expect(said).toContain('4,999 more');
  });

  it('fits a page of details with long lines, no row left out', () => {
    const lines = Array.from({ length: 20 }, (_, index) => ({
      ...line(`PC-OF-THE-LABORATORY-FOR-SOLID-STATE-PHYSICS-${index}.CHEM`, {
        verdict: 'failed',
        population: 'still',
        streak: 12,
        severe: true,
        result: 12,
        detail: '37 files not saved, 1 earlier run failed',
        daysSinceGood: 14,
      }),
      cause: 'access denied to some files or folders',
    }));

    const rendered = adaptiveCard(detailsCard({ ...details, lines }));

    expect(texts(rendered).filter((text) => text.startsWith('PC-OF'))).toHaveLength(20);
    expect(cardBytes(rendered)).toBeLessThanOrEqual(limits.cardBytes);
  });

  it('says so when whole sections do not fit', () => {
    const blocks = Array.from(
      { length: 500 },
      (_, index): Block => ({ type: 'text', spans: [`${index} ${'x'.repeat(500)}`] }),
    );

    const said = texts(adaptiveCard(card(blocks)));

    const shown = said.filter((text) => /^\d+ x+$/.test(text)).length;
    expect(said.at(-1)).toBe(`${500 - shown} more sections do not fit here.`);
  });

  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 1_024 }),
    fc.string({ unit: 'grapheme', maxLength: 1_024 }),
    fc.constantFrom(
      '<!channel>',
      '**x**',
      '<at>x</at>',
      '{{DATE(1)}}',
      '\u202e\u2066',
      '\u0000',
      '\ud800',
      '',
      'x'.repeat(1_024),
      '\u{1f4a9}'.repeat(512),
    ),
  );
  const span: fc.Arbitrary<Span> = fc.oneof(
    hostile,
    hostile.map((text): Span => ({ bold: text })),
    hostile.map((text): Span => ({ code: text })),
    fc.record({ link: hostile, text: hostile }),
    fc.record({ mention: fc.record({ name: hostile, teams: fc.uuid() }) }),
    fc.record({ mention: fc.record({ name: hostile }) }),
  );
  const spanList = fc.array(span, { maxLength: 6 });
  const tone = fc.constantFrom('good' as const, 'warning' as const, 'bad' as const, 'neutral' as const);
  const button = fc.record({
    label: hostile.filter((text) => text !== ''),
    verb: fc.constant('status'),
    args: hostile,
  });
  const row: fc.Arbitrary<Row> = fc.record({ tag: hostile, tone, name: hostile, text: spanList });
  const block: fc.Arbitrary<Block> = fc.oneof(
    fc.record({ type: fc.constant('text' as const), spans: spanList }),
    fc.record({ type: fc.constant('note' as const), spans: spanList }),
    fc.record({ type: fc.constant('banner' as const), tone, spans: spanList }),
    fc.record({
      type: fc.constant('facts' as const),
      facts: fc.array(fc.record({ name: hostile, value: spanList }), { maxLength: 8 }),
    }),
    fc.record({ type: fc.constant('divider' as const) }),
    fc.record({ heading: spanList, rows: fc.array(row, { maxLength: 40 }), extra: fc.nat(10_000), more: button }).map(
      ({ heading, rows: list, extra, more }): Block => ({
        type: 'rows',
        heading,
        rows: list,
        total: list.length + extra,
        more,
      }),
    ),
  );
  const anyCard: fc.Arbitrary<Card> = fc.record({
    kind: fc.constant('test'),
    title: hostile,
    fallback: hostile.filter((text) => text !== ''),
    blocks: fc.array(block, { maxLength: 12 }),
    buttons: fc.array(button, { maxLength: 9 }),
  });

  it('and the schema hold for whatever is written in a card', () => {
    fc.assert(
      fc.property(anyCard, (hostileCard) => {
        const rendered = adaptiveCard(hostileCard);

        expect(cardMistakes(rendered)).toEqual([]);
        expect(cardBytes(rendered)).toBeLessThanOrEqual(limits.cardBytes);
        const entities = (rendered['msteams'] as { entities: { text: string }[] } | undefined)?.entities ?? [];
        expect(new Set(mentionTexts(rendered))).toEqual(new Set(entities.map((entity) => entity.text)));
        for (const text of texts(rendered)) {
          expect(text).not.toMatch(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066\u2067]|\{\{|<\/?at\b/iu);
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('a card that is words alone', () => {
  it('becomes a sentence', () => {
    expect(asSentence(card([{ type: 'text', spans: ['Ask ', { code: 'tess' }, '.'] }], { title: '' }))).toBe(
      'Ask tess.',
    );
  });

  it.each([
    ['a list', card([{ type: 'rows', rows: rows(1), total: 1 }])],
    ['a button', card([], { buttons: [{ label: 'x', verb: 'help', args: '' }] })],
  ])('does not if it has %s', (_what, other) => {
    expect(asSentence(other)).toBeNull();
  });
});
