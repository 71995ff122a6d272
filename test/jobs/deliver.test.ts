import { deliver } from '../../jobs/deliver';
import { tell, tellOver } from '../../jobs/tell';
import type { OutboxRow } from '../../src/store/rows';
import { wordsOf } from './chat';
import { dieAt, openWorld, type World } from './world';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

/** Something for the manager: the simplest card that there is. */
async function wantNotice(subject = 'SP1', reason = 'It is away.'): Promise<void> {
  await tell('server-unreadable', subject, { server: subject, reason }, 'test', world.deps);
}

const notices = () => world.slack.in('CSERVICE');
const ledger = async (): Promise<Pick<OutboxRow, 'card' | 'state' | 'outcome' | 'attempts'>[]> =>
  (await world.deps.store.ledger({ limit: 100 }))
    .reverse()
    .map(({ card, state, outcome, attempts }) => ({ card, state, outcome, attempts }));
const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

describe('a card that arrives', () => {
  it('is in the ledger with when, where and what became of it, and its copy knows the message', async () => {
    await wantNotice();
    await world.settle();
    const [intent] = await world.deps.store.ledger({ limit: 10 });
    const [copy] = await world.deps.store.copiesOf('notice', intent?.objectId ?? '');

    expect(intent).toMatchObject({
      state: 'delivered',
      outcome: 'posted',
      attempts: 1,
      settledAt: '2026-11-19T06:28:00.000Z',
    });
    expect(copy).toMatchObject({ state: 'posted', messageId: 'm1', renderedVersion: 1 });
  });

  it('is edited, not posted again, when there is more to say', async () => {
    await wantNotice();
    await world.settle();
    await wantNotice('SP1', 'It is still away.');
    await world.settle();

    expect(world.slack.attempts).toEqual(['post CSERVICE', 'update CSERVICE']);
    expect(await ledger()).toMatchObject([{ outcome: 'posted' }, { outcome: 'edited' }]);
  });

  it('shows its newest words only, when several changes came before it could go', async () => {
    for (const reason of ['One.', 'Two.', 'Three.']) await wantNotice('SP1', reason);
    await world.settle();

    expect(world.slack.attempts).toEqual(['post CSERVICE']);
    expect(notices().map((message) => wordsOf(message.card))).toEqual([expect.stringContaining('Three.')]);
    expect(await ledger()).toMatchObject([
      { state: 'superseded' },
      { state: 'superseded' },
      { state: 'delivered', outcome: 'posted' },
    ]);
  });

  it('is not sent when it would look the same', async () => {
    await wantNotice();
    await world.settle();
    const [finding] = await world.deps.store.openFindings();
    const conversation = await world.deps.store.findConversation('slack', 'T1', 'CSERVICE');
    await world.deps.store.commit((tx) =>
      tx.want([
        {
          conversationId: conversation?.id ?? 0,
          card: 'notice',
          objectId: String(finding?.id),
          version: 7,
          correlation: 'test',
        },
      ]),
    );
    await world.settle();

    expect(world.slack.attempts).toEqual(['post CSERVICE']);
    expect(await ledger()).toMatchObject([{ outcome: 'posted' }, { state: 'delivered', outcome: 'already shown' }]);
  });

  it('is posted once by two workers that were woken for it at the same moment', async () => {
    await wantNotice();
    const [intent] = await world.deps.store.ledger({ limit: 1 });
    await Promise.all([1, 2, 3].map(() => world.run('deliver', String(intent?.id))));

    expect(world.slack.attempts).toEqual(['post CSERVICE']);
  });

  it('is answered in its thread only once it is there', async () => {
    world.sp1.backsUp('NIGHTLY', '21:30', ['A.CHEM']);
    world.sp1.tells('A.CHEM', '2026-11-18 21:30:00', 'Missed');
    await world.arm();
    world.setClock('2026-11-19 07:30');
    await world.collect('SP1');
    await world.collect('SP2');
    const chemistry = (await world.tenant('UNI/CHEM')).id;
    const timer = await world.deps.store.timer('digest', `${chemistry}-2026-11-18`);
    await world.run('digest', timer?.objectId ?? '', timer?.generation);
    const threads = () => world.deps.store.ledger({ card: 'digest-thread', limit: 10 });
    const early = await threads();
    const [parent] = await world.deps.store.ledger({ card: 'digest', limit: 1 });
    dieAt(world, 'settle');
    await expect(world.run('deliver', String(parent?.id))).rejects.toThrow('killed');
    const unsettled = await threads();
    world.setClock('2026-11-19 07:31:31');
    await world.run('deliver', String(parent?.id));
    const [thread] = await threads();
    await world.run('deliver', String(thread?.id));

    expect([early, unsettled]).toEqual([[], []]);
    expect(world.slack.attempts).toEqual(['post CCHEM', 'find CCHEM', 'update CCHEM', 'post CCHEM']);
    expect(world.slack.posted).toMatchObject([
      { id: 'm1', conversation: 'CCHEM', thread: undefined },
      { conversation: 'CCHEM', thread: 'm1' },
    ]);
  });

  it('is dropped when there is nothing left to show', async () => {
    await wantNotice();
    await world.sql('DELETE FROM finding');
    await world.settle();

    expect(world.slack.attempts).toEqual([]);
    expect(await ledger()).toMatchObject([{ state: 'dropped' }]);
  });
});

