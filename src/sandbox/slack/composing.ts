import { bot } from './ids';
import type { Channel, User } from './workspace';

/** Escapes the three characters that Slack escapes in what people type. */
function escapeControl(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/**
 * What a person typed, as Slack sends it on: control characters escaped, `@name` and `#channel` turned into ids. `named`:
 * whether the name goes along, as in the text of slash commands.
 */
export function escapeTyped(text: string, users: User[], channels: Channel[], named: boolean): string {
  const names = new Map<string, string>();
  for (const user of users) {
    const id = named ? `<@${user.id}|${user.name}>` : `<@${user.id}>`;
    for (const name of [user.realName, user.name, user.realName.split(' ')[0] ?? ''])
      if (!names.has(`@${name.toLowerCase()}`)) names.set(`@${name.toLowerCase()}`, id);
  }
  for (const channel of channels)
    if (channel.kind !== 'im') names.set(`#${channel.name}`, `<#${channel.id}|${channel.name}>`);
  // Longest first: "@tess moreau" before "@tess".
  const known = [...names.keys()]
    .sort((a, b) => b.length - a.length)
    .map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const pattern = new RegExp(`(?<![\\w@#])(?:${known.join('|')})(?![\\w-])`, 'gi');
  return escapeControl(text).replace(pattern, (found) => names.get(found.toLowerCase()) ?? found);
}

export function mentionsBot(text: string): boolean {
  return text.includes(`<@${bot.user}>`);
}
