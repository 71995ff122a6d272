import type { Received } from './scripted-bot';
import { openSlackBench, type SlackBench } from './slack-bench';

let bench: SlackBench;
beforeEach(async () => {
  bench = await openSlackBench({ acknowledgeMs: 200, retryDelays: [0, 20, 20], withEvents: ['message.channels'] });
});
afterEach(async () => {
  expect(bench.bot.complaints).toEqual([]);
  await bench.close();
});

const card = (...elements: object[]) => [{ type: 'actions', block_id: 'row', elements }];
const button = {
  type: 'button',
  action_id: 'reviewed',
  value: 'reviewed CHEM',
  text: { type: 'plain_text', text: 'Reviewed' },
};

async function postCard(blocks: object[] = card(button)): Promise<string> {
  return String((await bench.call('chat.postMessage', { channel: 'C0CHEM', text: 'card', blocks })).body['ts']);
}

async function press(ts: string, actionId = 'reviewed', choice?: string): Promise<void> {
  const more = choice === undefined ? {} : { choice };
  await bench.slack.people.press(...(await bench.at('U0TESS', 'C0CHEM')), { ts, blockId: 'row', actionId, ...more });
}

async function say(text: string, channel = 'C0CHEM', user = 'U0TESS', thread?: string): Promise<void> {
  await bench.slack.people.say(...(await bench.at(user, channel)), text, thread);
}

/** Waits until the bot got that many requests. */
async function received(count: number): Promise<Received[]> {
  while (bench.bot.received.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
  return bench.bot.received;
}

async function respond(url: string, body: object): Promise<{ status: number; text: string }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}

async function history(channel = 'C0CHEM'): Promise<Record<string, unknown>[]> {
  return (await bench.call('conversations.history', { channel })).body['messages'] as Record<string, unknown>[];
}

/** A response URL that the bot got with a command. */
async function commandUrl(): Promise<string> {
  await say('/backup help');
  return bench.bot.received.at(-1)?.form['response_url'] ?? '';
}

describe('slash commands', () => {
  it('arrive as a form with who, where and what', async () => {
    await say('/backup  status   MYPC.IT');

    expect(bench.bot.received[0]?.form).toMatchObject({
      command: '/backup',
      text: 'status MYPC.IT',
      user_id: 'U0TESS',
      channel_id: 'C0CHEM',
      channel_name: 'chem-backup',
      team_id: 'T0SANDBOX',
      api_app_id: 'A0BACKCHAT',
    });
    expect(bench.bot.received[0]?.form['response_url']).toMatch(/^http:.+\/sandbox\/slack\/response\/\w+$/);
  });

  it('carry people and channels as ids, as the manifest asks', async () => {
    await say('/backup contacts @Tess Moreau in #chem-backup & @nobody <x>');

    expect(bench.bot.received[0]?.form['text']).toBe(
      'contacts <@U0TESS|tess.moreau> in <#C0CHEM|chem-backup> &amp; @nobody &lt;x&gt;',
    );
  });

  it('are refused by Slack itself when the app has no such command, or in threads', async () => {
    const ts = await postCard();

    await say('/weather');
    await say('/backup help', 'C0CHEM', 'U0TESS', ts);

    expect(bench.bot.received).toEqual([]);
    expect(await bench.whispers('U0TESS')).toEqual([
      '`/weather` is not a valid command.',
      'Slash commands do not work in threads, sorry!',
    ]);
  });

  it.each<[string, { body: string | object }, string]>([
    ['JSON', { body: { text: 'from JSON', blocks: [{ type: 'divider' }] } }, 'from JSON'],
    ['bare text', { body: 'from text' }, 'from text'],
  ])('are answered for the asker alone by %s in the acknowledgement', async (_how, answer, shown) => {
    bench.bot.answer = () => answer;

    await say('/backup help');

    expect(await bench.whispers('U0TESS')).toEqual([shown]);
    expect(await history()).toEqual([]);
  });

  it('are answered for everybody when the answer says so', async () => {
    bench.bot.answer = () => ({ body: { text: 'look, all', response_type: 'in_channel' } });

    await say('/backup help');

    expect(await history()).toMatchObject([{ text: 'look, all', user: 'U0BACKCHAT' }]);
  });

  it('say operation_timeout when the bot takes longer than it may', async () => {
    let release = (): void => undefined;
    const after = new Promise<void>((resolve) => {
      release = resolve;
    });
    bench.bot.answer = () => ({ after, body: 'too late' });

    await say('/backup help');
    release();

    expect(await bench.whispers('U0TESS')).toEqual(['`/backup` failed with the error "operation_timeout"']);
    expect(await bench.slack.faults.list()).toMatchObject([
      { source: 'bot', name: '/backup', error: 'operation_timeout' },
    ]);
  });

  it('say dispatch_failed when the bot breaks or is not there', async () => {
    bench.bot.answer = () => ({ status: 500 });
    await say('/backup help');
    await bench.bot.close();
    await say('/backup help');

    const sentence = '`/backup` failed with the error "dispatch_failed"';
    expect(await bench.whispers('U0TESS')).toEqual([sentence, sentence]);
  });

  it('do not show an answer whose blocks Slack would refuse', async () => {
    bench.bot.answer = () => ({ body: { text: 'x', blocks: [{ type: 'section' }] } });

    await say('/backup help');

    expect(await bench.whispers('U0TESS')).toEqual(['`/backup` failed with the error "invalid_command_response"']);
  });
});

