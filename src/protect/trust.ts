import { X509Certificate } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import tls from 'node:tls';
import type { OperationsCenter } from './protect';

/**
 * An agent for one call, without keep-alive: a poll asks a handful of questions and then nothing for a quarter of an hour.
 *
 * Whom we trust, with `ca`: only those certificates, nothing of the system. The certificate that the Operations Center makes for
 * itself says CN=localhost, whatever the host is called. So: a server that presents exactly a pinned certificate has proven
 * itself by the key, and its names are not compared. A server whose certificate was merely issued by a pinned authority must
 * carry the host name of the address, as anywhere else. Chain and dates are always checked, whatever
 * NODE_TLS_REJECT_UNAUTHORIZED says.
 * Without `ca`: Node's own list of authorities and NODE_EXTRA_CA_CERTS, with host names.
 */
export function makeAgent(center: OperationsCenter): http.Agent | https.Agent {
  if (new URL(center.url).protocol === 'http:') return new http.Agent({ keepAlive: false });
  const strict = { keepAlive: false, minVersion: 'TLSv1.2', rejectUnauthorized: true } as const;
  if (center.ca === undefined) return new https.Agent(strict);

  const pinned = new Set(pinnedCertificates(center.ca).map((certificate) => certificate.fingerprint256));
  return new https.Agent({
    ...strict,
    ca: center.ca,
    // A pinned certificate need not be a root: the file may hold the server's own, issued by an authority that it does not hold.
    allowPartialTrustChain: true,
    checkServerIdentity: (host, certificate) =>
      pinned.has(certificate.fingerprint256) ? undefined : tls.checkServerIdentity(host, certificate),
  });
}

/** The certificates of a PEM text; throws if it holds none or one that cannot be read. */
export function pinnedCertificates(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) throw new Error('there is no certificate in it');
  return blocks.map((block) => new X509Certificate(block));
}
