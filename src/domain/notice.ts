/** An intent that shows a finding, as it is now, in a conversation. Structurally one of the store's. */
interface NoticeIntent {
  conversationId: number;
  card: 'notice';
  objectId: string;
  version: number;
  correlation: string;
}

/** What is to be shown when a finding was opened, changed or closed: its notice, in each of these conversations. */
export function noticeIntents(
  finding: { id: number; version: number },
  conversationIds: readonly number[],
  correlation: string,
): NoticeIntent[] {
  const { id, version } = finding;
  return conversationIds.map((conversationId) => ({
    conversationId,
    card: 'notice',
    objectId: String(id),
    version,
    correlation,
  }));
}

/** Under this subject it is told that nothing is delivered to a conversation any more, and that it is again. */
export function conversationSubject(conversationId: number): string {
  return `conversation ${conversationId}`;
}
