import type { Card } from '../src/chat/card';
import { serviceCard } from '../src/chat/cards/service';
import type { Deps } from '../src/deps';
import { countsOf, populationsOf } from '../src/domain/counts';
import type { Night } from '../src/domain/node-night';
import { rootSettings } from './arm';

const ledgerRows = 500;

/** The manager's report of a night, from what is stored now. */
export async function serviceReport(night: Night, deps: Deps): Promise<Card> {
  const tenants = await deps.store.tenants();
  const tallies = await deps.store.tally(
    tenants.map((tenant) => tenant.id),
    night,
  );
  const polls = await deps.store.lastPolls();
  const servers = await deps.store.servers();
  const good = (serverId: number) => polls.get(serverId)?.lastGood?.startedAt ?? null;
  return serviceCard({
    service: deps.service,
    night,
    zone: rootSettings(tenants).zone,
    asOf:
      servers
        .map((server) => good(server.id))
        .filter((at) => at !== null)
        .sort()[0] ??
      deps.clock.now().toUTC().toISO() ??
      '',
    counts: countsOf(tallies),
    tenants: tenants
      .map(({ id, path, name }) => {
        const own = tallies.filter((tally) => tally.tenantId === id);
        const { new: fresh, still } = populationsOf(own);
        return { path, name, counts: countsOf(own), new: fresh, still };
      })
      .filter((summary) => summary.counts.scheduled > 0),
    servers: servers.map((server) => ({
      name: server.name,
      readable: server.state === 'readable',
      since: good(server.id),
      reason: server.unreadable?.reason ?? null,
      nodes: tallies
        .filter((tally) => tally.server === server.name && tally.verdict === 'unknown')
        .reduce((sum, tally) => sum + tally.nodes, 0),
    })),
    unassigned: await deps.store.unassigned(),
    findings: (await deps.store.openFindings()).map(({ kind, subject, openedAt }) => ({
      kind,
      subject,
      since: openedAt,
    })),
    deliveries: await deliveriesOf(night, deps),
  });
}

/** What became of this night's digests. */
async function deliveriesOf(night: Night, deps: Deps) {
  const ids = new Set(await deps.store.digestIdsOf(night));
  const rows = (await deps.store.ledger({ card: 'digest', limit: ledgerRows })).filter((row) =>
    ids.has(Number(row.objectId)),
  );
  const refused = await Promise.all(
    rows
      .filter((row) => row.state === 'refused')
      .map(async (row) => {
        const conversation = await deps.store.conversation(row.conversationId);
        return { conversation: conversation?.name ?? conversation?.externalId ?? '', reason: row.outcome ?? '' };
      }),
  );
  return {
    accepted: rows.filter((row) => row.state === 'delivered').length,
    due: rows.filter((row) => row.state === 'due').length,
    refused,
  };
}
