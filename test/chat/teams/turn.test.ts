import { bot, card, channel, type Desk, startDesk, tenant, tess } from './desk';

let desk: Desk;

beforeEach(async () => {
  desk = await startDesk();
});
afterEach(() => desk.close());

function mention(text: string) {
  return { text: `<at>Backup</at> ${text}`, entities: [{ type: 'mention', text: '<at>Backup</at>', mentioned: bot }] };
}

/** The texts that were sent, by conversation. */
function sent(): { to: string; text: string }[] {
  return desk.connector
    .messages()
    .map(({ path, body }) => ({ to: path.split('/')[2] ?? '', text: JSON.stringify(body) }));
}

describe('a message', () => {
  it('in the personal chat is answered there, signed with the bot token', async () => {
    await desk.send(desk.activity());

    expect(sent()).toEqual([{ to: 'a:tess', text: expect.stringContaining('NMR2.CHEM') }]);
    expect(desk.connector.messages()[0]?.authorization).toBe('Bearer token-of-the-bot');
    expect(desk.calls[0]).toMatchObject({
      identity: { provider: 'teams', workspace: tenant, user: tess.aadObjectId, name: tess.name },
      surface: { provider: 'teams', workspace: tenant, conversation: 'a:tess', kind: 'chat' },
      text: 'status NMR2.CHEM',
      click: false,
    });
  });

  it.each([
    ['/backup status MYPC.IT', 'status MYPC.IT'],
    ['/BACKUP  status MYPC.IT\r\n', 'status MYPC.IT'],
    ['<p>status&nbsp;MYPC.IT</p>', 'status MYPC.IT'],
    ['status\u00a0MYPC.IT', 'status MYPC.IT'],
    ['status A&amp;B&#46;IT', 'status A&B.IT'],
    ['status &#1114112;x', 'status &#1114112;x'],
    ['/backupstatus', '/backupstatus'],
  ])('%j reads as %j', async (text, words) => {
    await desk.send(desk.activity({ text }));

    expect(desk.calls[0]?.text).toBe(words);
  });

  it('loses the mention of the bot but keeps the names of people', async () => {
    const text = '<at>Backup</at>\u00a0help <at>Backup Tess</at>';
    const entities = [
      { type: 'mention', text: '<at>Backup</at>', mentioned: bot },
      { type: 'clientInfo', locale: 'de' },
    ];

    await desk.send(desk.activity({ ...channel, text, entities }));

    expect(desk.calls[0]?.text).toBe('help Backup Tess');
  });

  it('in a channel is answered in private; the channel learns nothing', async () => {
    await desk.send(desk.activity({ ...channel, ...mention('status NMR2.CHEM') }));

    const [opened] = desk.connector.requests.filter(({ path }) => path === '/conversations');
    expect(opened?.body).toMatchObject({ isGroup: false, members: [{ id: tess.id }], tenantId: tenant });
    expect(sent()).toEqual([
      { to: expect.stringMatching(/^a:private/), text: expect.stringContaining('NMR2.CHEM') },
      { to: '19:chem@thread.tacv2;messageid=1600000000000', text: expect.stringContaining('in our own chat') },
    ]);
    expect(sent()[1]?.text).not.toContain('NMR2');
  });

  it('in a channel is answered with the way to a chat when none can be opened', async () => {
    desk.connector.noPersonalChats = true;

    await desk.send(desk.activity({ ...channel, ...mention('status NMR2.CHEM') }));

    expect(sent()).toEqual([
      { to: expect.stringContaining('19:chem'), text: expect.stringContaining('Open a chat with me') },
    ]);
    expect(sent()[0]?.text).not.toContain('NMR2');
  });

  it('in a group chat counts as one in a channel', async () => {
    const conversation = { id: '19:group@thread.v2', conversationType: 'groupChat', tenantId: tenant };

    await desk.send(desk.activity({ conversation }));

    expect(desk.calls[0]?.surface.kind).toBe('channel');
    expect(sent()[0]?.to).toMatch(/^a:private/);
  });

  it('that Teams sends twice is served once', async () => {
    const activity = desk.activity();

    await desk.send(activity);
    await desk.send(activity);

    expect(desk.calls).toHaveLength(1);
    expect(sent()).toHaveLength(1);
  });

  it('of a sender without an AAD object id is ignored: 29: ids vouch for nobody', async () => {
    expect((await desk.send(desk.activity({ from: { id: '29:x', name: 'Nobody' } }))).status).toBe(200);
    expect(desk.calls).toEqual([]);
  });

  it('whose answer cannot be delivered is logged with a sentence, and not asked for again', async () => {
    desk.connector.fail({ path: '/activities', status: 403, code: 'ConversationBlockedByUser' });

    expect((await desk.send(desk.activity())).status).toBe(200);
    expect(desk.logged.at(-1)).toMatchObject({ msg: 'answer could not be delivered', code: 'CHAT_BLOCKED' });
  });

  it('fails loudly when our side breaks', async () => {
    const broken = await startDesk({ onPresence: () => Promise.reject(new Error('no database')) });

    expect((await broken.send(broken.activity())).status).toBe(500);
    expect(JSON.stringify(broken.logged.at(-1))).toContain('no database');
    await broken.close();
  });
});

