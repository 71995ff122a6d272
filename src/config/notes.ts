import { inherit } from '../domain/settings';
import type { Wanted } from '../store/writer';
import { digestInWindow } from './check-times';
import type { Parts } from './parts';

/**
 * What a careful reader would ask about, although it may be meant so: sentences for the log and for check-config. A file with notes is a good file.
 */
export function notesOf(wanted: Wanted): string[] {
  return [...channelNotes(wanted), ...tieNotes(wanted), ...digestNotes(wanted)];
}

/** The same about the platforms that run beside those that the file speaks of. */
export function platformNotes(wanted: Wanted, parts: Pick<Parts, 'slack' | 'teams'>): string[] {
  const notes: string[] = [];
  for (const provider of ['slack', 'teams'] as const) {
    const title = provider === 'slack' ? 'Slack' : 'Microsoft Teams';
    const variables = provider === 'slack' ? 'SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET' : 'MicrosoftAppId';
    const bound = wanted.bindings.filter((one) => one.provider === provider).length;
    const { kind } = parts[provider];
    if (kind === 'none' && bound > 0) {
      notes.push(`${count(bound, 'channel')} of ${title} will get nothing: ${variables} not set.`);
    }
    if (kind === 'real' && !wanted.workspaces.some((one) => one.provider === provider)) {
      notes.push(`${title} is configured, but the file has no workspace of it: nobody there is known.`);
    }
  }
  return notes;
}

function channelNotes(wanted: Wanted): string[] {
  const notes: string[] = [];
  const read = new Set(wanted.bindings.filter((one) => one.purpose === 'digest').map((one) => one.tenantPath));
  const unread = wanted.tenants.filter((one) => !read.has(one.path)).map((one) => one.path);
  if (unread.length > 0)
    notes.push(`${count(unread.length, 'tenant')} without a channel for digests: ${some(unread)}.`);
  if (!wanted.bindings.some((one) => one.purpose === 'manager')) {
    notes.push('No channel has the purpose "manager": nobody is told of unassigned nodes and unreadable servers.');
  }
  return notes;
}

/** Equal rules of two tenants give a node to neither. */
function tieNotes(wanted: Wanted): string[] {
  const owners = new Map<string, string[]>();
  for (const { path, rules } of wanted.tenants) {
    for (const kind of ['names', 'patterns', 'groups', 'domains', 'servers'] as const) {
      for (const text of new Set((rules[kind] ?? []).map((one) => one.toUpperCase()))) {
        const rule = `${kind.slice(0, -1)} ${text}`;
        owners.set(rule, [...(owners.get(rule) ?? []), path]);
      }
    }
  }
  const ties = [...owners].filter(([, paths]) => paths.length > 1);
  return ties.map(([rule, paths]) => `The ${rule} is claimed by ${some(paths)}: its nodes will belong to nobody.`);
}

function digestNotes(wanted: Wanted): string[] {
  const chains = new Map<string, Wanted['tenants'][number]['settings'][]>();
  const early: string[] = [];
  for (const { path, parentPath, settings } of wanted.tenants) {
    const chain = [...(parentPath === null ? [] : (chains.get(parentPath) ?? [])), settings];
    chains.set(path, chain);
    if (digestInWindow(inherit(chain))) early.push(path);
  }
  return early.length === 0
    ? []
    : [`The digest time of ${some(early)} lies in the night window: it will wait until the window has ended.`];
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`;
}

function some(names: readonly string[]): string {
  const rest = names.length - 3;
  return rest > 0 ? `${names.slice(0, 3).join(', ')} and ${rest} more` : names.join(', ');
}
