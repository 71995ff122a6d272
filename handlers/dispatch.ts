import type { Answer, Call, Dispatch } from '../src/chat/call';
import { refusalCard } from '../src/chat/cards/refusal';
import type { Deps } from '../src/deps';
import { visibleTenants } from '../src/domain/access';
import { parseCommand } from '../src/domain/command';
import { type Failure, fail, type Result } from '../src/domain/failure';
import { findVerb, unknownVerb } from './help';
import type { Ask, Scope, Verb } from './verb';

/** Verbs that say nothing about any node: everybody may use them, guests included. */
const openToAll = ['help', 'whoami'];

/** How a call ended, for the metrics. */
type OnAnswered = (call: Call, verb: string, outcome: string) => void;

/**
 * The way of every command and click: parse, find out who asks and what that lets them see, run the verb, leave an audit row.
 * Never rejects: what goes wrong becomes a card that says so and names the id under which it is logged.
 */
export function makeDispatch(verbs: readonly Verb[], deps: Deps, onAnswered: OnAnswered): Dispatch {
  return async (call) => {
    const startedAt = deps.clock.now();
    const log = deps.log.child({ correlation: call.id, provider: call.identity.provider });
    let name = 'unknown';
    let result: Result<Answer>;
    try {
      const first = parseCommand(call.text);
      const verb = findVerb(verbs, first.verb || 'help');
      name = verb?.name ?? 'unknown';
      result = verb ? await run(verb, verbs, call, deps) : fail('UNKNOWN_VERB', unknownVerb(verbs, first.verb));
    } catch (error) {
      log.error({ err: error, verb: name }, 'call failed');
      result = fail('INTERNAL', `Something broke on our side. It is logged under ${call.id}.`);
    }
    const outcome = result.ok ? 'done' : result.code;
    onAnswered(call, name, outcome);
    const milliseconds = deps.clock.now().diff(startedAt).toMillis();
    log.info({ verb: name, outcome, milliseconds }, 'call answered');
    await audit(call, name, outcome, milliseconds, deps).catch((error: unknown) =>
      log.error({ err: error }, 'audit row not written'),
    );
    return result.ok ? result.value : { card: refusalFor(result, call) };
  };
}

async function run(verb: Verb, verbs: readonly Verb[], call: Call, deps: Deps): Promise<Result<Answer>> {
  const scope = await scopeOf(call, deps);
  const refused = refusalOf(verb, scope, call);
  if (refused) return refused;
  const ask: Ask = { call, scope, deps, verbs };
  return verb.run(parseCommand(call.text, verb.options), ask);
}

async function scopeOf(call: Call, deps: Deps): Promise<Scope> {
  const { identity, surface } = call;
  const [tenants, person, conversation, standing] = await Promise.all([
    deps.store.tenants(),
    deps.store.personOf(identity.provider, identity.workspace, identity.user),
    deps.store.findConversation(surface.provider, surface.workspace, surface.conversation),
    call.standing(),
  ]);
  const bindings = conversation ? await deps.store.bindings({ conversationId: conversation.id }) : [];
  const boundTo = bindings.map((binding) => binding.tenantId);
  const asker = { standing, memberships: person?.memberships ?? [], now: deps.clock.now() };
  const held = visibleTenants(tenants, { ...asker, boundTo: [] });
  // A button of a channel reaches what the channel is bound to: whatever it carries, it is no way to other departments.
  const visible = visibleTenants(
    tenants,
    isChannelClick(call) ? { ...asker, memberships: [], boundTo } : { ...asker, boundTo },
  );
  return { person, standing, tenants, visible, held, boundTo };
}

function refusalOf(verb: Verb, scope: Scope, call: Call): Failure | null {
  if (openToAll.includes(verb.name)) return null;
  if (scope.standing !== 'member')
    return fail(
      'GUEST',
      'Guests and people of other organisations may not ask about backups. Ask a member of the department.',
    );
  if (scope.visible.size > 0) return null;
  if (isChannelClick(call))
    return fail(
      'NOT_BOUND',
      'This channel is not bound to a department, so its buttons do nothing. Type the command instead, or give the ids below to whoever keeps the configuration.',
    );
  const where = call.surface.kind === 'channel' ? 'This channel is not bound to a department, and' : 'There is';
  return fail(
    'NOT_ALLOWED',
    `${where} no department that you may see. Give the ids below to whoever keeps the configuration.`,
  );
}

function isChannelClick({ click, surface }: Call): boolean {
  return click && surface.kind === 'channel';
}

function refusalFor(failure: Failure, call: Call) {
  const { identity, surface } = call;
  const ids =
    failure.code === 'NOT_ALLOWED' || failure.code === 'NOT_BOUND'
      ? [
          { name: 'Workspace', value: identity.workspace },
          { name: 'You', value: identity.user },
          { name: 'Conversation', value: surface.conversation },
        ]
      : [];
  return refusalCard(failure.code, failure.reason, ids);
}

async function audit(call: Call, verb: string, outcome: string, milliseconds: number, deps: Deps): Promise<void> {
  const { identity, surface } = call;
  const person = await deps.store.personOf(identity.provider, identity.workspace, identity.user);
  await deps.store.commit((tx) =>
    tx.audit({
      actor: person?.key ?? `${identity.provider}:${identity.workspace}:${identity.user}`,
      ...(person ? { personId: person.id } : {}),
      action: `${call.click ? 'click' : 'command'} ${verb}`,
      object: call.text.slice(0, 300),
      outcome,
      detail: {
        identity: `${identity.provider}:${identity.workspace}:${identity.user}`,
        conversation: surface.conversation,
        milliseconds,
      },
      correlation: call.id,
    }),
  );
}
