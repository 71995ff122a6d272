import { makeOnPresence } from '../../handlers/presence';
import type { Presence } from '../../src/chat/call';
import { wordsOf } from '../jobs/chat';
import { openWorld, type World } from '../jobs/world';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const minute = 60_000;
const words = (conversation: string) => world.slack.in(conversation).map((message) => wordsOf(message.card));

async function happens(type: Presence['type'], conversation: string): Promise<void> {
  const surface = { provider: 'slack' as const, workspace: 'T1', conversation, kind: 'channel' as const };
  await makeOnPresence(world.deps)(type === 'removed' ? { type, surface } : { type, surface, reference: null });
  await world.settle();
  // Time passes between any two things that people do.
  await world.wait(minute);
}

it('says on arrival what the channel is bound to', async () => {
  await happens('added', 'CCHEM');
  expect(words('CCHEM')).toEqual([expect.stringMatching(/Chemistry.*07:30 \(Europe\/Berlin\)/)]);
});

it('says on arrival which ids to give on when the channel is bound to nothing', async () => {
  await happens('added', 'CNEW');
  expect(words('CNEW')).toEqual([expect.stringMatching(/not bound.*T1.*CNEW/)]);
});

it('greets once, however many events tell of one arrival', async () => {
  await happens('added', 'CCHEM');
  await happens('added', 'CCHEM');
  await happens('seen', 'CCHEM');
  expect(words('CCHEM')).toHaveLength(1);
});

it('greets again when it was removed and is back, below what was said meanwhile', async () => {
  await happens('added', 'CCHEM');
  await happens('removed', 'CCHEM');
  await happens('added', 'CCHEM');
  expect(words('CCHEM')).toHaveLength(2);
});

it('tells the manager when a bound channel closes, and in the same message when it opens again', async () => {
  await happens('removed', 'CCHEM');
  const closed = words('CSERVICE');
  await happens('removed', 'CCHEM');
  await happens('added', 'CCHEM');

  expect(closed).toEqual([expect.stringContaining('Nothing is delivered any more to chem-backup')]);
  expect(words('CSERVICE')).toEqual([expect.stringContaining('Messages go again to chem-backup')]);
  expect(await world.deps.store.openFindings()).toEqual([]);
});

it('does not bother the manager with a channel that is bound to nothing', async () => {
  await happens('added', 'CNEW');
  await happens('removed', 'CNEW');
  expect(words('CSERVICE')).toEqual([]);
});

it('keeps out of workspaces that the configuration does not name', async () => {
  const surface = { provider: 'slack' as const, workspace: 'TOTHER', conversation: 'C1', kind: 'channel' as const };
  await makeOnPresence(world.deps)({ type: 'added', surface, reference: null });
  await world.settle();
  expect(world.slack.posted).toEqual([]);
  expect(await world.deps.store.findConversation('slack', 'TOTHER', 'C1')).toBeNull();
});
