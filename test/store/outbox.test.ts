import type { Intent } from '../../src/store/rows';

import { type Bench, openBench, settle, university } from './bench';

let bench: Bench;
let here: number;
beforeEach(async () => {
  bench = await openBench();
  here = (await settle(bench.store)).conversation;
});
afterEach(() => bench.close());

const lease = 60_000;
const shown = { messageId: '1763534700.000100', version: 1, contentHash: 'h1' };

function intent(over: Partial<Intent> = {}): Intent {
  return { conversationId: here, card: 'digest', objectId: '12', version: 1, correlation: 'run-1', ...over };
}

async function want(...intents: Intent[]): Promise<number[]> {
  return bench.store.commit((tx) => tx.want(intents));
}

async function only(...intents: Intent[]): Promise<number> {
  const [id = 0] = await want(...intents);
  return id;
}

describe('wanting', () => {
  test('makes one due intent and one copy, ready to be claimed', async () => {
    const id = await only(intent({ threadOf: 'digest/11' }));

    expect(await bench.store.dueIntents(10)).toEqual([{ id, attempts: 0, correlation: 'run-1' }]);
    expect(await bench.store.copy('digest', '12', here)).toMatchObject({
      state: 'wanted',
      messageId: null,
      renderedVersion: 0,
    });
    expect(await bench.store.claimIntent(id, lease)).toMatchObject({
      ...{
        card: 'digest',
        objectId: '12',
        conversationId: here,
        version: 1,
        threadOf: 'digest/11',
        correlation: 'run-1',
      },
      ...{
        dedupeKey: `digest/12/${here}/1`,
        state: 'due',
        attempts: 1,
        createdAt: '2026-11-19T06:45:00.000Z',
        settledAt: null,
      },
    });
  });

  test('the same again is ignored, in one commit and in the next', async () => {
    expect(await want(intent(), intent())).toHaveLength(1);
    expect(await want(intent())).toEqual([]);
    expect(await bench.store.ledger({ limit: 10 })).toHaveLength(1);
  });

  test('only the newest of several versions waits, in whatever order they come', async () => {
    const [first = 0] = await want(intent({ version: 1 }));
    const [third = 0] = await want(intent({ version: 3 }));
    expect(await want(intent({ version: 2 }))).toEqual([]);

    expect((await bench.store.dueIntents(10)).map((row) => row.id)).toEqual([third]);
    expect((await bench.store.ledger({ limit: 10 })).map(({ version, state }) => `${version} ${state}`)).toEqual([
      '2 superseded',
      '3 due',
      '1 superseded',
    ]);
    expect(await bench.store.claimIntent(first, lease)).toBeNull();
  });

  test('other objects, cards and conversations do not collapse into it', async () => {
    const two = university();
    two.bindings.push({
      ...{ provider: 'slack', workspace: 'T0UNI', conversation: 'C0PHYS', kind: 'channel' },
      ...{ tenantPath: 'UNI/PHYS', purpose: 'digest' },
    });
    await settle(bench.store, two);
    const there = (await bench.store.findConversation('slack', 'T0UNI', 'C0PHYS'))?.id ?? 0;

    const ids = await want(
      intent(),
      intent({ objectId: '13' }),
      intent({ card: 'service' }),
      intent({ conversationId: there, version: 2 }),
    );

    expect(ids).toHaveLength(4);
    expect(await bench.store.dueIntents(10)).toHaveLength(4);
    expect(await bench.store.copiesOf('digest', '12')).toHaveLength(2);
  });
});

