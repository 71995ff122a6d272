import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { pino } from 'pino';
import type { DeliveryCode, Messenger, Target } from '../../../src/chat/messenger';
import { slackMessenger } from '../../../src/chat/slack/messenger';
import { makeClients } from '../../../src/chat/slack/web';
import { type FakeSlack, json, type SlackAnswer, startFakeSlack } from '../../fakes/slack-api';
import { samples } from '../cards/samples';
import { answerCard } from './wiring';

const target: Target = { provider: 'slack', workspace: 'T0UNI', conversation: 'C0CHEM', reference: null };
const key = 'digest-12-7';
const since = '2026-11-19T06:30:00Z';
const card = answerCard('fine');
const logged: string[] = [];
const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });

function messengerAt(url: string, token = 'xoxb-uni'): Messenger {
  return slackMessenger(
    makeClients((workspace) => (workspace === 'T0UNI' ? { token } : undefined), url, log),
    log,
  );
}

function find(messenger: Messenger, thread?: string) {
  if (!messenger.find) throw new Error('Slack can look for messages.');
  return messenger.find(target, key, since, thread);
}

let slack: FakeSlack;
let messenger: Messenger;
beforeEach(async () => {
  logged.length = 0;
  slack = await startFakeSlack();
  messenger = messengerAt(slack.url);
});
afterEach(() => slack.close());

describe('posting', () => {
  it('sends text, blocks and the key, and gives back the id', async () => {
    expect(await messenger.post(target, card, key)).toEqual({ ok: true, value: { messageId: '1763533800.000100' } });
    expect(slack.callsOf('chat.postMessage')).toEqual([
      {
        method: 'chat.postMessage',
        token: 'xoxb-uni',
        args: {
          channel: 'C0CHEM',
          text: 'fine',
          blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'fine', verbatim: true } }],
          metadata: { event_type: 'backchat', event_payload: { key } },
          unfurl_links: 'false',
          unfurl_media: 'false',
        },
      },
    ]);
  });

  it('answers under a message', async () => {
    await messenger.post(target, card, key, '1763533800.000100');

    expect(slack.callsOf('chat.postMessage')[0]?.args['thread_ts']).toBe('1763533800.000100');
  });

  it('edits in place, with the key again', async () => {
    expect(await messenger.update(target, '1.1', card, key)).toEqual({
      ok: true,
      value: { messageId: '1763533800.000100' },
    });
    expect(slack.callsOf('chat.update')[0]?.args).toMatchObject({
      channel: 'C0CHEM',
      ts: '1.1',
      metadata: { event_type: 'backchat', event_payload: { key } },
    });
  });

  it('without a token for the workspace does not ask Slack at all', async () => {
    expect(await messenger.post({ ...target, workspace: 'T0OTHER' }, card, key)).toMatchObject({
      ok: false,
      code: 'CHAT_CREDENTIALS',
    });
    expect(slack.calls).toEqual([]);
  });

  it('renders what it sends', async () => {
    const red = samples['digest-red'] ?? card;
    await messenger.post(target, red, key);
    const { text, blocks } = slack.callsOf('chat.postMessage')[0]?.args ?? {};

    expect({ text, blocks }).toEqual(JSON.parse(JSON.stringify(messenger.render(red))));
  });
});

describe('what Slack says no to', () => {
  it.each<[string, DeliveryCode]>([
    ['channel_not_found', 'CHAT_GONE'],
    ['is_archived', 'CHAT_GONE'],
    ['not_in_channel', 'CHAT_NOT_IN_CHANNEL'],
    ['restricted_action', 'CHAT_BLOCKED'],
    ['account_inactive', 'CHAT_CREDENTIALS'],
    ['token_revoked', 'CHAT_CREDENTIALS'],
    ['invalid_auth', 'CHAT_CREDENTIALS'],
    ['not_authed', 'CHAT_CREDENTIALS'],
    ['missing_scope', 'CHAT_CREDENTIALS'],
    ['message_not_found', 'CHAT_MESSAGE_GONE'],
    ['cant_update_message', 'CHAT_MESSAGE_GONE'],
    ['thread_not_found', 'CHAT_MESSAGE_GONE'],
    ['fatal_error', 'CHAT_UNKNOWN_OUTCOME'],
    ['internal_error', 'CHAT_UNKNOWN_OUTCOME'],
    ['service_unavailable', 'CHAT_UNREACHABLE'],
    ['ratelimited', 'CHAT_RATE_LIMITED'],
    ['something_new', 'CHAT_UNREACHABLE'],
  ])('%s', async (error, code) => {
    slack.answer('chat.postMessage', { ok: false, error });

    expect(await messenger.post(target, card, key)).toMatchObject({
      ok: false,
      code,
      reason: expect.stringContaining(error),
    });
    // One attempt a call: who retries, and when, is not the SDK's business.
    expect(slack.callsOf('chat.postMessage')).toHaveLength(1);
  });

  it('names the scope that is missing', async () => {
    slack.answer('chat.postMessage', { ok: false, error: 'missing_scope', needed: 'chat:write', provided: 'commands' });

    expect(await messenger.post(target, card, key)).toMatchObject({
      reason: expect.stringContaining('Needed: chat:write.'),
    });
  });

  it('names what Slack found wrong with a card, after trying it as text', async () => {
    const refused = {
      ok: false,
      error: 'invalid_blocks',
      response_metadata: { messages: ['[ERROR] no more than 50 items'] },
    };
    slack.answer('chat.postMessage', refused, { ok: false, error: 'msg_too_long' });

    expect(await messenger.post(target, card, key)).toMatchObject({ code: 'CHAT_REJECTED_CARD' });
    expect(slack.callsOf('chat.postMessage').map((call) => call.args['blocks'])).toEqual([expect.any(Array), []]);
    expect(logged.some((line) => line.includes('no more than 50 items') && line.includes('sending it as text'))).toBe(
      true,
    );
  });

  it.each(['post', 'update'] as const)('a card whose blocks are refused arrives as text: %s', async (how) => {
    const method = how === 'post' ? 'chat.postMessage' : 'chat.update';
    const red = samples['digest-red'] ?? card;
    slack.answer(method, { ok: false, error: 'invalid_blocks' });
    const sent = how === 'post' ? messenger.post(target, red, key, '1.1') : messenger.update(target, '1.1', red, key);

    expect(await sent).toMatchObject({ ok: true });
    const [, again] = slack.callsOf(method);
    expect(again?.args).toMatchObject({
      metadata: { event_payload: { key } },
      text: expect.stringContaining('LAB7.CHEM'),
    });
    expect(String(again?.args['text']).length).toBeLessThanOrEqual(4000);
  });
});

