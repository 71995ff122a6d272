import type { SlackMessage } from '../../../src/chat/slack/block-kit';

/** Slack's rules for a message, written down a second time from its reference pages. Returns what is wrong. */
export function violations(message: SlackMessage): string[] {
  const wrong: string[] = [];
  const check = (fine: boolean, what: string): void => {
    if (!fine) wrong.push(what);
  };
  let characters = 0;
  const text = (value: string, most: number, where: string): void => {
    characters += value.length;
    check(value.trim().length > 0, `${where} is empty`);
    check(value.length <= most, `${where} has ${value.length} characters, ${most} are allowed`);
    check(
      !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(value),
      `${where} has half a character`,
    );
    check(!hidden.test(value), `${where} has hidden characters`);
    check(isolatesAreClosed(value), `${where} leaves an isolate open`);
  };
  const markdown = (value: string, most: number, where: string): void => {
    text(value, most, where);
    const tags = value.match(/<[^>]*>?/g) ?? [];
    check(
      tags.every((tag) => /^<@[UW][A-Z0-9]+>$|^<https?:\/\/[^|>]+\|[^>]+>$/.test(tag)),
      `${where} has a tag: ${tags.join(' ')}`,
    );
    check((value.match(/`/g) ?? []).length % 2 === 0, `${where} has an open code span`);
  };
  const button = (element: { action_id?: string; text: { text: string }; value?: string }, ids: string[]): void => {
    text(element.text.text, 75, 'button');
    check((element.value ?? '').length <= 2000, 'button value is too long');
    check((element.action_id ?? '').length <= 255 && element.action_id !== undefined, 'action id');
    ids.push(element.action_id ?? '');
  };

  const actionIds: string[] = [];
  check(message.blocks.length <= 50, `${message.blocks.length} blocks`);
  check(message.text.length <= 4000, 'fallback is too long');
  for (const block of message.blocks) {
    switch (block.type) {
      case 'header':
        text(block.text.text, 150, 'header');
        break;
      case 'section':
        check(block.text !== undefined || (block.fields ?? []).length > 0, 'section has nothing');
        if (block.text) markdown(block.text.text, 3000, 'section');
        check((block.fields ?? []).length <= 10, 'too many fields');
        for (const field of block.fields ?? []) markdown(field.text, 2000, 'field');
        if (block.accessory?.type === 'button') button(block.accessory, actionIds);
        break;
      case 'context':
        check(block.elements.length <= 10, 'too many context elements');
        for (const element of block.elements) if (element.type === 'mrkdwn') markdown(element.text, 3000, 'context');
        break;
      case 'actions':
        check(block.elements.length <= 25 && block.elements.length > 0, `${block.elements.length} buttons in a row`);
        for (const element of block.elements) if (element.type === 'button') button(element, actionIds);
        break;
      case 'divider':
        break;
      default:
        wrong.push(`unexpected block ${block.type}`);
    }
  }
  check(characters <= 12_000, `${characters} characters in all blocks`);
  check(new Set(actionIds).size === actionIds.length, 'action ids repeat');
  return wrong;
}

/** Controls, marks of direction and invisible characters; line feeds, the joiner of emoji and isolates are counted apart. */
const hidden = /(?!\n|\u200d|\u2068|\u2069)[\p{Cc}\p{Cf}\u2028\u2029]/u;

function isolatesAreClosed(value: string): boolean {
  let open = 0;
  for (const character of value) {
    if (character === '\u2068') open += 1;
    if (character === '\u2069') open -= 1;
    if (open < 0) return false;
  }
  return open === 0;
}
