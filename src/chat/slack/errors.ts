import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import type { Failure } from '../../domain/failure';
import type { DeliveryCode } from '../messenger';
import { BrokenConnection } from './connection';

/** A 429 without a readable Retry-After. */
const defaultWaitMs = 30_000;

/**
 * The errors that Slack names, and what a person can do about them. Names are those of
 * https://docs.slack.dev/reference/methods/chat.postMessage#errors and .../chat.update#errors.
 */
const named: Record<string, [DeliveryCode, string]> = {
  channel_not_found: ['CHAT_GONE', 'It was deleted, or it is private and the bot is not in it: invite the bot there.'],
  is_archived: ['CHAT_GONE', 'The channel is archived: unarchive it, then invite the bot again.'],
  not_in_channel: ['CHAT_NOT_IN_CHANNEL', 'Invite the bot to the channel.'],
  user_not_in_channel: ['CHAT_NOT_IN_CHANNEL', 'The person has left the channel.'],

  restricted_action: [
    'CHAT_BLOCKED',
    'A setting of the workspace forbids the bot to post there: ask its administrator.',
  ],
  restricted_action_read_only_channel: ['CHAT_BLOCKED', 'The channel is read-only: let the bot post there.'],
  restricted_action_thread_only_channel: ['CHAT_BLOCKED', 'The channel allows answers in threads only.'],
  restricted_action_non_threadable_channel: ['CHAT_BLOCKED', 'The channel allows no threads.'],
  restricted_action_thread_locked: ['CHAT_BLOCKED', 'The thread is locked.'],
  cannot_dm_bot: ['CHAT_BLOCKED', 'Bots cannot write to bots.'],
  messages_tab_disabled: ['CHAT_BLOCKED', 'Switch the messages tab of the app on.'],
  as_user_not_supported: ['CHAT_BLOCKED', 'The workspace does not let the bot write there.'],

  account_inactive: ['CHAT_CREDENTIALS', 'The app was removed from the workspace: install it again.'],
  token_revoked: ['CHAT_CREDENTIALS', 'The token was revoked: install the app again and set SLACK_BOT_TOKEN.'],
  token_expired: ['CHAT_CREDENTIALS', 'The token has expired: set a new SLACK_BOT_TOKEN.'],
  invalid_auth: ['CHAT_CREDENTIALS', 'Slack does not know the token: check SLACK_BOT_TOKEN.'],
  not_authed: ['CHAT_CREDENTIALS', 'Slack saw no token: check SLACK_BOT_TOKEN.'],
  not_allowed_token_type: ['CHAT_CREDENTIALS', 'SLACK_BOT_TOKEN must be a bot token (xoxb-...).'],
  no_permission: [
    'CHAT_CREDENTIALS',
    'The app lacks a permission: install it again with the manifest of this version.',
  ],
  missing_scope: ['CHAT_CREDENTIALS', 'The app lacks a scope: install it again with the manifest of this version.'],
  access_denied: ['CHAT_CREDENTIALS', 'The workspace denies the app: ask its administrator.'],
  org_login_required: [
    'CHAT_CREDENTIALS',
    'The workspace is being moved into an organisation: install the app again after that.',
  ],
  team_access_not_granted: ['CHAT_CREDENTIALS', 'The organisation has not granted the app this workspace.'],
  ekm_access_denied: ['CHAT_CREDENTIALS', 'The administrators have suspended posting (key management).'],

  message_not_found: ['CHAT_MESSAGE_GONE', 'Somebody deleted it.'],
  thread_not_found: ['CHAT_MESSAGE_GONE', 'The message to answer under was deleted.'],
  cant_update_message: ['CHAT_MESSAGE_GONE', 'The message is not the bot\u2019s own.'],
  edit_window_closed: ['CHAT_MESSAGE_GONE', 'The workspace does not let messages be edited any more.'],

  invalid_blocks: ['CHAT_REJECTED_CARD', 'The blocks are not valid.'],
  invalid_blocks_format: ['CHAT_REJECTED_CARD', 'The blocks are not JSON.'],
  msg_blocks_too_long: ['CHAT_REJECTED_CARD', 'The blocks are too long.'],
  msg_too_long: ['CHAT_REJECTED_CARD', 'The text is too long.'],
  no_text: ['CHAT_REJECTED_CARD', 'The message is empty.'],
  invalid_arguments: ['CHAT_REJECTED_CARD', 'An argument is not valid.'],
  invalid_arg_name: ['CHAT_REJECTED_CARD', 'An argument is not valid.'],
  invalid_metadata_format: ['CHAT_REJECTED_CARD', 'The metadata are not valid.'],
  invalid_metadata_schema: ['CHAT_REJECTED_CARD', 'The metadata are not valid.'],
  metadata_too_large: ['CHAT_REJECTED_CARD', 'The metadata are too large.'],

  ratelimited: ['CHAT_RATE_LIMITED', 'Too many calls.'],
  rate_limited: ['CHAT_RATE_LIMITED', 'Too many calls.'],
  message_limit_exceeded: ['CHAT_RATE_LIMITED', 'The workspace has reached its limit of messages.'],

  service_unavailable: ['CHAT_UNREACHABLE', 'Slack has a problem of its own.'],
  accesslimited: ['CHAT_UNREACHABLE', 'Slack limits access for now.'],
  team_added_to_org: ['CHAT_UNREACHABLE', 'The workspace is being moved into an organisation.'],

  // Of these Slack says: "It's possible some aspect of the operation succeeded before the error was raised."
  fatal_error: ['CHAT_UNKNOWN_OUTCOME', 'Slack broke down while it worked on the call.'],
  internal_error: ['CHAT_UNKNOWN_OUTCOME', 'Slack broke down while it worked on the call.'],
  request_timeout: ['CHAT_UNKNOWN_OUTCOME', 'Slack gave up on the call.'],
};

