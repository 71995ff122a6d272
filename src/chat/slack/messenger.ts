import type { KnownBlock } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import { fail, ok, type Result } from '../../domain/failure';
import type { Card } from '../card';
import type { DeliveryCode, Messenger, Target } from '../messenger';
import { blockKit, plainMessage } from './block-kit';
import { slackFailure } from './errors';
import type { Clients } from './web';

/** Our messages are marked with this type of metadata; the key says which one it is. */
const eventType = 'backchat';
/** Slack's clock and ours differ a little. */
const clockSkewSeconds = 120;
const pageSize = 200;
const mostPages = 5;

type Sent = Result<{ messageId: string }, DeliveryCode>;

/** Posts and edits through the Web API. A message id is Slack's `ts`. */
export function slackMessenger(clients: Clients, log: Logger): Messenger {
  const withClient = async <T>(
    target: Target,
    what: string,
    work: (client: WebClient) => Promise<Result<T, DeliveryCode>>,
  ): Promise<Result<T, DeliveryCode>> => {
    const client = clients(target.workspace);
    if (!client)
      return fail('CHAT_CREDENTIALS', `${what}: there is no token for the Slack workspace ${target.workspace}.`);
    try {
      return await work(client);
    } catch (error) {
      return slackFailure(error, what);
    }
  };

  /**
   * Slack refuses blocks that it does not know, and a workspace may know fewer than we think. The morning's message is worth more
   * than its form: it is sent once more as plain text, and the refusal is logged as the mistake it is.
   */
  const withPlainText = async (
    card: Card,
    what: string,
    send: (message: SlackText) => Promise<Sent>,
  ): Promise<Sent> => {
    const sent = await send(blockKit(card)).catch((error: unknown) => slackFailure(error, what));
    if (sent.ok || sent.code !== 'CHAT_REJECTED_CARD') return sent;
    log.error({ card: card.kind, reason: sent.reason }, 'slack refused a card, sending it as text');
    return send({ ...plainMessage(card), blocks: [] });
  };

  return {
    render: blockKit,

    post(target, card, key, thread) {
      const what = `post to ${target.conversation}`;
      return withClient(target, what, (client) =>
        withPlainText(card, what, async ({ text, blocks }) => {
          const answer = await client.chat.postMessage({
            channel: target.conversation,
            text,
            blocks,
            metadata: { event_type: eventType, event_payload: { key } },
            unfurl_links: false,
            unfurl_media: false,
            ...(thread === undefined ? {} : { thread_ts: thread }),
          });
          return messageId(answer.ts, what);
        }),
      );
    },

    update(target, id, card, key) {
      const what = `edit ${id} in ${target.conversation}`;
      return withClient(target, what, (client) =>
        withPlainText(card, what, async ({ text, blocks }) => {
          const answer = await client.chat.update({
            channel: target.conversation,
            ts: id,
            text,
            blocks,
            metadata: { event_type: eventType, event_payload: { key } },
          });
          return messageId(answer.ts, what);
        }),
      );
    },

    find(target, key, since, thread) {
      const what = `look for ${key} in ${target.conversation}`;
      return withClient(target, what, (client) => findMessage(client, target.conversation, key, since, thread)).then(
        (found) =>
          // A question that broke off has no outcome to wonder about.
          !found.ok && found.code === 'CHAT_UNKNOWN_OUTCOME' ? { ...found, code: 'CHAT_UNREACHABLE' } : found,
      );
    },
  };
}

interface SlackText {
  text: string;
  blocks: KnownBlock[];
}

async function findMessage(
  client: WebClient,
  channel: string,
  key: string,
  since: string,
  thread: string | undefined,
): Promise<Result<{ messageId: string } | null, DeliveryCode>> {
  const own = await client.auth.test();
  const oldest = String(Math.floor(Date.parse(since) / 1000) - clockSkewSeconds);
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const args = {
      channel,
      oldest,
      inclusive: true,
      include_all_metadata: true,
      limit: pageSize,
      ...(cursor ? { cursor } : {}),
    };
    const answer =
      thread === undefined
        ? await client.conversations.history(args)
        : await client.conversations.replies({ ...args, ts: thread });
    for (const message of (answer.messages ?? []) as StoredMessage[]) {
      const mark = message.metadata;
      // Any app of the workspace may write such metadata: only our own message counts.
      const ours = message.bot_id === own.bot_id || message.user === own.user_id;
      if (ours && message.ts && mark?.event_type === eventType && mark.event_payload?.['key'] === key) {
        return ok({ messageId: message.ts });
      }
    }
    cursor = answer.response_metadata?.next_cursor;
    if (!answer.has_more || !cursor) return ok(null);
  }
  return ok(null);
}

/** The parts of a stored message that the SDK's types leave open. */
interface StoredMessage {
  ts?: string;
  user?: string;
  bot_id?: string;
  metadata?: { event_type?: string; event_payload?: Record<string, unknown> };
}

function messageId(ts: string | undefined, what: string): Sent {
  return ts
    ? ok({ messageId: ts })
    : fail('CHAT_UNKNOWN_OUTCOME', `${what}: Slack accepted the message but named no id.`);
}