describe('rate limits', () => {
  const limited =
    (retryAfter: string | undefined): SlackAnswer =>
    (_, response) =>
      json(
        response,
        { ok: false, error: 'ratelimited' },
        429,
        retryAfter === undefined ? {} : { 'retry-after': retryAfter },
      );

  it.each<[string, string | undefined, number]>([
    ['with Retry-After', '17', 17_000],
    ['without', undefined, 30_000],
    ['with one that is no number', 'soon', 30_000],
  ])('%s come back at once with the time to wait', async (_, retryAfter, retryAfterMs) => {
    slack.answer('chat.postMessage', limited(retryAfter));

    expect(await messenger.post(target, card, key)).toMatchObject({
      ok: false,
      code: 'CHAT_RATE_LIMITED',
      retryAfterMs,
    });
    expect(slack.callsOf('chat.postMessage')).toHaveLength(1);
  });
});

describe('a connection that breaks', () => {
  it.each<[string, number, DeliveryCode]>([
    ['an error of Slack', 500, 'CHAT_UNREACHABLE'],
    ['Slack is closed', 503, 'CHAT_UNREACHABLE'],
    ['a gateway gave up', 504, 'CHAT_UNKNOWN_OUTCOME'],
    ['a gateway lost the answer', 502, 'CHAT_UNKNOWN_OUTCOME'],
  ])('%s (%i)', async (_, status, code) => {
    slack.answer('chat.postMessage', (_request, response) => json(response, {}, status));

    expect(await messenger.post(target, card, key)).toMatchObject({ ok: false, code });
  });

  it('before sending: nothing was posted', async () => {
    const port = await freePort();

    const refused = await messengerAt(`http://127.0.0.1:${port}/api/`).post(target, card, key);

    expect(refused).toMatchObject({
      ok: false,
      code: 'CHAT_UNREACHABLE',
      reason: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it.each<[string, SlackAnswer]>([
    ['without an answer', (request) => request.socket.destroy()],
    [
      'in the middle of the answer',
      (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
        response.write('{"ok":');
        setImmediate(() => response.destroy());
      },
    ],
    ['with the page of some gateway', (_, response) => response.writeHead(200).end('<html>Please log in</html>')],
    ['with an answer that names no id', { ok: true }],
  ])('after sending, %s: it may have arrived', async (_, answer) => {
    slack.answer('chat.postMessage', answer);

    const sent = await messenger.post(target, card, key);

    expect(sent).toMatchObject({ ok: false, code: 'CHAT_UNKNOWN_OUTCOME' });
  });

  it('tells no token in its reason or in the log', async () => {
    slack.answer('chat.postMessage', (request) => request.socket.destroy(), { ok: false, error: 'invalid_auth' });
    const reasons = [await messenger.post(target, card, key), await messenger.post(target, card, key)];

    expect(JSON.stringify(reasons) + logged.join('')).not.toContain('xoxb');
  });
});

describe('looking for a message that may have arrived', () => {
  const ours = (ts: string, part: Record<string, unknown> = {}) => ({
    ts,
    bot_id: 'B0BACKCHAT',
    metadata: { event_type: 'backchat', event_payload: { key } },
    ...part,
  });

  it('finds ours by its key, from a little before it was wanted', async () => {
    slack.answer('conversations.history', { ok: true, messages: [ours('2.2', { metadata: undefined }), ours('3.3')] });

    expect(await find(messenger)).toEqual({ ok: true, value: { messageId: '3.3' } });
    expect(slack.callsOf('conversations.history')[0]?.args).toMatchObject({
      channel: 'C0CHEM',
      oldest: String(Date.parse(since) / 1000 - 120),
      include_all_metadata: 'true',
      inclusive: 'true',
    });
  });

  it('is not taken in by others who write the same key', async () => {
    slack.answer('conversations.history', { ok: true, messages: [ours('2.2', { bot_id: 'B0EVIL', user: 'U0EVIL' })] });

    expect(await find(messenger)).toEqual({ ok: true, value: null });
  });

  it('turns pages, and looks into the thread if it belongs there', async () => {
    const first = { ok: true, messages: [], has_more: true, response_metadata: { next_cursor: 'next' } };
    slack.answer('conversations.replies', first, { ok: true, messages: [ours('4.4')] });

    expect(await find(messenger, '1.1')).toEqual({ ok: true, value: { messageId: '4.4' } });
    expect(slack.callsOf('conversations.replies').map((call) => [call.args['ts'], call.args['cursor']])).toEqual([
      ['1.1', undefined],
      ['1.1', 'next'],
    ]);
  });

  it('that breaks off has no outcome to wonder about', async () => {
    slack.answer('conversations.history', (request) => request.socket.destroy());

    expect(await find(messenger)).toMatchObject({ ok: false, code: 'CHAT_UNREACHABLE' });
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}
