import type { FailureCode } from './failure';

/** Why a message did not arrive, the same for both platforms. */
export type DeliveryCode = Extract<FailureCode, `CHAT_${string}`>;

/** permanent: never try this target or card again. unknown: it may have arrived; look before sending a second one. */
type DeliveryKind = 'permanent' | 'transient' | 'rate-limited' | 'unknown';

/** What a delivery code asks of the retry loop. */
export function deliveryKind(code: DeliveryCode): DeliveryKind {
  switch (code) {
    case 'CHAT_UNREACHABLE':
    case 'CHAT_CREDENTIALS':
      return 'transient';
    case 'CHAT_RATE_LIMITED':
      return 'rate-limited';
    case 'CHAT_UNKNOWN_OUTCOME':
      return 'unknown';
    case 'CHAT_NOT_IN_CHANNEL':
    case 'CHAT_GONE':
    case 'CHAT_BLOCKED':
    case 'CHAT_MESSAGE_GONE':
    case 'CHAT_REJECTED_CARD':
      return 'permanent';
  }
}

/** True when the place itself is closed to us, whatever the message. */
export function closesConversation(code: DeliveryCode): boolean {
  return code === 'CHAT_NOT_IN_CHANNEL' || code === 'CHAT_GONE' || code === 'CHAT_BLOCKED';
}

const firstWaitSeconds = 5;
const longestWaitSeconds = 900;

/**
 * Seconds to wait before the next attempt: doubling from 5 s up to 15 minutes, spread by ±20 % so that a crowd does not return at once.
 *
 * @param attempts how many attempts were made so far, from 1
 * @param chance a number in [0, 1)
 */
export function backOffSeconds(attempts: number, chance: number): number {
  const wait = Math.min(firstWaitSeconds * 2 ** Math.max(0, attempts - 1), longestWaitSeconds);
  return wait * (0.8 + 0.4 * chance);
}

/** What Node calls a connection that was never made, or not trusted: nothing was sent. */
export const beforeSending: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);
