import { type Failure, fail } from '../../domain/failure';
import type { DeliveryCode } from '../messenger';
import { ConnectorError } from './connector-http';

type Doing = 'post' | 'update';

/**
 * The one place that turns what the Teams connector answered into a delivery code and a sentence with the way out.
 * Codes: Microsoft, "Send proactive messages" and "Rate limiting for bots".
 */
export function deliveryFailure(error: unknown, doing: Doing): Failure<DeliveryCode> {
  if (!(error instanceof ConnectorError)) throw error;
  const said = error.code ? ` (${error.status} ${error.code})` : error.status ? ` (${error.status})` : '';
  switch (error.reached) {
    case 'login':
      return fail(
        'CHAT_CREDENTIALS',
        `Microsoft Entra issues no token for the bot: ${error.message} Check MicrosoftAppId, MicrosoftAppPassword and MicrosoftAppTenantId.`,
      );
    case 'connect':
      return fail('CHAT_UNREACHABLE', `No connection to the Teams service could be made (${error.code}).`);
    case 'sent':
      // Writing the same words again does no harm; posting them again does.
      return doing === 'update'
        ? fail('CHAT_UNREACHABLE', `Teams did not answer (${error.code}).`)
        : fail(
            'CHAT_UNKNOWN_OUTCOME',
            `Teams did not answer after sending (${error.code}): the message may or may not have arrived.`,
          );
    case 'answered':
      return answered(error, said, doing);
  }
}

function answered(error: ConnectorError, said: string, doing: Doing): Failure<DeliveryCode> {
  switch (error.code) {
    case 'BotNotInConversationRoster':
      return fail(
        'CHAT_NOT_IN_CHANNEL',
        `Backchat is not installed there${said}. Add the app to the team or chat; it goes on by itself then.`,
      );
    case 'BotDisabledByAdmin':
      return fail('CHAT_BLOCKED', `An administrator has blocked the app${said}. Allow it in the Teams admin centre.`);
    case 'ConversationBlockedByUser':
    case 'MessageWritesBlocked':
      return fail('CHAT_BLOCKED', `The person or team has blocked the app${said}. They can unblock it in Teams.`);
    case 'ConversationNotFound':
      return fail('CHAT_GONE', `The conversation does not exist any more${said}. Bind another channel.`);
    case 'ActivityNotFoundInConversation':
    case 'MessageNotFound':
      return fail('CHAT_MESSAGE_GONE', `The message to edit was deleted${said}.`);
    case 'BotNotRegistered':
      return fail(
        'CHAT_CREDENTIALS',
        `Teams does not know this bot${said}. Check the Azure Bot resource, its secret and its tenant.`,
      );
    case 'MessageSizeTooBig':
      return fail('CHAT_REJECTED_CARD', `Teams finds the card too big${said}.`);
  }
  switch (error.status) {
    case 401:
      return fail(
        'CHAT_CREDENTIALS',
        `Teams refuses the bot's token${said}. Check MicrosoftAppId, its secret and MicrosoftAppTenantId.`,
      );
    case 403:
      return fail(
        'CHAT_NOT_IN_CHANNEL',
        `Teams does not let Backchat write there${said}. Add the app to the team or chat.`,
      );
    case 404:
    case 410:
      return doing === 'update'
        ? fail('CHAT_MESSAGE_GONE', `The message to edit does not exist any more${said}.`)
        : fail('CHAT_GONE', `The conversation does not exist any more${said}. Bind another channel.`);
    case 400:
    case 413:
      return fail('CHAT_REJECTED_CARD', `Teams refuses the form of the card${said}: a mistake of ours.`);
    case 412:
    case 429:
      // 412: a concurrent operation on the same thread; the page on rate limits puts it beside 429.
      return {
        ...fail('CHAT_RATE_LIMITED', `Teams asks to wait${said}.`),
        ...(error.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }),
      };
    default:
      return fail('CHAT_UNREACHABLE', `Teams answered with an error of its own${said}.`);
  }
}
