import type { Digest } from '../../src/domain/digest';
import { anEvent, type Bench, type Campus, night, openBench, settle } from './bench';

let bench: Bench;
let campus: Campus;
let chem: number;
beforeEach(async () => {
  bench = await openBench();
  campus = await settle(bench.store);
  chem = campus.tenant['UNI/CHEM'];
});
afterEach(() => bench.close());

function aDigest(over: Partial<Digest> = {}): Digest {
  return {
    ...{
      tenant: { id: chem, path: 'UNI/CHEM', name: 'Chemistry' },
      night,
      zone: 'Europe/Berlin',
      asOf: '2026-11-19T06:30:00.000Z',
    },
    ...{
      lateMinutes: 0,
      personal: false,
      green: 'line' as const,
      populations: { new: 0, still: 0, recovered: 0, flapping: 0 },
    },
    counts: {
      scheduled: 3,
      due: 3,
      ok: 3,
      notes: 0,
      missed: 0,
      failed: 0,
      severed: 0,
      running: 0,
      unknown: 0,
      excluded: 0,
    },
    ...{ banners: [], groups: [], flapping: [], recovered: [], running: [], unread: [], unexplained: [], children: [] },
    outside: { runs: 0, bad: 0 },
    ...over,
  };
}

describe('digests', () => {
  const save = (content: Digest) => bench.store.commit((tx) => tx.saveDigest(chem, night, content));

  test('the first is version 1, the same again is the same, another is the next version', async () => {
    expect(await save(aDigest())).toMatchObject({
      changed: true,
      digest: { version: 1, tenantId: chem, night, reviews: [] },
    });
    expect(await save(aDigest())).toMatchObject({ changed: false, digest: { version: 1 } });
    const { digest, changed } = await save(aDigest({ lateMinutes: 12 }));

    expect([changed, digest.version, digest.content]).toEqual([true, 2, aDigest({ lateMinutes: 12 })]);
    expect(await bench.store.digest(chem, night)).toEqual(digest);
    expect(await bench.store.digestById(digest.id)).toEqual(digest);
    expect(await bench.store.digestIdsOf(night)).toEqual([digest.id]);
  });

  test('made twice at once there is one', async () => {
    const results = await Promise.all(
      [bench.store, bench.second()].map((store) => store.commit((tx) => tx.saveDigest(chem, night, aDigest()))),
    );
    expect(results.map((each) => each.changed).sort()).toEqual([false, true]);
    expect(new Set(results.map((each) => each.digest.id)).size).toBe(1);
  });

  test('the last night is the newest that has one', async () => {
    expect(await bench.store.lastDigestNight(chem)).toBeNull();
    for (const each of [night, '2026-11-16']) await bench.store.commit((tx) => tx.saveDigest(chem, each, aDigest()));
    expect(await bench.store.lastDigestNight(chem)).toBe(night);
    expect(await bench.store.digest(chem, '2026-11-17')).toBeNull();
    expect(await bench.store.digestById(4711)).toBeNull();
  });

  test('each reader is noted once, and each adds a version', async () => {
    const { digest } = await save(aDigest());
    const workspace = (await bench.store.workspace('slack', 'T0UNI'))?.id ?? 0;
    const review = (user: string, name: string) =>
      bench.store.commit((tx) => tx.reviewDigest(digest.id, workspace, user, name));

    expect(await review('U0TESS', 'Tess Moreau')).toBe(2);
    expect(await review('U0TESS', 'Tess Moreau')).toBe(false);
    bench.clock.forward({ minutes: 1 });
    expect(await review('U0AMARA', 'Amara')).toBe(3);
    expect((await bench.store.digestById(digest.id))?.reviews).toEqual([
      { name: 'Tess Moreau', at: '2026-11-19T06:45:00.000Z' },
      { name: 'Amara', at: '2026-11-19T06:46:00.000Z' },
    ]);
  });

  test('a click repeated in two processes counts once', async () => {
    const { digest } = await save(aDigest());
    const workspace = (await bench.store.workspace('slack', 'T0UNI'))?.id ?? 0;
    const clicks = await Promise.all(
      [bench.store, bench.second()].map((store) =>
        store.commit((tx) => tx.reviewDigest(digest.id, workspace, 'U0TESS', 'Tess')),
      ),
    );
    expect(clicks.map(String).sort()).toEqual(['2', 'false']);
  });
});

describe('mentions', () => {
  const claim = (tenantId: number, ids: number[], of = night) =>
    bench.store.commit((tx) => tx.claimMentions(tenantId, of, ids));

  test('a person is mentioned by one tenant a night; that one may repeat it', async () => {
    expect(await claim(chem, [1, 2])).toEqual([1, 2]);
    expect(await claim(campus.tenant['UNI/PHYS'], [2, 3])).toEqual([3]);
    expect(await claim(chem, [2, 1])).toEqual([2, 1]);
    expect(await claim(campus.tenant['UNI/PHYS'], [2], '2026-11-19')).toEqual([2]);
    expect(await claim(chem, [])).toEqual([]);
  });

  test('tenants that ask at once do not both get somebody', async () => {
    const ids = [1, 2, 3, 4, 5];
    const asked = [
      [bench.store, chem, ids],
      [bench.second(), campus.tenant['UNI/PHYS'], [...ids].reverse()],
    ] as const;
    const got = await Promise.all(
      asked.map(([store, tenant, who]) => store.commit((tx) => tx.claimMentions(tenant, night, who))),
    );
    expect(got.flat().sort()).toEqual(ids);
  });
});

