import type { OnPresence } from '../src/chat/call';
import type { Deps } from '../src/deps';

/**
 * What the bot does when a platform tells of its own life in a conversation: every sign refreshes how to reach it (and brings back
 * deliveries that were off); a removal turns them off; on arrival it greets and says what the place is bound to.
 */
export function makeOnPresence(deps: Deps): OnPresence {
  return async (presence) => {
    const { surface } = presence;
    if (presence.type === 'removed') {
      const conversation = await deps.store.findConversation(surface.provider, surface.workspace, surface.conversation);
      if (conversation)
        await deps.store.commit((tx) =>
          tx.conversationOff(conversation.id, 'The bot was removed from the conversation.'),
        );
      return;
    }
    const { name, reference } = presence;
    const before = await deps.store.findConversation(surface.provider, surface.workspace, surface.conversation);
    const conversation = await deps.store.commit((tx) =>
      tx.seeConversation({ ...surface, ...(name === undefined ? {} : { name }), reference }),
    );
    if (!conversation) {
      deps.log.warn(
        { provider: surface.provider, workspace: surface.workspace },
        'seen in a workspace that the configuration does not name',
      );
      return;
    }
    if (presence.type === 'added') {
      const correlation = `greeting-${conversation.id}-${conversation.stateSince}`;
      const ids = await deps.store.commit((tx) =>
        tx.want([
          {
            conversationId: conversation.id,
            card: 'greeting',
            objectId: String(conversation.id),
            version: 1,
            dedupeKey: correlation,
            correlation,
          },
        ]),
      );
      await deps.queue.addMany(ids.map((id) => ({ job: 'deliver', object: String(id), version: 0, correlation })));
    }
    // Whatever waited for this conversation can go out now.
    if (before?.state !== 'active')
      await deps.queue.add({
        job: 'tick',
        object: 'seen',
        version: conversation.id,
        correlation: `seen-${conversation.id}`,
      });
  };
}
