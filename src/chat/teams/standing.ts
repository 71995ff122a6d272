import type { TurnContext } from 'botbuilder';
import { z } from 'zod';
import type { Clock } from '../../domain/clock';
import type { Standing } from '../call';
import { ConnectorError } from './connector-http';

/** A member's standing seldom changes; Teams allows 14 member look-ups a second and thread. */
const keepMinutes = 10;
/** Enough for every member of a large team; the oldest goes first. */
const keepAtMost = 5_000;

const member = z.object({
  tenantId: z.string().nullish(),
  userRole: z.string().nullish(),
  userPrincipalName: z.string().nullish(),
});

export interface StandingBook {
  /** Throws ConnectorError when Teams cannot be asked. */
  of(context: TurnContext, tenant: string, conversation: string, userId: string): Promise<Standing>;
}

/** Who is a full member of the team or chat, and who only a guest there; remembered for ten minutes. */
export function standingBook(clock: Clock): StandingBook {
  const known = new Map<string, { standing: Standing; until: number }>();
  return {
    async of(context, tenant, conversation, userId) {
      const key = `${tenant} ${conversation} ${userId}`;
      const now = clock.now().toMillis();
      const remembered = known.get(key);
      if (remembered && remembered.until > now) return remembered.standing;
      const standing = await ask(context, tenant, conversation, userId);
      known.delete(key);
      known.set(key, { standing, until: now + keepMinutes * 60_000 });
      const oldest = known.keys().next();
      if (known.size > keepAtMost && !oldest.done) known.delete(oldest.value);
      return standing;
    },
  };
}

/** The part of the SDK's connector client that is used; the turn carries one. */
interface Roster {
  conversations: { getConversationMember(conversationId: string, memberId: string): Promise<unknown> };
}

/** Asks the roster of the conversation, not of the team: private and shared channels have their own. */
async function ask(context: TurnContext, tenant: string, conversation: string, userId: string): Promise<Standing> {
  const roster = context.turnState.get<Roster>(context.adapter.ConnectorClientKey);
  let answer: unknown;
  try {
    answer = await roster.conversations.getConversationMember(conversation, userId);
  } catch (error) {
    if (error instanceof ConnectorError && error.status === 404) return 'outsider';
    throw error;
  }
  const found = member.parse(answer);
  if (found.tenantId && found.tenantId !== tenant) return 'outsider';
  if (found.userRole === 'anonymous') return 'outsider';
  if (found.userRole === 'guest' || found.userPrincipalName?.includes('#EXT#')) return 'guest';
  return 'member';
}
