import { json, signed } from '../../fakes/slack-api';
import { answerCard, clickBody, commandBody, eventBody, secret, token, type Wired, wire } from './wiring';

let wired: Wired;
beforeEach(async () => {
  wired = await wire();
});
afterEach(() => wired.stop());

const form = 'application/x-www-form-urlencoded';
const now = (): number => Math.floor(Date.now() / 1000);
const isText = (text: string) => expect.objectContaining({ text });

describe('who is let in', () => {
  it.each<[string, (body: string) => Record<string, string>]>([
    [
      'a wrong signature',
      (body) => ({ ...signed(secret, body, now(), form), 'x-slack-signature': `v0=${'0'.repeat(64)}` }),
    ],
    ['another secret', (body) => signed('another', body, now(), form)],
    ['a signature over another body', (body) => signed(secret, `${body}&text=delete`, now(), form)],
    ['a request older than five minutes', (body) => signed(secret, body, now() - 301, form)],
    ['no signature', () => ({ 'content-type': form })],
  ])('not %s', async (_, headers) => {
    const body = commandBody(wired.slack);

    expect(await wired.send(body, headers(body))).toBe(401);
    await wired.connection.close();
    expect(wired.calls).toEqual([]);
    expect(wired.slack.calls).toEqual([]);
  });

  it('not a workspace without a token: acknowledged, never run', async () => {
    expect(await wired.command({ team_id: 'T0OTHER' })).toBe(200);
    await wired.connection.close();

    expect(wired.calls).toEqual([]);
  });

  it('Slack itself, when it asks for the address', async () => {
    const body = JSON.stringify({ type: 'url_verification', challenge: 'c' });

    expect(await wired.send(body, undefined, 'application/json')).toBe(200);
  });
});

describe('a slash command', () => {
  it('becomes a call and is answered for the asker alone', async () => {
    expect(await wired.command()).toBe(200);
    const [answer] = await wired.slack.waitFor('respond');

    expect(wired.calls).toEqual([
      expect.objectContaining({
        identity: { provider: 'slack', workspace: 'T0UNI', user: 'U0TESS', name: 'tess' },
        surface: { provider: 'slack', workspace: 'T0UNI', conversation: 'C0CHEM', kind: 'channel' },
        text: 'status MYPC.IT',
        click: false,
      }),
    ]);
    expect(answer?.args).toEqual({
      response_type: 'ephemeral',
      replace_original: false,
      text: 'fine',
      blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'fine', verbatim: true } }],
    });
  });

  it('is acknowledged before it is answered', async () => {
    let finish = (): void => {};
    wired.dispatch.current = () =>
      new Promise((resolve) => {
        finish = () => resolve({ card: answerCard('late') });
      });

    expect(await wired.command()).toBe(200);
    expect(wired.slack.callsOf('respond')).toEqual([]);
    finish();
    const [answer] = await wired.slack.waitFor('respond');
    expect(answer?.args).toEqual(isText('late'));
  });

  it.each([
    ['a link that Slack made of a node', 'status <http://MYPC.IT|MYPC.IT>', 'status MYPC.IT'],
    ['escaped characters', 'status A&amp;B &lt;x&gt;', 'status A&B <x>'],
    ['nothing', '', ''],
  ])('%s is read as typed', async (_, text, read) => {
    await wired.command({ text });
    await wired.slack.waitFor('respond');

    expect(wired.calls[0]?.text).toBe(read);
  });

  it('in a direct message is asked in a chat; in a Grid the enterprise is the workspace', async () => {
    await wired.command({ channel_id: 'D0TESS', channel_name: 'directmessage', enterprise_id: 'E0UNI' });
    await wired.slack.waitFor('respond');

    expect(wired.calls[0]?.surface).toEqual({
      provider: 'slack',
      workspace: 'E0UNI',
      conversation: 'D0TESS',
      kind: 'chat',
    });
    expect(wired.calls[0]?.identity.workspace).toBe('E0UNI');
  });

  it('that is replayed runs once', async () => {
    const body = commandBody(wired.slack);
    const headers = signed(secret, body, now(), form);

    expect(await Promise.all([wired.send(body, headers), wired.send(body, headers)])).toEqual([200, 200]);
    await wired.connection.close();

    expect(wired.calls).toHaveLength(1);
    expect(wired.slack.callsOf('respond')).toHaveLength(1);
  });

  it('is answered with an id when something breaks, and the id is in the log', async () => {
    wired.once.current = () => Promise.reject(new Error('the database is away'));
    await wired.command();
    const [answer] = await wired.slack.waitFor('respond');
    const id = /`([0-9a-f-]{36})`/.exec(JSON.stringify(answer?.args))?.[1] ?? 'none';

    expect(JSON.stringify(answer?.args)).toContain('INTERNAL');
    expect(wired.logged.some((line) => line.includes(id) && line.includes('the database is away'))).toBe(true);
  });

  it('is answered as plain text when Slack refuses the blocks', async () => {
    wired.slack.answer('respond', (_, response) => json(response, { ok: false, error: 'invalid_blocks' }, 400));
    await wired.command();
    const [, second] = await wired.slack.waitFor('respond', 2);

    expect(second?.args).toEqual({ response_type: 'ephemeral', replace_original: false, text: 'fine\nfine' });
  });

  it('leaves no token, no signature and no text in the log', async () => {
    await wired.command({ text: 'status SECRETNODE' });
    await wired.slack.waitFor('respond');
    await wired.connection.close();

    expect(wired.logged.join('')).not.toMatch(/xoxb|SECRETNODE|v0=/);
  });
});

