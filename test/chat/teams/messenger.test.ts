import type { Target } from '../../../src/chat/messenger';
import { startTeamsConnector } from '../../fakes/teams-connector';
import { card, type Desk, startDesk, tenant } from './desk';

let desk: Desk;
let target: Target;

const digest = card('Chemistry backup', {
  title: 'Backup',
  buttons: [{ label: 'Details', verb: 'details', args: 'CHEM' }],
});

function targetOf(conversation: string, type: string, serviceUrl = desk.connector.serviceUrl): Target {
  const reference = { serviceUrl, conversation, type, tenant, bot: { id: '28:bot', name: 'Backup' } };
  return { provider: 'teams', workspace: tenant, conversation, reference };
}

beforeEach(async () => {
  desk = await startDesk();
  target = targetOf('19:chem@thread.tacv2', 'channel');
});
afterEach(() => desk.close());

describe('a post', () => {
  it('to a channel begins a thread and gives its id', async () => {
    const posted = await desk.teams.messenger.post(target, digest, 'key');

    expect(posted).toEqual({ ok: true, value: { messageId: expect.stringMatching(/^\d+$/) } });
    const [request] = desk.connector.messages();
    expect(request).toMatchObject({
      method: 'POST',
      path: '/conversations/19:chem@thread.tacv2/activities',
      authorization: 'Bearer token-of-the-bot',
      body: {
        type: 'message',
        summary: 'Chemistry backup',
        attachments: [
          { contentType: 'application/vnd.microsoft.card.adaptive', content: { type: 'AdaptiveCard', version: '1.5' } },
        ],
      },
    });
    expect(request?.body).not.toHaveProperty('text');
  });

  it('renders what it sends', async () => {
    await desk.teams.messenger.post(target, digest, 'key');

    const attachments = desk.connector.messages()[0]?.body['attachments'];
    expect(attachments).toEqual([expect.objectContaining({ content: desk.teams.messenger.render(digest) })]);
  });

  it('under another answers in its thread and can be edited there', async () => {
    const answered = await desk.teams.messenger.post(target, digest, 'key', '1600000000000');
    expect(answered).toEqual({ ok: true, value: { messageId: expect.stringMatching(/^1600000000000\/\d+$/) } });

    const messageId = answered.ok ? answered.value.messageId : '';
    expect(await desk.teams.messenger.update(target, messageId, digest, 'key')).toEqual({
      ok: true,
      value: { messageId },
    });
    expect(desk.connector.messages().map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /conversations/19:chem@thread.tacv2;messageid=1600000000000/activities',
      `PUT /conversations/19:chem@thread.tacv2;messageid=1600000000000/activities/${messageId.split('/')[1]}`,
    ]);
  });

  it('under an answer goes to the same thread', async () => {
    await desk.teams.messenger.post(target, digest, 'key', '1600000000000/1600000000077');

    expect(desk.connector.messages()[0]?.path).toContain(';messageid=1600000000000/');
  });

  it.each(['personal', 'groupChat'])(
    'under another in a %s is simply the next message: chats have no threads',
    async (type) => {
      const posted = await desk.teams.messenger.post(
        targetOf('19:group@thread.v2', type),
        digest,
        'key',
        '1600000000000',
      );

      expect(desk.connector.messages()[0]?.path).toBe('/conversations/19:group@thread.v2/activities');
      expect(posted).toEqual({ ok: true, value: { messageId: expect.stringMatching(/^\d+$/) } });
    },
  );
});

it('an edit of a thread names the thread', async () => {
  await desk.teams.messenger.update(target, '1600000000000', digest, 'key');

  expect(desk.connector.messages()[0]).toMatchObject({
    method: 'PUT',
    path: '/conversations/19:chem@thread.tacv2;messageid=1600000000000/activities/1600000000000',
  });
});