describe('claiming', () => {
  test('is for one worker at a time, until the lease ends by the clock', async () => {
    const id = await only(intent());
    const other = bench.second();

    const claims = await Promise.all(
      [bench.store, other, bench.store, other].map((store) => store.claimIntent(id, lease)),
    );

    expect(claims.filter((claim) => claim !== null)).toHaveLength(1);
    expect(await bench.store.dueIntents(10)).toEqual([]);
    bench.clock.forward({ seconds: 61 });
    expect(await other.claimIntent(id, lease)).toMatchObject({ attempts: 2 });
  });

  test('one message is written by one worker, also when a newer version is wanted meanwhile', async () => {
    const old = await only(intent({ version: 1 }));
    await bench.store.claimIntent(old, lease);
    const newer = await only(intent({ version: 2 }));

    expect(await bench.store.claimIntent(newer, lease)).toBeNull();
    await bench.store.commit((tx) => tx.settle(old, 'delivered', 'posted', shown));

    expect(await bench.store.claimIntent(newer, lease)).toMatchObject({ version: 2 });
  });

  test('races for two versions of one message let one through', async () => {
    const old = await only(intent({ version: 1 }));
    // As if both had been wanted by processes that did not see each other.
    await bench.rows(`INSERT INTO outbox (conversation_id, card, object_id, wanted_version, dedupe_key, correlation, due_at, created_at)
      SELECT conversation_id, card, object_id, 2, 'other', correlation, due_at, created_at FROM outbox`);
    const [{ id: newer } = { id: 0 }] = (await bench.rows("SELECT id FROM outbox WHERE dedupe_key = 'other'")) as {
      id: number;
    }[];
    const stores = [bench.store, bench.second(), bench.second()];

    const claims = await Promise.all(
      stores.flatMap((store) => [store.claimIntent(old, lease), store.claimIntent(newer, lease)]),
    );

    expect(claims.flatMap((claim) => (claim ? [claim.version] : [])).every((version) => version === 2)).toBe(true);
    expect(claims.filter((claim) => claim !== null).length).toBeLessThanOrEqual(1);
  });

  test.each(['waiting', 'off'])(
    'waits while the conversation is %s, and goes on when it is seen again',
    async (state) => {
      const id = await only(intent());
      await bench.rows(`UPDATE conversation SET state = '${state}' WHERE id = ${here}`);

      expect(await bench.store.dueIntents(10)).toEqual([]);
      expect(await bench.store.claimIntent(id, lease)).toBeNull();

      await bench.store.commit((tx) =>
        tx.seeConversation({
          provider: 'slack',
          workspace: 'T0UNI',
          conversation: 'C0CHEM',
          kind: 'channel',
          reference: null,
        }),
      );
      expect(await bench.store.claimIntent(id, lease)).not.toBeNull();
    },
  );

  test('waits until the conversation may be written to', async () => {
    const id = await only(intent());
    await bench.store.commit((tx) => tx.conversationWait(here, '2026-11-19T06:45:30.000Z'));

    expect(await bench.store.dueIntents(10)).toEqual([]);
    expect(await bench.store.claimIntent(id, lease)).toBeNull();
    bench.clock.forward({ seconds: 30 });
    expect(await bench.store.claimIntent(id, lease)).not.toBeNull();
  });

  test('an id that does not exist is nothing to claim', async () => {
    expect(await bench.store.claimIntent(4711, lease)).toBeNull();
  });
});

describe('ends', () => {
  test('a delivery is in the ledger, and the copy knows its message', async () => {
    const id = await only(intent());
    await bench.store.claimIntent(id, lease);
    bench.clock.forward({ seconds: 2 });

    await bench.store.commit((tx) => tx.settle(id, 'delivered', 'posted', shown));

    expect(await bench.store.ledger({ objectId: '12', card: 'digest', limit: 10 })).toEqual([
      expect.objectContaining({
        state: 'delivered',
        outcome: 'posted',
        settledAt: '2026-11-19T06:45:02.000Z',
        attempts: 1,
      }),
    ]);
    expect(await bench.store.copy('digest', '12', here)).toMatchObject({
      ...{ state: 'posted', messageId: shown.messageId, renderedVersion: 1, contentHash: 'h1' },
    });
    expect(await bench.store.claimIntent(id, lease)).toBeNull();
  });

  test('a late report of an older version does not hide the newer one', async () => {
    const old = await only(intent({ version: 1 }));
    const newer = await only(intent({ version: 2 }));
    await bench.store.commit((tx) =>
      tx.settle(newer, 'delivered', 'posted', { ...shown, version: 2, contentHash: 'h2' }),
    );

    await bench.store.commit((tx) => tx.settle(old, 'delivered', 'posted', shown));

    expect(await bench.store.copy('digest', '12', here)).toMatchObject({ renderedVersion: 2, contentHash: 'h2' });
  });

  test('a worker that was too slow does not undo a delivery', async () => {
    const id = await only(intent());
    await bench.store.commit((tx) => tx.settle(id, 'delivered', 'posted', shown));

    await bench.store.commit((tx) => tx.settle(id, 'refused', 'CHAT_GONE'));

    expect(await bench.store.ledger({ limit: 1 })).toEqual([
      expect.objectContaining({ state: 'delivered', outcome: 'posted' }),
    ]);
  });

  test('given back, it is due again at its time and says why', async () => {
    const id = await only(intent());
    await bench.store.claimIntent(id, lease);

    await bench.store.commit((tx) => tx.retry(id, '2026-11-19T06:45:10.000Z', 'CHAT_RATE_LIMITED'));

    expect(await bench.store.dueIntents(10)).toEqual([]);
    bench.clock.forward({ seconds: 10 });
    expect(await bench.store.dueIntents(10)).toEqual([{ id, attempts: 1, correlation: 'run-1' }]);
    expect(await bench.store.ledger({ limit: 1 })).toEqual([expect.objectContaining({ outcome: 'CHAT_RATE_LIMITED' })]);
  });

  test('a lost copy has no message any more and may be posted anew', async () => {
    const id = await only(intent());
    await bench.store.commit((tx) => tx.settle(id, 'delivered', 'posted', shown));

    await bench.store.commit((tx) => tx.copyLost('digest', '12', here));
    expect(await bench.store.copy('digest', '12', here)).toMatchObject({ state: 'lost', messageId: null });

    const again = await only(intent({ dedupeKey: 'again' }));
    await bench.store.commit((tx) => tx.settle(again, 'delivered', 'posted', { ...shown, messageId: 'new' }));
    expect(await bench.store.copy('digest', '12', here)).toMatchObject({ state: 'posted', messageId: 'new' });
  });
});
