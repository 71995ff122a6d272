import { openSlackBench, type SlackBench } from './slack-bench';

let bench: SlackBench;
beforeAll(async () => {
  bench = await openSlackBench();
});
afterAll(() => bench.close());
beforeEach(() => {
  // Full buckets for every test.
  bench.machine.at = bench.machine.at.plus({ minutes: 10 });
});

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });
const button = (text: string, more: object = {}) => ({ type: 'button', text: { type: 'plain_text', text }, ...more });
const actions = (...elements: object[]) => ({ type: 'actions', elements });

describe('who may call what', () => {
  it.each([
    ['', 'not_authed'],
    ['xoxb-other', 'invalid_auth'],
    ['xoxb-sandbox2', 'invalid_auth'],
  ])('refuses the token %p with %s', async (token, error) => {
    const reply = await bench.call('auth.test', {}, token);

    expect(reply.body).toEqual({ ok: false, error });
  });

  it('says who the bot is', async () => {
    const reply = await bench.call('auth.test');

    expect(reply.body).toMatchObject({ ok: true, team_id: 'T0SANDBOX', user_id: 'U0BACKCHAT', bot_id: 'B0BACKCHAT' });
  });

  it.each(['chat.postMassage', 'toString', 'constructor', 'admin.users.list'])(
    'does not know the method %s',
    async (method) => {
      expect((await bench.call(method)).body).toMatchObject({ ok: false, error: 'unknown_method' });
    },
  );

  it('names the scope that is missing and those that were granted', async () => {
    const poor = await openSlackBench({ withoutScopes: ['chat:write', 'metadata.message:read', 'users:read'] });

    const post = await poor.call('chat.postMessage', { channel: 'C0CHEM', text: 'hello' });
    const history = await poor.call('conversations.history', { channel: 'C0CHEM', include_all_metadata: true });
    const plainHistory = await poor.call('conversations.history', { channel: 'C0CHEM' });
    const user = await poor.call('users.info', { user: 'U0TESS' });
    await poor.close();

    expect(post.body).toMatchObject({ ok: false, error: 'missing_scope', needed: 'chat:write' });
    expect(String(post.body['provided']).split(',')).toContain('commands');
    expect(history.body).toMatchObject({ error: 'missing_scope', needed: 'channels:history,metadata.message:read' });
    expect(plainHistory.body.ok).toBe(true);
    expect(user.body).toMatchObject({ error: 'missing_scope', needed: 'users:read' });
  });

  it('takes JSON as well as forms, and the token as a field', async () => {
    const json = await bench.callJson('chat.postMessage', {
      channel: 'C0CHEM',
      text: 'from JSON',
      blocks: [section('a')],
    });
    const field = await bench.call('auth.test', { token: 'xoxb-sandbox' }, '');

    expect(json.body.ok).toBe(true);
    expect(field.body.ok).toBe(true);
  });
});

