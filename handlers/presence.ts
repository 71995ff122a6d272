import type { OnPresence, Presence } from '../src/chat/call';
import type { Deps } from '../src/deps';
import { conversationSubject, noticeIntents } from '../src/domain/notice';
import type { Conversation, Intent } from '../src/store/rows';

/**
 * What the bot does when a platform tells of its own life in a conversation: every sign refreshes how to reach it (and brings back
 * deliveries that were off); a removal turns them off; on arrival it greets and says what the place is bound to. The manager hears of
 * bound conversations that close and open again.
 */
export function makeOnPresence(deps: Deps): OnPresence {
  return async (presence) => {
    const { surface } = presence;
    const before = await deps.store.findConversation(surface.provider, surface.workspace, surface.conversation);
    if (presence.type !== 'removed') return present(presence, before, deps);
    if (before && before.state !== 'off') await removed(before, deps);
  };
}

async function removed(conversation: Conversation, deps: Deps): Promise<void> {
  const { id } = conversation;
  const reason = 'The bot was removed from the conversation.';
  const isBound = (await deps.store.bindings({ conversationId: id })).length > 0;
  const managers = await managersOf(deps);
  const correlation = `removed-${id}-${conversation.stateSince}`;
  const ids = await deps.store.commit(async (tx) => {
    await tx.conversationOff(id, reason);
    if (!isBound) return [];
    const place = conversation.name ?? conversation.externalId;
    const { finding } = await tx.openFinding('delivery-off', conversationSubject(id), { place, reason });
    return tx.want(noticeIntents(finding, managers, correlation));
  });
  await wake(ids, correlation, deps);
}

async function present(
  presence: Exclude<Presence, { type: 'removed' }>,
  before: Conversation | null,
  deps: Deps,
): Promise<void> {
  const { surface, name, reference } = presence;
  const opens = before?.state !== 'active';
  const managers = before?.state === 'off' ? await managersOf(deps) : [];
  const seen = await deps.store.commit(async (tx) => {
    const conversation = await tx.seeConversation({ ...surface, ...(name === undefined ? {} : { name }), reference });
    if (!conversation) return null;
    const correlation = `seen-${conversation.id}-${conversation.stateSince}`;
    const intents: Intent[] = presence.type === 'added' ? [greeting(conversation, correlation)] : [];
    if (before?.state === 'off') {
      const over = await tx.closeFinding('delivery-off', conversationSubject(conversation.id));
      if (over) intents.push(...noticeIntents(over, managers, correlation));
    }
    return { conversation, correlation, ids: await tx.want(intents) };
  });
  if (!seen) {
    deps.log.warn(
      { provider: surface.provider, workspace: surface.workspace },
      'seen in a workspace that the configuration does not name',
    );
    return;
  }
  const { conversation, correlation, ids } = seen;
  await wake(ids, correlation, deps);
  // Whatever waited for this conversation can go out now.
  if (opens) await deps.queue.add({ job: 'tick', object: 'seen', version: conversation.id, correlation });
}

/** One greeting for each arrival, however many events tell of it; the one before stays as it was. */
function greeting(conversation: Conversation, correlation: string): Intent {
  return {
    conversationId: conversation.id,
    card: 'greeting',
    objectId: `${conversation.id}-${Date.parse(conversation.stateSince)}`,
    version: 1,
    correlation,
  };
}

async function managersOf(deps: Deps): Promise<number[]> {
  return (await deps.store.bindings({ purpose: 'manager' })).map((binding) => binding.conversation.id);
}

async function wake(ids: readonly number[], correlation: string, deps: Deps): Promise<void> {
  await deps.queue.addMany(ids.map((id) => ({ job: 'deliver', object: String(id), version: 0, correlation })));
}
