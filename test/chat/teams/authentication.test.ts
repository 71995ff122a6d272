import express from 'express';
import { sign } from 'jsonwebtoken';
import { DateTime } from 'luxon';
import pino from 'pino';
import { connectTeams } from '../../../src/chat/teams/connect';
import { isLoopbackUrl } from '../../../src/chat/teams/reference';
import { isLoopbackAddress } from '../../../src/domain/loopback';
import type { TokenWish } from '../../fakes/oidc-issuer';
import { appId, type Desk, startDesk } from './desk';

let desk: Desk;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.close());
beforeEach(() => {
  // The SDK prints each refused token.
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
  desk.calls.length = 0;
  desk.presences.length = 0;
  desk.connector.requests.length = 0;
});
afterEach(() => jest.restoreAllMocks());

describe('a request', () => {
  const right = () => ({ audience: appId, serviceUrl: desk.connector.serviceUrl });
  const wrong: [string, () => TokenWish][] = [
    ['for another bot', () => ({ ...right(), audience: '99999999-2222-3333-4444-555555555555' })],
    ['that ran out beyond the allowed skew of five minutes', () => ({ ...right(), expiresIn: -600 })],
    ['of another issuer', () => ({ ...right(), issuer: 'https://login.example.org' })],
    ['signed with another key than it names', () => ({ ...right(), forged: true })],
    ['signed with a key that is not published', () => ({ ...right(), key: 'unlisted' })],
    ['signed with a key that is not endorsed for Teams', () => ({ ...right(), key: 'webchat' })],
    ['that vouches for another service URL', () => ({ ...right(), serviceUrl: 'https://evil.example.org/' })],
    ['that vouches for no service URL', () => ({ audience: appId })],
    [
      'issued to the bot itself, as the Emulator uses',
      () => ({
        ...right(),
        serviceUrl: '',
        issuer: 'https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/',
        claims: { ver: '1.0', appid: appId },
      }),
    ],
  ];

  it.each(wrong)('with a token %s is refused', async (_what, wish) => {
    const { status, body } = await desk.send(desk.activity(), desk.issuer.token(wish()));

    expect({ status, body }).toEqual({ status: 401, body: null });
    expect(desk.calls).toEqual([]);
    expect(desk.presences).toEqual([]);
    expect(desk.connector.requests).toEqual([]);
    expect(desk.logged.at(-1)).toMatchObject({ msg: 'teams request refused' });
  });

  it.each([
    ['no token', null],
    ['no JWT', 'abc'],
    [
      'an unsigned token',
      sign({ serviceurl: 'x' }, null, { algorithm: 'none', audience: appId, issuer: 'https://api.botframework.com' }),
    ],
    [
      'a token signed with a shared secret',
      sign({}, 'secret', { audience: appId, issuer: 'https://api.botframework.com', keyid: 'teams' }),
    ],
  ])('with %s is refused', async (_what, token) => {
    expect(await desk.send(desk.activity(), token)).toEqual({ status: 401, body: null });
    expect(desk.calls).toEqual([]);
  });

  it('with a right token is served', async () => {
    expect((await desk.send(desk.activity())).status).toBe(200);
    expect(desk.calls).toHaveLength(1);
  });

  it('with a token that ran out within the allowed skew is served', async () => {
    const token = desk.issuer.token({ ...right(), expiresIn: -60 });

    expect((await desk.send(desk.activity(), token)).status).toBe(200);
  });

  it('from an Entra tenant that is not ours is refused, logged, and nobody is told', async () => {
    const foreign = '00000000-0000-0000-0000-0000000000ff';
    const conversation = { id: 'a:x', conversationType: 'personal', tenantId: foreign };

    expect((await desk.send(desk.activity({ conversation }))).status).toBe(403);
    expect(desk.presences).toEqual([]);
    expect(desk.logged.at(-1)).toMatchObject({ msg: 'activity of an unknown tenant', tenant: foreign });
  });

  it('that names no tenant is refused', async () => {
    const nowhere = { conversation: { id: 'a:x' }, channelData: {} };

    expect((await desk.send(desk.activity(nowhere))).status).toBe(403);
  });

  it('of another Bot Framework channel is refused', async () => {
    expect((await desk.send(desk.activity({ channelId: 'webchat' }))).status).toBe(403);
  });

  it.each([
    ['no activity', []],
    ['no conversation', { type: 'message', channelId: 'msteams' }],
    ['a service URL that is none', { serviceUrl: 'javascript:alert(1)' }],
  ])('with %s in it is refused', async (_what, body) => {
    const whole = Array.isArray(body) || 'type' in body ? body : desk.activity(body);

    expect((await desk.send(whole)).status).toBe(400);
  });
});

describe('the open endpoint of the sandbox', () => {
  let open: Desk;

  beforeAll(async () => {
    open = await startDesk({ credentials: 'open' });
  });
  afterAll(() => open.close());

  it('serves this machine without a token', async () => {
    expect((await open.send(open.activity(), null)).status).toBe(200);
    expect(open.calls).toHaveLength(1);
  });

  it('refuses to be sent elsewhere', async () => {
    const { status } = await open.send(open.activity({ serviceUrl: 'https://evil.example.org/' }), null);

    expect(status).toBe(403);
    expect(open.logged.at(-1)).toMatchObject({ msg: 'open teams endpoint refuses other machines' });
  });

  it('still serves only its own tenant', async () => {
    const conversation = { id: 'a:x', conversationType: 'personal', tenantId: 'other' };

    expect((await open.send(open.activity({ conversation }), null)).status).toBe(403);
  });

  it.each(['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1'])('takes %s for this machine', (address) => {
    expect(isLoopbackAddress(address)).toBe(true);
  });

  it.each([undefined, '', '10.0.0.7', '::ffff:10.0.0.7', '128.0.0.1', '1270.0.0.1', 'fe80::1'])(
    'takes %s for another',
    (address) => {
      expect(isLoopbackAddress(address)).toBe(false);
    },
  );

  it.each([
    'http://127.0.0.1.evil.example/',
    'http://localhost.evil.example/',
    'http://evil.example/?127.0.0.1',
    'http://127.0.0.1@evil.example/',
    'http://[::ffff:10.0.0.7]/',
    'nonsense',
  ])('takes %s for elsewhere', (url) => {
    expect(isLoopbackUrl(url)).toBe(false);
  });
});

it('never opens the endpoint by an empty app id', () => {
  const refuse = () => Promise.reject(new Error('not to be asked'));

  expect(() =>
    connectTeams({
      app: express(),
      credentials: { appId: '', tenantId: 'x', type: 'SingleTenant' },
      dispatch: refuse,
      onPresence: refuse,
      allowedTenant: refuse,
      once: refuse,
      clock: { now: () => DateTime.fromISO('2026-11-19T07:45:00Z') },
      log: pino({ level: 'silent' }),
    }),
  ).toThrow('app id');
});
