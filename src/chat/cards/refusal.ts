import type { FailureCode } from '../../domain/failure';
import type { Card, Span } from '../card';

/** Ids that somebody needs to put it right: `{ name: 'Your Slack user', value: 'U0TESS' }`. */
export interface RefusalId {
  name: string;
  value: string;
}

/** Why a question was not answered. `reason` is a whole sentence that says what to do,
 * what is between backticks is shown as typed; the code is for whoever is asked for help. */
export function refusalCard(code: FailureCode, reason: string, ids: readonly RefusalId[] = []): Card {
  return {
    kind: 'refusal',
    title: '',
    fallback: reason.replaceAll('`', ''),
    blocks: [
      { type: 'text', spans: codeSpans(reason) },
      ...(ids.length > 0
        ? [{ type: 'facts' as const, facts: ids.map((id) => ({ name: id.name, value: [{ code: id.value }] })) }]
        : []),
      { type: 'note', spans: [{ code: code }] },
    ],
    buttons: [],
  };
}

function codeSpans(reason: string): Span[] {
  return reason.split('`').map((part, index) => (index % 2 === 1 ? { code: part } : part));
}
