import { type Db, query } from './connection';
import type { server as ServerRow } from './generated/client';
import type { Poll, Server } from './rows';
import type { Store } from './store';
import { iso, isoOrNull } from './times';
import type { Writer } from './writer';

export function serverReads(db: Db): Pick<Store, 'servers' | 'server' | 'lastPolls' | 'triesSince'> {
  return {
    servers: async () =>
      (await db.server.findMany({ where: { gone_at: null }, orderBy: { name: 'asc' } })).map(toServer),
    server: async (id) => {
      const row = await db.server.findFirst({ where: { id, gone_at: null } });
      return row && toServer(row);
    },
    lastPolls: async () => {
      const rows = await query<{
        server_id: number;
        good: boolean;
        started_at: Date;
        finished_at: Date;
        outcome: string;
      }>(
        db,
        // One index probe per server, however many polls are kept.
        `SELECT s.id AS server_id, kind.good, p.started_at, p.finished_at, p.outcome
         FROM server s
         CROSS JOIN (VALUES (true), (false)) AS kind (good)
         CROSS JOIN LATERAL (
           SELECT started_at, finished_at, outcome FROM poll
           WHERE server_id = s.id AND finished_at IS NOT NULL AND (outcome = 'ok' OR NOT kind.good)
           ORDER BY started_at DESC, id DESC LIMIT 1
         ) AS p`,
      );
      const polls = new Map<number, { lastGood: Poll | null; last: Poll | null }>();
      for (const row of rows) {
        const entry = polls.get(row.server_id) ?? { lastGood: null, last: null };
        entry[row.good ? 'lastGood' : 'last'] = {
          startedAt: iso(row.started_at),
          finishedAt: iso(row.finished_at),
          outcome: row.outcome,
        };
        polls.set(row.server_id, entry);
      }
      return polls;
    },
    triesSince: (serverId, since, until) =>
      db.poll.count({
        where: {
          server_id: serverId,
          started_at: { gte: new Date(since), ...(until === undefined ? {} : { lte: new Date(until) }) },
        },
      }),
  };
}

export function serverWrites(
  tx: Db,
  now: Date,
): Pick<Writer, 'startPoll' | 'finishPoll' | 'serverReadable' | 'serverUnreadable' | 'inventoryTaken'> {
  return {
    startPoll: async (serverId) => {
      const { id } = await tx.poll.create({ data: { server_id: serverId, started_at: now } });
      return id;
    },
    finishPoll: async (pollId, { outcome, reason, rows, refused, refusals }) => {
      await tx.poll.update({
        where: { id: pollId },
        data: { finished_at: now, outcome, reason: reason ?? null, rows, refused, refusals: refusals as object[] },
      });
    },
    serverReadable: async (serverId) => {
      await tx.server.update({
        where: { id: serverId },
        data: { state: 'readable', unreadable_since: null, unreadable_code: null, unreadable_reason: null },
      });
    },
    serverUnreadable: async (serverId, code, reason) => {
      const { unreadable_since } = await tx.server.findUniqueOrThrow({ where: { id: serverId } });
      await tx.server.update({
        where: { id: serverId },
        data: {
          state: 'unreadable',
          unreadable_since: unreadable_since ?? now,
          unreadable_code: code,
          unreadable_reason: reason,
        },
      });
    },
    inventoryTaken: async (serverId) => {
      await tx.server.update({ where: { id: serverId }, data: { inventory_at: now } });
    },
  };
}

function toServer(row: ServerRow): Server {
  return {
    id: row.id,
    name: row.name,
    zone: row.zone,
    transport: row.transport,
    state: row.state as Server['state'],
    unreadable:
      row.unreadable_since === null
        ? null
        : { since: iso(row.unreadable_since), code: row.unreadable_code ?? '', reason: row.unreadable_reason ?? '' },
    inventoryAt: isoOrNull(row.inventory_at),
  };
}
