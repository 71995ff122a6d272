import { bot, team } from './ids';
import type { Message } from './workspace';

/** How a thread stands; on its parent only. */
export interface ThreadFacts {
  replyCount: number;
  replyUsers: string[];
  latestReply: string;
}

/** A message as the Web API and the payloads of clicks show it. Metadata only where it was asked for. */
export function messageJson(
  message: Message,
  options: { metadata?: boolean; thread?: ThreadFacts | undefined } = {},
): Record<string, unknown> {
  if (message.deleted)
    return {
      type: 'message',
      subtype: 'tombstone',
      text: 'This message was deleted.',
      user: 'USLACKBOT',
      hidden: true,
      ts: message.ts,
      thread_ts: message.threadTs ?? message.ts,
      ...threadJson(options.thread),
    };
  return {
    type: 'message',
    ...(message.broadcast ? { subtype: 'thread_broadcast' } : {}),
    user: message.user,
    ts: message.ts,
    text: message.text,
    team: team.id,
    ...(message.user === bot.user ? { bot_id: bot.id, app_id: bot.app } : {}),
    ...(message.blocks ? { blocks: message.blocks } : {}),
    ...(message.files ? { files: message.files } : {}),
    ...(message.threadTs ? { thread_ts: message.threadTs } : {}),
    ...(message.edited ? { edited: { user: message.user, ts: message.edited } } : {}),
    ...(options.metadata && message.metadata ? { metadata: message.metadata } : {}),
    ...threadJson(options.thread),
  };
}

function threadJson(thread: ThreadFacts | undefined): Record<string, unknown> {
  if (!thread) return {};
  return {
    reply_count: thread.replyCount,
    reply_users_count: thread.replyUsers.length,
    reply_users: thread.replyUsers,
    latest_reply: thread.latestReply,
  };
}
