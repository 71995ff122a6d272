import { issueCommand } from '../../src/protect/operations-center';
import { type FakeCenter, noMatch, pem, sendJson, startCenter } from './fake-center';

let fake: FakeCenter | undefined;

afterEach(async () => {
  await fake?.close();
  fake = undefined;
});

/** `ok`, or code and sentence, of a call to a server with one certificate while another is pinned. */
async function call(certificate: string, ca: string | undefined, host = '127.0.0.1'): Promise<string> {
  fake = await startCenter((response) => sendJson(response, noMatch), certificate);
  const url = `https://${host}:${fake.port}/oc/api`;
  const answer = await issueCommand(fake.center({ url, ...(ca === undefined ? {} : { ca }) }), 'X');
  // Whoever is not trusted never sees the password.
  expect(fake.asked).toHaveLength(answer.ok ? 1 : 0);
  return answer.ok ? 'ok' : `${answer.code} ${answer.reason}`;
}

describe('a pinned certificate', () => {
  it('is enough, whatever names it carries: an Operations Center calls itself localhost', async () => {
    expect(await call('self-signed', pem('self-signed.pem'))).toBe('ok');
  });

  it('may be one of several in the file, among words', async () => {
    expect(await call('self-signed', `The old one:\n${pem('ca.pem')}\nThe new one:\n${pem('self-signed.pem')}`)).toBe(
      'ok',
    );
  });

  it('need not come with its authority', async () => {
    expect(await call('other-name', pem('other-name.pem'))).toBe('ok');
  });

  it('is not stretched to another server with the same name', async () => {
    expect(await call('expired', pem('self-signed.pem'))).toMatch(/^SERVER_TLS .*127\.0\.0\.1:\d+ is not trusted/);
  });

  it('is of no use once it has expired', async () => {
    expect(await call('expired', pem('expired.pem'))).toMatch(/^SERVER_TLS .*its certificate has expired/);
  });

  it.each(['', 'not a certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'])(
    'that cannot be read (%j) is said before anything is sent',
    async (ca) => {
      expect(await call('self-signed', ca)).toMatch(
        /^SERVER_TLS The pinned certificate for 127\.0\.0\.1:\d+ cannot be read/,
      );
    },
  );
});

describe('a pinned authority', () => {
  it.each(['127.0.0.1', 'localhost'])('vouches for a server that carries the name %s', async (host) => {
    expect(await call('issued', pem('ca.pem'), host)).toBe('ok');
  });

  it('does not vouch for its other servers: names are compared', async () => {
    expect(await call('other-name', pem('ca.pem'))).toMatch(/^SERVER_TLS .*does not name this host/);
  });

  it('does not vouch for strangers', async () => {
    expect(await call('self-signed', pem('ca.pem'))).toMatch(
      /^SERVER_TLS .*self-signed certificate that is not pinned/,
    );
  });
});

describe('without a pin', () => {
  it('a self-signed certificate is not trusted, and the sentence says what to do', async () => {
    expect(await call('self-signed', undefined)).toMatch(/^SERVER_TLS .*put it into the file that `ca` names\.$/);
  });

  it('an unknown authority is not trusted', async () => {
    expect(await call('issued', undefined)).toMatch(
      /^SERVER_TLS .*put that authority into the file that `ca` names\.$/,
    );
  });
});

it('an environment that switches checks off is not heard', async () => {
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
  try {
    expect(await call('self-signed', undefined)).toMatch(/^SERVER_TLS /);
  } finally {
    delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  }
});

it('a port that speaks no TLS is told as such', async () => {
  fake = await startCenter((response) => sendJson(response, noMatch));

  const answer = await issueCommand(fake.center({ url: `https://127.0.0.1:${fake.port}/oc/api` }), 'X');

  expect(answer).toMatchObject({ ok: false, code: 'SERVER_TLS' });
  expect(answer.ok ? '' : answer.reason).toContain('is this the https port');
});
