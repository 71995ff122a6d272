import { createHash } from 'node:crypto';
import type { Messenger, Target } from '../src/chat/messenger';
import type { Deps } from '../src/deps';
import { backOffSeconds, closesConversation, type DeliveryCode, deliveryKind } from '../src/domain/delivery';
import type { Failure, Result } from '../src/domain/failure';
import type { Wake } from '../src/queue/queue';
import type { Conversation, OutboxRow } from '../src/store/store';
import { tell } from './tell';

/** Longer than one attempt with its time-outs. */
const leaseMs = 60_000;
/** No second post before a lost first one can be seen in the channel. */
const lookAfterMs = 60_000;
const giveUpAfterMs = 24 * 3_600_000;
const parentWaitMs = 5_000;

/**
 * One attempt to make a conversation show an object. The card is rendered now, from committed state, so late attempts show the
 * newest version. Every end and every postponement is written to the intent: the outbox is the delivery ledger.
 */
export async function deliver(wake: Wake, deps: Deps): Promise<void> {
  const intent = await deps.store.claimIntent(Number(wake.object), leaseMs);
  if (!intent) return;
  const conversation = await deps.store.conversation(intent.conversationId);
  const messenger = conversation && deps.messenger(conversation.workspace.provider);
  if (!conversation || !messenger) {
    await deps.store.commit((tx) => tx.settle(intent.id, 'refused', 'This platform is not configured.'));
    return;
  }
  const thread = await threadFor(intent, deps);
  if (thread === 'wait') return postpone(intent, parentWaitMs, 'waits for the message it answers', deps);

  const rendered = await deps.render(intent.card, intent.objectId, conversation);
  if (!rendered) {
    await deps.store.commit((tx) => tx.settle(intent.id, 'dropped', 'There is nothing to show any more.'));
    return;
  }
  const copy = await deps.store.copy(intent.card, intent.objectId, conversation.id);
  const contentHash = createHash('sha256')
    .update(JSON.stringify(messenger.render(rendered.card)))
    .digest('hex');
  const messageId = copy?.state === 'posted' ? copy.messageId : null;
  if (messageId && copy?.contentHash === contentHash) {
    await deps.store.commit((tx) =>
      tx.settle(intent.id, 'delivered', 'already shown', { messageId, version: rendered.version, contentHash }),
    );
    return;
  }

  const target: Target = {
    provider: conversation.workspace.provider,
    workspace: conversation.workspace.externalId,
    conversation: conversation.externalId,
    reference: conversation.reference,
  };
  const key = `${intent.card}-${intent.objectId}-${conversation.id}`;
  const sent = messageId
    ? await messenger.update(target, messageId, rendered.card, key)
    : await postOnce(messenger, target, rendered.card, key, thread, intent);
  const log = deps.log.child({
    correlation: intent.correlation,
    intent: intent.id,
    card: intent.card,
    conversation: conversation.id,
  });
  if (sent.ok) {
    const outcome = messageId ? 'edited' : 'posted';
    await deps.store.commit((tx) =>
      tx.settle(intent.id, 'delivered', outcome, {
        messageId: sent.value.messageId,
        version: rendered.version,
        contentHash,
      }),
    );
    log.info({ outcome, messageId: sent.value.messageId, version: rendered.version }, 'card delivered');
    return;
  }
  log.warn({ code: sent.code, reason: sent.reason, attempt: intent.attempts }, 'card not delivered');
  await afterFailure(sent, intent, conversation, deps);
}

/** A post that an earlier attempt may already have made is looked for first, where the platform can be asked. */
async function postOnce(
  messenger: Messenger,
  target: Target,
  card: Parameters<Messenger['post']>[1],
  key: string,
  thread: string | undefined,
  intent: OutboxRow,
): Promise<Result<{ messageId: string }, DeliveryCode>> {
  if (intent.attempts > 1 && messenger.find) {
    const found = await messenger.find(target, key, intent.createdAt, thread);
    if (!found.ok) return found;
    if (found.value) return messenger.update(target, found.value.messageId, card, key);
  }
  return messenger.post(target, card, key, thread);
}

async function threadFor(intent: OutboxRow, deps: Deps): Promise<string | undefined | 'wait'> {
  if (!intent.threadOf) return undefined;
  const [card = '', objectId = ''] = intent.threadOf.split('/');
  const parent = await deps.store.copy(card, objectId, intent.conversationId);
  return parent?.state === 'posted' && parent.messageId ? parent.messageId : 'wait';
}

async function afterFailure(
  failure: Failure<DeliveryCode>,
  intent: OutboxRow,
  conversation: Conversation,
  deps: Deps,
): Promise<void> {
  const { code, reason } = failure;
  const place = conversation.name ?? conversation.externalId;
  switch (deliveryKind(code)) {
    case 'rate-limited': {
      const waitMs = failure.retryAfterMs ?? backOffSeconds(intent.attempts, Math.random()) * 1000;
      const until = instantIn(waitMs, deps);
      await deps.store.commit(async (tx) => {
        await tx.conversationWait(conversation.id, until);
        await tx.retry(intent.id, until, `${code}: ${reason}`);
      });
      return;
    }
    case 'unknown':
      return postpone(intent, lookAfterMs, `${code}: ${reason}`, deps);
    case 'transient': {
      const age = deps.clock.now().toMillis() - Date.parse(intent.createdAt);
      if (age < giveUpAfterMs)
        return postpone(intent, backOffSeconds(intent.attempts, Math.random()) * 1000, `${code}: ${reason}`, deps);
      await deps.store.commit((tx) => tx.settle(intent.id, 'refused', `given up after a day. ${code}: ${reason}`));
      await tell('delivery-failed', `${place}`, { place, code, reason }, intent.correlation, deps);
      return;
    }
    case 'permanent': {
      if (closesConversation(code)) {
        // What is due there stays due: it is delivered when the bot is let in again, if it still says something.
        await deps.store.commit(async (tx) => {
          await tx.conversationOff(conversation.id, `${code}: ${reason}`);
          await tx.retry(intent.id, instantIn(0, deps), `${code}: ${reason}`);
          await tx.audit({
            actor: 'backchat',
            action: 'conversation off',
            object: `conversation ${conversation.id}`,
            outcome: code,
            correlation: intent.correlation,
          });
        });
        await tell('delivery-off', `conversation ${conversation.id}`, { place, reason }, intent.correlation, deps);
        return;
      }
      await deps.store.commit(async (tx) => {
        if (code === 'CHAT_MESSAGE_GONE') await tx.copyLost(intent.card, intent.objectId, conversation.id);
        await tx.settle(intent.id, 'refused', `${code}: ${reason}`);
      });
      if (code === 'CHAT_REJECTED_CARD')
        await tell('delivery-failed', place, { place, code, reason }, intent.correlation, deps);
    }
  }
}

async function postpone(intent: OutboxRow, waitMs: number, outcome: string, deps: Deps): Promise<void> {
  const until = instantIn(waitMs, deps);
  await deps.store.commit((tx) => tx.retry(intent.id, until, outcome));
  await deps.queue.add(
    { job: 'deliver', object: String(intent.id), version: intent.attempts, correlation: intent.correlation },
    waitMs,
  );
}

function instantIn(milliseconds: number, deps: Deps): string {
  return deps.clock.now().plus({ milliseconds }).toUTC().toISO() ?? '';
}
