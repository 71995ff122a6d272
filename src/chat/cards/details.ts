import type { Counts } from '../../domain/digest';
import type { Night } from '../../domain/node-night';
import type { Button, Card } from '../card';
import { type NodeLine, nodeRow } from './lines';
import { asOfWord, badCount, countWord, dot, nightWord, numberWord, okWord } from './words';

/** Nodes on one page: a screenful, and far within the budgets of both platforms. */
export const pageSize = 20;

/** A node of the night. `cause` is the catalogue's sentence, null when all is well. */
export type DetailsLine = NodeLine & { cause: string | null };

export interface DetailsContext {
  tenant: { path: string; name: string };
  night: Night;
  zone: string;
  /** Instant, ISO. */
  asOf: string;
  counts: Counts;
  /** The nodes of this page, worst first. */
  lines: readonly DetailsLine[];
  /** Nodes on all pages together. */
  total: number;
  /** From 1. */
  page: number;
}

/** The page that is shown when one is asked for: one that does not exist becomes the nearest. `offset`: nodes on the pages before. */
export function pageOf(wanted: number, total: number): { page: number; pages: number; offset: number } {
  const pages = Math.max(1, Math.ceil(total / pageSize));
  const page = Math.min(Math.max(1, Math.trunc(wanted)), pages);
  return { page, pages, offset: (page - 1) * pageSize };
}

/** Every node of a tenant and night, worst first, page by page. For the asker alone. */
export function detailsCard(context: DetailsContext): Card {
  const { tenant, night, counts, total, lines } = context;
  const { page, pages } = pageOf(context.page, total);
  const place = pages > 1 ? `page ${page} of ${pages}${dot}` : '';
  const bad = `${numberWord(badCount(counts))} not OK${dot}${numberWord(counts.unknown)} unknown`;
  const bare = `${tenant.path} ${night}`;
  const buttons: Button[] = [];
  if (page > 1) buttons.push({ label: 'Previous', verb: 'details', args: `${bare} page:${page - 1}` });
  if (page < pages)
    buttons.push({ label: 'Next', verb: 'details', args: `${bare} page:${page + 1}`, style: 'primary' });
  buttons.push({ label: 'Back', verb: 'digest', args: bare });
  const names = lines.slice(0, 3).map((line) => line.node);
  return {
    kind: 'details',
    title: `${tenant.name}${dot}night ${nightWord(night)}${dot}all nodes`,
    fallback: `${tenant.name}, night ${nightWord(night)}: ${okWord(counts)}, ${bad}: ${names.join(', ')}`,
    blocks: [
      { type: 'text', spans: [{ bold: okWord(counts) }, `${dot}${bad}`] },
      {
        type: 'rows',
        rows: lines.map((line) => nodeRow(line, line.cause)),
        // The pages before and after are told in the note below, not as "more".
        total: lines.length,
      },
      {
        type: 'note',
        spans: [`${place}${countWord(total, 'node')}${dot}${asOfWord(context.asOf, night, context.zone)}`],
      },
    ],
    buttons,
  };
}
