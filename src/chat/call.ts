import type { Card } from './card';

export type Provider = 'slack' | 'teams';

/** Who asks, as the platform vouches for it. Slack: workspace = enterprise id if any, else team id. Teams: Entra tenant and AAD object id. */
export interface Identity {
  provider: Provider;
  workspace: string;
  user: string;
  /** For show only. */
  name: string;
}

/** member: a full member of that workspace. guest: restricted there. outsider: from another workspace, a bot, or gone. */
export type Standing = 'member' | 'guest' | 'outsider';

/** Where it was asked. */
export interface Surface {
  provider: Provider;
  workspace: string;
  /** The platform's id of the conversation. */
  conversation: string;
  kind: 'channel' | 'chat';
}

/** What a person typed or clicked. Nothing in it is trusted but identity and surface, which the platform signed. */
export interface Call {
  /** Correlation id; follows the call through log, job and delivery. */
  id: string;
  identity: Identity;
  surface: Surface;
  /** Everything after `/backup`: `status MYPC.IT`. Clicks carry the same text. */
  text: string;
  /** True when a button of a card was pressed. */
  click: boolean;
  /** Asks the platform; may throw when it cannot be reached. */
  standing(): Promise<Standing>;
}

export interface Answer {
  /** Shown to the asker alone. */
  card: Card;
  /** After a click: what the clicked card itself should show now, on platforms whose answer replaces it. */
  inPlace?: Card;
}

/** Parses, authorises and runs a call. Never throws: what goes wrong becomes a card. */
export type Dispatch = (call: Call) => Promise<Answer>;

/** What a platform tells of the bot's own life in a conversation. */
export type Presence =
  | {
      type: 'seen';
      surface: Surface;
      name?: string /** Opaque to all but the platform: how to reach this conversation later. */;
      reference: unknown;
    }
  | { type: 'added'; surface: Surface; name?: string; reference: unknown }
  | { type: 'removed'; surface: Surface };

export type OnPresence = (presence: Presence) => Promise<void>;
