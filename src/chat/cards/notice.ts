import type { Block, Card, Span } from '../card';
import { countWord, momentWord } from './words';

/** Something the manager must know. `detail` is read by the keys that the kind names below; what is missing is left out. */
export interface Notice {
  /**
   * server-unreadable: subject = server; since, reason. delivery-off: subject = conversation; name, tenant, reason.
   * node-reregistered: subject = node; server, before, after (walls). rows-refused: subject = server; count, rows
   * (query and reason). nodes-suspicious: subject = server; reason, nodes (names). Any other kind: reason.
   */
  kind: string;
  subject: string;
  detail: Record<string, unknown>;
  /** Instants, ISO. */
  openedAt: string;
  closedAt: string | null;
}

const mostListed = 10;

/** One finding for the manager's channel; edited when it changes and when it is over. */
export function noticeCard(notice: Notice, zone: string): Card {
  const { answer, next, list } = sentence(notice, zone);
  const over = notice.closedAt === null ? null : `Over since ${momentWord(notice.closedAt, zone)}.`;
  const blocks: Block[] = [
    {
      type: 'banner',
      tone: over === null ? 'warning' : 'good',
      spans: over === null ? answer : [{ bold: over }, ' ', ...answer],
    },
  ];
  if (list.length > 0) {
    const rows = list
      .slice(0, mostListed)
      .map((item) => ({ tag: item.tag, tone: 'neutral' as const, name: item.name, text: item.text }));
    blocks.push({ type: 'rows', rows, total: list.length });
  }
  if (over === null && next !== '') blocks.push({ type: 'text', spans: [{ bold: 'Do this' }, ` ${next}`] });
  blocks.push({ type: 'note', spans: [`since ${momentWord(notice.openedAt, zone)}`] });
  const plain = answer.map(plainSpan).join('');
  return { kind: 'notice', title: '', fallback: over === null ? plain : `${over} ${plain}`, blocks, buttons: [] };
}

interface Told {
  answer: Span[];
  next: string;
  list: { tag: string; name: string; text: Span[] }[];
}

function sentence(notice: Notice, zone: string): Told {
  const { subject, detail } = notice;
  const reason = text(detail['reason']);
  const because = reason === '' ? '' : ` ${reason}`;
  switch (notice.kind) {
    case 'server-unreadable': {
      const since = text(detail['since']);
      const when = since === '' ? 'cannot be read.' : `cannot be read since ${momentWord(since, zone)}.`;
      return {
        answer: [{ code: subject }, { bold: ` ${when}` }, because],
        next: 'Check the Operations Center, the network and the account of the bot. Digests say "no data" until then.',
        list: [],
      };
    }
    case 'delivery-off': {
      const name = text(detail['name']);
      const tenant = text(detail['tenant']);
      const whose = tenant === '' ? '' : ` of ${tenant}`;
      return {
        answer: [
          { bold: 'Nothing is delivered any more to ' },
          { code: name || subject },
          { bold: `${whose}.` },
          because,
        ],
        next: 'Put it right in the chat, then add the bot to the channel again: what is due is kept until then.',
        list: [],
      };
    }
    case 'node-reregistered': {
      const server = text(detail['server']);
      const before = text(detail['before']);
      const after = text(detail['after']);
      const dates = before !== '' && after !== '' ? ` Registered ${before} before, ${after} now.` : '';
      return {
        answer: [
          { code: subject },
          { bold: ` was registered anew${server === '' ? '' : ` on ${server}`}:` },
          ` it counts as a new node with an empty history.${dates}`,
        ],
        next: 'If it is the same machine, nothing has to be done; its older nights stay under the old registration.',
        list: [],
      };
    }
    case 'rows-refused': {
      const count = typeof detail['count'] === 'number' ? detail['count'] : 0;
      return {
        answer: [
          { bold: `${countWord(count, 'row')} of ` },
          { code: subject },
          { bold: ' could not be read' },
          ' and are in no count.',
          because,
        ],
        next: 'Send these lines to the makers of Backchat: the server answers in a form that it does not know.',
        list: entries(detail['rows']).map((row) => ({
          tag: 'ROW',
          name: text(row['query']),
          text: [text(row['reason'])],
        })),
      };
    }
    case 'nodes-suspicious': {
      const nodes = Array.isArray(detail['nodes']) ? detail['nodes'].map(text) : [];
      return {
        answer: [
          { bold: `The list of nodes of ` },
          { code: subject },
          { bold: ' looks wrong' },
          ' and was not believed.',
          because,
        ],
        next: 'Look at the server: if the nodes are really gone, the next readings will say so again and be believed.',
        list: nodes.map((name) => ({ tag: 'NODE', name, text: [] })),
      };
    }
    default:
      return { answer: [{ bold: notice.kind }, ' ', { code: subject }, because], next: '', list: [] };
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

function entries(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value)
    ? value.filter((item): item is Record<string, unknown> => typeof item === 'object' && item !== null)
    : [];
}

function plainSpan(span: Span): string {
  if (typeof span === 'string') return span;
  if ('bold' in span) return span.bold;
  if ('code' in span) return span.code;
  return 'mention' in span ? span.mention.name : span.text;
}
