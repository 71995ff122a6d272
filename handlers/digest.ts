import { z } from 'zod';
import { fail, ok } from '../src/domain/failure';
import { findDigest, tenantWord } from './find-digest';
import { defineVerb } from './verb';

export const digest = defineVerb({
  name: 'digest',
  aliases: [],
  summary: 'The digest of a night, as it was posted',
  usage: '<tenant> [night]',
  example: 'digest CHEM 2026-11-18',
  options: [],
  words: ['tenant', 'night'],
  args: z.object({
    tenant: tenantWord,
    night: z.iso.date('a night is the date of its evening, YYYY-MM-DD').optional(),
  }),
  async answer(args, ask) {
    const found = await findDigest(args.tenant, args.night, ask);
    if (!found.ok) return found;
    const rendered = await ask.deps.render('digest', String(found.value.digest.id), found.value.place);
    if (!rendered) return fail('NO_DIGEST');
    return ok({ card: rendered.card });
  },
});