describe('a chat service that', () => {
  it.each(['CHAT_UNREACHABLE', 'CHAT_CREDENTIALS'] as const)(
    'is out of order (%s) is tried again later and later, and the card arrives once',
    async (code) => {
      world.slack.failures.push({ code }, { code }, { code });
      await wantNotice();
      await world.settle();
      const posts = () => world.slack.attempts.filter((attempt) => attempt === 'post CSERVICE').length;
      const attempts: number[] = [];
      // 5, 10 and 20 seconds, a fifth more or less.
      for (const wait of [3_900, 2_200, 5_700, 6_300, 9_800, 14_300]) {
        attempts.push(posts());
        await world.wait(wait);
      }
      attempts.push(posts());

      expect(attempts).toEqual([1, 1, 2, 2, 3, 3, 4]);
      expect(notices()).toHaveLength(1);
      expect(await ledger()).toMatchObject([{ state: 'delivered', outcome: 'posted', attempts: 4 }]);
    },
  );

  it('is gone for a day is given up, and the manager is told', async () => {
    world.slack.failures.push(...Array.from({ length: 200 }, () => ({ code: 'CHAT_UNREACHABLE' as const })));
    await wantNotice();
    await world.settle();
    await world.wait(23 * hour);
    const [before] = await ledger();
    const tries = world.slack.attempts.filter((attempt) => attempt.startsWith('post')).length;
    await world.wait(2 * hour);

    expect(before).toMatchObject({ state: 'due', outcome: expect.stringContaining('CHAT_UNREACHABLE') });
    expect(tries).toBeGreaterThan(80);
    expect((await ledger())[0]).toMatchObject({
      state: 'refused',
      outcome: expect.stringContaining('given up after a day'),
    });
    expect(await world.deps.store.openFindings()).toMatchObject([{}, { kind: 'delivery-failed', subject: 'service' }]);
  });

  it('asks to wait is not asked before, by any card for that place; other places go on', async () => {
    await world.deps.store.commit(async (tx) => {
      const places = await Promise.all(
        ['CSERVICE', 'CCHEM'].map((channel) => world.deps.store.findConversation('slack', 'T1', channel)),
      );
      const { finding } = await tx.openFinding('test', 'SP1', {});
      const { finding: other } = await tx.openFinding('test', 'SP2', {});
      await tx.want(
        [finding, other].flatMap(({ id }) =>
          places.map((place) => ({
            conversationId: place?.id ?? 0,
            card: 'notice',
            objectId: String(id),
            version: 1,
            correlation: 'test',
          })),
        ),
      );
    });
    world.slack.failures.push({ code: 'CHAT_RATE_LIMITED', retryAfterMs: 30_000 });
    await world.settle();
    const at0 = [...world.slack.attempts];
    await world.wait(29_000);
    const at29 = world.slack.attempts.length;
    await world.wait(1_000);

    const [limited = '', ...others] = at0;
    expect(others).toHaveLength(2);
    expect(others).not.toContain(limited);
    expect(at29).toBe(3);
    expect([notices().length, world.slack.in('CCHEM').length]).toEqual([2, 2]);
    expect((await ledger()).map(({ state }) => state)).toEqual(Array(4).fill('delivered'));
  });

  it('broke off after sending is asked whether the message is there, and gets no second one', async () => {
    world.slack.failures.push({ code: 'CHAT_UNKNOWN_OUTCOME', arrives: true });
    await wantNotice();
    await world.settle();
    await world.wait(59_000);
    const early = [...world.slack.attempts];
    await world.wait(1_000);

    expect(early).toEqual(['post CSERVICE']);
    expect(world.slack.attempts).toEqual(['post CSERVICE', 'find CSERVICE', 'update CSERVICE']);
    expect(notices()).toHaveLength(1);
    expect(await ledger()).toMatchObject([{ state: 'delivered', attempts: 2 }]);
  });

  it('broke off before it had the message gets it once', async () => {
    world.slack.failures.push({ code: 'CHAT_UNKNOWN_OUTCOME' });
    await wantNotice();
    await world.settle();
    await world.wait(minute);

    expect(world.slack.attempts).toEqual(['post CSERVICE', 'find CSERVICE', 'post CSERVICE']);
    expect(notices()).toHaveLength(1);
  });

  it('refuses the form of a card gets it once, and the manager hears of the mistake', async () => {
    world.slack.failures.push({ code: 'CHAT_REJECTED_CARD' });
    await wantNotice();
    await world.settle();
    await world.wait(hour);

    expect((await ledger())[0]).toMatchObject({ state: 'refused', attempts: 1 });
    expect(notices().map((message) => wordsOf(message.card))).toEqual([
      expect.stringContaining('could not be delivered to service'),
    ]);
  });

  it('has lost the message to edit gets the next news as a new one', async () => {
    await wantNotice();
    await world.settle();
    world.slack.posted.length = 0;
    await wantNotice('SP1', 'It is still away.');
    await world.settle();
    const [, edit] = await ledger();
    await tellOver('server-unreadable', 'SP1', 'test', world.deps);
    await world.settle();

    expect(edit).toMatchObject({ state: 'refused', outcome: expect.stringContaining('CHAT_MESSAGE_GONE') });
    expect(notices().map((message) => wordsOf(message.card))).toEqual([expect.stringContaining('can be read again')]);
  });
});