describe('findings', () => {
  const open = (detail: Record<string, unknown>, store = bench.store) =>
    store.commit((tx) => tx.openFinding('server-unreadable', 'SP1', detail));

  test('opened once, refreshed while it lasts, changed when its detail does', async () => {
    expect(await open({ code: 'SERVER_TIMEOUT' })).toMatchObject({
      fresh: true,
      finding: { version: 1, closedAt: null },
    });
    bench.clock.forward({ minutes: 15 });
    expect(await open({ code: 'SERVER_TIMEOUT' })).toMatchObject({
      ...{
        fresh: false,
        finding: { version: 1, openedAt: '2026-11-19T06:45:00.000Z', lastSeenAt: '2026-11-19T07:00:00.000Z' },
      },
    });
    expect(await open({ code: 'SERVER_LOGIN' })).toMatchObject({
      fresh: false,
      finding: { version: 2, detail: { code: 'SERVER_LOGIN' } },
    });
    expect(await bench.store.openFindings()).toHaveLength(1);
  });

  test('closed it is told once; the same again is a new one', async () => {
    const { finding } = await open({});
    const close = () => bench.store.commit((tx) => tx.closeFinding('server-unreadable', 'SP1'));

    expect(await close()).toMatchObject({ id: finding.id, version: 2, closedAt: '2026-11-19T06:45:00.000Z' });
    expect(await close()).toBeNull();
    expect(await bench.store.openFindings()).toEqual([]);
    expect((await bench.store.finding(finding.id))?.closedAt).not.toBeNull();
    expect((await open({})).finding.id).not.toBe(finding.id);
  });

  test('found by two processes at once it is one', async () => {
    const found = await Promise.all([bench.store, bench.second(), bench.store].map((store) => open({ n: 1 }, store)));
    expect(found.filter((each) => each.fresh)).toHaveLength(1);
    expect(await bench.store.openFindings()).toHaveLength(1);
  });
});

describe('what came in, and what goes', () => {
  test('a key is new once, also for two processes', async () => {
    const once = (store = bench.store) => store.commit((tx) => tx.once('slack:Ev1'));
    const heard = await Promise.all([once(), once(bench.second()), once()]);
    expect(heard.filter(Boolean)).toHaveLength(1);
    expect(await once()).toBe(false);
  });

  test('what is older than it need be goes; the last good poll of a server and what is still due stay', async () => {
    const server = campus.server.id;
    const poll = async (outcome: string) => {
      const id = await bench.store.commit((tx) => tx.startPoll(server));
      await bench.store.commit((tx) => tx.finishPoll(id, { outcome, rows: 0, refused: 0, refusals: [] }));
    };
    bench.clock.set('2025-10-01T06:00:00Z');
    await poll('ok');
    await poll('ok');
    await poll('SERVER_TIMEOUT');
    await bench.store.commit(async (tx) => {
      await tx.once('old');
      await tx.saveEvents(server, [anEvent({ night: '2025-09-30', scheduledStart: '2025-09-30 22:00:00' }), anEvent()]);
      await tx.saveDigest(chem, '2025-09-30', aDigest());
      await tx.want([
        { conversationId: campus.conversation, card: 'digest', objectId: '1', version: 1, correlation: 'c' },
      ]);
    });
    const [settled = 0] = await bench.store.commit((tx) =>
      tx.want([{ conversationId: campus.conversation, card: 'digest', objectId: '2', version: 1, correlation: 'c' }]),
    );
    await bench.store.commit((tx) =>
      tx.settle(settled, 'delivered', 'posted', { messageId: 'm', version: 1, contentHash: 'h' }),
    );
    bench.clock.set('2026-11-19T06:45:00Z');
    await bench.store.commit((tx) => tx.once('new'));

    const gone = await bench.store.commit((tx) =>
      tx.prune({ nights: '2025-10-15', inbox: '2026-11-12T00:00:00Z', polls: '2026-10-19T00:00:00Z' }),
    );

    // An event, a digest, a settled intent with its copy, a key, two polls.
    expect(gone).toBe(7);
    expect(await bench.rows('SELECT night::text FROM event')).toEqual([{ night }]);
    expect(await bench.rows('SELECT outcome FROM poll')).toEqual([{ outcome: 'ok' }]);
    expect(await bench.rows('SELECT state FROM outbox')).toEqual([{ state: 'due' }]);
    expect(await bench.rows('SELECT object_id FROM card_copy')).toEqual([{ object_id: '1' }]);
    expect(await bench.rows('SELECT key FROM inbox_dedup')).toEqual([{ key: 'new' }]);
  });
});