describe('posting', () => {
  it.each([
    ['a channel that is not there', { channel: 'C0NOWHERE', text: 'x' }, 'channel_not_found'],
    ['no channel at all', { text: 'x' }, 'channel_not_found'],
    ['a channel without the bot', { channel: 'C0RANDOM', text: 'x' }, 'not_in_channel'],
    ['nothing to say', { channel: 'C0CHEM' }, 'no_text'],
    ['blocks that are empty', { channel: 'C0CHEM', blocks: [] }, 'no_text'],
    ['a text that is too long', { channel: 'C0CHEM', text: 'x'.repeat(40_001) }, 'msg_too_long'],
    ['blocks that are no JSON', { channel: 'C0CHEM', text: 'x', blocks: '[{' }, 'invalid_blocks_format'],
    ['blocks that are no list', { channel: 'C0CHEM', text: 'x', blocks: section('a') }, 'invalid_blocks_format'],
    ['a thread that is not there', { channel: 'C0CHEM', text: 'x', thread_ts: '1.000001' }, 'thread_not_found'],
    ['metadata that is no object', { channel: 'C0CHEM', text: 'x', metadata: '"key"' }, 'invalid_metadata_format'],
    [
      'metadata without a payload',
      { channel: 'C0CHEM', text: 'x', metadata: { event_type: 'a' } },
      'invalid_metadata_schema',
    ],
    [
      'metadata that is nested too deep',
      { channel: 'C0CHEM', text: 'x', metadata: { event_type: 'a', event_payload: { a: { b: { c: 1 } } } } },
      'invalid_metadata_schema',
    ],
    [
      'too much text in all blocks together',
      { channel: 'C0CHEM', text: 'x', blocks: Array.from({ length: 5 }, () => section('y'.repeat(2_700))) },
      'msg_blocks_too_long',
    ],
  ])('refuses %s', async (_what, args, error) => {
    expect((await bench.call('chat.postMessage', args)).body).toMatchObject({ ok: false, error });
  });

  it.each<[string, object[], string]>([
    ['an unknown type', [{ type: 'sektion' }], 'unsupported type [json-pointer:/blocks/0/type]'],
    ['an empty text', [section('')], 'must be more than 0 characters [json-pointer:/blocks/0/text/text]'],
    [
      'a long section',
      [section('x'.repeat(3001))],
      'must be less than 3001 characters [json-pointer:/blocks/0/text/text]',
    ],
    [
      'a long header',
      [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }],
      'must be less than 151 characters [json-pointer:/blocks/0/text/text]',
    ],
    [
      'a header in mrkdwn',
      [{ type: 'header', text: { type: 'mrkdwn', text: 'x' } }],
      'Invalid input: expected "plain_text" [json-pointer:/blocks/0/text/type]',
    ],
    ['a section of nothing', [{ type: 'section' }], 'missing required field: text [json-pointer:/blocks/0]'],
    [
      'eleven fields',
      [{ type: 'section', fields: Array.from({ length: 11 }, () => ({ type: 'mrkdwn', text: 'a' })) }],
      'no more than 10 items allowed [json-pointer:/blocks/0/fields]',
    ],
    [
      'a long field',
      [{ type: 'section', fields: [{ type: 'mrkdwn', text: 'a'.repeat(2001) }] }],
      'must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]',
    ],
    [
      'eleven context elements',
      [{ type: 'context', elements: Array.from({ length: 11 }, () => ({ type: 'mrkdwn', text: 'a' })) }],
      'no more than 10 items allowed [json-pointer:/blocks/0/elements]',
    ],
    [
      'twenty-six buttons',
      [actions(...Array.from({ length: 26 }, () => button('a')))],
      'no more than 25 items allowed [json-pointer:/blocks/0/elements]',
    ],
    ['no elements', [actions()], 'no fewer than 1 items allowed [json-pointer:/blocks/0/elements]'],
    [
      'a long button',
      [actions(button('b'.repeat(76)))],
      'must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]',
    ],
    [
      'a long button value',
      [actions(button('b', { value: 'v'.repeat(2001) }))],
      'must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]',
    ],
    [
      'a long action_id',
      [actions(button('b', { action_id: 'v'.repeat(256) }))],
      'must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]',
    ],
    [
      'a style of its own',
      [actions(button('b', { style: 'warning' }))],
      'Invalid option: expected one of "primary"|"danger" [json-pointer:/blocks/0/elements/0/style]',
    ],
    [
      'a field that Slack does not know',
      [{ ...section('a'), colour: 'red' }],
      'invalid additional property: colour [json-pointer:/blocks/0]',
    ],
    [
      'a label left out',
      [actions({ type: 'button' })],
      'missing required field [json-pointer:/blocks/0/elements/0/text]',
    ],
    [
      'an overflow of six',
      [
        actions({
          type: 'overflow',
          options: Array.from({ length: 6 }, (_, n) => ({ text: { type: 'plain_text', text: 'o' }, value: String(n) })),
        }),
      ],
      'no more than 5 items allowed [json-pointer:/blocks/0/elements/0/options]',
    ],
    [
      'an action_id twice in a block',
      [actions(button('a', { action_id: 'same' }), button('b', { action_id: 'same' }))],
      'action_id "same" already exists [json-pointer:/blocks/0/elements/1/action_id]',
    ],
    [
      'a block_id twice',
      [
        { ...section('a'), block_id: 'same' },
        { ...section('b'), block_id: 'same' },
      ],
      'block_id "same" already exists [json-pointer:/blocks/1/block_id]',
    ],
    [
      'fifty-one blocks',
      Array.from({ length: 51 }, () => ({ type: 'divider' })),
      'no more than 50 items allowed [json-pointer:/blocks]',
    ],
  ])('refuses blocks with %s and says where', async (_what, blocks, message) => {
    const reply = await bench.call('chat.postMessage', { channel: 'C0CHEM', text: 'x', blocks });

    expect(reply.body).toMatchObject({ ok: false, error: 'invalid_blocks', errors: [message] });
    expect(reply.body['response_metadata']).toEqual({ messages: [`[ERROR] ${message}`] });
  });

  it('takes everything exactly at its limit', async () => {
    const atLimit = [
      { type: 'header', text: { type: 'plain_text', text: 'h'.repeat(150) } },
      section('s'.repeat(3000)),
      { type: 'section', fields: Array.from({ length: 10 }, () => ({ type: 'mrkdwn', text: 'f'.repeat(200) })) },
      actions(
        ...Array.from({ length: 25 }, (_, n) =>
          button('b'.repeat(75), { action_id: String(n), value: 'v'.repeat(2000) }),
        ),
      ),
      { type: 'context', elements: Array.from({ length: 10 }, () => ({ type: 'mrkdwn', text: 'c'.repeat(300) })) },
      ...Array.from({ length: 45 }, () => ({ type: 'divider' })),
    ];

    const reply = await bench.call('chat.postMessage', {
      channel: 'C0CHEM',
      text: 't'.repeat(40_000),
      blocks: atLimit,
    });

    expect(reply.body).toMatchObject({ ok: true });
  });

  it('warns about blocks without a text for screen readers', async () => {
    const reply = await bench.call('chat.postMessage', { channel: 'C0CHEM', blocks: [section('a')] });

    expect(reply.body).toMatchObject({ ok: true, warning: 'missing_text_in_message' });
  });

  it('refuses an archived channel', async () => {
    await bench.slack.workspace.pool.query("UPDATE sandbox.channels SET archived = true WHERE id = 'C0LIB'");

    const reply = await bench.call('chat.postMessage', { channel: 'C0LIB', text: 'x' });

    expect(reply.body.error).toBe('is_archived');
  });

  it('posts where the bot is no member once it may write everywhere', async () => {
    const wide = await openSlackBench({ withScopes: ['chat:write.public'] });

    const reply = await wide.call('chat.postMessage', { channel: 'C0RANDOM', text: 'x' });
    await wide.close();

    expect(reply.body.ok).toBe(true);
  });

  it('stamps messages with service time, never twice the same', async () => {
    const stamps: string[] = [];
    for (let n = 0; n < 4; n++) {
      const reply = await bench.call('chat.postMessage', { channel: 'C0CHEM', text: `message ${n}` });
      stamps.push(String(reply.body['ts']));
    }

    expect(stamps.every((ts) => /^\d{10}\.\d{6}$/.test(ts))).toBe(true);
    expect([...new Set(stamps)].sort()).toEqual(stamps);
    expect(Number(stamps[0])).toBeCloseTo(bench.service.at.toSeconds(), 0);
  });

  it('opens a direct message when a user id is given for the channel', async () => {
    const reply = await bench.call('chat.postMessage', { channel: 'U0TESS', text: 'psst' });

    expect(reply.body).toMatchObject({ ok: true, channel: 'D0TESS' });
  });
});