describe('clicks', () => {
  it('arrive with the message, the button and its value', async () => {
    const ts = await postCard();

    await press(ts);

    expect(bench.bot.received[0]?.json).toMatchObject({
      type: 'block_actions',
      user: { id: 'U0TESS', team_id: 'T0SANDBOX' },
      channel: { id: 'C0CHEM' },
      container: { type: 'message', message_ts: ts, is_ephemeral: false },
      message: { ts, text: 'card', bot_id: 'B0BACKCHAT' },
      actions: [{ type: 'button', block_id: 'row', action_id: 'reviewed', value: 'reviewed CHEM' }],
    });
  });

  it('carry the chosen option of a menu', async () => {
    const options = ['a', 'b'].map((value) => ({ value, text: { type: 'plain_text', text: value } }));
    const ts = await postCard(card({ type: 'overflow', action_id: 'more', options }));

    await press(ts, 'more', 'b');

    expect(bench.bot.received[0]?.json).toMatchObject({
      actions: [{ type: 'overflow', selected_option: { value: 'b' } }],
    });
  });

  it('on a message for one person say so and leave the message out', async () => {
    const sent = await bench.call('chat.postEphemeral', {
      channel: 'C0CHEM',
      user: 'U0TESS',
      text: 'x',
      blocks: card(button),
    });

    await press(String(sent.body['message_ts']));

    const payload = bench.bot.received[0]?.json;
    expect(payload).toMatchObject({ container: { is_ephemeral: true } });
    expect(payload).not.toHaveProperty('message');
  });

  it('on what somebody else alone can see, or on a button that is gone, never reach the bot', async () => {
    const sent = await bench.call('chat.postEphemeral', {
      channel: 'C0CHEM',
      user: 'U0AMARA',
      text: 'x',
      blocks: card(button),
    });
    const ts = await postCard();

    await press(String(sent.body['message_ts']));
    await press(ts, 'other');
    await bench.call('chat.delete', { channel: 'C0CHEM', ts });
    await press(ts);

    expect(bench.bot.received).toEqual([]);
    expect(await bench.whispers('U0TESS')).toHaveLength(3);
  });

  it('that are not taken in time are told to the person', async () => {
    bench.bot.answer = () => ({ status: 503 });
    const ts = await postCard();

    await press(ts);

    expect(await bench.whispers('U0TESS')).toEqual(['Backchat did not take that click: dispatch_failed.']);
  });
});

