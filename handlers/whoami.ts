import { DateTime } from 'luxon';
import { z } from 'zod';
import { whoamiCard } from '../src/chat/cards/whoami';
import { isActive } from '../src/domain/access';
import { ok } from '../src/domain/failure';
import { settingsIn } from '../src/domain/settings';
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
    const { provider, workspace, conversation } = call.surface;
    const place = await deps.store.findConversation(provider, workspace, conversation);
    const bindings = place ? await deps.store.bindings({ conversationId: place.id }) : [];
    const { person } = scope;
    /** The last day on which a role is held, where its tenant is. */
    const lastDay = (until: string, tenantId: number) => {
      const { zone } = settingsIn(scope.tenants, tenantId);
      return DateTime.fromISO(until).minus({ milliseconds: 1 }).setZone(zone).toISODate();
    };
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
          roles: person.memberships
            .filter((held) => isActive(held, deps.clock.now()))
            .map((held) => ({
              role: held.role,
              tenant: path(held.tenantId),
              until: held.until && lastDay(held.until, held.tenantId),
            })),
        },
        conversation,
        // Guests and outsiders are told about themselves only.
        bindings:
          scope.standing === 'member'
            ? bindings.map((binding) => ({ tenant: path(binding.tenantId), purpose: binding.purpose }))
            : null,
      }),
    });
  },
});
