import { z } from 'zod';
import { whoamiCard } from '../src/chat/cards/whoami';
import { ok } from '../src/domain/failure';
import { defineVerb } from './verb';

export const whoami = defineVerb({
  name: 'whoami',
  aliases: ['who'],
  summary: 'Who Backchat takes you for, and the ids that an administrator needs',
  usage: '',
  example: 'whoami',
  options: [],
  words: [],
  args: z.object({}),
  async answer(_args, { call, scope, deps }) {
    const path = (tenantId: number) => scope.tenants.find((tenant) => tenant.id === tenantId)?.path ?? '';
    const conversation = await deps.store.findConversation(
      call.surface.provider,
      call.surface.workspace,
      call.surface.conversation,
    );
    const bindings = conversation ? await deps.store.bindings({ conversationId: conversation.id }) : [];
    const { person } = scope;
    return ok({
      card: whoamiCard({
        name: call.identity.name,
        provider: call.identity.provider,
        workspace: call.identity.workspace,
        user: call.identity.user,
        standing: scope.standing,
        person: person && {
          key: person.key,
          name: person.name,
          roles: person.memberships.map((held) => ({
            role: held.role,
            tenant: path(held.tenantId),
            until: held.until?.slice(0, 10) ?? null,
          })),
        },
        bindings: bindings.map((binding) => ({ tenant: path(binding.tenantId), purpose: binding.purpose })),
      }),
    });
  },
});
