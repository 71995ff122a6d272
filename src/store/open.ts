import type { Clock } from '../domain/clock';
import { auditReads, auditWrites } from './audit';
import { applyConfig, planConfig } from './config-sync';
import { connect, type Db, inTransaction, query } from './connection';
import { conversationReads, conversationWrites } from './conversations';
import { digestReads, digestWrites } from './digests';
import { findingReads, findingWrites } from './findings';
import { housekeeping } from './housekeeping';
import { inventoryReads, inventoryWrites } from './inventory';
import { materialReads } from './material';
import { nightReads, nightWrites } from './nights';
import { nodeReads, nodeWrites } from './nodes';
import { outboxReads, outboxWrites } from './outbox';
import { peopleReads } from './people';
import { recordReads, recordWrites } from './records';
import { serverReads, serverWrites } from './servers';
import type { Store } from './store';
import { timerReads, timerWrites } from './timers';
import type { Writer } from './writer';

const connections = 10;
const pingMs = 5_000;

/**
 * Opens the database that `migrate` has prepared. Connects at the first query. "Now" is the clock's in every statement, never the
 * server's: a sandbox lives in a time of its own.
 *
 * @param max connections at most
 */
export function openStore({
  connectionString,
  clock,
  max = connections,
}: {
  connectionString: string;
  clock: Clock;
  max?: number;
}): Store {
  const db = connect(connectionString, max);
  return {
    commit: (work) => inTransaction(db, (tx) => work(writerOn(tx, clock.now().toJSDate()))),
    planConfig: (wanted) => planConfig(db, wanted),
    ...serverReads(db),
    ...nodeReads(db),
    ...inventoryReads(db),
    ...recordReads(db),
    ...materialReads(db),
    ...nightReads(db),
    ...peopleReads(db),
    ...conversationReads(db),
    ...digestReads(db),
    ...findingReads(db),
    ...outboxReads(db, clock),
    ...timerReads(db, clock),
    ...auditReads(db),
    ping: () => ping(db),
    close: () => db.$disconnect(),
  };
}

/** All that is written in one transaction carries the same instant. */
function writerOn(tx: Db, now: Date): Writer {
  return {
    applyConfig: (wanted) => applyConfig(tx, now, wanted),
    ...serverWrites(tx, now),
    ...nodeWrites(tx, now),
    ...inventoryWrites(tx, now),
    ...recordWrites(tx, now),
    ...nightWrites(tx, now),
    ...conversationWrites(tx, now),
    ...digestWrites(tx, now),
    ...findingWrites(tx, now),
    ...outboxWrites(tx, now),
    ...timerWrites(tx),
    ...auditWrites(tx, now),
    ...housekeeping(tx, now),
  };
}

async function ping(db: Db): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`The database did not answer within ${pingMs / 1000} s.`)), pingMs);
  });
  try {
    await Promise.race([query(db, 'SELECT 1 AS alive'), late]);
  } catch (error) {
    throw new Error(`The database does not answer: ${(error as Error).message}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
