import { z } from 'zod';
import { type Arguments, flag, has, structure, text } from './arguments';
import { checkBlocks, type SlackBlock } from './blocks';
import { bot, team } from './ids';
import { messageJson } from './message-json';
import { type ApiAnswer, type ApiContext, type Method, refuse } from './method';
import {
  addEphemeral,
  addMessage,
  type Channel,
  editMessage,
  findMessage,
  isMember,
  type MessageMetadata,
  removeMessage,
} from './workspace';

/** Longest text of a new message and of an edit (docs.slack.dev/reference/methods/chat.postMessage and chat.update). */
const maxText = 40_000;
const maxEditedText = 4_000;
const maxMetadata = 16_000;

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const flat = z.record(z.string(), scalar);
const metadataSchema = z.strictObject({
  event_type: z.string().min(1).max(255),
  event_payload: z.record(z.string(), z.union([scalar, flat, z.array(z.union([scalar, flat]))])),
});

type Content = {
  text: string;
  blocks: SlackBlock[] | null | undefined;
  metadata: MessageMetadata | null | undefined;
};
type Checked = { ok: true; content: Content } | { ok: false; answer: ApiAnswer };

/** The parts that every posting method shares, checked. `undefined` means that the argument was not given. */
function checkContent(args: Arguments, longest: number): Checked {
  const words = text(args, 'text');
  if (words.length > longest) return { ok: false, answer: refuse('msg_too_long') };
  const blocks = readBlocks(args);
  if (!blocks.ok) return blocks;
  if (words === '' && !blocks.value?.length) return { ok: false, answer: refuse('no_text') };
  const metadata = readMetadata(args);
  if (!metadata.ok) return metadata;
  return { ok: true, content: { text: words, blocks: blocks.value, metadata: metadata.value } };
}

function readBlocks(
  args: Arguments,
): { ok: true; value: SlackBlock[] | null | undefined } | { ok: false; answer: ApiAnswer } {
  if (!has(args, 'blocks')) return { ok: true, value: undefined };
  const checked = checkBlocks(args['blocks']);
  if (checked.ok) return { ok: true, value: checked.blocks.length > 0 ? checked.blocks : null };
  const { error, messages } = checked;
  if (messages.length === 0) return { ok: false, answer: refuse(error) };
  const lines = messages.map((message) => `[ERROR] ${message}`);
  return { ok: false, answer: refuse(error, { errors: messages, response_metadata: { messages: lines } }) };
}

function readMetadata(
  args: Arguments,
): { ok: true; value: MessageMetadata | null | undefined } | { ok: false; answer: ApiAnswer } {
  if (!has(args, 'metadata')) return { ok: true, value: undefined };
  const value = structure(args, 'metadata');
  if (typeof value !== 'object' || value === null) return { ok: false, answer: refuse('invalid_metadata_format') };
  if (Object.keys(value).length === 0) return { ok: true, value: null };
  const parsed = metadataSchema.safeParse(value);
  if (!parsed.success) return { ok: false, answer: refuse('invalid_metadata_schema') };
  if (JSON.stringify(parsed.data).length > maxMetadata) return { ok: false, answer: refuse('metadata_too_large') };
  return { ok: true, value: parsed.data };
}

/** Slack warns when a message has blocks and no text: screen readers and notifications then have nothing to say. */
function warning(content: Content): Record<string, unknown> {
  if (content.text !== '') return {};
  return { warning: 'missing_text_in_message', response_metadata: { warnings: ['missing_text_in_message'] } };
}

async function mayPost(context: ApiContext, channel: Channel): Promise<ApiAnswer | null> {
  if (channel.archived) return refuse('is_archived');
  if (await isMember(context.workspace, channel.id, bot.user)) return null;
  const open = channel.kind === 'public' && context.manifest.scopes.has('chat:write.public');
  return open ? null : refuse('not_in_channel');
}

