import { z } from 'zod';

/**
 * Block Kit as messages may carry it, with the limits of docs.slack.dev/reference/block-kit. Objects are strict: Slack refuses
 * fields that it does not know. Block types that no card uses are refused as unsupported.
 */

const plainText = (max: number) =>
  z.strictObject({ type: z.literal('plain_text'), text: z.string().min(1).max(max), emoji: z.boolean().optional() });
const mrkdwn = (max: number) =>
  z.strictObject({ type: z.literal('mrkdwn'), text: z.string().min(1).max(max), verbatim: z.boolean().optional() });
const anyText = (max: number) => z.discriminatedUnion('type', [plainText(max), mrkdwn(max)]);

const id = z.string().min(1).max(255);
const url = z.url({ protocol: /^(https?|mailto|slack)$/ }).max(3000);
const style = z.enum(['primary', 'danger']).optional();

const confirm = z.strictObject({
  title: plainText(100),
  text: anyText(300),
  confirm: plainText(30),
  deny: plainText(30),
  style,
});

const option = z.strictObject({
  text: plainText(75),
  value: z.string().min(1).max(150),
  description: plainText(75).optional(),
  url: url.optional(),
});

const button = z.strictObject({
  type: z.literal('button'),
  text: plainText(75),
  action_id: id.optional(),
  value: z.string().max(2000).optional(),
  url: url.optional(),
  style,
  confirm: confirm.optional(),
  accessibility_label: z.string().max(75).optional(),
});

const overflow = z.strictObject({
  type: z.literal('overflow'),
  action_id: id.optional(),
  options: z.array(option).min(1).max(5),
  confirm: confirm.optional(),
});

const select = z.strictObject({
  type: z.literal('static_select'),
  action_id: id.optional(),
  placeholder: plainText(150).optional(),
  options: z.array(option).min(1).max(100),
  initial_option: option.optional(),
  confirm: confirm.optional(),
});

const image = z.strictObject({ type: z.literal('image'), image_url: url, alt_text: z.string().min(1).max(2000) });

const blockId = id.optional();

const block = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('header'), text: plainText(150), block_id: blockId }),
  z
    .strictObject({
      type: z.literal('section'),
      text: anyText(3000).optional(),
      fields: z.array(anyText(2000)).min(1).max(10).optional(),
      accessory: z.discriminatedUnion('type', [button, overflow, select, image]).optional(),
      expand: z.boolean().optional(),
      block_id: blockId,
    })
    .refine((section) => section.text || section.fields, 'missing required field: text'),
  z.strictObject({
    type: z.literal('context'),
    elements: z
      .array(z.discriminatedUnion('type', [image, plainText(3000), mrkdwn(3000)]))
      .min(1)
      .max(10),
    block_id: blockId,
  }),
  z.strictObject({ type: z.literal('divider'), block_id: blockId }),
  z.strictObject({
    type: z.literal('actions'),
    elements: z
      .array(z.discriminatedUnion('type', [button, overflow, select]))
      .min(1)
      .max(25),
    block_id: blockId,
  }),
  image.extend({ title: plainText(2000).optional(), block_id: blockId }),
]);

const blockList = z.array(block).max(50);

export type SlackBlock = z.infer<typeof block>;
export type SlackText = z.infer<ReturnType<typeof anyText>>;
export type SlackElement = z.infer<typeof button> | z.infer<typeof overflow> | z.infer<typeof select>;
export type SlackOption = z.infer<typeof option>;

/** Undocumented: about 13,200 characters over all blocks (slackapi/bolt-js issue 2509). */
const maxBlockText = 13_200;

export type CheckedBlocks =
  | { ok: true; blocks: SlackBlock[] }
  | { ok: false; error: 'invalid_blocks' | 'invalid_blocks_format' | 'msg_blocks_too_long'; messages: string[] };

/**
 * Checks what came in as `blocks` (JSON text or parsed) as Slack would, and gives every block and element the id that Slack
 * would give it. `messages` read like Slack's: what is wrong, and the JSON pointer to it.
 */
