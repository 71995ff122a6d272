import { createHash } from 'node:crypto';
import type { Messenger, Target } from '../src/chat/messenger';
import type { Deps } from '../src/deps';
import { backOffSeconds, closesConversation, type DeliveryCode, deliveryKind } from '../src/domain/delivery';
import { type Failure, fail, type Result } from '../src/domain/failure';
import { conversationSubject } from '../src/domain/notice';
import type { Wake } from '../src/queue/queue';
import type { Conversation, OutboxRow } from '../src/store/rows';
import { commitAndTell } from './tell';
import { wakeDeliveries } from './tick';

/** Longer than one attempt with its time-outs. */
const leaseMs = 60_000;
/** No second post before a lost first one can be seen in the channel. */
const lookAfterMs = 60_000;
const giveUpAfterMs = 24 * 3_600_000;
/** Versions of a card that can be under way at once are few. */
const versionsLookedAt = 50;

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
  try {
    await attempt(intent, conversation, messenger, deps);
  } catch (error) {
    // A mistake of ours, or a database that went away: what was sent before is looked for first, so no sooner than it can be seen.
    const broken = fail('INTERNAL', `Something broke on our side. It is logged under ${intent.correlation}.`);
    await laterOrNever(broken, intent, conversation, lookAfterMs, deps);
    throw error;
  }
}

async function attempt(intent: OutboxRow, conversation: Conversation, messenger: Messenger, deps: Deps): Promise<void> {
  const thread = await threadFor(intent, deps);
  if (thread === null) {
    await deps.store.commit((tx) => tx.settle(intent.id, 'dropped', 'The message that it answers is gone.'));
    return;
  }

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
    : await postOnce(messenger, target, rendered.card, key, thread, intent, deps);
  const log = deps.log.child({
    correlation: intent.correlation,
    intent: intent.id,
    card: intent.card,
    conversation: conversation.id,
  });
  if (sent.ok) {
    const outcome = messageId ? 'edited' : 'posted';
    const { version, answers } = rendered;
    const below = (messageId ? [] : ((await answers?.()) ?? [])).map((answer) => ({
      ...answer,
      conversationId: conversation.id,
      version,
      threadOf: `${intent.card}/${intent.objectId}`,
      correlation: intent.correlation,
    }));
    const ids = await deps.store.commit(async (tx) => {
      await tx.settle(intent.id, 'delivered', outcome, { messageId: sent.value.messageId, version, contentHash });
      return tx.want(below);
    });
    log.info({ outcome, messageId: sent.value.messageId, version }, 'card delivered');
    await wakeDeliveries(ids, intent.correlation, deps);
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
  deps: Deps,
): Promise<Result<{ messageId: string }, DeliveryCode>> {
  const since = messenger.find ? await triedSince(intent, deps) : null;
  if (since !== null && messenger.find) {
    const found = await messenger.find(target, key, since, thread);
    if (!found.ok) return found;
    if (found.value) return messenger.update(target, found.value.messageId, card, key);
  }
  return messenger.post(target, card, key, thread);
}

/**
 * Since when (ISO) an attempt may have posted this card here that nobody has written down; null = none has. An older version that died
 * on its way and was superseded meanwhile has the same message as this one.
 */
async function triedSince(intent: OutboxRow, deps: Deps): Promise<string | null> {
  const { card, objectId, conversationId } = intent;
  const rows = await deps.store.ledger({ card, objectId, conversationId, limit: versionsLookedAt });
  const tried = rows.filter((row) =>
    row.id === intent.id
      ? intent.attempts > 1
      : row.attempts > 0 && (row.state === 'due' || row.state === 'superseded'),
  );
  return tried.map((row) => row.createdAt).sort()[0] ?? null;
}

/** The message to answer under: undefined for a card that stands by itself, null when it is not there any more. */
async function threadFor(intent: OutboxRow, deps: Deps): Promise<string | undefined | null> {
  if (!intent.threadOf) return undefined;
  const [card = '', objectId = ''] = intent.threadOf.split('/');
  const parent = await deps.store.copy(card, objectId, intent.conversationId);
  return parent?.state === 'posted' ? parent.messageId : null;
}

async function afterFailure(
  failure: Failure<DeliveryCode>,
  intent: OutboxRow,
  conversation: Conversation,
  deps: Deps,
): Promise<void> {
  const { code, reason } = failure;
  const place = placeOf(conversation);
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
    case 'transient':
      return laterOrNever(failure, intent, conversation, 0, deps);
    case 'permanent': {
      if (closesConversation(code)) {
        // What is due there stays due: it is delivered when the bot is let in again, if it still says something.
        const news = { kind: 'delivery-off', subject: conversationSubject(conversation.id), detail: { place, reason } };
        return commitAndTell(news, intent.correlation, deps, async (tx) => {
          await tx.conversationOff(conversation.id, `${code}: ${reason}`);
          await tx.retry(intent.id, instantIn(0, deps), `${code}: ${reason}`);
          await tx.audit({
            actor: 'backchat',
            action: 'conversation off',
            object: conversationSubject(conversation.id),
            outcome: code,
            correlation: intent.correlation,
          });
        });
      }
      if (code === 'CHAT_REJECTED_CARD')
        return commitAndTell(failedNews(failure, conversation), intent.correlation, deps, (tx) =>
          tx.settle(intent.id, 'refused', `${code}: ${reason}`),
        );
      await deps.store.commit(async (tx) => {
        if (code === 'CHAT_MESSAGE_GONE') await tx.copyLost(intent.card, intent.objectId, conversation.id);
        await tx.settle(intent.id, 'refused', `${code}: ${reason}`);
      });
    }
  }
}

/** Tries again after a growing while, at least `soonestMs`; after a day it gives up and tells the manager. */
async function laterOrNever(
  failure: Failure,
  intent: OutboxRow,
  conversation: Conversation,
  soonestMs: number,
  deps: Deps,
): Promise<void> {
  const said = `${failure.code}: ${failure.reason}`;
  const age = deps.clock.now().toMillis() - Date.parse(intent.createdAt);
  const waitMs = Math.max(soonestMs, backOffSeconds(intent.attempts, Math.random()) * 1000);
  if (age < giveUpAfterMs) return postpone(intent, waitMs, said, deps);
  await commitAndTell(failedNews(failure, conversation), intent.correlation, deps, (tx) =>
    tx.settle(intent.id, 'refused', `given up after a day. ${said}`),
  );
}

function failedNews({ code, reason }: Failure, conversation: Conversation) {
  const place = placeOf(conversation);
  return { kind: 'delivery-failed', subject: place, detail: { place, code, reason } };
}

function placeOf(conversation: Conversation): string {
  return conversation.name ?? conversation.externalId;
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
