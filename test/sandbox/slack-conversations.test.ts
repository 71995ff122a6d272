import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { openSlackBench, type SlackBench } from './slack-bench';

let bench: SlackBench;
beforeAll(async () => {
  bench = await openSlackBench();
});
afterAll(() => bench.close());
beforeEach(() => {
  bench.machine.at = bench.machine.at.plus({ minutes: 10 });
  bench.service.at = bench.service.at.plus({ minutes: 10 });
});

type Message = { ts: string; text: string; thread_ts?: string; reply_count?: number; metadata?: unknown };

async function post(channel: string, text: string, more: object = {}): Promise<string> {
  bench.machine.at = bench.machine.at.plus({ seconds: 2 });
  return String((await bench.call('chat.postMessage', { channel, text, ...more })).body['ts']);
}

async function texts(args: Record<string, unknown>, method = 'conversations.history'): Promise<string[]> {
  return ((await bench.call(method, args)).body['messages'] as Message[]).map((message) => message.text);
}

it('holds every channel and person that the sample tenants bind', async () => {
  const sample = parse(readFileSync(join(__dirname, '../../src/sandbox/sample.yaml'), 'utf8')) as {
    channels: { workspace: string; id: string; name: string }[];
    people: { name: string; accounts: { workspace: string; user: string }[] }[];
  };
  const listed = await bench.call('conversations.list', { limit: 1000 });
  const users = await bench.call('users.list');
  const channels = new Map(
    (listed.body['channels'] as { id: string; name: string }[]).map(({ id, name }) => [id, name]),
  );
  const people = new Map(
    (users.body['members'] as { id: string; real_name: string }[]).map((user) => [user.id, user.real_name]),
  );

  for (const { id, name } of sample.channels.filter((each) => each.workspace === 'uni-slack'))
    expect(channels.get(id)).toBe(name);
  for (const { name, accounts } of sample.people)
    for (const { user } of accounts.filter((each) => each.workspace === 'uni-slack'))
      expect(people.get(user)).toBe(name);
});

it('has the bot everywhere but in one channel', async () => {
  const listed = await bench.call('conversations.list', { limit: 1000 });
  const without = (listed.body['channels'] as { id: string; is_member: boolean }[]).filter((each) => !each.is_member);

  expect(without.map((each) => each.id)).toEqual(['C0RANDOM']);
});

it('pages the list of channels', async () => {
  const ids: string[] = [];
  let cursor = '';
  do {
    const { body } = await bench.call('conversations.list', { limit: 5, ...(cursor ? { cursor } : {}) });
    ids.push(...(body['channels'] as { id: string }[]).map((each) => each.id));
    cursor = (body['response_metadata'] as { next_cursor: string }).next_cursor;
  } while (cursor !== '');

  expect(new Set(ids).size).toBe(14);
  expect(ids).toHaveLength(14);
});

it('tells guests from members', async () => {
  const gus = await bench.call('users.info', { user: 'U0GUS' });
  const tess = await bench.call('users.info', { user: 'U0TESS' });
  const nobody = await bench.call('users.info', { user: 'U0NOBODY' });

  expect(gus.body['user']).toMatchObject({ is_restricted: true, is_bot: false, team_id: 'T0SANDBOX' });
  expect(tess.body['user']).toMatchObject({ is_restricted: false, real_name: 'Tess Moreau', deleted: false });
  expect(nobody.body.error).toBe('user_not_found');
});

it('asks for the scope of the kind of conversation that is listed', async () => {
  const direct = await bench.call('conversations.list', { types: 'im' });
  const nonsense = await bench.call('conversations.list', { types: 'nonsense' });
  const open = await bench.call('conversations.open', { users: 'U0TESS' });

  expect(direct.body).toMatchObject({ error: 'missing_scope', needed: 'im:read' });
  expect(nonsense.body.error).toBe('invalid_types');
  expect(open.body).toMatchObject({ error: 'missing_scope', needed: 'im:write' });
});

it('reads no history where the bot is not', async () => {
  expect((await bench.call('conversations.history', { channel: 'C0RANDOM' })).body.error).toBe('not_in_channel');
  expect((await bench.call('conversations.history', { channel: 'D0OSKAR' })).body.error).toBe('channel_not_found');
});

it('reads history newest first, between bounds, in pages', async () => {
  const stamps: string[] = [];
  for (const text of ['one', 'two', 'three', 'four', 'five']) stamps.push(await post('C0SCI', text));

  expect(await texts({ channel: 'C0SCI' })).toEqual(['five', 'four', 'three', 'two', 'one']);
  expect(await texts({ channel: 'C0SCI', oldest: stamps[1], latest: stamps[3] })).toEqual(['three']);
  expect(await texts({ channel: 'C0SCI', oldest: stamps[1], latest: stamps[3], inclusive: true })).toEqual([
    'four',
    'three',
    'two',
  ]);
  expect(await texts({ channel: 'C0SCI', oldest: '0' })).toHaveLength(5);
  expect(await texts({ channel: 'C0SCI', oldest: String(Math.floor(Number(stamps[0])) - 1) })).toHaveLength(5);
  const first = await bench.call('conversations.history', { channel: 'C0SCI', limit: 2 });
  const cursor = (first.body['response_metadata'] as { next_cursor: string }).next_cursor;
  expect(first.body['has_more']).toBe(true);
  expect(await texts({ channel: 'C0SCI', limit: 2, cursor })).toEqual(['three', 'two']);
});

