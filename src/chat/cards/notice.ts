import type { Block, Card, Span } from '../card';
import { countWord, momentWord } from './words';

/** Something the manager must know. `detail` is read by the keys that the kind names below; what is missing is left out. */
export interface Notice {
  /**
   * server-unreadable: server, reason. delivery-off, delivery-failed: place, provider, reason. node-reregistered: server,
   * node, before, now (walls). rows-refused: server, count, query, first (why the first did not fit). nodes-suspicious:
   * server, reason. Any other kind: reason.
   */
  kind: string;
  subject: string;
  detail: Record<string, unknown>;
  /** Instants, ISO. */
  openedAt: string;
  closedAt: string | null;
}

/** One finding for the manager's channel; edited when it changes and when it is over. */
export function noticeCard(notice: Notice, zone: string): Card {
  const { answer, next, over } = sentence(notice);
  const since = `since ${momentWord(notice.openedAt, zone)}`;
  if (notice.closedAt !== null) {
    const spans = over ?? [{ bold: 'Over: ' }, ...answer];
    const until = `${since}, over ${momentWord(notice.closedAt, zone)}`;
    return card(spans, [
      { type: 'banner', tone: 'good', spans },
      { type: 'note', spans: [until] },
    ]);
  }
  const blocks: Block[] = [{ type: 'banner', tone: 'warning', spans: answer }];
  if (next !== '') blocks.push({ type: 'text', spans: [{ bold: 'Do this' }, ` ${next}`] });
  return card(answer, [...blocks, { type: 'note', spans: [since] }]);
}

function card(answer: readonly Span[], blocks: Block[]): Card {
  return { kind: 'notice', title: '', fallback: answer.map(plainSpan).join(''), blocks, buttons: [] };
}

interface Told {
  answer: Span[];
  next: string;
  /** What to say when it is over. */
  over?: Span[];
}

function sentence(notice: Notice): Told {
  const { subject, detail } = notice;
  const server = text(detail['server']) || subject;
  const because = text(detail['reason']) === '' ? '' : ` ${text(detail['reason'])}`;
  switch (notice.kind) {
    case 'server-unreadable':
      return {
        answer: [{ bold: 'Server ' }, { code: server }, { bold: ' cannot be read.' }, because],
        next: 'Check the server, the network and the account of the bot. Digests say "no data" until then and nothing ages.',
        over: [{ bold: 'Server ' }, { code: server }, { bold: ' can be read again.' }],
      };
    case 'delivery-off':
      return {
        answer: [
          { bold: 'Nothing is delivered any more to ' },
          { code: text(detail['place']) || subject },
          `.${because}`,
        ],
        next: 'Put it right in the chat, then add the bot to the channel again: what is due there is kept until then.',
        over: [{ bold: 'Messages go again to ' }, { code: text(detail['place']) || subject }, '.'],
      };
    case 'delivery-failed':
      return {
        answer: [
          { bold: 'A message could not be delivered to ' },
          { code: text(detail['place']) || subject },
          `.${because}`,
        ],
        next: 'Later messages are still tried. If the sentence above does not tell what to do, look at the log.',
      };
    case 'node-reregistered': {
      const [before, now] = [text(detail['before']), text(detail['now'])];
      const dates = before !== '' && now !== '' ? ` Registered ${before} before, ${now} now (time of the server).` : '';
      return {
        answer: [
          { code: text(detail['node']) || subject },
          { bold: ' was registered anew' },
          { bold: text(detail['server']) === '' ? '' : ` on ${text(detail['server'])}` },
          `. It counts as a new node with an empty history.${dates}`,
        ],
        next: 'Nothing, if that was meant. The older nights stay under the old registration.',
      };
    }
    case 'rows-refused': {
      const count = typeof detail['count'] === 'number' ? detail['count'] : 0;
      const first =
        text(detail['first']) === ''
          ? ''
          : ` The first, of ${text(detail['query']) || 'a query'}: ${text(detail['first'])}`;
      return {
        answer: [
          { bold: `${countWord(count, 'row')} of ` },
          { code: server },
          { bold: ' could not be read' },
          ` and are in no count.${first}`,
        ],
        next: 'Report it with this sentence: the server answers in a form that Backchat does not know.',
      };
    }
    case 'nodes-suspicious':
      return {
        answer: [
          { bold: 'The list of nodes of ' },
          { code: server },
          { bold: ' looks wrong' },
          ` and was not believed.${because}`,
        ],
        next: 'Look at the server. Nothing was changed here; the list is read again with the next inventory.',
      };
    case 'digest-failed':
      return {
        answer: [
          { bold: 'The digest of ' },
          { code: subject },
          { bold: ' could not be made' },
          `: a mistake of ours.${because}`,
        ],
        next: 'Report it with the lines of the log. The other departments have theirs.',
      };
    default:
      return { answer: [{ bold: notice.kind }, ' ', { code: subject }, because], next: '' };
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

function plainSpan(span: Span): string {
  if (typeof span === 'string') return span;
  if ('bold' in span) return span.bold;
  if ('code' in span) return span.code;
  return 'mention' in span ? span.mention.name : span.text;
}
