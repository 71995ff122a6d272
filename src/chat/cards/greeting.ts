import type { Card, Span } from '../card';

export interface Greeting {
  /** Name of the backup service. */
  service: string;
  provider: 'slack' | 'teams';
  /** A chat is with one person: it needs no binding. */
  kind: 'channel' | 'chat';
  workspace: string;
  conversation: string;
  /** What the channel is bound to. */
  bindings: {
    tenant: { path: string; name: string };
    purpose: 'digest' | 'manager' | 'approvals';
    digest: string;
    zone: string;
  }[];
  /** Names of the people who may bind it. */
  managers: readonly string[];
}

/** Said once when the bot comes to a channel: what will appear here, or which ids to give to whom. */
export function greetingCard(greeting: Greeting): Card {
  const [first] = greeting.bindings;
  if (greeting.kind === 'chat') return welcomeCard(greeting);
  if (!first) return unboundCard(greeting);
  const lines = greeting.bindings.map((binding): Span[] => [
    { bold: binding.tenant.name },
    ' (',
    { code: binding.tenant.path },
    `): ${purposeWord(binding.purpose, binding.digest, binding.zone)}`,
  ]);
  return {
    kind: 'greeting',
    title: '',
    fallback: `${greeting.service}: this channel belongs to ${greeting.bindings.map((binding) => binding.tenant.name).join(', ')}.`,
    blocks: [
      { type: 'text', spans: [`This channel is connected to ${greeting.service}.`] },
      ...lines.map((spans) => ({ type: 'text' as const, spans })),
      { type: 'note', spans: ['Ask with ', { code: greeting.provider === 'slack' ? '/backup help' : 'help' }, '.'] },
    ],
    buttons: [{ label: 'Help', verb: 'help', args: '' }],
  };
}

function unboundCard(greeting: Greeting): Card {
  const platform = greeting.provider === 'slack' ? 'Slack' : 'Teams';
  const whom = greeting.managers.length > 0 ? greeting.managers.join(' or ') : 'whoever keeps backchat.yaml';
  const answer = `This channel is not bound to a department yet, so nothing will appear here. Give these two ids to ${whom}.`;
  return {
    kind: 'greeting',
    title: '',
    fallback: answer,
    blocks: [
      { type: 'text', spans: [answer] },
      {
        type: 'facts',
        facts: [
          { name: `${platform} workspace`, value: [{ code: greeting.workspace }] },
          { name: 'Channel', value: [{ code: greeting.conversation }] },
        ],
      },
    ],
    buttons: [],
  };
}

function welcomeCard(greeting: Greeting): Card {
  const answer = `This is the chat desk of ${greeting.service}. Ask about the backups of your machines here; the answers are for you alone.`;
  return {
    kind: 'greeting',
    title: '',
    fallback: answer,
    blocks: [
      { type: 'text', spans: [answer] },
      { type: 'note', spans: ['For example ', { code: 'status MYPC.IT' }, ' or ', { code: 'whoami' }, '.'] },
    ],
    buttons: [{ label: 'Help', verb: 'help', args: '' }],
  };
}

function purposeWord(purpose: Greeting['bindings'][number]['purpose'], digest: string, zone: string): string {
  switch (purpose) {
    case 'digest':
      return `last night's backups every morning at ${digest} (${zone})`;
    case 'manager':
      return `the service's morning report at ${digest} (${zone}), and what needs a decision`;
    case 'approvals':
      return 'requests that wait for a decision';
  }
}
