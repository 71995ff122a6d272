import { type CloudAdapter, TeamsInfo, type TurnContext } from 'botbuilder';
import type { Logger } from 'pino';
import type { Answer, Call, Dispatch, OnPresence } from '../call';
import type { Card } from '../card';
import {
  conversationType,
  executedWords,
  type Incoming,
  placeName,
  referenceOf,
  submittedWords,
  surfaceOf,
  wordsOf,
} from './activity';
import { adaptiveCard, asSentence } from './adaptive-card';
import { ConnectorError } from './connector-http';
import { deliveryFailure } from './errors';
import { messageWith } from './messenger';
import type { StandingBook } from './standing';

interface Parts {
  appId: string;
  dispatch: Dispatch;
  onPresence: OnPresence;
  once: (key: string) => Promise<boolean>;
  standing: StandingBook;
  log: Logger;
}

interface Turn {
  context: TurnContext;
  activity: Incoming;
  tenant: string;
  /** Correlation id. */
  call: string;
  audience: string;
  adapter: CloudAdapter;
}

export interface TurnHandler {
  /** What an invoke is answered with; nothing for other activities. Rejects when the work could not be done. */
  (turn: Turn): Promise<object | undefined>;
  /** Resolves when nothing of earlier turns is at work any more. */
  settled(): Promise<void>;
}

