import { z } from 'zod';
import { helpCard } from '../src/chat/cards/help';
import { fail, ok } from '../src/domain/failure';
import { nearest } from '../src/domain/nearest';
import { defineVerb, type Verb } from './verb';

export const help = defineVerb({
  name: 'help',
  aliases: ['?'],
  summary: 'What can be asked here',
  usage: '[command]',
  example: 'help status',
  options: [],
  words: ['command'],
  args: z.object({ command: z.string().optional() }),
  async answer({ command }, { verbs }) {
    if (command === undefined) return ok({ card: helpCard(verbs) });
    const verb = findVerb(verbs, command.toLowerCase());
    return verb ? ok({ card: helpCard([verb]) }) : fail('UNKNOWN_VERB', unknownVerb(verbs, command));
  },
});

export function findVerb(verbs: readonly Verb[], name: string): Verb | undefined {
  return verbs.find((verb) => verb.name === name || verb.aliases.includes(name));
}

export function unknownVerb(verbs: readonly Verb[], typed: string): string {
  const near = nearest(
    typed,
    verbs.map((verb) => verb.name),
  );
  const hint = near ? ` Did you mean \`${near}\`?` : '';
  return `There is no command \`${typed}\`.${hint} \`/backup help\` lists what there is.`;
}
