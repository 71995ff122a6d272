import type { Card } from '../card';

export interface HelpVerb {
  name: string;
  aliases?: readonly string[];
  summary: string;
  /** Arguments: `<tenant> [night]`. */
  usage: string;
  /** What one types after `/backup`. */
  example: string;
}

/** What can be asked. With one verb: that one in full. */
export function helpCard(verbs: readonly HelpVerb[]): Card {
  const only = verbs.length === 1 ? verbs[0] : undefined;
  if (only) {
    const aliases = only.aliases ?? [];
    return {
      kind: 'help',
      title: '',
      fallback: `${only.name}: ${only.summary}`,
      blocks: [
        { type: 'text', spans: [{ code: `/backup ${only.name} ${only.usage}`.trimEnd() }, ` ${only.summary}`] },
        { type: 'text', spans: ['For example ', { code: `/backup ${only.example}` }] },
        ...(aliases.length > 0 ? [{ type: 'note' as const, spans: [`Also: ${aliases.join(', ')}`] }] : []),
      ],
      buttons: [],
    };
  }
  return {
    kind: 'help',
    title: 'What you can ask',
    fallback: `You can ask: ${verbs.map((verb) => verb.name).join(', ')}`,
    blocks: [
      {
        type: 'facts',
        facts: verbs.map((verb) => ({
          name: verb.summary,
          value: [{ code: `/backup ${verb.example}` }],
        })),
      },
      {
        type: 'note',
        spans: ['In Teams mention the bot instead of typing ', { code: '/backup' }, '. Answers are for you alone.'],
      },
    ],
    buttons: [],
  };
}