/** What becomes of an activity after its sender and tenant were verified. */
export function turnHandler(parts: Parts): TurnHandler {
  const { dispatch, onPresence, once, standing, log } = parts;
  const listedTeams = new Set<string>();
  const behind = new Set<Promise<unknown>>();

  async function handle(turn: Turn): Promise<object | undefined> {
    const { activity } = turn;
    const change = botChange(activity);
    if (change === 'removed') {
      await removed(turn);
      return undefined;
    }
    await present(turn, change ?? 'seen');
    if (activity.type === 'invoke') return invoked(turn);
    if (activity.type === 'message') await messaged(turn);
    return undefined;
  }

  async function present({ context, activity, tenant }: Turn, type: 'seen' | 'added'): Promise<void> {
    const name = placeName(activity);
    const surface = surfaceOf(activity, tenant);
    await onPresence({ type, surface, reference: referenceOf(activity, tenant), ...(name && { name }) });
    const team = activity.channelData?.team?.id;
    // A channel was made, renamed or restored.
    if (team !== undefined && activity.channelData?.eventType?.startsWith('channel')) listedTeams.delete(team);
    if (team === undefined || listedTeams.has(team)) return;
    listedTeams.add(team);
    siblings(context, activity, tenant, team);
  }

  /** A team hears of the bot in one channel; digests may be bound to any other, so all of them are made known. */
  function siblings(context: TurnContext, activity: Incoming, tenant: string, team: string): void {
    const own = referenceOf(activity, tenant);
    const teamName = activity.channelData?.team?.name;
    const listed = TeamsInfo.getTeamChannels(context, team).then(async (channels) => {
      for (const channel of channels) {
        if (!channel.id || channel.id === own.conversation) continue;
        const name = [teamName, channel.name ?? 'General'].filter((part) => part).join(' / ');
        await onPresence({
          type: 'seen',
          surface: { provider: 'teams', workspace: tenant, conversation: channel.id, kind: 'channel' },
          name,
          reference: { ...own, conversation: channel.id },
        });
      }
    });
    const task = listed.catch((error: unknown) => {
      listedTeams.delete(team);
      // The SDK's errors carry the request with its token: only the words are logged.
      log.warn(
        { team, reason: error instanceof Error ? error.message : String(error) },
        'channels of a team could not be listed',
      );
    });
    // Not waited for: the answer to what was asked comes first.
    behind.add(task);
    void task.finally(() => behind.delete(task));
  }

  async function removed({ activity, tenant }: Turn): Promise<void> {
    const surface = surfaceOf(activity, tenant);
    const deleted = activity.channelData?.eventType === 'channelDeleted' ? activity.channelData.channel?.id : undefined;
    const team = activity.channelData?.team?.id;
    if (team !== undefined && deleted === undefined) listedTeams.delete(team);
    await onPresence({ type: 'removed', surface: deleted ? { ...surface, conversation: deleted } : surface });
  }

  function callOf(turn: Turn, text: string, click: boolean): Call | null {
    const { context, activity, tenant, call } = turn;
    const user = activity.from?.aadObjectId;
    // Without an Entra object id the sender is a bot, anonymous, or from a system that vouches for nobody.
    if (!activity.from || !user) return null;
    const from = activity.from;
    const surface = surfaceOf(activity, tenant);
    return {
      id: call,
      identity: { provider: 'teams', workspace: tenant, user, name: from.name ?? 'unknown' },
      surface,
      text,
      click,
      standing: () => standing.of(context, tenant, surface.conversation, from.id),
    };
  }

  async function invoked(turn: Turn): Promise<object> {
    const words = turn.activity.name === 'adaptiveCard/action' ? executedWords(turn.activity) : null;
    if (words === null) return invokeError(400, 'BadRequest', 'Backchat does not know this action.');
    const call = callOf(turn, words, true);
    if (!call) return invokeError(403, 'Forbidden', 'Backchat serves people with an account of this organisation.');
    const answer = await dispatch(call);
    const sentence = answer.inPlace ? null : asSentence(answer.card);
    // A card in the answer takes the place of the clicked one, for the clicker; a mere sentence must not.
    if (sentence !== null)
      return { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: sentence };
    const shown = adaptiveCard(answer.inPlace ?? answer.card);
    return { statusCode: 200, type: 'application/vnd.microsoft.card.adaptive', value: shown };
  }

  async function messaged(turn: Turn): Promise<void> {
    const { activity, tenant } = turn;
    const submitted = activity.text?.trim() ? null : submittedWords(activity);
    const call = callOf(turn, submitted ?? wordsOf(activity), submitted !== null);
    if (!call) {
      log.info({ call: turn.call, tenant }, 'message of a sender without an object id ignored');
      return;
    }
    // Teams sends a message again when the answer was slow.
    if (activity.id && !(await once(`teams:${tenant}:${activity.conversation.id}:${activity.id}`))) return;
    const answer = await dispatch(call);
    try {
      await reply(turn, answer);
    } catch (error) {
      // Asking Teams to send the message again would not help; whoever asked will.
      const { code, reason } = deliveryFailure(error, 'post');
      log.error({ call: turn.call, code, reason }, 'answer could not be delivered');
    }
  }

  async function reply(turn: Turn, answer: Answer): Promise<void> {
    if (conversationType(turn.activity) === 'personal') {
      await turn.context.sendActivity(messageWith(answer.card));
      return;
    }
    // An answer is for the asker alone, and a channel has no private corner: it goes to the chat of the two.
    const sent = await sendPrivately(turn, answer.card);
    const words = sent
      ? 'I have answered you in our own chat.'
      : 'I answer in private. Open a chat with me first: click my name, then the chat symbol, and ask there.';
    await turn.context.sendActivity({ type: 'message', text: words, textFormat: 'plain' });
  }

  async function sendPrivately({ activity, tenant, audience, adapter, call }: Turn, card: Card): Promise<boolean> {
    const { from, recipient, serviceUrl } = activity;
    if (!from) return false;
    try {
      await adapter.createConversationAsync(
        parts.appId,
        'msteams',
        serviceUrl,
        audience,
        {
          isGroup: false,
          bot: { id: recipient.id, name: recipient.name ?? '' },
          members: [{ id: from.id, name: from.name ?? '' }],
          tenantId: tenant,
          channelData: { tenant: { id: tenant } },
        } as Parameters<CloudAdapter['createConversationAsync']>[4],
        async (context) => {
          await context.sendActivity(messageWith(card));
        },
      );
      return true;
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      log.info({ call, status: error.status, code: error.code }, 'no private chat with the asker');
      return false;
    }
  }

  return Object.assign(handle, {
    async settled() {
      await Promise.all(behind);
    },
  });
}

/** Whether the activity tells that the bot itself came or went. */
function botChange(activity: Incoming): 'added' | 'removed' | null {
  const bot = activity.recipient.id;
  if (activity.type === 'installationUpdate') return activity.action?.startsWith('remove') ? 'removed' : 'added';
  if (activity.type !== 'conversationUpdate') return null;
  if (activity.channelData?.eventType === 'channelDeleted') return 'removed';
  if (activity.membersRemoved?.some((member) => member.id === bot)) return 'removed';
  if (activity.membersAdded?.some((member) => member.id === bot)) return 'added';
  return null;
}

function invokeError(statusCode: number, code: string, message: string): object {
  return { statusCode, type: 'application/vnd.microsoft.error', value: { code, message } };
}