describe('a click', () => {
  it('is what its button says, with the person who pressed it', async () => {
    await wired.click({});
    const [answer] = await wired.slack.waitFor('respond');

    expect(wired.calls).toEqual([
      expect.objectContaining({
        text: 'reviewed UNI/SCI/CHEM 2026-11-18',
        click: true,
        identity: expect.objectContaining({ user: 'U0TESS', workspace: 'T0UNI' }),
      }),
    ]);
    // The clicked message is everybody's: the answer must not take its place.
    expect(answer?.args).toMatchObject({ response_type: 'ephemeral', replace_original: false });
  });

  it('in a message of one\u2019s own turns the page', async () => {
    await wired.click({ container: { type: 'message', message_ts: '1.1', channel_id: 'C0CHEM', is_ephemeral: true } });
    const [answer] = await wired.slack.waitFor('respond');

    expect(answer?.args).toMatchObject({ replace_original: true });
  });

  it('made twice is two clicks; sent twice it is one', async () => {
    const body = clickBody(wired.slack);
    await wired.send(body);
    await wired.send(body);
    await wired.send(body.replace('1763533900.1', '1763533901.7'));
    await wired.connection.close();

    expect(wired.calls).toHaveLength(2);
  });

  it('by somebody of a connected workspace is nobody of ours', async () => {
    await wired.click({ user: { id: 'U0TESS', username: 'tess', team_id: 'T0PARTNER' } });
    await wired.slack.waitFor('respond');

    expect(wired.calls[0]?.identity.workspace).toBe('T0PARTNER');
    await expect(wired.calls[0]?.standing()).resolves.toBe('outsider');
  });
});

describe('standing', () => {
  const member = { id: 'U0TESS', team_id: 'T0UNI' };

  it.each([
    ['a full member', member, 'member'],
    ['a guest of several channels', { ...member, is_restricted: true }, 'guest'],
    ['a guest of one channel', { ...member, is_ultra_restricted: true }, 'guest'],
    ['somebody of a connected workspace', { ...member, is_stranger: true }, 'outsider'],
    ['a member of another team', { ...member, team_id: 'T0OTHER' }, 'outsider'],
    ['a bot', { ...member, is_bot: true }, 'outsider'],
    ['somebody who has left', { ...member, deleted: true }, 'outsider'],
  ])('%s', async (_, user, standing) => {
    wired.slack.answer('users.info', { ok: true, user });
    await wired.command();
    await wired.slack.waitFor('respond');

    expect(await wired.calls[0]?.standing()).toBe(standing);
  });

  it('in a Grid goes by the enterprise', async () => {
    wired.slack.answer('users.info', {
      ok: true,
      user: { ...member, team_id: 'T0BRANCH', enterprise_user: { enterprise_id: 'E0UNI' } },
    });
    await wired.command({ enterprise_id: 'E0UNI' });
    await wired.slack.waitFor('respond');

    expect(await wired.calls[0]?.standing()).toBe('member');
  });

  it('of a user whom Slack does not know is outside; of a Slack that is away it is an error', async () => {
    await wired.command();
    await wired.slack.waitFor('respond');
    wired.slack.answer('users.info', (_, response) => json(response, {}, 500), { ok: false, error: 'user_not_found' });

    await expect(wired.calls[0]?.standing()).rejects.toThrow();
    expect(await wired.calls[0]?.standing()).toBe('outsider');
  });

  it('is asked again after a minute, not before', async () => {
    await wired.command();
    await wired.slack.waitFor('respond');
    wired.slack.answer(
      'users.info',
      { ok: true, user: member },
      { ok: true, user: { ...member, is_restricted: true } },
    );
    const ask = () => wired.calls[0]?.standing();

    expect([await ask(), await ask()]).toEqual(['member', 'member']);
    wired.clock.now = wired.clock.now.plus({ seconds: 61 });
    expect(await ask()).toBe('guest');
    expect(wired.slack.callsOf('users.info').map((call) => [call.token, call.args['user']])).toEqual([
      [token, 'U0TESS'],
      [token, 'U0TESS'],
    ]);
  });
});

