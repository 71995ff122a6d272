import fc from 'fast-check';
import { drawMrkdwn, drawPlain } from '../../src/sandbox/page/mrkdwn';

const names = {
  users: new Map([['U0TESS', 'Tess <b>Moreau</b>']]),
  channels: new Map([['C0CHEM', 'chem-backup']]),
  zone: 'Europe/Berlin',
};

it.each([
  ['*bold* _italic_ ~gone~ `code`', '<strong>bold</strong> <em>italic</em> <s>gone</s> <code>code</code>'],
  ['*_both_*', '<strong><em>both</em></strong>'],
  ['2 * 3 * 4, snake_case_name, a*b*c', '2 * 3 * 4, snake_case_name, a*b*c'],
  ['* not bold * and ** nor this', '* not bold * and ** nor this'],
  ['`*not bold*`', '<code>*not bold*</code>'],
  ['a &amp; b &lt;c&gt; &amp;lt;', 'a &amp; b &lt;c&gt; &amp;lt;'],
  ['```\n*raw* &lt;x&gt;\n```', '<pre>*raw* &lt;x&gt;\n</pre>'],
  ['&gt; quoted\n&gt; twice\nnot', '<blockquote>quoted\ntwice</blockquote>not'],
  ['<@U0TESS>', '<span class="mention">@Tess &lt;b&gt;Moreau&lt;/b&gt;</span>'],
  ['<@U0NOBODY>', '<span class="mention">@U0NOBODY</span>'],
  ['<#C0CHEM|old>', '<span class="mention">#chem-backup</span>'],
  ['<!channel>', '<span class="mention loud">@channel</span>'],
  ['&lt;!channel&gt;', '&lt;!channel&gt;'],
  [
    '<https://x.example/?a=1&amp;b=2|the "page">',
    '<a href="https://x.example/?a=1&amp;b=2" target="_blank" rel="noreferrer noopener">the &quot;page&quot;</a>',
  ],
  ['<javascript:alert(1)|click>', '&lt;javascript:alert(1)|click&gt;'],
  [
    '<!date^1795070400^{date_num} {time}|then>',
    '<time datetime="2026-11-19T07:40:00.000+01:00">2026-11-19 07:40</time>',
  ],
  ['<!date^soon^{date}|then>', 'then'],
  [':warning: :no_such_thing: 07:30:00', '⚠️ :no_such_thing: 07:30:00'],
])('draws %p', (text, markup) => {
  expect(drawMrkdwn(text, names).markup).toBe(markup);
});

it('interprets nothing in plain text but emoji', () => {
  expect(drawPlain('*a* <@U0TESS> <b> :x:').markup).toBe('*a* &lt;@U0TESS&gt; &lt;b&gt; ❌');
});

it('lets no text become a tag of its own, whatever it holds', () => {
  const pieces = fc.constantFrom(
    '<',
    '>',
    '&',
    '"',
    "'",
    '*',
    '_',
    '`',
    '```',
    '~',
    '|',
    '!',
    '@U0TESS',
    'script',
    'https://x',
    '&lt;',
    '&amp;',
    '\n',
    ' ',
    'a',
    ':x:',
    '‮',
  );
  const ours =
    /<\/?(?:strong|em|s|code|pre|blockquote|time)>|<span class="mention(?: loud)?">|<\/span>|<a href="https:\/\/[^"<>]*" target="_blank" rel="noreferrer noopener">|<\/a>/g;
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
      const rest = drawMrkdwn(parts.join(''), names).markup.replace(ours, '');
      expect(rest).not.toMatch(/[<>"']/);
    }),
    { numRuns: 500 },
  );
});
