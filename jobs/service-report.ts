import type { Card } from '../src/chat/card';
import { serviceCard } from '../src/chat/cards/service';
import type { Deps } from '../src/deps';
import { countsOf, populationsOf } from '../src/domain/counts';
import type { Night } from '../src/domain/node-night';
import type { OutboxRow } from '../src/store/rows';
import { rootSettings } from './arm';

/** More digests than any morning has, with the edits of an early reader. */
export const ledgerRows = 20_000;

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
    findings: (await deps.store.openFindings()).map(({ kind, subject, detail, openedAt }) => ({
      kind,
      subject: typeof detail['place'] === 'string' ? detail['place'] : subject,
      since: openedAt,
    })),
    deliveries: await deliveriesOf(night, deps),
  });
}

/** What became of this night's digests: of each in each channel, the newest version counts. */
async function deliveriesOf(night: Night, deps: Deps) {
  const ids = new Set((await deps.store.digestIdsOf(night)).map(String));
  const newest = new Map<string, OutboxRow>();
  for (const row of await deps.store.ledger({ card: 'digest', limit: ledgerRows })) {
    const copy = `${row.objectId}/${row.conversationId}`;
    if (ids.has(row.objectId) && row.state !== 'superseded' && !newest.has(copy)) newest.set(copy, row);
  }
  const rows = [...newest.values()];
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
