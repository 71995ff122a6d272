import type { Activity, CloudAdapter, TurnContext } from 'botbuilder';
import { fail, ok, type Result } from '../../domain/failure';
import type { Card } from '../card';
import type { DeliveryCode, Messenger, Target } from '../messenger';
import { adaptiveCard, cardBytes } from './adaptive-card';
import { deliveryFailure } from './errors';
import { limits } from './limits';
import { isLoopbackUrl, type Reference, readReference } from './reference';
import { literal } from './text';

/** The message that carries a card. Its summary is what notifications show; `text` would stand above the card. */
export function messageWith(card: Card): Partial<Activity> {
  return {
    type: 'message',
    summary: literal(card.fallback, limits.fallback),
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content: adaptiveCard(card) }],
  };
}

/**
 * Proactive messages to conversations that were heard from. Message ids: the activity's id for a post of its own, and
 * `<root>/<id>` for an answer in a channel's thread, because an edit must name the thread again.
 */
export function teamsMessenger(adapter: CloudAdapter, appId: string, open: boolean): Messenger {
  async function inConversation(
    target: Target,
    thread: string | undefined,
    doing: 'post' | 'update',
    work: (context: TurnContext) => Promise<string>,
  ): Promise<Result<{ messageId: string }, DeliveryCode>> {
    const reference = readReference(target.reference);
    if (!reference)
      return fail(
        'CHAT_NOT_IN_CHANNEL',
        'Backchat has not heard from this conversation yet: add the app to the team or chat, or write to it there.',
      );
    // The open endpoint believes what it is told; it may not be told to write elsewhere.
    if (open && !isLoopbackUrl(reference.serviceUrl))
      return fail('CHAT_UNREACHABLE', 'Without credentials Backchat writes to this machine only.');
    let messageId = '';
    try {
      await adapter.continueConversationAsync(appId, sdkReference(reference, thread), async (context) => {
        // The SDK would answer the made-up activity that begins this turn.
        context.onSendActivities((_context, activities, next) => {
          for (const activity of activities) delete activity.replyToId;
          return next();
        });
        messageId = await work(context);
      });
    } catch (error) {
      return deliveryFailure(error, doing);
    }
    return ok({ messageId });
  }

  return {
    render: adaptiveCard,

    async post(target, card, _key, thread) {
      const message = messageWith(card);
      if (cardBytes(message) > limits.hardStopBytes) return fail('CHAT_REJECTED_CARD');
      // Chats have no threads: an answer there is simply the next message.
      const root =
        thread !== undefined && readReference(target.reference)?.type === 'channel' ? rootOf(thread) : undefined;
      return inConversation(target, root, 'post', async (context) => {
        const sent = await context.sendActivity(message);
        const id = sent?.id ?? '';
        return root === undefined ? id : `${root}/${id}`;
      });
    },

    async update(target, messageId, card) {
      const message = messageWith(card);
      if (cardBytes(message) > limits.hardStopBytes) return fail('CHAT_REJECTED_CARD');
      const inThread = readReference(target.reference)?.type === 'channel' ? rootOf(messageId) : undefined;
      return inConversation(target, inThread, 'update', async (context) => {
        await context.updateActivity({ ...message, id: messageId.split('/').at(-1) ?? messageId });
        return messageId;
      });
    },
  };
}

function rootOf(messageId: string): string {
  return messageId.split('/', 1)[0] ?? messageId;
}

function sdkReference(reference: Reference, root: string | undefined) {
  return {
    channelId: 'msteams',
    serviceUrl: reference.serviceUrl,
    bot: { id: reference.bot.id, name: reference.bot.name ?? '' },
    conversation: {
      id: root === undefined ? reference.conversation : `${reference.conversation};messageid=${root}`,
      conversationType: reference.type,
      tenantId: reference.tenant,
      isGroup: reference.type !== 'personal',
      name: '',
    },
  };
}