describe('a place that is closed to the bot', () => {
  it.each(['CHAT_NOT_IN_CHANNEL', 'CHAT_GONE', 'CHAT_BLOCKED'] as const)(
    '(%s) is switched off, the manager is told, and what is due there goes out when it opens again',
    async (code) => {
      world.sp1.backsUp('NIGHTLY', '21:30', ['A.CHEM', 'B.PHYS']);
      world.sp1.tells('A.CHEM', '2026-11-18 21:30:00', 'Missed');
      world.sp1.tells('B.PHYS', '2026-11-18 21:30:00', 'Completed');
      await world.arm();
      world.setClock('2026-11-19 07:30');
      await world.collect('SP1');
      await world.collect('SP2');
      const chemistry = (await world.tenant('UNI/CHEM')).id;
      const timer = await world.deps.store.timer('digest', `${chemistry}-2026-11-18`);
      world.slack.failures.push({ code });
      await world.run('digest', timer?.objectId ?? '', timer?.generation);
      await world.settle();
      await world.wait(hour);
      const conversation = await world.deps.store.findConversation('slack', 'T1', 'CCHEM');
      const tries = world.slack.attempts.filter((attempt) => attempt === 'post CCHEM').length;

      expect(conversation).toMatchObject({ state: 'off', stateReason: expect.stringContaining(code) });
      expect(tries).toBe(1);
      expect(world.slack.in('CPHYS')).toHaveLength(1);
      expect(notices().map((message) => wordsOf(message.card))).toContainEqual(
        expect.stringContaining('Nothing is delivered any more to chem-backup'),
      );

      await world.deps.store.commit((tx) =>
        tx.seeConversation({
          provider: 'slack',
          workspace: 'T1',
          conversation: 'CCHEM',
          kind: 'channel',
          reference: null,
        }),
      );
      await world.settle();
      await world.wait(10_000);

      expect(world.slack.in('CCHEM').map((message) => wordsOf(message.card))).toEqual([
        expect.stringContaining('0 of 1 OK'),
      ]);
      expect((await ledger()).filter(({ state }) => state === 'due')).toEqual([]);
    },
  );
});

