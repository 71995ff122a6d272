import { type Failure, fail } from '../domain/failure';
import type { ReadCode } from './protect';

/** Where a command went, in words: never with the password. */
export interface Whom {
  /** `oc.example.org:11090` */
  address: string;
  /** `server SP9` or `the hub server` */
  server: string;
  user: string;
}

// What OpenSSL and Node call a certificate that does not convince, in words of somebody who has to act.
const tlsFaults = new Map([
  ['CERT_HAS_EXPIRED', 'its certificate has expired: renew it there'],
  ['CERT_NOT_YET_VALID', 'its certificate is not valid yet: compare the clocks of both machines'],
  ['CERT_REVOKED', 'its certificate was revoked'],
  [
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'its certificate does not name this host: use a name it carries, or pin this very certificate',
  ],
  [
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'it shows a self-signed certificate that is not pinned: put it into the file that `ca` names',
  ],
  [
    'SELF_SIGNED_CERT_IN_CHAIN',
    'its certificate comes from an authority that is not pinned: put that authority into the file that `ca` names',
  ],
  [
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'its certificate comes from an unknown authority: put that authority into the file that `ca` names',
  ],
  [
    'UNABLE_TO_GET_ISSUER_CERT',
    'its certificate comes from an unknown authority: put that authority into the file that `ca` names',
  ],
  [
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'its certificate comes from an unknown authority: put that authority into the file that `ca` names',
  ],
  ['CERT_SIGNATURE_FAILURE', 'its certificate is not signed by the authority that is pinned'],
]);

const connectionFaults = new Map([
  ['ECONNREFUSED', 'nothing listens at that port, or a firewall refuses'],
  ['ENOTFOUND', 'the name of the host is unknown'],
  ['EAI_AGAIN', 'the name of the host could not be looked up just now'],
  ['EHOSTUNREACH', 'the host cannot be reached from here'],
  ['ENETUNREACH', 'there is no way to its network from here'],
  ['EADDRNOTAVAIL', 'there is no way to its network from here'],
  ['ETIMEDOUT', 'the host does not answer'],
  ['ECONNRESET', 'the connection was cut'],
  ['EPIPE', 'the connection was cut'],
]);

/** An error of the socket: before the connection stands, before the answer begins, or in the middle of it. */
export function socketFault(whom: Whom, error: Error, during: 'connecting' | 'asking' | 'reading'): Failure<ReadCode> {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const certificate = tlsFaults.get(code);
  if (certificate !== undefined) {
    return fail('SERVER_TLS', `The Operations Center at ${whom.address} is not trusted: ${certificate}.`);
  }
  if (isTls(code)) {
    return fail(
      'SERVER_TLS',
      `No TLS connection with ${whom.address} could be agreed on (${code}): is this the https port, and does it speak TLS 1.2 or newer?`,
    );
  }
  if (code.startsWith('HPE_')) {
    return fail(
      'OUTPUT_FORMAT',
      `What ${whom.address} answered is not HTTP (${code}): is this the port of the Operations Center?`,
    );
  }
  if (during === 'reading') {
    return fail(
      'SERVER_UNREACHABLE',
      `The connection with the Operations Center at ${whom.address} was lost in the middle of an answer from ${whom.server}.`,
    );
  }
  if (during === 'asking') {
    return fail(
      'SERVER_UNREACHABLE',
      `The Operations Center at ${whom.address} hung up before it answered for ${whom.server}${code === '' ? '' : ` (${code})`}.`,
    );
  }
  const why = connectionFaults.get(code) ?? (code === '' ? error.message : code);
  return fail('SERVER_UNREACHABLE', `No connection with the Operations Center at ${whom.address}: ${why}.`);
}

function isTls(code: string): boolean {
  return (
    code === 'EPROTO' ||
    code.startsWith('ERR_SSL_') ||
    code.startsWith('ERR_TLS_') ||
    code.startsWith('ERR_OSSL_') ||
    /^(?:CERT|CRL|UNABLE)_/.test(code) ||
    code === 'INVALID_CA'
  );
}

/** An answer whose status is not 2xx. `said` is the beginning of a plain body, or empty. */
export function statusFault(whom: Whom, status: number, said: string, location?: string): Failure<ReadCode> {
  const center = `The Operations Center at ${whom.address}`;
  const words = said === '' ? '' : ` It says: ${/[.!?…]$/.test(said) ? said : `${said}.`}`;
  if (status === 401) {
    return fail(
      'SERVER_LOGIN',
      `${center} refused the log-in of ${whom.user} (401): the name or password is wrong, or the administrative REST interface is switched off in its settings.${words}`,
    );
  }
  if (status === 403) {
    return fail('SERVER_FORBIDDEN', `${center} denies ${whom.user} the administrative REST interface (403).${words}`);
  }
  if (status === 404) {
    return fail(
      'SERVER_API_OFF',
      `${center} has no REST interface at this address (404): check that the url ends in /oc/api and that the interface is switched on in its settings.${words}`,
    );
  }
  if (status >= 300 && status < 400) {
    return fail(
      'SERVER_API_OFF',
      `${center} sends us elsewhere (${status}${location === undefined ? '' : ` to ${location}`}) in place of answering: check that the url ends in /oc/api.`,
    );
  }
  if (status === 500) {
    return fail(
      'SERVER_REJECTED',
      `${center} rejected the command for ${whom.server} (500): bad syntax, a missing privilege of ${whom.user} or an unknown server name; it does not say which.${words}`,
    );
  }
  if (status > 500) return fail('SERVER_UNREACHABLE', `${center} is there but not able to answer (${status}).${words}`);
  return fail('SERVER_REJECTED', `${center} rejected the request for ${whom.server} (${status}).${words}`);
}

export function connectTimeout(whom: Whom, ms: number): Failure<ReadCode> {
  return fail(
    'SERVER_UNREACHABLE',
    `No connection with the Operations Center at ${whom.address} within ${seconds(ms)}: the host does not answer.`,
  );
}

export function answerTimeout(whom: Whom, ms: number): Failure<ReadCode> {
  return fail(
    'SERVER_TIMEOUT',
    `The Operations Center at ${whom.address} did not answer for ${whom.server} within ${seconds(ms)}.`,
  );
}

export function tooLarge(whom: Whom, bytes: number): Failure<ReadCode> {
  return fail(
    'OUTPUT_FORMAT',
    `The answer of ${whom.server} through ${whom.address} is larger than ${bytes / 1024 / 1024} MB.`,
  );
}

function seconds(ms: number): string {
  return ms === 1000 ? '1 second' : `${ms / 1000} seconds`;
}
