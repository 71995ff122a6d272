import { generateKeyPairSync, type KeyObject, type KeyPairKeyObjectResult } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sign } from 'jsonwebtoken';

export interface TokenWish {
  audience: string;
  serviceUrl?: string;
  issuer?: string;
  /** Seconds from now; negative for a token that is over. Default 600. */
  expiresIn?: number;
  /** Key id in the header. `teams` is endorsed for msteams, `webchat` is not, `unlisted` is a key nobody published. */
  key?: 'teams' | 'webchat' | 'unlisted';
  /** Signs with another key than the header names. */
  forged?: boolean;
  claims?: Record<string, unknown>;
}

export interface OidcIssuer {
  issuer: string;
  metadataUrl: string;
  token(wish: TokenWish): string;
  close(): Promise<void>;
}

type Keys = Record<'teams' | 'webchat' | 'unlisted', KeyPairKeyObjectResult>;
/** Made once a process: each takes a third of a second. */
let keys: Keys | undefined;

/** The identity service of the Bot Framework: OpenID metadata, keys with endorsements, real RS256 tokens. */
export async function startOidcIssuer(): Promise<OidcIssuer> {
  keys ??= {
    teams: generateKeyPairSync('rsa', { modulusLength: 2048 }),
    webchat: generateKeyPairSync('rsa', { modulusLength: 2048 }),
    unlisted: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  };
  const { teams, webchat, unlisted } = keys;
  const server = createServer((request, response) => {
    const body =
      request.url === '/keys'
        ? {
            keys: [
              published('teams', teams.publicKey, ['msteams']),
              published('webchat', webchat.publicKey, ['webchat']),
            ],
          }
        : {
            issuer: 'https://api.botframework.com',
            jwks_uri: `${origin}/keys`,
            id_token_signing_alg_values_supported: ['RS256'],
          };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer = 'https://api.botframework.com';

  return {
    issuer,
    metadataUrl: `${origin}/.well-known/openidconfiguration`,
    token(wish) {
      const key = wish.key ?? 'teams';
      const payload = { ...(wish.serviceUrl !== undefined && { serviceurl: wish.serviceUrl }), ...wish.claims };
      return sign(payload, { teams, webchat, unlisted }[wish.forged ? 'unlisted' : key].privateKey, {
        algorithm: 'RS256',
        keyid: key,
        issuer: wish.issuer ?? issuer,
        audience: wish.audience,
        expiresIn: wish.expiresIn ?? 600,
      });
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function published(kid: string, key: KeyObject, endorsements: string[]) {
  return { ...key.export({ format: 'jwk' }), use: 'sig', kid, endorsements };
}