async function threadOf(
  args: Arguments,
  context: ApiContext,
  channel: Channel,
): Promise<{ ok: true; ts: string | null } | { ok: false }> {
  const ts = text(args, 'thread_ts');
  if (ts === '') return { ok: true, ts: null };
  const parent = await findMessage(context.workspace, channel.id, ts);
  // Slack lets replies to a reply fall into the thread of its parent.
  return parent && !parent.deleted ? { ok: true, ts: parent.threadTs ?? ts } : { ok: false };
}

const writes = () => ['chat:write'];

export const chatMethods: Record<string, Method> = {
  'chat.postMessage': {
    perMinute: 'per channel',
    scopes: writes,
    channel: true,
    async run(args, context, channel) {
      const barred = await mayPost(context, channel);
      if (barred) return barred;
      const checked = checkContent(args, maxText);
      if (!checked.ok) return checked.answer;
      const thread = await threadOf(args, context, channel);
      if (!thread.ok) return refuse('thread_not_found');
      const { text: words, blocks, metadata } = checked.content;
      const message = await addMessage(context.workspace, {
        channel: channel.id,
        user: bot.user,
        text: words,
        blocks: blocks ?? null,
        metadata: metadata ?? null,
        threadTs: thread.ts,
        broadcast: thread.ts !== null && flag(args, 'reply_broadcast'),
      });
      const shown = messageJson(message, { metadata: true });
      return { ok: true, channel: channel.id, ts: message.ts, message: shown, ...warning(checked.content) };
    },
  },
  'chat.update': {
    perMinute: 50,
    scopes: writes,
    channel: true,
    async run(args, context, channel) {
      if (channel.archived) return refuse('is_archived');
      const old = await findMessage(context.workspace, channel.id, text(args, 'ts'));
      if (!old || old.deleted) return refuse('message_not_found');
      if (old.user !== bot.user) return refuse('cant_update_message');
      const checked = checkContent(args, maxEditedText);
      if (!checked.ok) return checked.answer;
      const { text: words, blocks, metadata } = checked.content;
      const message = await editMessage(context.workspace, old, {
        text: words,
        ...(blocks === undefined ? {} : { blocks }),
        ...(metadata === undefined ? {} : { metadata }),
      });
      const shown = messageJson(message, { metadata: true });
      return { ok: true, channel: channel.id, ts: message.ts, text: message.text, message: shown };
    },
  },
  'chat.delete': {
    perMinute: 50,
    scopes: writes,
    channel: true,
    async run(args, context, channel) {
      const old = await findMessage(context.workspace, channel.id, text(args, 'ts'));
      if (!old || old.deleted) return refuse('message_not_found');
      if (old.user !== bot.user) return refuse('cant_delete_message');
      await removeMessage(context.workspace, channel.id, old.ts);
      return { ok: true, channel: channel.id, ts: old.ts };
    },
  },
  'chat.postEphemeral': {
    perMinute: 100,
    scopes: writes,
    channel: true,
    async run(args, context, channel) {
      if (channel.archived) return refuse('is_archived');
      if (!(await isMember(context.workspace, channel.id, bot.user))) return refuse('not_in_channel');
      const user = text(args, 'user');
      if (!(await isMember(context.workspace, channel.id, user))) return refuse('user_not_in_channel');
      const checked = checkContent(args, maxText);
      if (!checked.ok) return checked.answer;
      const thread = await threadOf(args, context, channel);
      if (!thread.ok) return refuse('thread_not_found');
      const posted = await addEphemeral(context.workspace, {
        channel: channel.id,
        toUser: user,
        user: bot.user,
        text: checked.content.text,
        blocks: checked.content.blocks ?? null,
        threadTs: thread.ts,
      });
      return { ok: true, message_ts: posted.ts };
    },
  },
  'auth.test': {
    perMinute: 100,
    scopes: () => [],
    channel: false,
    async run(_args, context) {
      return {
        ok: true,
        url: `${context.base}/`,
        team: team.name,
        user: bot.name,
        team_id: team.id,
        user_id: bot.user,
        bot_id: bot.id,
        app_id: bot.app,
        is_enterprise_install: false,
      };
    },
  },
};
