import { makeDispatch } from '../../handlers/dispatch';
import { verbs } from '../../handlers/verbs';
import type { Call, Standing, Surface } from '../../src/chat/call';
import type { Card } from '../../src/chat/card';
import { wordsOf } from '../jobs/chat';
import { openWorld, type World } from '../jobs/world';

let world: World;
beforeEach(async () => {
  world = await openWorld({
    settings: { 'UNI/PHYS': { personal: true } },
    tweak: (wanted) => {
      const slack = { provider: 'slack' as const, workspace: 'T1' };
      wanted.people.push({
        key: 'oskar',
        name: 'Oskar',
        identities: [{ ...slack, user: 'UOSKAR' }],
        roles: [{ role: 'operator', tenantPath: 'UNI' }],
      });
    },
  });
  world.sp1.backsUp('NIGHTLY', '21:30', ['NMR1.CHEM', 'NMR2.CHEM', 'LASER1.PHYS']);
  for (const name of ['NMR1.CHEM', 'LASER1.PHYS']) world.sp1.tells(name, '2026-11-18 21:30:00', 'Failed');
  world.sp1.tells('NMR2.CHEM', '2026-11-18 21:30:00', 'Completed');
  for (const server of ['SP1', 'SP2'] as const) await world.collect(server);
  await world.arm();
  world.setClock('2026-11-19 07:31');
  await world.settle();
});
afterEach(() => world.close());

interface Asking {
  user?: string;
  in?: string;
  kind?: Surface['kind'];
  standing?: Standing;
  click?: boolean;
}

let asked = 0;
async function ask(text: string, how: Asking = {}): Promise<Card> {
  const { user = 'USTRANGER', in: conversation = 'CCHEM', kind = 'channel', standing = 'member', click = false } = how;
  asked += 1;
  const call: Call = {
    id: `call-${asked}`,
    identity: { provider: 'slack', workspace: 'T1', user, name: user.toLowerCase() },
    surface: { provider: 'slack', workspace: 'T1', conversation, kind },
    text,
    click,
    standing: async () => standing,
  };
  return (await makeDispatch(verbs, world.deps, () => undefined)(call)).card;
}
const said = (text: string, how?: Asking) => ask(text, how).then(wordsOf);

