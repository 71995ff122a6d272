import type { Card } from '../card';

/** One name, several nodes: a button for each server that has it. */
export function chooserCard(node: string, choices: readonly { label: string; args: string }[]): Card {
  const servers = choices.map((choice) => choice.label).join(', ');
  return {
    kind: 'chooser',
    title: '',
    fallback: `${node} exists on ${servers}: which one?`,
    blocks: [{ type: 'text', spans: [{ code: node }, ` exists on ${servers}. Which one?`] }],
    buttons: choices.map(({ label, args }) => ({ label, verb: 'status', args })),
  };
}