describe('response URLs', () => {
  it('work five times', async () => {
    const url = await commandUrl();

    const results: number[] = [];
    for (let n = 1; n <= 6; n++) results.push((await respond(url, { text: `answer ${n}` })).status);

    expect(results).toEqual([200, 200, 200, 200, 200, 404]);
    expect(await bench.whispers('U0TESS')).toEqual([1, 2, 3, 4, 5].map((n) => `answer ${n}`));
  });

  it('work for thirty minutes of machine time, however far service time jumps', async () => {
    const url = await commandUrl();

    bench.service.at = bench.service.at.plus({ days: 1 });
    bench.machine.at = bench.machine.at.plus({ minutes: 29 });
    const within = await respond(url, { text: 'x' });
    bench.machine.at = bench.machine.at.plus({ minutes: 2 });
    const after = await respond(url, { text: 'x' });

    expect([within.status, after.status]).toEqual([200, 404]);
    expect(after.text).toContain('expired_url');
  });

  it('of nobody are refused', async () => {
    expect((await respond(`${bench.url}/sandbox/slack/response/guess`, { text: 'x' })).status).toBe(404);
  });

  it.each<[string, object, string]>([
    ['blocks that do not fit', { text: 'x', blocks: [{ type: 'header' }] }, 'invalid_blocks'],
    ['nothing', {}, 'no_text'],
    ['an unknown audience', { text: 'x', response_type: 'everyone' }, 'invalid_payload'],
  ])('refuse %s', async (_what, body, error) => {
    const reply = await respond(await commandUrl(), body);

    expect(reply.status).toBe(400);
    expect(JSON.parse(reply.text)).toMatchObject({ error });
  });

  it('answer a click for the clicker alone, and leave the card as it was', async () => {
    const ts = await postCard();
    await press(ts);

    await respond(String(bench.bot.received[0]?.json['response_url']), { text: 'noted' });

    expect(await bench.whispers('U0TESS')).toEqual(['noted']);
    expect(await history()).toMatchObject([{ ts, text: 'card' }]);
  });

  it('replace the clicked card', async () => {
    const ts = await postCard();
    await press(ts);

    await respond(String(bench.bot.received[0]?.json['response_url']), { text: 'new', replace_original: true });

    const [message] = await history();
    expect(message).toMatchObject({ ts, text: 'new', edited: {} });
    expect(message).not.toHaveProperty('blocks');
    expect(await bench.whispers('U0TESS')).toEqual([]);
  });

  it('replace and delete what one person alone sees', async () => {
    const sent = await bench.call('chat.postEphemeral', {
      channel: 'C0CHEM',
      user: 'U0TESS',
      text: 'page 1',
      blocks: card(button),
    });
    await press(String(sent.body['message_ts']));
    const url = String(bench.bot.received[0]?.json['response_url']);

    await respond(url, { text: 'page 2', blocks: card(button), replace_original: true });
    const replaced = await bench.whispers('U0TESS');
    await respond(url, { delete_original: true });

    expect(replaced).toEqual(['page 2']);
    expect(await bench.whispers('U0TESS')).toEqual([]);
  });

  it('delete the clicked card', async () => {
    const ts = await postCard();
    await press(ts);

    await respond(String(bench.bot.received[0]?.json['response_url']), { delete_original: true });

    expect(await history()).toEqual([]);
  });
});

