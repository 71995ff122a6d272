import { randomBytes } from 'node:crypto';
import type { DateTime } from 'luxon';
import { elementsOf, type SlackBlock, type SlackElement } from './blocks';
import { type BotCaller, faultOf, type Reply } from './bot-caller';
import { escapeTyped, mentionsBot } from './composing';
import type { EventName, Events } from './events';
import type { Faults } from './faults';
import { bot, slackbot, team } from './ids';
import type { Manifest } from './manifest';
import { messageJson } from './message-json';
import { applyAnswer, type Origin, type Responses } from './responses';
import {
  addEphemeral,
  addMember,
  addMessage,
  type Channel,
  findChannel,
  findEphemeral,
  findMessage,
  findUser,
  isMember,
  listChannels,
  listUsers,
  type Message,
  removeMember,
  type User,
  type Workspace,
} from './workspace';

export interface PeopleParts {
  workspace: Workspace;
  manifest: Manifest;
  caller: BotCaller;
  events: Events;
  responses: Responses;
  faults: Faults;
  machineNow: () => DateTime;
  /** Absolute address of `/sandbox`, for response URLs. */
  ownUrl: () => string;
}

/** Which element of which message was pressed; `choice` is the value of an option. */
export interface Press {
  ts: string;
  blockId: string;
  actionId: string;
  choice?: string;
}

/** What people do in the workspace. What does not work is told to the person alone, as Slack does. */
export interface People {
  /** A message or, when it begins with a slash, a command. `thread` is the ts of the head of a thread. */
  say(user: User, channel: Channel, typed: string, thread?: string): Promise<void>;
  press(user: User, channel: Channel, press: Press): Promise<void>;
  join(user: User, channel: Channel): Promise<void>;
  inviteBot(inviter: User, channel: Channel): Promise<void>;
  removeBot(remover: User, channel: Channel): Promise<void>;
}

