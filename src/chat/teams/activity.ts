import { z } from 'zod';
import type { Surface } from '../call';
import { type Reference, withoutThread } from './reference';

const account = z.object({ id: z.string().min(1), name: z.string().optional(), aadObjectId: z.string().optional() });

/** The part of a Bot Framework activity that is read here. */
export const activitySchema = z.object({
  type: z.string().min(1),
  id: z.string().optional(),
  channelId: z.string(),
  serviceUrl: z.url({ protocol: /^https?$/ }),
  from: account.optional(),
  recipient: account,
  conversation: z.object({
    id: z.string().min(1),
    conversationType: z.string().optional(),
    tenantId: z.string().optional(),
    name: z.string().nullish(),
  }),
  text: z.string().nullish(),
  name: z.string().optional(),
  action: z.string().optional(),
  value: z.unknown().optional(),
  entities: z.array(z.unknown()).nullish(),
  membersAdded: z.array(account).nullish(),
  membersRemoved: z.array(account).nullish(),
  channelData: z
    .object({
      tenant: z.object({ id: z.string() }).nullish(),
      team: z.object({ id: z.string(), name: z.string().nullish() }).nullish(),
      channel: z.object({ id: z.string(), name: z.string().nullish() }).nullish(),
      eventType: z.string().nullish(),
    })
    .nullish(),
});

export type Incoming = z.infer<typeof activitySchema>;

/** The Entra tenant in which it happened; null when the activity does not say. */
export function tenantOf(activity: Incoming): string | null {
  return activity.conversation.tenantId ?? activity.channelData?.tenant?.id ?? null;
}

export function conversationType(activity: Incoming): Reference['type'] {
  const type = activity.conversation.conversationType;
  if (type === 'channel' || type === 'groupChat') return type;
  return 'personal';
}

/** A group chat is a shared place like a channel: what is said there is seen by all. */
export function surfaceOf(activity: Incoming, tenant: string): Surface {
  return {
    provider: 'teams',
    workspace: tenant,
    conversation: withoutThread(activity.conversation.id),
    kind: conversationType(activity) === 'personal' ? 'chat' : 'channel',
  };
}

export function referenceOf(activity: Incoming, tenant: string): Reference {
  const { recipient } = activity;
  return {
    serviceUrl: activity.serviceUrl,
    conversation: withoutThread(activity.conversation.id),
    type: conversationType(activity),
    tenant,
    bot: { id: recipient.id, ...(recipient.name && { name: recipient.name }) },
  };
}

/** The place as people call it: `University / Chemistry`. */
export function placeName(activity: Incoming): string | undefined {
  const { team, channel } = activity.channelData ?? {};
  const own = channel?.name ?? activity.conversation.name;
  return [team?.name, own].filter((part) => part).join(' / ') || undefined;
}

const mention = z.object({
  type: z.literal('mention'),
  text: z.string().min(1),
  mentioned: z.object({ id: z.string() }),
});

/**
 * What was asked, as plain words. A mention of the bot, HTML, non-breaking spaces and a leading `/backup` are taken off;
 * mentions of other people stay as their names. At most 4,000 characters.
 */
export function wordsOf(activity: Incoming): string {
  let text = activity.text ?? '';
  for (const entity of activity.entities ?? []) {
    const parsed = mention.safeParse(entity);
    if (parsed.success && parsed.data.mentioned.id === activity.recipient.id)
      text = text.split(parsed.data.text).join(' ');
  }
  return plain(text.slice(0, 8_000))
    .replace(/^\/backup\b\s*/i, '')
    .slice(0, 4_000);
}

const entityCharacters: Record<string, string> = { nbsp: ' ', amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function plain(text: string): string {
  return text
    .replace(/<[^<>]{0,500}>/g, ' ')
    .replace(/&(?:#(\d{1,6})|#x([0-9a-f]{1,6})|([a-z]{2,5}));/gi, (whole, decimal, hex, name) => {
      if (name) return entityCharacters[String(name).toLowerCase()] ?? whole;
      const point = decimal ? Number(decimal) : Number.parseInt(String(hex), 16);
      return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    })
    .replace(/[\s\u200b\ufeff]+/g, ' ')
    .trim();
}

const clicked = z.object({ text: z.string().min(1).max(4_000) });
const execute = z.object({ action: z.object({ verb: z.literal('backchat'), data: clicked }) });

/** The words behind a pressed Action.Execute; null when the invoke is not one of ours. */
export function executedWords(activity: Incoming): string | null {
  const parsed = execute.safeParse(activity.value);
  return parsed.success ? parsed.data.action.data.text : null;
}

/** The words behind a pressed Action.Submit (clients that do not know Action.Execute); null for typed messages. */
export function submittedWords(activity: Incoming): string | null {
  const parsed = clicked.safeParse(activity.value);
  return parsed.success ? parsed.data.text : null;
}