describe('what goes wrong becomes a code, after one attempt', () => {
  it.each([
    [403, 'BotNotInConversationRoster', 'CHAT_NOT_IN_CHANNEL', 'CHAT_NOT_IN_CHANNEL'],
    [403, 'BotDisabledByAdmin', 'CHAT_BLOCKED', 'CHAT_BLOCKED'],
    [403, 'ConversationBlockedByUser', 'CHAT_BLOCKED', 'CHAT_BLOCKED'],
    [403, 'MessageWritesBlocked', 'CHAT_BLOCKED', 'CHAT_BLOCKED'],
    [403, '', 'CHAT_NOT_IN_CHANNEL', 'CHAT_NOT_IN_CHANNEL'],
    [404, 'ConversationNotFound', 'CHAT_GONE', 'CHAT_GONE'],
    [404, 'ActivityNotFoundInConversation', 'CHAT_MESSAGE_GONE', 'CHAT_MESSAGE_GONE'],
    [404, '', 'CHAT_GONE', 'CHAT_MESSAGE_GONE'],
    [401, 'BotNotRegistered', 'CHAT_CREDENTIALS', 'CHAT_CREDENTIALS'],
    [401, '', 'CHAT_CREDENTIALS', 'CHAT_CREDENTIALS'],
    [413, 'MessageSizeTooBig', 'CHAT_REJECTED_CARD', 'CHAT_REJECTED_CARD'],
    [400, 'BadSyntax', 'CHAT_REJECTED_CARD', 'CHAT_REJECTED_CARD'],
    [412, '', 'CHAT_RATE_LIMITED', 'CHAT_RATE_LIMITED'],
    [429, '', 'CHAT_RATE_LIMITED', 'CHAT_RATE_LIMITED'],
    [500, '', 'CHAT_UNREACHABLE', 'CHAT_UNREACHABLE'],
    [502, '', 'CHAT_UNREACHABLE', 'CHAT_UNREACHABLE'],
    [503, '', 'CHAT_UNREACHABLE', 'CHAT_UNREACHABLE'],
    [504, '', 'CHAT_UNREACHABLE', 'CHAT_UNREACHABLE'],
  ])('%s %s: %s for a post, %s for an edit', async (status, code, ofPost, ofUpdate) => {
    desk.connector.fail({ status, code });
    const posted = await desk.teams.messenger.post(target, digest, 'key');
    desk.connector.fail({ status, code });
    const updated = await desk.teams.messenger.update(target, '1600000000000', digest, 'key');

    expect(posted).toMatchObject({ ok: false, code: ofPost, reason: expect.stringMatching(/^[A-Z].*\.$/) });
    expect(updated).toMatchObject({ ok: false, code: ofUpdate });
    expect(desk.connector.requests).toHaveLength(2);
  });

  it.each([
    ['7', 7_000],
    ['0', 0],
    ['999999', 3_600_000],
    ['Wed, 21 Oct 2026 07:28:00 GMT', 30_000],
  ])('Retry-After %s', async (retryAfter, retryAfterMs) => {
    desk.connector.fail({ status: 429, retryAfter });

    expect(await desk.teams.messenger.post(target, digest, 'key')).toMatchObject({
      code: 'CHAT_RATE_LIMITED',
      retryAfterMs,
    });
  });

  it('without Retry-After the wait is left to the caller', async () => {
    desk.connector.fail({ status: 429 });

    expect(await desk.teams.messenger.post(target, digest, 'key')).not.toHaveProperty('retryAfterMs');
  });

  it('a connection that breaks after sending: a post may have arrived, an edit may be repeated', async () => {
    desk.connector.fail({ drop: true });
    expect(await desk.teams.messenger.post(target, digest, 'key')).toMatchObject({ code: 'CHAT_UNKNOWN_OUTCOME' });

    desk.connector.fail({ drop: true });
    expect(await desk.teams.messenger.update(target, '1', digest, 'key')).toMatchObject({ code: 'CHAT_UNREACHABLE' });
    expect(desk.connector.requests).toHaveLength(2);
  });

  it('a service that never answers: unknown', async () => {
    const hasty = await startDesk({ timeoutMs: 100 });
    hasty.connector.fail({ hang: true });

    const posted = await hasty.teams.messenger.post(
      targetOf('19:chem@thread.tacv2', 'channel', hasty.connector.serviceUrl),
      digest,
      'key',
    );

    expect(posted).toMatchObject({ code: 'CHAT_UNKNOWN_OUTCOME' });
    await hasty.close();
  });

  it('nobody at the address: nothing was sent', async () => {
    const gone = await startTeamsConnector();
    await gone.close();
    const dead = targetOf('19:chem@thread.tacv2', 'channel', gone.serviceUrl);

    expect(await desk.teams.messenger.post(dead, digest, 'key')).toMatchObject({ code: 'CHAT_UNREACHABLE' });
  });

  it.each([
    ['invalid_client: 7000215 - AADSTS7000215: Invalid client secret provided.', 'CHAT_CREDENTIALS'],
    ['network_error: Network request failed', 'CHAT_UNREACHABLE'],
  ])('no token (%s): %s', async (message, code) => {
    const tokenless = await startDesk({
      cloud: {
        issuer: desk.issuer.issuer,
        metadataUrl: desk.issuer.metadataUrl,
        loginUrl: 'https://login.example.org/',
        credentials: {
          isValidAppId: async () => true,
          isAuthenticationDisabled: async () => false,
          createCredentials: async () => ({ signRequest: () => Promise.reject(new Error(message)) }),
        },
      },
    });

    expect(await tokenless.teams.messenger.post(target, digest, 'key')).toMatchObject({ ok: false, code });
    expect(desk.connector.requests).toEqual([]);
    await tokenless.close();
  });

  it.each([null, {}, { serviceUrl: 'nonsense' }])('no way to the conversation (%j)', async (reference) => {
    expect(await desk.teams.messenger.post({ ...target, reference }, digest, 'key')).toMatchObject({
      code: 'CHAT_NOT_IN_CHANNEL',
    });
  });

  it('without credentials nothing is sent to another machine', async () => {
    const open = await startDesk({ credentials: 'open' });

    const posted = await open.teams.messenger.post(
      targetOf('19:chem@thread.tacv2', 'channel', 'https://evil.example.org/'),
      digest,
      'key',
    );

    expect(posted).toMatchObject({ code: 'CHAT_UNREACHABLE', reason: expect.stringContaining('this machine only') });
    await open.close();
  });
});