describe('changing what was posted', () => {
  async function post(args: Record<string, unknown> = {}): Promise<string> {
    const reply = await bench.call('chat.postMessage', { channel: 'C0PHYS', text: 'first', ...args });
    return String(reply.body['ts']);
  }

  it.each([
    ['a message that is not there', { ts: '1.000001', text: 'x' }, 'message_not_found'],
    ['a text over 4,000 characters', { text: 'x'.repeat(4_001) }, 'msg_too_long'],
    ['blocks that do not fit', { text: 'x', blocks: [section('')] }, 'invalid_blocks'],
  ])('refuses to edit %s', async (_what, args, error) => {
    const ts = await post();

    expect((await bench.call('chat.update', { channel: 'C0PHYS', ts, ...args })).body.error).toBe(error);
  });

  it("leaves other people's messages alone", async () => {
    const [jo, phys] = await bench.at('U0JO', 'C0PHYS');
    await bench.slack.people.say(jo, phys, 'mine');
    const history = await bench.call('conversations.history', { channel: 'C0PHYS', limit: 1 });
    const ts = (history.body['messages'] as { ts: string }[])[0]?.ts;

    expect((await bench.call('chat.update', { channel: 'C0PHYS', ts, text: 'yours' })).body.error).toBe(
      'cant_update_message',
    );
    expect((await bench.call('chat.delete', { channel: 'C0PHYS', ts })).body.error).toBe('cant_delete_message');
  });

  it('keeps blocks and metadata that an edit does not mention', async () => {
    const metadata = { event_type: 'backchat', event_payload: { key: 'k1' } };
    const ts = await post({ blocks: [section('kept')], metadata });

    await bench.call('chat.update', { channel: 'C0PHYS', ts, text: 'second' });

    const history = await bench.call('conversations.history', {
      channel: 'C0PHYS',
      oldest: ts,
      inclusive: true,
      limit: 1,
      include_all_metadata: true,
    });
    expect(history.body['messages']).toMatchObject([
      { ts, text: 'second', blocks: [section('kept')], metadata, edited: { user: 'U0BACKCHAT' } },
    ]);
  });

  it('deletes, and forgets in the history', async () => {
    const ts = await post();

    expect((await bench.call('chat.delete', { channel: 'C0PHYS', ts })).body.ok).toBe(true);
    expect((await bench.call('chat.delete', { channel: 'C0PHYS', ts })).body.error).toBe('message_not_found');
    expect((await bench.call('chat.update', { channel: 'C0PHYS', ts, text: 'x' })).body.error).toBe(
      'message_not_found',
    );
    const history = await bench.call('conversations.history', { channel: 'C0PHYS' });
    expect((history.body['messages'] as { ts: string }[]).map((message) => message.ts)).not.toContain(ts);
  });

  it.each([
    ['a channel without the bot', { channel: 'C0RANDOM', user: 'U0TESS', text: 'x' }, 'not_in_channel'],
    ['somebody who is not there', { channel: 'C0PHYS', user: 'U0TESS', text: 'x' }, 'user_not_in_channel'],
    ['nothing to say', { channel: 'C0PHYS', user: 'U0JO' }, 'no_text'],
  ])('refuses to whisper to %s', async (_what, args, error) => {
    expect((await bench.call('chat.postEphemeral', args)).body.error).toBe(error);
  });

  it('whispers to one person and keeps it out of the history', async () => {
    const reply = await bench.call('chat.postEphemeral', { channel: 'C0PHYS', user: 'U0JO', text: 'for you' });

    expect(reply.body['message_ts']).toMatch(/^\d{10}\.\d{6}$/);
    expect(await bench.whispers('U0JO')).toContain('for you');
    const history = await bench.call('conversations.history', { channel: 'C0PHYS' });
    expect(JSON.stringify(history.body)).not.toContain('for you');
  });
});