/** The only place that reads the SDK's errors. `what` names the call and its object: `post to C0CHEM`. */
export function slackFailure(error: unknown, what: string): Failure<DeliveryCode> {
  if (error instanceof WebAPIRateLimitedError) {
    const retryAfterMs = error.retryAfter * 1000;
    return {
      ok: false,
      code: 'CHAT_RATE_LIMITED',
      reason: `Slack asks to wait ${error.retryAfter} s: ${what}.`,
      retryAfterMs,
    };
  }
  if (error instanceof WebAPIPlatformError) return platformFailure(error, what);
  if (error instanceof WebAPIHTTPError) return httpFailure(error.statusCode, what);
  if (error instanceof WebAPIRequestError) return requestFailure(error.original, what);
  // The SDK throws a bare error for a 429 whose Retry-After it cannot read.
  if (error instanceof Error && error.message.startsWith('Retry header')) {
    return {
      ok: false,
      code: 'CHAT_RATE_LIMITED',
      reason: `Slack asks to wait: ${what}.`,
      retryAfterMs: defaultWaitMs,
    };
  }
  throw error;
}

/** Slack's own name of an error, `users_not_found`; undefined for any other kind of error. */
export function slackErrorName(error: unknown): string | undefined {
  return error instanceof WebAPIPlatformError ? error.data.error : undefined;
}

function platformFailure(error: WebAPIPlatformError, what: string): Failure<DeliveryCode> {
  const name = error.data.error;
  const known = named[name];
  // Slack answers in JSON; a page is some gateway's, on the way there or back.
  if (!known && !/^[a-z0-9_]{1,80}$/.test(name)) {
    return failure('CHAT_UNKNOWN_OUTCOME', `${what}: the answer is not Slack's.`);
  }
  if (!known) return failure('CHAT_UNREACHABLE', `${what}: Slack answered ${name}, which Backchat does not know.`);
  const [code, remedy] = known;
  const data: Record<string, unknown> = { ...error.data };
  const needed = typeof data['needed'] === 'string' ? ` Needed: ${data['needed']}.` : '';
  const detail =
    code === 'CHAT_REJECTED_CARD'
      ? ` ${(error.data.response_metadata?.messages ?? []).slice(0, 3).join(' ')}`.trimEnd()
      : '';
  const refused = failure(code, `${what}: Slack answered ${name}. ${remedy}${needed}${detail}`);
  return code === 'CHAT_RATE_LIMITED' ? { ...refused, retryAfterMs: defaultWaitMs } : refused;
}

function httpFailure(status: number, what: string): Failure<DeliveryCode> {
  // A gateway that gave up waiting may have passed the call on; the others answer before anything is done.
  const unknown = status === 502 || status === 504 || status === 408;
  return failure(unknown ? 'CHAT_UNKNOWN_OUTCOME' : 'CHAT_UNREACHABLE', `${what}: Slack answered with HTTP ${status}.`);
}

function requestFailure(error: Error, what: string): Failure<DeliveryCode> {
  if (error instanceof BrokenConnection && !error.sent) {
    return failure('CHAT_UNREACHABLE', `${what}: no connection to Slack (${error.message}).`);
  }
  return failure('CHAT_UNKNOWN_OUTCOME', `${what}: the connection to Slack broke after sending (${error.message}).`);
}

function failure(code: DeliveryCode, reason: string): Failure<DeliveryCode> {
  return { ok: false, code, reason };
}
