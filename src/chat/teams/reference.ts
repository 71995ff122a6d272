import { z } from 'zod';
import { isLoopbackHost } from '../../domain/loopback';

/** How to reach a conversation later: what is kept of every activity. Opaque to all others. */
const referenceSchema = z.object({
  serviceUrl: z.url({ protocol: /^https?$/ }),
  /** Without `;messageid=…`. */
  conversation: z.string().min(1),
  type: z.enum(['channel', 'groupChat', 'personal']),
  tenant: z.string().min(1),
  bot: z.object({ id: z.string().min(1), name: z.string().optional() }),
});

export type Reference = z.infer<typeof referenceSchema>;

/** Null for a conversation never heard from, and for what does not read as a reference. */
export function readReference(stored: unknown): Reference | null {
  const parsed = referenceSchema.safeParse(stored);
  return parsed.success ? parsed.data : null;
}

/** A channel's thread is told apart by a suffix: `19:…@thread.tacv2;messageid=1700000000000`. */
export function withoutThread(conversation: string): string {
  return conversation.split(';', 1)[0] ?? conversation;
}

/** `http://127.0.0.1:56150/_connector`: an address of this machine. */
export function isLoopbackUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  return isLoopbackHost(new URL(url).hostname);
}