describe('who may ask what', () => {
  it('answers a member of the channel about its department, and about no other', async () => {
    expect(await said('status NMR1.CHEM')).toContain('FAILED');
    expect(await said('digest CHEM')).toContain('Chemistry');
    expect((await ask('digest PHYS')).kind).toBe('refusal');
  });

  it('has the same words for a node of others and for one that does not exist', async () => {
    const foreign = await said('status LASER1.PHYS');
    const unknown = await said('status NOSUCH.PHYS');
    expect(foreign.replaceAll('LASER1', 'X')).toBe(unknown.replaceAll('NOSUCH', 'X'));
    const tenant = await said('digest PHYS');
    expect(tenant.replaceAll('PHYS', 'X')).toBe((await said('digest NOSUCH')).replaceAll('NOSUCH', 'X'));
  });

  it.each(['guest', 'outsider'] as const)('tells a %s nothing, whatever role the account has', async (standing) => {
    for (const text of ['status NMR1.CHEM', 'digest CHEM', 'details CHEM 2026-11-18', 'reviewed CHEM 2026-11-18']) {
      const words = await said(text, { user: 'UTESS', standing });
      expect(words).toContain('GUEST');
      expect(words).not.toContain('NMR');
    }
    expect(await said('whoami', { standing })).not.toContain('UNI/CHEM');
  });

  it('refuses in a channel that is bound to nothing, with the ids to give on', async () => {
    const words = await said('digest CHEM', { in: 'CELSEWHERE' });
    expect(words).toContain('NOT_ALLOWED');
    expect(words).toContain('CELSEWHERE');
  });

  it('lets a role ask anywhere by typing', async () => {
    expect(await said('status NMR1.CHEM', { user: 'UOSKAR', in: 'CELSEWHERE' })).toContain('FAILED');
    expect(await said('status NMR1.CHEM', { user: 'UOSKAR', in: 'DOSKAR', kind: 'chat' })).toContain('FAILED');
  });

  it('lets a button of a channel reach what the channel is bound to and nothing else, whatever the role', async () => {
    const click = { user: 'UOSKAR', click: true };
    expect(await said('details CHEM 2026-11-18', { ...click })).toContain('NMR1.CHEM');
    expect(await said('details CHEM 2026-11-18', { ...click, in: 'CUNI' })).toContain('NMR1.CHEM');
    expect(await said('details CHEM 2026-11-18', { ...click, in: 'CPHYS' })).toContain('UNKNOWN_TENANT');
    expect(await said('reviewed CHEM 2026-11-18', { ...click, in: 'CELSEWHERE' })).toContain('NOT_BOUND');
    expect(await world.sql('SELECT 1 FROM digest_review')).toEqual([]);
    expect(await said('details CHEM 2026-11-18', { ...click, in: 'DOSKAR', kind: 'chat' })).toContain('NMR1.CHEM');
  });

  it('names no node of a personal department to a channel, nor in the list of the one above', async () => {
    expect(await said('details UNI 2026-11-18', { in: 'CUNI' })).toContain('NMR1.CHEM');
    expect(await said('details UNI 2026-11-18', { in: 'CUNI' })).not.toContain('LASER1');
    expect(await said('details PHYS 2026-11-18', { in: 'CPHYS' })).not.toContain('LASER1');
    expect(await said('status LASER1.PHYS', { in: 'CPHYS' })).toContain('UNKNOWN_NODE');
    expect(await said('status LASER1.PHYS', { in: 'CPHYS', user: 'UTESS' })).toContain('FAILED');
  });

  it('leaves the nights of a node that changed hands with those who had it', async () => {
    const [{ id } = { id: 0 }] = await world.sql<{ id: number }>("SELECT id FROM node WHERE name = 'NMR1.CHEM'");
    const chem = await world.tenant('UNI/CHEM');
    const uni = await world.tenant('UNI');
    await world.deps.store.commit((tx) =>
      tx.assign([{ nodeId: id, tenantId: uni.id, fromNight: '2026-11-19', rule: 'moved' }]),
    );

    expect(await said('status NMR1.CHEM')).toContain('UNKNOWN_NODE');
    expect(await said('details CHEM 2026-11-18')).toContain('NMR1.CHEM');
    await world.deps.store.commit((tx) =>
      tx.assign([{ nodeId: id, tenantId: chem.id, fromNight: '2026-11-19', rule: 'back' }]),
    );
    await world.sql('UPDATE node_night SET tenant_id = $1 WHERE node_id = $2', [uni.id, id]);
    expect(await said('status NMR1.CHEM')).not.toContain('FAILED');
  });
});

it('tells tenants about an unread server without its address', async () => {
  world.sp1.down = { code: 'SERVER_LOGIN', reason: 'oc.internal.example refused CHATOPS.' };
  await world.collect('SP1');
  const words = await said('status NMR1.CHEM');
  expect(words).toContain('no data from SP1');
  expect(words).not.toContain('oc.internal.example');
});

it('keeps every reviewer, also of two at the same moment, and each once', async () => {
  await Promise.all([
    ask('reviewed CHEM 2026-11-18', { user: 'UTESS' }),
    ask('reviewed CHEM 2026-11-18', { user: 'UOSKAR' }),
  ]);
  expect(await said('reviewed CHEM 2026-11-18', { user: 'UTESS' })).toContain('noted before');
  await world.settle();

  const [message] = world.slack.in('CCHEM');
  expect(message && wordsOf(message.card)).toMatch(/Reviewed by .*(Tess Moreau.*Oskar|Oskar.*Tess Moreau)/);
});

it('whoami tells the ids, the roles that are held now, and until which day', async () => {
  await world.sql(
    `UPDATE membership SET until = '2026-12-31T23:00:00Z' WHERE tenant_id = (SELECT id FROM tenant WHERE path = 'UNI/CHEM')`,
  );
  await world.sql(
    `UPDATE membership SET until = '2026-11-01T23:00:00Z' WHERE tenant_id = (SELECT id FROM tenant WHERE path = 'UNI/PHYS')`,
  );
  const words = await said('whoami', { user: 'UTESS' });
  expect(words).toContain('1 role');
  expect(words).toContain('Thu 31 Dec 2026');
  expect(words).toContain('CCHEM');
});