describe('words to the bot', () => {
  const mention = {
    type: 'app_mention',
    user: 'U0TESS',
    channel: 'C0CHEM',
    text: '<@U0BACKCHAT> status <http://MYPC.IT|MYPC.IT>',
    ts: '1.5',
  };

  it('in a channel are answered there, for the asker alone', async () => {
    await wired.event(mention);
    const [answer] = await wired.slack.waitFor('chat.postEphemeral');

    expect(wired.calls[0]).toMatchObject({
      text: 'status MYPC.IT',
      surface: { conversation: 'C0CHEM', kind: 'channel' },
    });
    expect(answer?.args).toMatchObject({ channel: 'C0CHEM', user: 'U0TESS', text: 'fine' });
    expect(wired.presence).toEqual([expect.objectContaining({ type: 'seen', reference: null })]);
  });

  it('in a thread are answered in it', async () => {
    await wired.event({ ...mention, thread_ts: '1.1' });
    const [answer] = await wired.slack.waitFor('chat.postEphemeral');

    expect(answer?.args['thread_ts']).toBe('1.1');
  });

  it('in a direct message are answered by a message', async () => {
    await wired.event({
      type: 'message',
      channel_type: 'im',
      user: 'U0TESS',
      channel: 'D0TESS',
      text: 'whoami',
      ts: '1.6',
    });
    const [answer] = await wired.slack.waitFor('chat.postMessage');

    expect(wired.calls[0]).toMatchObject({ text: 'whoami', surface: { kind: 'chat' } });
    expect(answer?.args).toMatchObject({ channel: 'D0TESS', text: 'fine' });
  });

  it.each([
    ['the bot itself', { bot_id: 'B0BACKCHAT' }],
    ['an edit', { subtype: 'message_changed', user: undefined }],
  ])('of %s are no question', async (_, part) => {
    await wired.event({
      type: 'message',
      channel_type: 'im',
      user: 'U0TESS',
      channel: 'D0TESS',
      text: 'whoami',
      ...part,
    });
    await wired.connection.close();

    expect(wired.calls).toEqual([]);
  });

  it('delivered again are dropped', async () => {
    const body = eventBody(mention);
    await wired.send(body, undefined, 'application/json');
    const again = {
      ...signed(secret, body, now(), 'application/json'),
      'x-slack-retry-num': '1',
      'x-slack-retry-reason': 'http_timeout',
    };

    expect(await wired.send(body, again)).toBe(200);
    await wired.connection.close();
    expect(wired.calls).toHaveLength(1);
  });
});

describe('the bot comes and goes', () => {
  const joined = {
    type: 'member_joined_channel',
    user: 'U0BACKCHAT',
    channel: 'C0CHEM',
    channel_type: 'C',
    team: 'T0UNI',
  };

  it('when it is added, with the name of the channel', async () => {
    await wired.event(joined);
    await wired.slack.waitFor('conversations.info');
    await wired.connection.close();

    expect(wired.presence).toEqual([
      {
        type: 'added',
        surface: { provider: 'slack', workspace: 'T0UNI', conversation: 'C0CHEM', kind: 'channel' },
        name: 'chem-backup',
        reference: null,
      },
    ]);
  });

  it('without a name when Slack tells none', async () => {
    wired.slack.answer('conversations.info', { ok: false, error: 'missing_scope' });
    await wired.event(joined);
    await wired.slack.waitFor('conversations.info');
    await wired.connection.close();

    expect(wired.presence).toEqual([expect.not.objectContaining({ name: expect.anything() })]);
  });

  it('and asks Slack who it is when the event does not say', async () => {
    await wired.event(joined, { authorizations: undefined });
    await wired.slack.waitFor('conversations.info');
    await wired.connection.close();

    expect(wired.slack.callsOf('auth.test')).toHaveLength(1);
    expect(wired.presence).toHaveLength(1);
  });

  it('but other people come and go unnoticed', async () => {
    await wired.event({ ...joined, user: 'U0TESS' });
    await wired.event({ ...joined, type: 'member_left_channel', user: 'U0TESS' }, { event_id: 'Ev2' });
    await wired.connection.close();

    expect(wired.presence).toEqual([]);
  });

  it.each([
    ['member_left_channel', { user: 'U0BACKCHAT', channel_type: 'C' }],
    ['channel_left', { actor_id: 'U0MINA' }],
    ['group_left', { actor_id: 'U0MINA' }],
  ])('by %s, told once', async (type, part) => {
    const body = eventBody({ type, channel: 'C0CHEM', ...part });
    await wired.send(body, undefined, 'application/json');
    await wired.send(body, undefined, 'application/json');
    await wired.connection.close();

    expect(wired.presence).toEqual([{ type: 'removed', surface: expect.objectContaining({ conversation: 'C0CHEM' }) }]);
  });
});
