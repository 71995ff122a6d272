/** What Slack accepts. Characters are counted after escaping, which is never less than what Slack counts. */
export const limits = {
  /** https://docs.slack.dev/reference/block-kit/blocks */
  blocksPerMessage: 50,
  /**
   * Undocumented: about 13,200 characters over all blocks, then `msg_blocks_too_long`
   * (https://github.com/slackapi/bolt-js/issues/2509).
   */
  blockText: 12_000,
  /** https://docs.slack.dev/reference/methods/chat.postMessage: advised; truncated above 40,000. */
  text: 4_000,
  /** https://docs.slack.dev/reference/block-kit/blocks/section-block */
  sectionText: 3_000,
  sectionFields: 10,
  fieldText: 2_000,
  /** https://docs.slack.dev/reference/block-kit/blocks/header-block */
  headerText: 150,
  /** A text object's own limit: https://docs.slack.dev/reference/block-kit/composition-objects/text-object */
  contextText: 3_000,
  /** https://docs.slack.dev/reference/block-kit/blocks/actions-block */
  actionsElements: 25,
  /** https://docs.slack.dev/reference/block-kit/block-elements/button-element */
  buttonText: 75,
  buttonValue: 2_000,
  actionId: 255,
} as const;

/** Our own: longer than every name a server allows (64), short enough for a line of a phone. Clipped visibly. */
export const nameLength = 80;
/** Our own: one line of a list, so that twenty of them always fit into one message. */
export const rowLength = 480;
