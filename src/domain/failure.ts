/** Expected failures are values. The code is stable, the sentence is for people; the README's table lists them all. */
export const failureCodes = {
  // reading a Storage Protect server
  SERVER_UNREACHABLE: 'No connection to the server could be made, or it was lost.',
  SERVER_TIMEOUT: 'The server did not answer in time.',
  SERVER_TLS: 'The certificate of the server is not the one that was pinned.',
  SERVER_LOGIN: 'The server refused the name or password, or its REST interface is switched off (401).',
  SERVER_FORBIDDEN: 'The server knows the account but denies it this interface (403).',
  SERVER_API_OFF: 'There is no REST interface at this address (404).',
  SERVER_REJECTED:
    'The server rejected the command: bad syntax, missing privilege or an unknown server name (500); it does not say which.',
  SERVER_MESSAGE: 'The server answered with an error message instead of rows.',
  OUTPUT_FORMAT: 'The answer of the server has a form that Backchat does not read.',
  // asking in chat
  UNKNOWN_VERB: 'There is no such command.',
  BAD_ARGUMENT: 'An argument of the command does not fit.',
  NOT_ALLOWED: 'You may not ask this here.',
  UNKNOWN_NODE: 'There is no such node among those you may see.',
  AMBIGUOUS_NODE: 'The name stands for several nodes.',
  UNKNOWN_TENANT: 'There is no such tenant among those you may see.',
  NO_DIGEST: 'There is no digest of that night.',
  NOT_BOUND: 'This place is not bound to a tenant.',
  GUEST: 'Guests and outsiders may not do this.',
  INTERNAL: 'Something broke on our side; it is logged under the id shown.',
  // delivering
  CHAT_UNREACHABLE: 'The chat service could not be reached or answered with an error of its own.',
  CHAT_RATE_LIMITED: 'The chat service asks to wait.',
  CHAT_UNKNOWN_OUTCOME: 'The connection broke after sending: the message may or may not have arrived.',
  CHAT_CREDENTIALS: 'The chat service refuses the credentials of the bot.',
  CHAT_NOT_IN_CHANNEL: 'The bot is not a member of the conversation, or was removed from it.',
  CHAT_GONE: 'The conversation does not exist any more, or is archived.',
  CHAT_BLOCKED: 'An administrator or the person has blocked the bot.',
  CHAT_MESSAGE_GONE: 'The message to edit does not exist any more.',
  CHAT_REJECTED_CARD: 'The chat service refused the form of the card: a mistake of ours.',
  // starting
  CONFIG_INVALID: 'The configuration does not fit; every mistake is listed.',
} as const;

export type FailureCode = keyof typeof failureCodes;

/** The sentence of a stored code, without the names and addresses of a reason; empty for a code that is no more. */
export function plainSentence(code: string): string {
  return code in failureCodes ? failureCodes[code as FailureCode] : '';
}

/** An expected failure. `reason` is a whole sentence that a person can read, with names and numbers in it. */
export interface Failure<C extends FailureCode = FailureCode> {
  ok: false;
  code: C;
  reason: string;
  /** Rate limits only: how long to wait. */
  retryAfterMs?: number;
}

export type Result<T, C extends FailureCode = FailureCode> = { ok: true; value: T } | Failure<C>;

export function ok<T>(value: T): { ok: true; value: T } {
  return { ok: true, value };
}

export function fail<C extends FailureCode>(code: C, reason: string = failureCodes[code]): Failure<C> {
  return { ok: false, code, reason };
}
