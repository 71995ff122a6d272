import type { Card } from '../../src/chat/card';
import type { DeliveryCode, Messenger, Target } from '../../src/chat/messenger';
import { fail, ok, type Result } from '../../src/domain/failure';

interface Posted {
  id: string;
  conversation: string;
  key: string;
  thread: string | undefined;
  card: Card;
  /** How often it was edited. */
  edits: number;
}

type Answer = Result<{ messageId: string }, DeliveryCode>;

/** A chat that keeps what it is given, and fails as told. */
export interface Chat {
  messenger: Messenger;
  posted: Posted[];
  /** Every attempt in order: `post CCHEM`, `update CCHEM`, `find CCHEM`. */
  attempts: string[];
  /** What the next attempts to post or edit come to, in order; `arrives` stores the message although the answer is a failure. */
  failures: { code: DeliveryCode; retryAfterMs?: number; arrives?: boolean }[];
  /** Top-level messages of a conversation. */
  in(conversation: string): Posted[];
}

export function openChat(): Chat {
  const posted: Posted[] = [];
  const attempts: string[] = [];
  const failures: Chat['failures'] = [];

  function answer(arrive: () => Posted): Answer {
    const failure = failures.shift();
    if (!failure) return ok({ messageId: arrive().id });
    if (failure.arrives) arrive();
    const { code, retryAfterMs } = failure;
    return { ...fail(code), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  }

  const messenger: Messenger = {
    render: (card) => card,
    post: async ({ conversation }: Target, card, key, thread) => {
      attempts.push(`post ${conversation}`);
      return answer(() => {
        const message = { id: `m${posted.length + 1}`, conversation, key, thread, card, edits: 0 };
        posted.push(message);
        return message;
      });
    },
    update: async ({ conversation }, messageId, card) => {
      attempts.push(`update ${conversation}`);
      const message = posted.find((each) => each.id === messageId);
      if (!message) return fail('CHAT_MESSAGE_GONE');
      return answer(() => {
        message.card = card;
        message.edits += 1;
        return message;
      });
    },
    find: async ({ conversation }, key) => {
      attempts.push(`find ${conversation}`);
      const message = posted.find((each) => each.conversation === conversation && each.key === key);
      return ok(message ? { messageId: message.id } : null);
    },
  };
  return {
    messenger,
    posted,
    attempts,
    failures,
    in: (conversation) =>
      posted.filter((message) => message.conversation === conversation && message.thread === undefined),
  };
}

/** All that a card says, in order, on one line. */
export function wordsOf(card: Card): string {
  return [card.title, ...strings(card.blocks)].join(' ').replaceAll(/\s+/g, ' ').trim();
}

function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => (key === 'type' || key === 'tone' ? [] : strings(each)));
}