export function openPeople(parts: PeopleParts): People {
  const { workspace, manifest, caller, events, responses, faults } = parts;

  async function notice(user: User, channel: Channel, text: string, thread?: string | null): Promise<void> {
    await addEphemeral(workspace, {
      channel: channel.id,
      toUser: user.id,
      user: slackbot,
      text,
      threadTs: thread ?? null,
    });
  }

  function responseUrl(origin: Origin): string {
    return `${parts.ownUrl()}/slack/response/${responses.issue(origin)}`;
  }

  async function command(user: User, channel: Channel, typed: string): Promise<void> {
    const [name = '', ...rest] = typed.split(/\s+/);
    const escaped = manifest.commands.get(name);
    if (escaped === undefined) return notice(user, channel, `\`${name}\` is not a valid command.`);
    const text = rest.join(' ');
    const origin: Origin = { channel: channel.id, user: user.id };
    const reply = await caller.form({
      token: 'sandbox-verification',
      team_id: team.id,
      team_domain: team.domain,
      channel_id: channel.id,
      channel_name: channel.name,
      user_id: user.id,
      user_name: user.name,
      command: name,
      text: escaped ? escapeTyped(text, await listUsers(workspace), await listChannels(workspace), true) : text,
      api_app_id: bot.app,
      is_enterprise_install: 'false',
      response_url: responseUrl(origin),
      trigger_id: trigger(parts.machineNow()),
    });
    if (reply.kind !== 'ok') {
      const { error, detail } = faultOf(reply);
      await faults.add('bot', name, error, detail);
      return notice(user, channel, `\`${name}\` failed with the error "${error}"`);
    }
    if (reply.body.trim() === '') return;
    const applied = await applyAnswer(workspace, origin, answerOf(reply));
    if (!applied.ok) {
      await faults.add('bot', name, applied.error, `In the answer to the command: ${reply.body}`);
      await notice(user, channel, `\`${name}\` failed with the error "invalid_command_response"`);
    }
  }

  async function tellBot(message: Message, channel: Channel): Promise<void> {
    const event = {
      type: 'message',
      user: message.user,
      text: message.text,
      ts: message.ts,
      client_msg_id: randomBytes(8).toString('hex'),
      team: team.id,
      channel: channel.id,
      event_ts: message.ts,
      ...(message.threadTs ? { thread_ts: message.threadTs } : {}),
    };
    if (channel.kind === 'im') return events.emit('message.im', { ...event, channel_type: 'im' });
    if (!(await isMember(workspace, channel.id, bot.user))) return;
    const sent = [events.emit('message.channels', { ...event, channel_type: 'channel' })];
    if (mentionsBot(message.text)) sent.push(events.emit('app_mention', { ...event, type: 'app_mention' }));
    await Promise.all(sent);
  }

  async function say(user: User, channel: Channel, typed: string, thread?: string): Promise<void> {
    const text = typed.trim();
    if (text === '') return;
    if (text.startsWith('/')) {
      if (thread) return notice(user, channel, 'Slash commands do not work in threads, sorry!', thread);
      return command(user, channel, text);
    }
    if (!(await isMember(workspace, channel.id, user.id)))
      return notice(user, channel, 'You are not in this channel. Join it to write here.');
    const escaped = escapeTyped(text, await listUsers(workspace), await listChannels(workspace), false);
    const head = thread ? await findMessage(workspace, channel.id, thread) : undefined;
    const message = await addMessage(workspace, {
      channel: channel.id,
      user: user.id,
      text: escaped,
      threadTs: head ? (head.threadTs ?? head.ts) : null,
    });
    if (channel.kind !== 'im' && mentionsBot(escaped) && !(await isMember(workspace, channel.id, bot.user)))
      await notice(user, channel, `<@${bot.user}> is not in this channel. Invite it with the button above.`);
    await tellBot(message, channel);
  }

  async function press(user: User, channel: Channel, pressed: Press): Promise<void> {
    const ephemeral = await findEphemeral(workspace, channel.id, pressed.ts);
    const message = ephemeral ? undefined : await findMessage(workspace, channel.id, pressed.ts);
    const seen = ephemeral?.toUser === user.id ? ephemeral : message?.deleted ? undefined : message;
    const found = seen && findElement(seen.blocks ?? [], pressed);
    if (!seen || !found) return notice(user, channel, 'This message has changed. Look again before you press.');
    if (!manifest.interactive) return notice(user, channel, 'This app is not configured to handle buttons.');
    const origin = {
      channel: channel.id,
      user: user.id,
      message: { ts: seen.ts, ephemeral: ephemeral !== undefined },
    };
    const payload = {
      type: 'block_actions',
      user: { id: user.id, username: user.name, name: user.name, team_id: team.id },
      api_app_id: bot.app,
      token: 'sandbox-verification',
      container: {
        type: 'message',
        message_ts: seen.ts,
        channel_id: channel.id,
        is_ephemeral: ephemeral !== undefined,
        ...(seen.threadTs ? { thread_ts: seen.threadTs } : {}),
      },
      trigger_id: trigger(parts.machineNow()),
      team: { id: team.id, domain: team.domain },
      enterprise: null,
      is_enterprise_install: false,
      channel: { id: channel.id, name: channel.name },
      // Slack does not send back what only one person could see.
      ...(message ? { message: messageJson(message) } : {}),
      state: { values: {} },
      response_url: responseUrl(origin),
      actions: [{ ...actionOf(found, pressed.choice), block_id: pressed.blockId, action_ts: workspace.nextTs() }],
    };
    const reply = await caller.form({ payload: JSON.stringify(payload) });
    if (reply.kind === 'ok') return;
    const { error, detail } = faultOf(reply);
    await faults.add('bot', `click ${pressed.actionId}`, error, detail);
    await notice(user, channel, `Backchat did not take that click: ${error}.`, seen.threadTs);
  }

  async function membership(name: EventName, user: string, channel: Channel, by?: User): Promise<void> {
    await events.emit(name, {
      type: name,
      user,
      channel: channel.id,
      channel_type: channel.kind === 'private' ? 'G' : 'C',
      team: team.id,
      ...(by ? { inviter: by.id } : {}),
      event_ts: workspace.nextTs(),
    });
  }

  return {
    say,
    press,
    async join(user, channel) {
      if (channel.kind !== 'public' || user.isRestricted || !(await addMember(workspace, channel.id, user.id))) return;
      if (await isMember(workspace, channel.id, bot.user)) await membership('member_joined_channel', user.id, channel);
    },
    async inviteBot(inviter, channel) {
      if (channel.kind === 'im' || !(await addMember(workspace, channel.id, bot.user))) return;
      await membership('member_joined_channel', bot.user, channel, inviter);
    },
    async removeBot(remover, channel) {
      if (channel.kind === 'im' || !(await removeMember(workspace, channel.id, bot.user))) return;
      // One who was removed is told that they left; the others would get member_left_channel.
      await events.emit('channel_left', {
        type: 'channel_left',
        channel: channel.id,
        actor_id: remover.id,
        event_ts: workspace.nextTs(),
      });
    },
  };
}

/** A person and a conversation that this person may see, or undefined. */
export async function seeAs(
  w: Workspace,
  userId: string,
  channelId: string,
): Promise<{ user: User; channel: Channel } | undefined> {
  const user = await findUser(w, userId);
  const channel = await findChannel(w, channelId);
  if (!user || user.isBot || !channel) return undefined;
  const open = channel.kind === 'public' && !user.isRestricted;
  return open || (await isMember(w, channelId, userId)) ? { user, channel } : undefined;
}

function findElement(blocks: SlackBlock[], pressed: Press): SlackElement | undefined {
  const block = blocks.find((each) => each.block_id === pressed.blockId);
  return block && elementsOf(block).find((element) => element.action_id === pressed.actionId);
}

function actionOf(element: SlackElement, choice: string | undefined): Record<string, unknown> {
  const common = { type: element.type, action_id: element.action_id };
  if (element.type === 'button')
    return {
      ...common,
      text: element.text,
      ...(element.value === undefined ? {} : { value: element.value }),
      ...(element.style ? { style: element.style } : {}),
    };
  return {
    ...common,
    selected_option: element.options.find((option) => option.value === choice) ?? element.options[0],
  };
}

/** Single use and good for three seconds; nothing here opens dialogs yet. */
function trigger(now: DateTime): string {
  return `${now.toMillis()}.${team.id}.${randomBytes(8).toString('hex')}`;
}

/** A slash command may be answered in the acknowledgement: JSON, or bare text for the asker alone. */
function answerOf(reply: Extract<Reply, { kind: 'ok' }>): unknown {
  if (!reply.contentType.includes('json')) return { text: reply.body };
  try {
    return JSON.parse(reply.body);
  } catch {
    return undefined;
  }
}
