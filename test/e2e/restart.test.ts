import { setTimeout as sleep } from 'node:timers/promises';
import type { Digest } from '../../src/domain/digest';
import { freshDatabase, type TestDatabase } from '../database';
import { type Child, killAll, ready, startChild } from './child';
import { firstNight, toldOf } from './first-morning';
import { openDesk, waitFor } from './harness';

/**
 * The program is killed without warning at ten moments of its first start and two more mornings, and started again on the same
 * database, as if the machine had been off for some minutes. In the end nobody can tell.
 */

const seed = 20_261_119;
/** Those of the sample that have a channel. */
const departments = 11;
const secondNight = '2026-11-19';
const thirdNight = '2026-11-20';

/** On a machine that does other things too. */
const patience = 120_000;

let state = seed;
/** Lehmer's generator: the same moments in every run, as far as the machine is as fast. */
function upTo(milliseconds: number): number {
  state = (state * 48_271) % 2_147_483_647;
  return Math.floor((state / 2_147_483_647) * milliseconds);
}

let database: TestDatabase;
let child: Child;
let desk: ReturnType<typeof openDesk>;
beforeAll(async () => {
  database = await freshDatabase();
  desk = openDesk(database.url, () => child.url());
});
afterAll(async () => {
  await killAll();
  await desk.close();
  await database.drop();
});

async function has(query: string, values: unknown[] = []): Promise<boolean> {
  const [row] = await desk.sql<{ n: number }>(`SELECT count(*)::int AS n FROM ${query}`, values);
  return (row?.n ?? 0) > 0;
}

const firstMade = (night: string) => () => has('digest WHERE night = $1', [night]);
/** All are made, some are posted: what is in hand now is posts. */
const postingOf = (night: string) => async () => {
  const [row] = await desk.sql<{ made: number; posted: number }>(
    `SELECT count(DISTINCT d.id)::int AS made, count(k.id) FILTER (WHERE k.state = 'posted')::int AS posted
     FROM digest d LEFT JOIN card_copy k ON k.card = 'digest' AND k.object_id = d.id::text WHERE d.night = $1`,
    [night],
  );
  return row?.made === departments && row.posted > 0;
};

/**
 * Kills it some time after a moment has come, and starts it again five minutes and some later by its clock, when every lease has
 * ended. `forgetful`: the queue has lost all that it knew, as a Redis without a disk would.
 */
async function killedWhen(moment: () => Promise<boolean>, within: number, forgetful: boolean): Promise<void> {
  await waitFor('the moment to kill it', moment, patience);
  await sleep(upTo(within));
  await child.kill();
  if (await has("information_schema.tables WHERE table_schema = 'sandbox' AND table_name = 'clock'"))
    await desk.sql('UPDATE sandbox.clock SET offset_ms = offset_ms + 310000');
  if (forgetful) await desk.sql('DROP SCHEMA IF EXISTS bullmq CASCADE');
  child = startChild(database.url);
}

const now = async () => true;

it('is killed ten times, and every channel has every digest exactly once', async () => {
  child = startChild(database.url);
  // While tables are made and the sandbox is filled; while servers are read; while digests are made; while they are posted.
  await killedWhen(now, 2_500, false);
  await killedWhen(async () => child.isReady(), 2_500, true);
  await killedWhen(() => has('event'), 1_500, true);
  await killedWhen(firstMade(firstNight), 150, true);
  await killedWhen(postingOf(firstNight), 300, false);
  await ready(child);
  await toldOf(desk, firstNight, patience);

  await desk.nextMorning();
  await killedWhen(now, 1_200, true);
  await killedWhen(firstMade(secondNight), 150, true);
  await killedWhen(postingOf(secondNight), 200, false);
  await ready(child);
  await toldOf(desk, secondNight, patience);

  await desk.nextMorning();
  await killedWhen(now, 800, true);
  await killedWhen(postingOf(thirdNight), 100, false);
  await ready(child);
  await toldOf(desk, thirdNight, patience);

  for (const night of [firstNight, secondNight, thirdNight]) await expectOneOfEach(night);
  await expectLedgerToAgree();
  expect(await child.end()).toBe(0);
}, 480_000);

/** Every channel that is due a digest shows one, whatever else is there. */
async function expectOneOfEach(night: string): Promise<void> {
  const digests = await desk.sql<{ channel: string; id: number; content: Digest }>(
    `SELECT c.external_id AS channel, d.id, d.content FROM digest d
     JOIN binding b ON b.tenant_id = d.tenant_id AND b.purpose = 'digest'
     JOIN conversation c ON c.id = b.conversation_id AND c.state = 'active' WHERE d.night = $1 ORDER BY c.id`,
    [night],
  );
  expect(digests).toHaveLength(departments);
  for (const { channel, id, content } of digests) {
    const { counts } = content;
    expect([channel, night, content.unread]).toEqual([channel, night, []]);
    const wanted = counts.ok + counts.notes + counts.excluded < counts.scheduled || content.green === 'line';
    const shown = await shownWith(channel, `digest-${id}-`);
    expect([channel, night, shown]).toEqual([channel, night, wanted ? 1 : 0]);
  }
  expect(await shownWith('C0SERVICE', `service-${night}-`)).toBe(1);
}

/** Messages of a channel that carry a key, also those in threads. */
async function shownWith(channel: string, key: string): Promise<number> {
  const [row] = await desk.sql<{ n: number }>(
    `SELECT count(*)::int AS n FROM sandbox.messages
     WHERE channel = $1 AND NOT deleted AND starts_with(metadata->'event_payload'->>'key', $2)`,
    [channel, key],
  );
  return row?.n ?? 0;
}

/** What the ledger says was posted is there, what is there the ledger knows, and nothing is left to do. */
async function expectLedgerToAgree(): Promise<void> {
  const known = await desk.sql<{ channel: string; ts: string; key: string }>(
    `SELECT c.external_id AS channel, k.message_id AS ts, concat_ws('-', k.card, k.object_id, c.id) AS key
     FROM card_copy k JOIN conversation c ON c.id = k.conversation_id WHERE c.state = 'active' AND k.state = 'posted' ORDER BY 1, 2`,
  );
  const shown = await desk.sql<{ channel: string; ts: string; key: string }>(
    `SELECT channel, ts, metadata->'event_payload'->>'key' AS key FROM sandbox.messages
     WHERE user_id = 'U0BACKCHAT' AND NOT deleted ORDER BY 1, 2`,
  );
  expect(shown).toEqual(known);
  expect(
    await desk.sql(
      `SELECT card, o.state, o.outcome FROM outbox o JOIN conversation c ON c.id = o.conversation_id
       WHERE c.state = 'active' AND o.state NOT IN ('delivered', 'superseded')`,
    ),
  ).toEqual([]);
}
