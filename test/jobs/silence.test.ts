import { wordsOf } from './chat';
import { openWorld, type World } from './world';

let world: World;
beforeEach(async () => {
  world = await openWorld();
  world.sp1.backsUp('NIGHTLY', '21:30', ['A.CHEM']);
  world.sp1.tells('A.CHEM', '2026-11-18 21:30:00', 'Completed');
  for (const server of ['SP1', 'SP2'] as const) await world.collect(server);
});
afterEach(() => world.close());

const verdicts = () =>
  world.sql<{ night: string; verdict: string | null }>(
    "SELECT night::text AS night, verdict FROM node_night WHERE night >= '2026-11-18' ORDER BY night",
  );
const unknown = (nights: string[]) => nights.map((night) => ({ night, verdict: 'unknown' }));

it('expects what was due on the nights that nobody watched, although the server is still away', async () => {
  world.setClock('2026-11-23 09:13');
  world.sp1.down = { code: 'SERVER_UNREACHABLE', reason: 'It is away.' };
  await world.collect('SP1');

  expect(await verdicts()).toEqual([
    { night: '2026-11-18', verdict: 'ok' },
    ...unknown(['2026-11-19', '2026-11-20', '2026-11-21', '2026-11-22']),
  ]);
});

it('says of nights that the server has forgotten meanwhile that nobody knows, not that nothing was due', async () => {
  world.sp1.retentionDays = 2;
  world.setClock('2026-11-23 09:13');
  world.sp1.tells('A.CHEM', '2026-11-22 21:30:00', 'Completed');
  await world.collect('SP1');

  expect(await verdicts()).toEqual([
    { night: '2026-11-18', verdict: 'ok' },
    ...unknown(['2026-11-19', '2026-11-20', '2026-11-21']),
    { night: '2026-11-22', verdict: 'ok' },
  ]);
});

it('stops asking for a server that is no longer in the configuration', async () => {
  const [timer] = await world.sql<{ object_id: string; generation: number }>(
    "SELECT object_id, generation FROM timer WHERE kind = 'collect' ORDER BY object_id",
  );
  await world.sql('UPDATE server SET gone_at = now() WHERE id = $1', [Number(timer?.object_id)]);
  await world.run('collect', timer?.object_id ?? '', timer?.generation);

  expect(await world.deps.store.timer('collect', timer?.object_id ?? '')).toBeNull();
});

it('leaves last night with the department that was told of it, when the rules change in the morning', async () => {
  await world.arm();
  world.setClock('2026-11-19 07:31');
  await world.settle();
  const chemistry = await world.tenant('UNI/CHEM');
  const physics = await world.tenant('UNI/PHYS');
  await world.sql(`UPDATE tenant SET rules = '{}' WHERE id = $1`, [chemistry.id]);
  await world.sql(`UPDATE tenant SET rules = '{"patterns": ["*.CHEM"]}' WHERE id = $1`, [physics.id]);
  await world.sql('UPDATE server SET inventory_at = NULL');
  world.setClock('2026-11-19 08:13');
  await world.collect('SP1');

  expect(
    await world.sql('SELECT tenant_id, from_night::text, to_night::text FROM node_tenant ORDER BY from_night'),
  ).toMatchObject([
    { tenant_id: chemistry.id, to_night: '2026-11-18' },
    { tenant_id: physics.id, from_night: '2026-11-19', to_night: null },
  ]);
  expect(await world.sql("SELECT tenant_id FROM node_night WHERE night = '2026-11-18'")).toEqual([
    { tenant_id: chemistry.id },
  ]);
});

it('tells the manager of a digest whose making fails, posts the report all the same, and makes the digest later', async () => {
  await world.arm();
  const { tally } = world.deps.store;
  world.deps.store.tally = async () => {
    throw new Error('broken');
  };
  world.setClock('2026-11-19 07:31');
  await expect(world.settle()).rejects.toThrow('broken');
  world.deps.store.tally = tally;
  // The wakes that died with the process come back when the leases of their timers end.
  await world.wait(6 * 60_000);
  await world.wait(60_000);
  const before = world.slack.in('CUNI').length;
  const told = world.slack.in('CSERVICE').map((message) => wordsOf(message.card));
  await world.wait(15 * 60_000);

  expect(before).toBe(0);
  expect(told).toContainEqual(expect.stringContaining('The digest of UNI could not be made'));
  expect(told).toContainEqual(expect.stringContaining('University Backup'));
  expect(world.slack.in('CUNI')).toHaveLength(1);
});