it('gives metadata back only when it is asked for', async () => {
  const metadata = { event_type: 'backchat', event_payload: { key: 'digest-1' } };
  await post('C0UNI', 'with a key', { metadata });

  const without = (await bench.call('conversations.history', { channel: 'C0UNI' })).body['messages'] as Message[];
  const withIt = (await bench.call('conversations.history', { channel: 'C0UNI', include_all_metadata: true })).body[
    'messages'
  ] as Message[];

  expect(without[0]).not.toHaveProperty('metadata');
  expect(withIt[0]?.metadata).toEqual(metadata);
});

it('keeps replies in their thread, also replies to replies, and counts them at the head', async () => {
  const head = await post('C0MED', 'head');
  const reply = await post('C0MED', 'reply', { thread_ts: head });
  await post('C0MED', 'reply to the reply', { thread_ts: reply });
  await post('C0MED', 'for everybody', { thread_ts: head, reply_broadcast: true });

  const history = (await bench.call('conversations.history', { channel: 'C0MED' })).body['messages'] as Message[];
  expect(history.map((message) => message.text)).toEqual(['for everybody', 'head']);
  expect(history[1]).toMatchObject({ thread_ts: head, reply_count: 3 });
  const thread = ['head', 'reply', 'reply to the reply', 'for everybody'];
  expect(await texts({ channel: 'C0MED', ts: head }, 'conversations.replies')).toEqual(thread);
  expect(await texts({ channel: 'C0MED', ts: reply }, 'conversations.replies')).toEqual(thread);
  expect((await bench.call('conversations.replies', { channel: 'C0MED', ts: '1.000000' })).body.error).toBe(
    'thread_not_found',
  );
});

it('leaves a tombstone where the head of a thread was deleted', async () => {
  const head = await post('C0ADM', 'head');
  await post('C0ADM', 'reply', { thread_ts: head });

  await bench.call('chat.delete', { channel: 'C0ADM', ts: head });

  const history = (await bench.call('conversations.history', { channel: 'C0ADM' })).body['messages'] as Message[];
  expect(history).toMatchObject([{ subtype: 'tombstone', ts: head, reply_count: 1 }]);
});

it('uploads a file and shares it in a thread', async () => {
  const rich = await openSlackBench({ withScopes: ['files:write'] });
  const content = 'node,status\nNMR2.CHEM,failed\n';
  const head = String((await rich.call('chat.postMessage', { channel: 'C0CHEM', text: 'head' })).body['ts']);

  const begun = await rich.call('files.getUploadURLExternal', { filename: 'nodes.csv', length: content.length });
  const early = await rich.call('files.completeUploadExternal', { files: [{ id: begun.body['file_id'] }] });
  const wrong = await fetch(String(begun.body['upload_url']), { method: 'POST', body: 'short' });
  const right = await fetch(String(begun.body['upload_url']), { method: 'POST', body: content });
  const files = [{ id: begun.body['file_id'], title: 'All nodes' }];
  const done = await rich.call('files.completeUploadExternal', { files, channel_id: 'C0CHEM', thread_ts: head });
  const replies = await rich.call('conversations.replies', { channel: 'C0CHEM', ts: head });
  const got = await fetch(`${rich.url}/sandbox/slack/files/${String(begun.body['file_id'])}`);
  const text = await got.text();
  await rich.close();

  expect(early.body.error).toBe('file_not_found');
  expect([wrong.status, right.status, done.body.ok]).toEqual([400, 200, true]);
  expect((replies.body['messages'] as object[])[1]).toMatchObject({
    files: [{ title: 'All nodes', name: 'nodes.csv' }],
  });
  expect(text).toBe(content);
  expect(got.headers.get('content-disposition')).toContain('attachment');
});

it('remembers everything over a restart, and goes on with later stamps', async () => {
  const before = await post('C0CLINIC', 'before');
  await bench.slack.people.inviteBot(...(await bench.at('U0OSKAR', 'C0RANDOM')));

  const again = await openSlackBench({ databaseUrl: bench.databaseUrl });
  // This clock stands where the first one started: an hour of messages lies ahead of it.
  const after = String((await again.call('chat.postMessage', { channel: 'C0CLINIC', text: 'after' })).body['ts']);
  const random = await again.call('conversations.info', { channel: 'C0RANDOM' });
  const history = (await again.call('conversations.history', { channel: 'C0CLINIC' })).body['messages'] as Message[];
  await again.close();

  expect(after > before).toBe(true);
  expect(history.map((message) => message.text)).toEqual(['after', 'before']);
  expect(random.body['channel']).toMatchObject({ is_member: true });
});
