import { randomUUID } from 'node:crypto';
import { App, ExpressReceiver, type RespondFn } from '@slack/bolt';
import type { Application } from 'express';
import type { Logger } from 'pino';
import type { Clock } from '../../domain/clock';
import type { Answer, Call, Dispatch, OnPresence } from '../call';
import type { Card } from '../card';
import { refusalCard } from '../cards/refusal';
import type { Messenger } from '../messenger';
import { blockKit, plainMessage } from './block-kit';
import { type Inbound, type InboundEvent, readClick, readCommand, readEvent, workspaceOf } from './inbound';
import { slackMessenger } from './messenger';
import { makeStanding } from './standing';
import { clientOptions, makeClients, slackLogger } from './web';

export interface SlackConnection {
  messenger: Messenger;
  /** Resolves when every call that was accepted has been answered. */
  close(): Promise<void>;
}

export interface SlackWiring {
  /** Gets the route POST /slack/events. No body parser may stand before it: the signature is over the raw body. */
  app: Application;
  signingSecret: string;
  /** Base of the Web API; absent = Slack's own. */
  apiUrl?: string | undefined;
  /** By enterprise id if there is one, else team id. A workspace without a token is not ours and gets no answer. */
  tokenFor: (workspace: string) => { token: string } | undefined;
  dispatch: Dispatch;
  onPresence: OnPresence;
  /** True the first time a key is seen, by any process. */
  once: (key: string) => Promise<boolean>;
  clock: Clock;
  log: Logger;
}

type SendAnswer = (card: Card) => Promise<void>;

/**
 * Slack on the one HTTP app: slash command, buttons, mentions and direct messages become calls, the bot's own coming and going becomes
 * presence. Slack gets its acknowledgement first (three seconds), the answer follows for the asker alone. A repeat of what was
 * seen before is acknowledged and dropped: the first one is answered.
 */
