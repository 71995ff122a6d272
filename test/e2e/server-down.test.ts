import type { Digest } from '../../src/domain/digest';
import { firstMorning, firstNight, toldOf } from './first-morning';
import { type Bot, startBot, textOf, waitFor } from './harness';
import { below, countsOf, recount } from './recount';

/** SP2 does not answer at half past seven of the second morning, and is back on the third. */

const downNight = '2026-11-19';
const backNight = '2026-11-20';
/** Departments with machines on SP2, and where they hear of it. */
const onSp2 = {
  UNI: 'C0UNI',
  'UNI/SCI/PHYS': 'C0PHYS',
  'UNI/SCI/GEO': 'C0GEO',
  'UNI/MED': 'C0MED',
  'UNI/MED/CLINIC': 'C0CLINIC',
};

let bot: Bot;
beforeAll(async () => {
  bot = await startBot(await firstMorning());
  await bot.switch('SP2', 'down');
  await bot.nextMorning();
  await toldOf(bot, downNight);
}, 300_000);
afterAll(() => bot.close());

async function contentOf(tenant: string, night: string): Promise<Digest> {
  const [row] = await bot.sql<{ content: Digest }>(
    'SELECT content FROM digest d JOIN tenant t ON t.id = d.tenant_id WHERE t.path = $1 AND d.night = $2',
    [tenant, night],
  );
  if (!row) throw new Error(`There is no digest of ${tenant} for ${night}.`);
  return row.content;
}

async function newestIn(channel: string): Promise<string> {
  const last = (await bot.history(channel)).at(-1);
  return last ? textOf(last) : '';
}

/** What a machine's schedules carry into the next night. */
async function streaksOf(node: string, night: string): Promise<number[]> {
  const [row] = await bot.sql<{ units: { streak: number }[] }>(
    'SELECT v.units FROM node_night v JOIN node n ON n.id = v.node_id WHERE n.name = $1 AND v.night = $2',
    [node, night],
  );
  return (row?.units ?? []).map((unit) => unit.streak);
}

async function notices(): Promise<string[]> {
  return (await bot.history('C0SERVICE')).map(textOf).filter((text) => text.startsWith('Server SP2 '));
}

const whenSeen = (night: string) => {
  const morning = new Date(Date.parse(`${night}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
  return { SP1: `${morning} 07:45:30`, SP2: `${morning} 07:45:30` };
};

it('says unknown, names the server and tells since when, to everybody who has machines on it', async () => {
  for (const [tenant, channel] of Object.entries(onSp2)) {
    const { counts, unread } = await contentOf(tenant, downNight);
    expect(unread).toMatchObject([{ server: 'SP2' }]);
    expect(await newestIn(channel)).toMatch(
      new RegExp(`no data from\\* \`SP2\` \\*since Thu 19 Nov 07:4\\d, ${counts.unknown} nodes unknown`),
    );
  }
  expect(await newestIn('C0GEO')).toContain('*0 of 22 OK* · *22 unknown*');
});

it('expects as many backups as if it had answered, and no fewer than the night before', async () => {
  const opinion = await recount(bot.databaseUrl, downNight, whenSeen(downNight), ['SP2']);
  for (const tenant of Object.keys(onSp2)) {
    const { counts } = await contentOf(tenant, downNight);
    expect([tenant, counts]).toEqual([tenant, countsOf(below(opinion, tenant))]);
    // Two archives of the university itself are backed up every other night only.
    const before = (await contentOf(tenant, firstNight)).counts.scheduled - (tenant === 'UNI' ? 2 : 0);
    expect(counts.scheduled).toBeGreaterThanOrEqual(before);
  }
});

it('moves no streak: what was bad before is neither worse nor well', async () => {
  expect(await streaksOf('WWW2', firstNight)).toEqual([1]);
  expect(await streaksOf('WWW2', downNight)).toEqual([1]);
  expect(await streaksOf('DB2.PHYS', downNight)).toEqual(await streaksOf('DB2.PHYS', firstNight));
  const { groups, recovered } = await contentOf('UNI/SCI/PHYS', downNight);
  expect([...groups.flatMap((group) => group.lines), ...recovered].filter((line) => line.server === 'SP2')).toEqual([]);
});

it('keeps quiet about it where nobody has machines on that server', async () => {
  const opinion = await recount(bot.databaseUrl, downNight, whenSeen(downNight), ['SP2']);
  for (const [tenant, channel] of [
    ['UNI/MED/RADIO', 'C0RADIO'],
    ['UNI/ADM/LIB', 'C0LIB'],
    ['UNI/SCI/CHEM', 'C0CHEM'],
  ] as const) {
    expect((await contentOf(tenant, downNight)).counts).toEqual(countsOf(below(opinion, tenant)));
    expect(await newestIn(channel)).not.toContain('SP2');
  }
});

it('gives the manager one notice, however often the server is asked in vain, and never a password or a stack', async () => {
  const before = await notices();
  // Another poll, and another way of not answering.
  await bot.switch('SP2', 'login');
  const polls = async () =>
    (await bot.sql<{ n: number }>("SELECT count(*)::int AS n FROM poll WHERE outcome = 'SERVER_LOGIN'"))[0]?.n;
  await bot.sql(
    "UPDATE timer SET due_at = due_at - interval '1 hour' WHERE kind = 'collect' AND object_id = (SELECT id::text FROM server WHERE name = 'SP2')",
  );
  await waitFor('another poll of SP2', async () => (await polls()) === 1);
  await waitFor('the notice to be edited', async () => (await notices())[0] !== before[0]);

  expect(before).toEqual([expect.stringContaining('cannot be read')]);
  expect(await notices()).toEqual([
    expect.stringMatching(/cannot be read.*refused the name or password|cannot be read.*CHATOPS/s),
  ]);
  expect((await notices()).join()).not.toMatch(/sandbox@|Basic |\.ts:\d/);
}, 60_000);

it('is back: the notice says so, the night is right, and so is the one before', async () => {
  await bot.switch('SP2', 'up');
  await bot.nextMorning();
  await toldOf(bot, backNight);
  const opinion = await recount(bot.databaseUrl, backNight, whenSeen(backNight));
  const missed = await recount(bot.databaseUrl, downNight, whenSeen(backNight));

  expect(await notices()).toEqual([expect.stringMatching(/^Server SP2 can be read again\./)]);
  for (const tenant of ['UNI', 'UNI/SCI/PHYS', 'UNI/SCI/GEO', 'UNI/MED/CLINIC', 'UNI/ADM/IT'])
    expect([tenant, (await contentOf(tenant, backNight)).counts]).toEqual([tenant, countsOf(below(opinion, tenant))]);
  // What was not known then is known now: the memory of that night is complete.
  const stored = await bot.sql<{ node: string; verdict: string }>(
    `SELECT n.name AS node, v.verdict FROM node_night v JOIN node n ON n.id = v.node_id JOIN server s ON s.id = v.server_id
     WHERE s.name = 'SP2' AND v.night = $1 AND v.verdict IS NOT NULL ORDER BY n.name`,
    [downNight],
  );
  const counted = missed.filter(({ server }) => server === 'SP2').map(({ node, verdict }) => ({ node, verdict }));
  expect(stored).toEqual(counted.sort((a, b) => (a.node < b.node ? -1 : 1)));
  expect(await streaksOf('WWW2', downNight)).toEqual([2]);
}, 150_000);
