import { z } from 'zod';
import { detailsCard, pageOf, pageSize } from '../src/chat/cards/details';
import { subtrees } from '../src/domain/access';
import { causeNamed } from '../src/domain/catalogue';
import { countsOf } from '../src/domain/counts';
import { ok } from '../src/domain/failure';
import { lineOf } from '../src/domain/grouping';
import { settingsIn } from '../src/domain/settings';
import { findDigest, tenantWord } from './find-digest';
import { defineVerb } from './verb';

export const details = defineVerb({
  name: 'details',
  aliases: ['list'],
  summary: 'Every node of a night, worst first, page by page',
  usage: '<tenant> <night> [page:N]',
  example: 'details CHEM 2026-11-18 page:2',
  options: ['page'],
  words: ['tenant', 'night'],
  args: z.object({
    tenant: tenantWord,
    night: z.iso.date('a night is the date of its evening, YYYY-MM-DD'),
    page: z.coerce.number('a page is a number from 1').int().min(1).default(1),
  }),
  async answer(args, ask) {
    const found = await findDigest(args.tenant, args.night, ask);
    if (!found.ok) return found;
    const { tenant, digest } = found.value;
    const { store } = ask.deps;
    const tenants = ask.scope.tenants;
    const settings = settingsIn(tenants, tenant.id);
    const below = [...subtrees(tenants, [tenant.id])];
    // Names of nodes are personal data for some: they are counted, not listed, also in the list of a tenant above.
    const named = new Set(below.filter((id) => !settingsIn(tenants, id).personal));
    const tallies = await store.tally(below, args.night);
    const total = countsOf(tallies.filter((tally) => named.has(tally.tenantId))).scheduled;
    const { page, offset } = pageOf(args.page, total);
    const rows = await store.worstNodeNights([...named], args.night, offset, pageSize);
    return ok({
      card: detailsCard({
        tenant,
        night: args.night,
        zone: settings.zone,
        asOf: digest.content.asOf,
        counts: countsOf(tallies),
        lines: rows.map((row) => ({ ...lineOf(row, settings), cause: row.cause && causeNamed(row.cause).sentence })),
        total,
        page,
      }),
    });
  },
});
