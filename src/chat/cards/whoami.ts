import type { Block, Card, Span } from '../card';
import { dateWord } from './words';

export interface Whoami {
  name: string;
  provider: 'slack' | 'teams';
  workspace: string;
  user: string;
  standing: 'member' | 'guest' | 'outsider';
  /** Null: the ids are not linked to a person. `until` = ISO date, inclusive. */
  person: { key: string; name: string; roles: { role: string; tenant: string; until: string | null }[] } | null;
  /** Where it was asked, by the platform's id. */
  conversation: string;
  /** What this place is bound to; null = not for this asker to know. */
  bindings: { tenant: string; purpose: string }[] | null;
}

/** Who the bot takes the asker for, and the ids that an administrator needs to change that. */
export function whoamiCard(who: Whoami): Card {
  const platform = who.provider === 'slack' ? 'Slack' : 'Teams';
  const answer = who.person
    ? `You are ${who.person.name} (${who.person.key}) with ${countRoles(who.person.roles.length)}.`
    : `Backchat does not know you: this ${platform} account is not linked to a person.`;
  const facts: { name: string; value: Span[] }[] = (who.person?.roles ?? []).map((held) => ({
    name: held.role,
    value: [{ code: held.tenant }, held.until === null ? '' : ` until ${dateWord(held.until)}`],
  }));
  facts.push(
    ...(who.bindings ? [{ name: 'This place', value: placeSpans(who.bindings) }] : []),
    { name: 'Standing', value: [standingWord(who.standing)] },
    { name: `${platform} workspace`, value: [{ code: who.workspace }] },
    { name: `${platform} user`, value: [{ code: who.user }] },
    { name: 'Conversation', value: [{ code: who.conversation }] },
  );
  const blocks: Block[] = [
    { type: 'text', spans: [answer] },
    { type: 'facts', facts },
  ];
  if (!who.person) {
    blocks.push({
      type: 'note',
      spans: ['Give workspace and user to whoever keeps backchat.yaml: they belong under people, accounts.'],
    });
  }
  return { kind: 'whoami', title: '', fallback: answer, blocks, buttons: [] };
}

function countRoles(count: number): string {
  if (count === 0) return 'no role';
  return count === 1 ? '1 role' : `${count} roles`;
}

function placeSpans(bindings: NonNullable<Whoami['bindings']>): Span[] {
  if (bindings.length === 0) return ['bound to nothing'];
  return bindings.flatMap((binding, index) => [
    index > 0 ? ', ' : '',
    { code: binding.tenant },
    ` (${binding.purpose})`,
  ]);
}

function standingWord(standing: Whoami['standing']): string {
  switch (standing) {
    case 'member':
      return 'full member';
    case 'guest':
      return 'guest: may not ask about backups';
    case 'outsider':
      return 'from outside this workspace';
  }
}