describe('rates', () => {
  it('lets a burst of five through, then asks to wait, one message a second and channel', async () => {
    const results: number[] = [];
    for (let n = 0; n < 7; n++)
      results.push((await bench.call('chat.postMessage', { channel: 'C0GEO', text: String(n) })).status);
    const limited = await bench.call('chat.postMessage', { channel: 'C0GEO', text: 'more' });
    const elsewhere = await bench.call('chat.postMessage', { channel: 'C0MED', text: 'other channel' });
    bench.machine.at = bench.machine.at.plus({ seconds: 1 });
    const later = await bench.call('chat.postMessage', { channel: 'C0GEO', text: 'later' });
    const atOnce = await bench.call('chat.postMessage', { channel: 'C0GEO', text: 'at once' });

    expect(results).toEqual([200, 200, 200, 200, 200, 429, 429]);
    expect(limited.body).toEqual({ ok: false, error: 'ratelimited' });
    expect(limited.headers.get('retry-after')).toBe('1');
    expect(elsewhere.status).toBe(200);
    expect(later.status).toBe(200);
    expect(atOnce.status).toBe(429);
  });

  it('counts edits over all channels, fifty a minute', async () => {
    const ts = String((await bench.call('chat.postMessage', { channel: 'C0FIN', text: 'x' })).body['ts']);
    const statuses: number[] = [];
    for (let n = 0; n < 51; n++)
      statuses.push((await bench.call('chat.update', { channel: 'C0FIN', ts, text: `x${n}` })).status);
    const limited = await bench.call('chat.update', { channel: 'C0FIN', ts, text: 'more' });

    expect(statuses.filter((status) => status === 200)).toHaveLength(50);
    expect(limited.headers.get('retry-after')).toBe('2');
  });

  it('lists what was refused, for developers', async () => {
    await bench.call('chat.postMessage', { channel: 'C0CHEM', text: 'x', blocks: [section('')] });

    const [fault] = await bench.slack.faults.list();

    expect(fault).toMatchObject({ source: 'api', name: 'chat.postMessage', error: 'invalid_blocks' });
    expect(fault?.detail).toContain('/blocks/0/text/text');
    expect(fault?.detail).not.toContain('xoxb');
  });
});