describe('a delivery that dies', () => {
  it('after posting and before writing it down finds its message, and posts no second one', async () => {
    await wantNotice();
    dieAt(world, 'settle');
    await expect(world.settle()).rejects.toThrow('killed at settle');
    const during = await ledger();
    // Its claim ends after a minute.
    await world.wait(59_000);
    const early = [...world.slack.attempts];
    await world.wait(2_000);

    expect(during).toMatchObject([{ state: 'due', attempts: 1 }]);
    expect(early).toEqual(['post CSERVICE']);
    expect(world.slack.attempts).toEqual(['post CSERVICE', 'find CSERVICE', 'update CSERVICE']);
    expect(notices()).toHaveLength(1);
    expect(await ledger()).toMatchObject([{ state: 'delivered', attempts: 2 }]);
  });

  it('finds its message also when there is more to say by then', async () => {
    await wantNotice();
    dieAt(world, 'settle');
    await expect(world.settle()).rejects.toThrow('killed at settle');
    await wantNotice('SP1', 'It is still away.');
    await world.wait(61_000);

    expect(world.slack.attempts).toEqual(['post CSERVICE', 'find CSERVICE', 'update CSERVICE']);
    expect(notices().map((message) => wordsOf(message.card))).toEqual([expect.stringContaining('still away')]);
  });

  it('after editing and before writing it down edits again', async () => {
    await wantNotice();
    await world.settle();
    await wantNotice('SP1', 'It is still away.');
    dieAt(world, 'settle');
    await expect(world.settle()).rejects.toThrow('killed at settle');
    await world.wait(61_000);

    expect(notices()).toMatchObject([{ edits: 2 }]);
    expect((await ledger()).map(({ state }) => state)).toEqual(['delivered', 'delivered']);
  });

  it('after posting, in a chat that cannot be searched, posts again rather than never', async () => {
    delete world.slack.messenger.find;
    await wantNotice();
    dieAt(world, 'settle');
    await expect(world.settle()).rejects.toThrow('killed at settle');
    await world.wait(61_000);

    expect(await ledger()).toMatchObject([{ state: 'delivered' }]);
  });

  it.each(['retry', 'conversationWait'] as const)('while it puts itself off (%s) is tried again', async (call) => {
    world.slack.failures.push({ code: 'CHAT_RATE_LIMITED', retryAfterMs: 1_000 });
    await wantNotice();
    dieAt(world, call);
    await expect(world.settle()).rejects.toThrow('killed');
    await world.wait(61_000);

    expect(notices()).toHaveLength(1);
    expect(await ledger()).toMatchObject([{ state: 'delivered' }]);
  });
});

describe('a card that cannot be drawn', () => {
  it('is tried again later and given up after a day, and the manager is told', async () => {
    const { deps } = world;
    const broken = {
      ...deps,
      render: async () => {
        throw new Error('a mistake of ours');
      },
    };
    await wantNotice();
    const [intent] = await deps.store.ledger({ limit: 1 });
    const wake = { job: 'deliver', object: String(intent?.id), version: 0, correlation: 'test' };

    await expect(deliver(wake, broken)).rejects.toThrow('a mistake of ours');
    expect(await ledger()).toMatchObject([{ state: 'due', attempts: 1, outcome: expect.stringContaining('INTERNAL') }]);

    world.setClock('2026-11-20 08:00');
    await expect(deliver(wake, broken)).rejects.toThrow('a mistake of ours');
    expect((await ledger())[0]).toMatchObject({
      state: 'refused',
      outcome: expect.stringContaining('given up after a day'),
    });
    expect((await deps.store.openFindings()).map((finding) => finding.kind)).toContain('delivery-failed');
  });
});
