import type { Card } from '../card';

/** One sentence and nothing else. */
export function plainCard(kind: string, sentence: string): Card {
  return { kind, title: '', fallback: sentence, blocks: [{ type: 'text', spans: [sentence] }], buttons: [] };
}
