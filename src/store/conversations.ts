import type { Db } from './connection';
import { Prisma } from './generated/client';
import type { Binding, Conversation, Origin, Provider, Purpose, Workspace } from './rows';
import type { Store } from './store';
import { iso } from './times';
import type { Writer } from './writer';

const withWorkspace = { workspace: true } satisfies Prisma.conversationInclude;
type ConversationRow = Prisma.conversationGetPayload<{ include: typeof withWorkspace }>;

export function conversationReads(db: Db): Pick<Store, 'workspace' | 'conversation' | 'findConversation' | 'bindings'> {
  return {
    workspace: async (provider, externalId) => {
      const row = await db.workspace.findUnique({
        where: { provider_external_id: { provider, external_id: externalId } },
      });
      return row && toWorkspace(row);
    },
    conversation: async (id) => {
      const row = await db.conversation.findUnique({ where: { id }, include: withWorkspace });
      return row && toConversation(row);
    },
    findConversation: async (provider, workspace, externalId) => {
      const row = await db.conversation.findFirst({
        where: { external_id: externalId, workspace: { provider, external_id: workspace } },
        include: withWorkspace,
      });
      return row && toConversation(row);
    },
    bindings: async ({ conversationId, tenantIds, purpose }) => {
      const rows = await db.binding.findMany({
        where: {
          tenant: { closed_at: null },
          ...(conversationId === undefined ? {} : { conversation_id: conversationId }),
          ...(tenantIds === undefined ? {} : { tenant_id: { in: [...tenantIds] } }),
          ...(purpose === undefined ? {} : { purpose }),
        },
        include: { conversation: { include: withWorkspace } },
        orderBy: { id: 'asc' },
      });
      return rows.map(
        (row): Binding => ({
          conversation: toConversation(row.conversation),
          tenantId: row.tenant_id,
          purpose: row.purpose as Purpose,
          origin: row.origin as Origin,
        }),
      );
    },
  };
}

export function conversationWrites(
  tx: Db,
  now: Date,
): Pick<Writer, 'seeConversation' | 'conversationOff' | 'conversationWait'> {
  return {
    seeConversation: async ({ provider, workspace, conversation, kind, name, reference }) => {
      const home = await tx.workspace.findUnique({
        where: { provider_external_id: { provider, external_id: workspace } },
      });
      if (!home) return null;
      const seen = {
        kind,
        reference: reference === null || reference === undefined ? Prisma.DbNull : (reference as Prisma.InputJsonValue),
        ...(name === undefined ? {} : { name }),
      };
      const row = await tx.conversation.upsert({
        where: { workspace_id_external_id: { workspace_id: home.id, external_id: conversation } },
        create: { workspace_id: home.id, external_id: conversation, state: 'active', state_since: now, ...seen },
        update: seen,
        include: withWorkspace,
      });
      if (row.state === 'active') return toConversation(row);
      // We hear from it, so we may speak there (again).
      const active = await tx.conversation.update({
        where: { id: row.id },
        data: { state: 'active', state_reason: null, state_since: now },
        include: withWorkspace,
      });
      return toConversation(active);
    },
    conversationOff: async (conversationId, reason) => {
      // The reason may be told anew; since when it is off stays.
      await tx.conversation.updateMany({
        where: { id: conversationId, state: { not: 'off' } },
        data: { state: 'off', state_since: now },
      });
      await tx.conversation.updateMany({ where: { id: conversationId }, data: { state_reason: reason } });
    },
    conversationWait: async (conversationId, until) => {
      await tx.conversation.updateMany({ where: { id: conversationId }, data: { next_allowed_at: new Date(until) } });
    },
  };
}

function toWorkspace(row: { id: number; provider: string; external_id: string; name: string }): Workspace {
  return { id: row.id, provider: row.provider as Provider, externalId: row.external_id, name: row.name };
}

function toConversation(row: ConversationRow): Conversation {
  return {
    id: row.id,
    workspace: toWorkspace(row.workspace),
    externalId: row.external_id,
    kind: row.kind as Conversation['kind'],
    name: row.name,
    state: row.state as Conversation['state'],
    stateReason: row.state_reason,
    stateSince: iso(row.state_since),
    reference: row.reference,
  };
}