describe('a click', () => {
  const invoke = (value: unknown, part = {}) =>
    desk.activity({ type: 'invoke', name: 'adaptiveCard/action', text: undefined, value, ...channel, ...part });
  const press = (text: string) =>
    invoke({ action: { type: 'Action.Execute', verb: 'backchat', data: { text } }, trigger: 'manual' });
  const withButton = card('all nodes', { buttons: [{ label: 'Back', verb: 'digest', args: 'CHEM 2026-11-18' }] });

  it('is answered with the card for the clicker, nothing is posted', async () => {
    desk.answer = { card: withButton };

    const { status, body } = await desk.send(press('details CHEM 2026-11-18'));

    expect(status).toBe(200);
    expect(body).toMatchObject({
      statusCode: 200,
      type: 'application/vnd.microsoft.card.adaptive',
      value: { type: 'AdaptiveCard' },
    });
    expect(desk.calls[0]).toMatchObject({
      text: 'details CHEM 2026-11-18',
      click: true,
      surface: { conversation: '19:chem@thread.tacv2', kind: 'channel' },
    });
    expect(sent()).toEqual([]);
  });

  it('puts the new state of the card in its place', async () => {
    desk.answer = { card: card('thank you'), inPlace: card('Reviewed by Tess') };

    const { body } = await desk.send(press('reviewed CHEM 2026-11-18'));

    expect(JSON.stringify(body)).toContain('Reviewed by Tess');
    expect(JSON.stringify(body)).not.toContain('thank you');
  });

  it('that is refused leaves the card where it is and shows a sentence', async () => {
    desk.answer = { card: card('Guests may not do this.') };

    const { body } = await desk.send(press('reviewed CHEM 2026-11-18'));

    expect(body).toEqual({
      statusCode: 200,
      type: 'application/vnd.microsoft.activity.message',
      value: 'Guests may not do this.',
    });
  });

  it.each([
    ['of another app', { action: { verb: 'other', data: { text: 'help' } } }],
    ['without words', { action: { verb: 'backchat', data: {} } }],
    ['with too many words', { action: { verb: 'backchat', data: { text: 'x'.repeat(5_000) } } }],
    ['without anything', undefined],
  ])('%s is refused', async (_what, value) => {
    const { body } = await desk.send(invoke(value));

    expect(body).toMatchObject({ statusCode: 400, type: 'application/vnd.microsoft.error' });
    expect(desk.calls).toEqual([]);
  });

  it('of somebody without an AAD object id is refused', async () => {
    const { body } = await desk.send({ ...press('help'), from: { id: '29:x' } });

    expect(body).toMatchObject({ statusCode: 403, type: 'application/vnd.microsoft.error' });
  });

  it('of an old client arrives as a message and is a click all the same', async () => {
    await desk.send(desk.activity({ text: undefined, value: { text: 'details CHEM 2026-11-18' } }));

    expect(desk.calls[0]).toMatchObject({ text: 'details CHEM 2026-11-18', click: true });
  });
});

