import type { DeliveryCode } from '../domain/delivery';
import type { Result } from '../domain/failure';
import type { Provider } from './call';
import type { Card } from './card';

/** Where a message goes. */
export interface Target {
  provider: Provider;
  workspace: string;
  /** The platform's id of the conversation. */
  conversation: string;
  /** What the platform told when it was last seen there; null for Slack or before the first activity in Teams. */
  reference: unknown;
}

export type { DeliveryCode };

/** Sends cards to one platform, one attempt a call; who retries, and when, is the delivery job's business. */
export interface Messenger {
  /** The JSON that would be sent, without sending: its hash tells whether a copy is up to date. */
  render(card: Card): unknown;
  /** Posts a card. `key` is stored with the message where the platform can. `thread`: message id to answer under. */
  post(target: Target, card: Card, key: string, thread?: string): Promise<Result<{ messageId: string }, DeliveryCode>>;
  update(
    target: Target,
    messageId: string,
    card: Card,
    key: string,
  ): Promise<Result<{ messageId: string }, DeliveryCode>>;
  /** Looks for a message of ours with this key, posted at or after `since` (ISO). Absent where a platform cannot tell. */
  find?(
    target: Target,
    key: string,
    since: string,
    thread?: string,
  ): Promise<Result<{ messageId: string } | null, DeliveryCode>>;
}