describe('events', () => {
  it('tell of a mention, where the bot is', async () => {
    await say('@Backchat status MYPC.IT');

    const events = bench.bot.received.map((each) => each.json['event']);
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'app_mention',
        text: '<@U0BACKCHAT> status MYPC.IT',
        user: 'U0TESS',
        channel: 'C0CHEM',
      }),
    );
    expect(events).toContainEqual(expect.objectContaining({ type: 'message', channel_type: 'channel' }));
    expect(bench.bot.received[0]?.json).toMatchObject({ type: 'event_callback', team_id: 'T0SANDBOX' });
  });

  it('tell nothing of channels where the bot is not', async () => {
    await say('@Backchat hello', 'C0RANDOM');

    expect(bench.bot.received).toEqual([]);
    expect(await bench.whispers('U0TESS')).toEqual([expect.stringContaining('is not in this channel')]);
  });

  it('tell of direct messages', async () => {
    await bench.call('chat.postMessage', { channel: 'U0TESS', text: 'hello' });

    await say('whoami', 'D0TESS');

    expect(bench.bot.received.map((each) => each.json['event'])).toMatchObject([
      { type: 'message', channel_type: 'im', channel: 'D0TESS', text: 'whoami' },
    ]);
  });

  it('tell the bot that it was invited and removed', async () => {
    const [oskar, random] = await bench.at('U0OSKAR', 'C0RANDOM');

    await bench.slack.people.inviteBot(oskar, random);
    await bench.slack.people.inviteBot(oskar, random);
    await bench.slack.people.removeBot(oskar, random);

    expect(bench.bot.received.map((each) => each.json['event'])).toMatchObject([
      { type: 'member_joined_channel', user: 'U0BACKCHAT', channel: 'C0RANDOM', inviter: 'U0OSKAR' },
      { type: 'channel_left', channel: 'C0RANDOM' },
    ]);
  });

  it('are sent again three times under the same id, each time with its number and reason', async () => {
    bench.bot.answer = () => ({ status: 500 });

    await say('whoami', 'C0IT', 'U0IDA');
    const all = await received(4);
    await new Promise((resolve) => setTimeout(resolve, 60));

    expect(all).toHaveLength(4);
    expect(new Set(all.map((each) => each.json['event_id'])).size).toBe(1);
    expect(all.map((each) => each.headers['x-slack-retry-num'])).toEqual([undefined, '1', '2', '3']);
    expect(all[1]?.headers['x-slack-retry-reason']).toBe('http_error');
  });

  it('are not sent again when the bot asks for that, or has taken them', async () => {
    bench.bot.answer = () => ({ status: 500, headers: { 'x-slack-no-retry': '1' } });
    await say('one', 'C0IT', 'U0IDA');
    bench.bot.answer = ({ headers }) => ({ status: headers['x-slack-retry-num'] ? 200 : 500 });
    await say('two', 'C0IT', 'U0IDA');
    await received(3);
    await new Promise((resolve) => setTimeout(resolve, 60));

    expect(bench.bot.received).toHaveLength(3);
  });

  it('that the app did not subscribe to stay away, and those without a scope are a fault', async () => {
    const poor = await openSlackBench({ withoutScopes: ['app_mentions:read'] });

    await poor.slack.people.say(...(await poor.at('U0TESS', 'C0CHEM')), '@Backchat help');
    const faults = await poor.slack.faults.list();
    const got = poor.bot.received.length;
    await poor.close();

    expect(got).toBe(0);
    expect(faults).toMatchObject([{ source: 'bot', name: 'app_mention', error: 'missing_scope' }]);
  });
});

describe('what people may see', () => {
  it('keeps guests to the channels that they are in', async () => {
    await expect(bench.at('U0GUS', 'C0CHEM')).resolves.toHaveLength(2);
    await expect(bench.at('U0GUS', 'C0PHYS')).rejects.toThrow('does not see');
  });

  it('lets members read public channels, and write after joining', async () => {
    await say('hello?', 'C0PHYS');
    await bench.slack.people.join(...(await bench.at('U0TESS', 'C0PHYS')));
    await say('hello!', 'C0PHYS');

    expect(await bench.whispers('U0TESS')).toEqual(['You are not in this channel. Join it to write here.']);
    expect((await history('C0PHYS')).map((message) => message['text'])).toEqual(['hello!']);
  });
});
