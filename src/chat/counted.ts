import type { Messenger } from './messenger';

/** The same messenger, with every attempt counted by kind of card and outcome: `posted`, `edited`, or the failure's code. */
export function counted(messenger: Messenger, count: (card: string, outcome: string) => void): Messenger {
  return {
    ...messenger,
    post: async (target, card, key, thread) => {
      const sent = await messenger.post(target, card, key, thread);
      count(card.kind, sent.ok ? 'posted' : sent.code);
      return sent;
    },
    update: async (target, messageId, card, key) => {
      const sent = await messenger.update(target, messageId, card, key);
      count(card.kind, sent.ok ? 'edited' : sent.code);
      return sent;
    },
  };
}
