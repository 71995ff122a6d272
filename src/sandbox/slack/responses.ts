import { randomBytes } from 'node:crypto';
import type { DateTime } from 'luxon';
import { z } from 'zod';
import { checkBlocks, type SlackBlock } from './blocks';
import { bot } from './ids';
import {
  addEphemeral,
  addMessage,
  editEphemeral,
  editMessage,
  findEphemeral,
  findMessage,
  removeEphemeral,
  removeMessage,
  type Workspace,
} from './workspace';

/** docs.slack.dev/interactivity/handling-user-interaction: five uses within thirty minutes. */
const maxUses = 5;
const lifeMinutes = 30;

/** Where an answer belongs: who asked, in which channel, and from which message if it was a click. */
export interface Origin {
  channel: string;
  user: string;
  message?: { ts: string; ephemeral: boolean };
}

const payloadSchema = z.object({
  text: z.string().max(40_000).optional(),
  blocks: z.unknown().optional(),
  response_type: z.enum(['ephemeral', 'in_channel']).optional(),
  replace_original: z.boolean().optional(),
  delete_original: z.boolean().optional(),
  thread_ts: z.string().optional(),
});

type Applied = { ok: true } | { ok: false; error: string; messages?: string[] };

/**
 * Does what an answer to a command or click says: ephemeral unless it says `in_channel`; `replace_original` and
 * `delete_original` work on the clicked message only.
 */
export async function applyAnswer(w: Workspace, origin: Origin, body: unknown): Promise<Applied> {
  const parsed = payloadSchema.safeParse(body);
  if (!parsed.success) return { ok: false, error: 'invalid_payload' };
  const said = parsed.data;
  const clicked = origin.message;
  if (said.delete_original && clicked) {
    await (clicked.ephemeral ? removeEphemeral : removeMessage)(w, origin.channel, clicked.ts);
    if (said.text === undefined && said.blocks === undefined) return { ok: true };
  }
  let blocks: SlackBlock[] | null = null;
  if (said.blocks !== undefined) {
    const checked = checkBlocks(said.blocks);
    if (!checked.ok) return { ok: false, error: checked.error, messages: checked.messages };
    blocks = checked.blocks.length > 0 ? checked.blocks : null;
  }
  const text = said.text ?? '';
  if (text === '' && !blocks) return { ok: false, error: 'no_text' };
  if (said.replace_original && clicked && (await replace(w, origin, { text, blocks }))) return { ok: true };
  const place = { channel: origin.channel, user: bot.user, text, blocks, threadTs: said.thread_ts ?? null };
  if (said.response_type === 'in_channel') await addMessage(w, place);
  else await addEphemeral(w, { ...place, toUser: origin.user });
  return { ok: true };
}

/** False when the original is gone. */
async function replace(
  w: Workspace,
  origin: Origin,
  content: { text: string; blocks: SlackBlock[] | null },
): Promise<boolean> {
  if (!origin.message) return false;
  const { ts, ephemeral } = origin.message;
  if (ephemeral) {
    const old = await findEphemeral(w, origin.channel, ts);
    if (old) await editEphemeral(w, { ...old, ...content });
    return old !== undefined;
  }
  const old = await findMessage(w, origin.channel, ts);
  if (!old || old.deleted) return false;
  await editMessage(w, old, content);
  return true;
}

export interface Responses {
  /** A new token for a response URL. */
  issue(origin: Origin): string;
  /** Takes what the bot posted to a response URL; `status` is what Slack answers. */
  use(token: string, body: unknown): Promise<Applied & { status: number }>;
}

/** Response URLs live in memory, and so do not survive a restart; Slack's die after half an hour anyway. */
export function openResponses(w: Workspace, machineNow: () => DateTime): Responses {
  const open = new Map<string, { origin: Origin; uses: number; until: DateTime }>();
  return {
    issue(origin) {
      for (const [token, entry] of open) if (entry.until < machineNow()) open.delete(token);
      const token = randomBytes(12).toString('hex');
      open.set(token, { origin, uses: 0, until: machineNow().plus({ minutes: lifeMinutes }) });
      return token;
    },
    async use(token, body) {
      const entry = open.get(token);
      if (!entry || entry.until < machineNow()) return { ok: false, error: 'expired_url', status: 404 };
      if (entry.uses >= maxUses) return { ok: false, error: 'used_url', status: 404 };
      entry.uses += 1;
      const applied = await applyAnswer(w, entry.origin, body);
      return { ...applied, status: applied.ok ? 200 : 400 };
    },
  };
}
