import type { Counts } from '../../domain/digest';
import type { Night, Population } from '../../domain/node-night';
import { outcomes } from '../../domain/outcome';
import type { Button, Card } from '../card';
import { type NodeLine, nodeRow } from './lines';
import { asOfWord, badCount, countWord, dot, nightWord, numberWord, okWord } from './words';

/** Nodes on one page: a screenful, and far within the budgets of both platforms. */
const pageSize = 20;

/** A node of the night. `cause` is the catalogue's sentence, null when all is well. */
export type DetailsLine = NodeLine & { cause: string | null };

export interface DetailsContext {
  tenant: { path: string; name: string };
  night: Night;
  zone: string;
  /** Instant, ISO. */
  asOf: string;
  counts: Counts;
  /** All nodes that were scheduled, in any order. */
  lines: readonly DetailsLine[];
  /** From 1; a page that does not exist becomes the nearest. */
  page: number;
}

/** Every node of a tenant and night, worst first, page by page. For the asker alone. */
export function detailsCard(context: DetailsContext): Card {
  const { tenant, night, counts } = context;
  const pages = Math.max(1, Math.ceil(context.lines.length / pageSize));
  const page = Math.min(Math.max(1, Math.trunc(context.page)), pages);
  const shown = [...context.lines].sort(worstFirst).slice((page - 1) * pageSize, page * pageSize);
  const place = pages > 1 ? `page ${page} of ${pages}${dot}` : '';
  const bad = `${numberWord(badCount(counts))} not OK${dot}${numberWord(counts.unknown)} unknown`;
  const bare = `${tenant.path} ${night}`;
  const buttons: Button[] = [];
  if (page > 1) buttons.push({ label: 'Previous', verb: 'details', args: `${bare} page:${page - 1}` });
  if (page < pages)
    buttons.push({ label: 'Next', verb: 'details', args: `${bare} page:${page + 1}`, style: 'primary' });
  buttons.push({ label: 'Back', verb: 'digest', args: bare });
  const names = shown.slice(0, 3).map((line) => line.node);
  return {
    kind: 'details',
    title: `${tenant.name}${dot}night ${nightWord(night)}${dot}all nodes`,
    fallback: `${tenant.name}, night ${nightWord(night)}: ${okWord(counts)}, ${bad}: ${names.join(', ')}`,
    blocks: [
      { type: 'text', spans: [{ bold: okWord(counts) }, `${dot}${bad}`] },
      {
        type: 'rows',
        rows: shown.map((line) => nodeRow(line, line.cause)),
        // The pages before and after are told in the note below, not as "more".
        total: shown.length,
      },
      {
        type: 'note',
        spans: [
          `${place}${countWord(context.lines.length, 'node')}${dot}${asOfWord(context.asOf, night, context.zone)}`,
        ],
      },
    ],
    buttons,
  };
}

const populations: Population[] = ['new', 'still', 'flapping', 'recovered', 'steady'];

function worstFirst(a: DetailsLine, b: DetailsLine): number {
  return (
    outcomes.indexOf(a.verdict) - outcomes.indexOf(b.verdict) ||
    populations.indexOf(a.population) - populations.indexOf(b.population) ||
    b.streak - a.streak ||
    (a.node < b.node ? -1 : a.node > b.node ? 1 : 0)
  );
}