export function connectSlack(wiring: SlackWiring): SlackConnection {
  const { app, signingSecret, apiUrl, tokenFor, dispatch, onPresence, once, clock, log } = wiring;
  const clients = makeClients(tokenFor, apiUrl, log);
  const standingOf = makeStanding(clients, clock);
  const running = new Set<Promise<void>>();

  const receiver = new ExpressReceiver({ signingSecret, app, endpoints: '/slack/events', logger: slackLogger(log) });
  const bolt = new App({
    receiver,
    logger: slackLogger(log),
    clientOptions: clientOptions(apiUrl, log),
    // Not `token`: that would ask Slack who we are before the first event can be answered.
    authorize: async ({ enterpriseId, teamId }) => {
      const workspace = workspaceOf({ id: teamId ?? '', enterprise: enterpriseId ?? null });
      const token = tokenFor(workspace);
      if (!token) throw new Error(`The Slack workspace ${workspace} is not one of ours.`);
      return { botToken: token.token };
    },
    ignoreSelf: false,
    convoStore: false,
  });
  bolt.error(async (error) => {
    log.warn({ err: error }, 'slack request not handled');
  });

  /** Runs after the acknowledgement. Nothing may throw from here: nobody is left to answer. */
  const follow = (name: string, work: () => Promise<void>): void => {
    const job = Promise.resolve()
      .then(work)
      .catch((error: unknown) => log.error({ err: error }, `slack ${name} failed`))
      .finally(() => running.delete(job));
    running.add(job);
  };

  const answer = async (inbound: Inbound, click: boolean, send: SendAnswer): Promise<void> => {
    const id = randomUUID();
    const call: Call = {
      id,
      identity: inbound.identity,
      surface: inbound.surface,
      text: inbound.text,
      click,
      standing: () => standingOf(inbound),
    };
    const answered = await answerOf(call, inbound);
    if (answered) await send(answered.card);
  };

  const answerOf = async (call: Call, inbound: Inbound): Promise<Answer | null> => {
    try {
      return (await once(inbound.key)) ? await dispatch(call) : null;
    } catch (error) {
      log.error({ err: error, correlation: call.id }, 'slack call failed');
      return {
        card: refusalCard('INTERNAL', 'Something broke on our side. It is logged under this id.', [
          { name: 'Id', value: call.id },
        ]),
      };
    }
  };

  bolt.command(/.*/, async ({ ack, body, respond }) => {
    await ack();
    follow('command', () => answer(readCommand(body), false, (card) => respondWith(respond, card, false)));
  });

  bolt.action(/^verb:/, async ({ ack, body, respond }) => {
    await ack();
    follow('click', () => {
      const inbound = readClick(body);
      // In a message of one's own the answer takes its place: pages turn, and [Back] goes back.
      return answer(inbound, true, (card) => respondWith(respond, card, inbound.ephemeral));
    });
  });

  bolt.event('app_mention', async ({ body }) => {
    const inbound = readEvent(body);
    if (inbound.automatic) return;
    follow('mention', async () => {
      await onPresence({ type: 'seen', surface: inbound.surface, reference: null });
      await answer(inbound, false, (card) => whisper(inbound, card));
    });
  });

  bolt.event('message', async ({ body }) => {
    const inbound = readEvent(body);
    if (inbound.automatic || inbound.surface.kind !== 'chat') return;
    follow('message', async () => {
      await onPresence({ type: 'seen', surface: inbound.surface, reference: null });
      await answer(inbound, false, (card) => say(inbound, card));
    });
  });

  bolt.event('member_joined_channel', async ({ body }) => {
    const inbound = readEvent(body);
    follow('joining', async () => {
      if (!(await isBot(inbound)) || !(await once(inbound.key))) return;
      const name = await channelName(inbound);
      await onPresence({
        type: 'added',
        surface: inbound.surface,
        ...(name === undefined ? {} : { name }),
        reference: null,
      });
    });
  });

  bolt.event('member_left_channel', async ({ body }) => {
    const inbound = readEvent(body);
    follow('leaving', async () => {
      if ((await isBot(inbound)) && (await once(inbound.key)))
        await onPresence({ type: 'removed', surface: inbound.surface });
    });
  });

  // These two tell of the bot itself only.
  for (const type of ['channel_left', 'group_left'] as const) {
    bolt.event(type, async ({ body }) => {
      const inbound = readEvent(body);
      follow('leaving', async () => {
        if (await once(inbound.key)) await onPresence({ type: 'removed', surface: inbound.surface });
      });
    });
  }

  const client = (inbound: Inbound) => {
    const found = clients(workspaceOf(inbound.team));
    if (!found) throw new Error(`There is no token for the Slack workspace ${workspaceOf(inbound.team)}.`);
    return found;
  };

  const whisper = async (inbound: InboundEvent, card: Card): Promise<void> => {
    const { conversation } = inbound.surface;
    await client(inbound).chat.postEphemeral({
      channel: conversation,
      user: inbound.identity.user,
      ...blockKit(card),
      ...(inbound.thread === null ? {} : { thread_ts: inbound.thread }),
    });
  };

  const say = async (inbound: InboundEvent, card: Card): Promise<void> => {
    await client(inbound).chat.postMessage({
      channel: inbound.surface.conversation,
      ...blockKit(card),
      unfurl_links: false,
      unfurl_media: false,
      ...(inbound.thread === null ? {} : { thread_ts: inbound.thread }),
    });
  };

  const isBot = async (inbound: InboundEvent): Promise<boolean> => {
    const bot = inbound.bot ?? (await client(inbound).auth.test()).user_id;
    return bot === inbound.identity.user;
  };

  const channelName = async (inbound: InboundEvent): Promise<string | undefined> => {
    try {
      const { channel } = await client(inbound).conversations.info({ channel: inbound.surface.conversation });
      return channel?.name;
    } catch (error) {
      // The name is for show: the channel is known by its id.
      log.warn({ err: error, conversation: inbound.surface.conversation }, 'slack channel has no name for us');
      return undefined;
    }
  };

  /** Ephemeral, through the response_url: five uses within 30 minutes. */
  const respondWith = async (respond: RespondFn, card: Card, replace: boolean): Promise<void> => {
    const shape = { response_type: 'ephemeral' as const, replace_original: replace };
    try {
      await respond({ ...shape, ...blockKit(card) });
    } catch (error) {
      log.error({ err: error, card: card.kind }, 'slack refused an answer, sending it as text');
      await respond({ ...shape, ...plainMessage(card) });
    }
  };

  return {
    messenger: slackMessenger(clients, log),
    close: async () => {
      await Promise.allSettled([...running]);
    },
  };
}