export function checkBlocks(input: unknown): CheckedBlocks {
  const value = typeof input === 'string' ? parseJson(input) : input;
  if (!Array.isArray(value)) return { ok: false, error: 'invalid_blocks_format', messages: [] };
  const parsed = blockList.safeParse(value, { reportInput: true });
  if (!parsed.success) return { ok: false, error: 'invalid_blocks', messages: parsed.error.issues.map(sentence) };
  const repeated = repeatedIds(parsed.data);
  if (repeated.length > 0) return { ok: false, error: 'invalid_blocks', messages: repeated };
  if (textLength(parsed.data) > maxBlockText) return { ok: false, error: 'msg_blocks_too_long', messages: [] };
  return { ok: true, blocks: parsed.data.map(withIds) };
}

/** Elements of a block that a person can press. */
export function elementsOf(from: SlackBlock): SlackElement[] {
  if (from.type === 'actions') return from.elements;
  if (from.type !== 'section' || !from.accessory || from.accessory.type === 'image') return [];
  return [from.accessory];
}

function repeatedIds(blocks: SlackBlock[]): string[] {
  const messages: string[] = [];
  const seenBlocks = new Set<string>();
  for (const [index, each] of blocks.entries()) {
    if (each.block_id !== undefined && seenBlocks.has(each.block_id))
      messages.push(`block_id "${each.block_id}" already exists [json-pointer:/blocks/${index}/block_id]`);
    if (each.block_id !== undefined) seenBlocks.add(each.block_id);
    const seenActions = new Set<string>();
    for (const [place, element] of elementsOf(each).entries()) {
      if (element.action_id === undefined) continue;
      if (seenActions.has(element.action_id))
        messages.push(
          `action_id "${element.action_id}" already exists [json-pointer:/blocks/${index}/elements/${place}/action_id]`,
        );
      seenActions.add(element.action_id);
    }
  }
  return messages;
}

function withIds(each: SlackBlock, index: number): SlackBlock {
  const named = { ...each, block_id: each.block_id ?? `auto${index}` };
  if (named.type === 'actions') return { ...named, elements: named.elements.map(withActionId) };
  if (named.type !== 'section' || !named.accessory || named.accessory.type === 'image') return named;
  return { ...named, accessory: withActionId(named.accessory, 0) };
}

function withActionId<E extends SlackElement>(element: E, place: number): E {
  return { ...element, action_id: element.action_id ?? `auto${place}` };
}

/** Everything in the blocks that is text for the reader; ids and values do not count. */
function textLength(value: unknown, key = ''): number {
  if (typeof value === 'string') return key === 'text' || key === 'alt_text' ? value.length : 0;
  if (Array.isArray(value)) return value.reduce((sum: number, item: unknown) => sum + textLength(item), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce((sum, [name, item]) => sum + textLength(item, name), 0);
}

function sentence(issue: z.core.$ZodIssue): string {
  const pointer = ['', 'blocks', ...issue.path.map(String)].join('/');
  return `${complaint(issue)} [json-pointer:${pointer}]`;
}

function complaint(issue: z.core.$ZodIssue): string {
  if (issue.code === 'too_big' && issue.origin === 'array') return `no more than ${issue.maximum} items allowed`;
  if (issue.code === 'too_big') return `must be less than ${Number(issue.maximum) + 1} characters`;
  if (issue.code === 'too_small' && issue.origin === 'array') return `no fewer than ${issue.minimum} items allowed`;
  if (issue.code === 'too_small') return `must be more than ${Number(issue.minimum) - 1} characters`;
  if (issue.code === 'unrecognized_keys') return `invalid additional property: ${issue.keys.join(', ')}`;
  if (issue.code === 'invalid_union') return 'unsupported type';
  if (issue.code === 'invalid_type' && issue.input === undefined) return 'missing required field';
  return issue.message;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
