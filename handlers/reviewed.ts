import { z } from 'zod';
import { plainCard } from '../src/chat/cards/plain';
import { ok } from '../src/domain/failure';
import { findDigest, tenantWord } from './find-digest';
import { defineVerb } from './verb';

export const reviewed = defineVerb({
  name: 'reviewed',
  aliases: ['review'],
  summary: 'Note that you have read a digest; everyone sees who did',
  usage: '<tenant> <night>',
  example: 'reviewed CHEM 2026-11-18',
  options: [],
  words: ['tenant', 'night'],
  args: z.object({ tenant: tenantWord, night: z.iso.date('a night is the date of its evening, YYYY-MM-DD') }),
  async answer(args, ask) {
    const found = await findDigest(args.tenant, args.night, ask);
    if (!found.ok) return found;
    const { call, scope, deps } = ask;
    const { digest, tenant, place } = found.value;
    const name = scope.person?.name ?? call.identity.name;
    // Also those that are on their way: what was drawn before this review would not show it.
    const copies = (await deps.store.copiesOf('digest', String(digest.id))).filter((copy) => copy.state !== 'lost');
    const { first, intents } = await deps.store.commit(async (tx) => {
      const first = await tx.reviewDigest(digest.id, place.workspace.id, call.identity.user, name);
      if (!first) return { first, intents: [] };
      const intents = await tx.want(
        copies.map((copy) => ({
          conversationId: copy.conversationId,
          card: 'digest',
          objectId: String(digest.id),
          version: first,
          correlation: call.id,
        })),
      );
      return { first, intents };
    });
    await deps.queue.addMany(
      intents.map((id) => ({ job: 'deliver', object: String(id), version: 0, correlation: call.id })),
    );
    const sentence = first
      ? `Noted: ${name} has read the digest of ${tenant.name}.`
      : `It was noted before that you have read the digest of ${tenant.name}.`;
    const rendered = await deps.render('digest', String(digest.id), place);
    return ok({ card: plainCard('reviewed', sentence), ...(rendered ? { inPlace: rendered.card } : {}) });
  },
});