describe('presence', () => {
  it('is told of every activity, with the reference to write to later', async () => {
    await desk.send(desk.activity());

    expect(desk.presences).toEqual([
      {
        type: 'seen',
        surface: { provider: 'teams', workspace: tenant, conversation: 'a:tess', kind: 'chat' },
        reference: { serviceUrl: desk.connector.serviceUrl, conversation: 'a:tess', type: 'personal', tenant, bot },
      },
    ]);
  });

  it.each([
    ['conversationUpdate', { membersAdded: [bot] }],
    ['installationUpdate', { action: 'add' }],
    ['installationUpdate', { action: 'add-upgrade' }],
  ])('%s %j makes the channel and its sisters known', async (type, part) => {
    desk.connector.addTeam('19:team@thread.tacv2', [
      { id: '19:team@thread.tacv2' },
      { id: '19:chem@thread.tacv2', name: 'chem' },
      { id: '19:phys@thread.tacv2', name: 'phys' },
    ]);

    await desk.send(desk.activity({ type, ...channel, text: undefined, ...part }));
    await desk.teams.close();

    expect(
      desk.presences.map(({ type: kind, surface, ...rest }) => [
        kind,
        surface.conversation,
        'name' in rest ? rest.name : null,
      ]),
    ).toEqual([
      ['added', '19:chem@thread.tacv2', 'University'],
      ['seen', '19:team@thread.tacv2', 'University / General'],
      ['seen', '19:phys@thread.tacv2', 'University / phys'],
    ]);
  });

  it('of the sisters is asked for once, and again after a failure', async () => {
    desk.connector.fail({ path: '/teams/', status: 400 });
    const inChannel = () => desk.activity({ ...channel, ...mention('help') });
    const listings = () => desk.connector.requests.filter(({ path }) => path.startsWith('/teams/')).length;

    await desk.send(inChannel());
    await expect(untilLogged('channels of a team could not be listed')).resolves.toBe(true);
    await desk.send(inChannel());
    await desk.send(inChannel());

    await desk.teams.close();
    expect(listings()).toBe(2);
  });

  it('ends when the bot is removed', async () => {
    await desk.send(desk.activity({ type: 'conversationUpdate', ...channel, membersRemoved: [bot] }));
    await desk.send(desk.activity({ type: 'installationUpdate', action: 'remove' }));

    expect(desk.presences.map(({ type, surface }) => [type, surface.conversation])).toEqual([
      ['removed', '19:chem@thread.tacv2'],
      ['removed', 'a:tess'],
    ]);
  });

  it('ends for a channel that is deleted, not for the one that tells of it', async () => {
    const channelData = { ...channel.channelData, eventType: 'channelDeleted', channel: { id: '19:old@thread.tacv2' } };

    await desk.send(desk.activity({ type: 'conversationUpdate', ...channel, channelData }));

    expect(desk.presences.map(({ type, surface }) => [type, surface.conversation])).toEqual([
      ['removed', '19:old@thread.tacv2'],
    ]);
  });

  it('is not changed by people who come and go', async () => {
    await desk.send(desk.activity({ type: 'conversationUpdate', ...channel, membersAdded: [tess] }));

    expect(desk.presences[0]?.type).toBe('seen');
  });

  async function untilLogged(message: string): Promise<boolean> {
    for (let tries = 0; tries < 200; tries++) {
      if (desk.logged.some(({ msg }) => msg === message)) return true;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return false;
  }
});

describe('standing', () => {
  const inChannel = () => desk.activity({ ...channel, ...mention('help') });

  it.each([
    ['member', { tenantId: tenant, userRole: 'user' }],
    ['guest', { tenantId: tenant, userRole: 'guest' }],
    ['guest', { tenantId: tenant, userPrincipalName: 'gus_other.org#EXT#@uni.example' }],
    ['outsider', { tenantId: '00000000-0000-0000-0000-0000000000ff', userRole: 'user' }],
    ['outsider', { tenantId: tenant, userRole: 'anonymous' }],
  ])('%s: %j', async (standing, member) => {
    desk.connector.addMember('19:chem@thread.tacv2', { ...tess, ...member });

    await desk.send(inChannel());

    expect(desk.standings).toEqual([standing]);
  });

  it('of somebody who is not in the roster is outsider', async () => {
    await desk.send({ ...inChannel(), from: { id: '29:gone', name: 'x', aadObjectId: 'aad-gone' } });

    expect(desk.standings).toEqual(['outsider']);
  });

  it('is asked once in ten minutes', async () => {
    const asked = () => desk.connector.requests.filter(({ path }) => path.includes('/members/')).length;

    await desk.send(inChannel());
    await desk.send(inChannel());
    expect(asked()).toBe(1);

    desk.now = desk.now.plus({ minutes: 11 });
    await desk.send(inChannel());
    expect(asked()).toBe(2);
  });

  it('is an error when Teams cannot be asked, and not remembered', async () => {
    desk.connector.fail({ path: '/members/', status: 503 });

    await desk.send(inChannel());
    await desk.send(inChannel());

    expect(desk.standings).toEqual([expect.objectContaining({ name: 'ConnectorError' }), 'member']);
  });
});

it('refuses new activities once it closes', async () => {
  await desk.teams.close();

  expect((await desk.send(desk.activity())).status).toBe(503);
});
