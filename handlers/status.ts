import type { DateTime } from 'luxon';
import { z } from 'zod';
import { chooserCard } from '../src/chat/cards/chooser';
import { type NodeStatus, statusCard } from '../src/chat/cards/status';
import { daysSince } from '../src/domain/ages';
import { causeNamed } from '../src/domain/catalogue';
import { commandLine } from '../src/domain/command';
import { fail, ok, plainSentence } from '../src/domain/failure';
import { toInstant, toWall } from '../src/domain/night';
import type { NodeNight, Wall } from '../src/domain/node-night';
import { dueStarts } from '../src/domain/schedule';
import { settingsIn } from '../src/domain/settings';
import type { Node, Server, Tenant } from '../src/store/rows';
import { type Ask, defineVerb, type Scope } from './verb';

const nightsShown = 14;
/** A weekly schedule is surely due within this, a monthly one too. */
const lookAheadDays = 40;

type Found = Node & { server: string; tenantId: number | null };

export const status = defineVerb({
  name: 'status',
  aliases: ['node'],
  summary: 'How one node is: verdict, last good backup, likely cause, last two weeks',
  usage: '<node> [server:NAME]',
  example: 'status MYPC.IT',
  options: ['server'],
  words: ['node'],
  // Node names have at most 64 characters (storage-protect.md 1.5).
  args: z.object({
    node: z.string('name a node, such as MYPC.IT').min(1).max(64, 'names have at most 64 characters'),
    server: z.string().max(64).optional(),
  }),
  async answer(args, ask) {
    const { scope, deps } = ask;
    const named = (await deps.store.findNodes(args.node.toUpperCase())).filter(
      (node) =>
        node.tenantId !== null &&
        maySee(node.tenantId, scope) &&
        (args.server === undefined || node.server.toUpperCase() === args.server.toUpperCase()),
    );
    const [only, second] = named;
    // Unknown nodes and nodes of others get the same words: an answer must not tell that a name exists.
    if (!only)
      return fail('UNKNOWN_NODE', `There is no node \`${args.node.toUpperCase()}\` among those you may see here.`);
    if (second)
      return ok({
        card: chooserCard(
          args.node.toUpperCase(),
          named.map((node) => ({
            label: node.server,
            args: commandLine('', [node.name], { server: node.server }).trim(),
          })),
        ),
      });
    const tenant = scope.tenants.find((each) => each.id === only.tenantId);
    const server = await deps.store.server(only.serverId);
    if (!tenant || !server) return fail('UNKNOWN_NODE');
    return ok({ card: statusCard(await statusOf(only, server, tenant, ask)) });
  },
});

/** Where names of nodes are personal data, being in the department's channel is not enough to ask about one. */
function maySee(tenantId: number, { tenants, visible, held }: Scope): boolean {
  return visible.has(tenantId) && (held.has(tenantId) || !settingsIn(tenants, tenantId).personal);
}

async function statusOf(node: Found, server: Server, tenant: Tenant, { scope, deps }: Ask): Promise<NodeStatus> {
  const settings = settingsIn(scope.tenants, tenant.id);
  const now = deps.clock.now();
  // A node that changed hands leaves its nights with whom it had then.
  const history = (await deps.store.historyOf(node.id, nightsShown)).filter(
    (night) => night.tenantId !== null && maySee(night.tenantId, scope),
  );
  const lastGoodPoll = (await deps.store.lastPolls()).get(server.id)?.lastGood?.startedAt ?? null;
  const [latest] = history;
  const worst = latest?.units.find((unit) => unit.due && unit.outcome === latest.verdict);
  const cause = latest?.cause ? causeNamed(latest.cause) : undefined;
  const filespaces = await deps.store.filespacesOf(node.id);
  const instant = (wall: Wall | null | undefined) => (wall ? toInstant(wall, server.zone).toUTC().toISO() : null);
  return {
    node: node.name,
    server: server.name,
    tenant: tenant.path,
    zone: settings.zone,
    night: latest?.night ?? toWall(now.minus({ hours: 12 }), server.zone).slice(0, 10),
    asOf: lastGoodPoll,
    // The plain sentence: addresses and accounts are for the manager.
    unread: server.unreadable && { since: lastGoodPoll, reason: plainSentence(server.unreadable.code) },
    verdict: latest?.verdict ?? null,
    result: worst?.result ?? null,
    streak: latest?.streak ?? 0,
    cause: cause ? { headline: cause.sentence, fix: cause.fix } : null,
    detail: latest?.detail ?? null,
    lastGoodAt: latest?.lastGoodAt ?? null,
    daysSinceGood: daysSince(latest?.lastGoodAt ?? null, now, settings.zone),
    lastContactAt: instant(node.facts.lastAccess),
    schedules: await schedulesOf(latest, server, now, deps),
    nights: history.map(({ night, verdict }) => ({ night, verdict })).reverse(),
    filespaces: filespaces.map((filespace) => ({
      name: filespace.name,
      usedMb: filespace.capacityMb === null ? null : (filespace.capacityMb * (filespace.pctUtil ?? 100)) / 100,
      lastBackupAt: instant(filespace.backupEnd),
    })),
  };
}

async function schedulesOf(
  latest: NodeNight | undefined,
  server: Server,
  now: DateTime,
  deps: Ask['deps'],
): Promise<NodeStatus['schedules']> {
  const known = new Map((await deps.store.schedulesOf(server.id)).map((row) => [`${row.domain}/${row.name}`, row]));
  const from = toWall(now, server.zone);
  const to = toWall(now.plus({ days: lookAheadDays }), server.zone);
  return (latest?.units ?? []).map((unit) => {
    const row = known.get(`${unit.domain}/${unit.schedule}`);
    const [next] = row && row.goneAt === null ? dueStarts(row.definition, from, to) : [];
    return {
      name: unit.schedule,
      last: toInstant(unit.scheduledStart, server.zone).toUTC().toISO(),
      next: next ? toInstant(next, server.zone).toUTC().toISO() : null,
    };
  });
}
