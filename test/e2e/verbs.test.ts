import { createHmac } from 'node:crypto';
import { signingSecret } from '../../src/sandbox/slack/ids';
import { firstMorning, firstNight } from './first-morning';
import { type Bot, buttonsOf, type Message, startBot, textOf, waitFor } from './harness';

/** What people type and press in the local workspace, over signed HTTP and back. */

let bot: Bot;
beforeAll(async () => {
  bot = await startBot(await firstMorning());
}, 300_000);
afterAll(() => bot.close());

async function digestIn(channel: string): Promise<Message> {
  const found = (await bot.history(channel)).find((message) =>
    message.metadata?.event_payload.key?.startsWith('digest-'),
  );
  if (!found) throw new Error(`There is no digest in ${channel}.`);
  return found;
}

async function answerTo(user: string, channel: string, text: string): Promise<string> {
  return textOf(await bot.command(user, channel, `/backup ${text}`));
}

/** A request as Slack would send it, but for what a test gets wrong on purpose. */
function send(body: string, { secret = signingSecret, at = Date.now(), signed = true } = {}): Promise<Response> {
  const timestamp = String(Math.floor(at / 1000));
  const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return fetch(`${bot.url()}/slack/events`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(signed ? { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${signature}` } : {}),
    },
    body,
  });
}

function commandBody(user: string, channel: string, text: string, trigger: string): string {
  return new URLSearchParams({
    team_id: 'T0SANDBOX',
    user_id: user,
    channel_id: channel,
    command: '/backup',
    text,
    trigger_id: trigger,
    response_url: `${bot.url()}/sandbox/slack/response/none`,
  }).toString();
}

/** A press of a button whose value is whatever the sender likes. */
function clickBody(user: string, channel: string, value: string): string {
  const payload = {
    type: 'block_actions',
    team: { id: 'T0SANDBOX' },
    user: { id: user, team_id: 'T0SANDBOX' },
    channel: { id: channel },
    container: { type: 'message', message_ts: '1795070000.000001', channel_id: channel, is_ephemeral: false },
    response_url: `${bot.url()}/sandbox/slack/response/none`,
    actions: [{ action_id: 'verb:1:details', block_id: 'b', type: 'button', value, action_ts: `${Date.now()}.1` }],
  };
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
}

const calls = () =>
  bot.sql<{ actor: string; action: string; object: string; outcome: string }>(
    "SELECT actor, action, object, outcome FROM audit WHERE action LIKE 'command %' OR action LIKE 'click %' ORDER BY id",
  );

/** Waits until the bot has written down that many calls more than before. */
async function nextCall(before: number): Promise<Awaited<ReturnType<typeof calls>>[number]> {
  return waitFor('the call to be answered', async () => (await calls())[before]);
}

describe('status', () => {
  it('tells verdict, cause, last good backup and two weeks of a machine of one’s own', async () => {
    const answer = await answerTo('U0IDA', 'C0IT', 'status mypc.it');

    expect(answer).toMatch(/`MYPC\.IT` \*○ MISSED last night \(12 in a row\)\*/);
    expect(answer).toContain('`UNI/ADM/IT`');
    expect(answer).toMatch(/Likely cause\* no contact in its window/);
    expect(answer).toMatch(/Last good backup\*\n\w+ \d+ Nov \d\d:\d\d \(13 days ago\)/);
    expect(answer).toMatch(/14 nights from .*MISSED x12/);
  });

  it('says the same of a foreign machine and of one that does not exist', async () => {
    const foreign = await answerTo('U0TESS', 'C0CHEM', 'status MYPC.IT');
    const unknown = await answerTo('U0TESS', 'C0CHEM', 'status NOPC.IT');

    expect(foreign.replaceAll('MYPC.IT', 'NOPC.IT')).toBe(unknown);
    expect(unknown).toContain('There is no node `NOPC.IT` among those you may see here.');
  });

  it('is answered in a direct message too, where only one’s roles count', async () => {
    await fetch(`${bot.url()}/sandbox/direct?as=U0TESS`);
    await bot.say('U0TESS', 'D0TESS', 'status NMR2.CHEM');
    const answers = await waitFor('an answer', async () => {
      const found = (await bot.history('D0TESS')).filter((message) => message.bot_id);
      return found.length > 0 && found;
    });
    await bot.say('U0TESS', 'D0TESS', 'status MYPC.IT');
    const more = await waitFor('another answer', async () => {
      const found = (await bot.history('D0TESS')).filter((message) => message.bot_id);
      return found.length > 1 && found;
    });

    expect(textOf(answers[0] ?? { text: '' })).toMatch(/NMR2\.CHEM.*FAILED rc 12/);
    expect(textOf(more[1] ?? { text: '' })).toContain('There is no node `MYPC.IT`');
  });
});

describe('whoami and help', () => {
  it('tell anybody who they are taken for, with the ids that an administrator needs', async () => {
    const tess = await answerTo('U0TESS', 'C0CHEM', 'whoami');
    const gus = await answerTo('U0GUS', 'C0CHEM', 'whoami');

    expect(tess).toMatch(/You are Tess Moreau \(tess\) with 1 role\./);
    for (const id of ['T0SANDBOX', 'U0TESS', 'C0CHEM', 'UNI/SCI/CHEM']) expect(tess).toContain(id);
    expect(gus).toContain('guest');
    expect(gus).toContain('U0GUS');
  });

  it('list every command, and explain one', async () => {
    const all = await answerTo('U0GUS', 'C0CHEM', 'help');
    const one = await answerTo('U0TESS', 'C0CHEM', 'help status');
    const nothing = await answerTo('U0TESS', 'C0CHEM', '');

    for (const verb of ['status', 'digest', 'details', 'reviewed', 'whoami', 'help'])
      expect(all).toContain(`/backup ${verb}`);
    expect(one).toContain('/backup status MYPC.IT');
    expect(one).not.toContain('reviewed');
    expect(nothing).toBe(all);
  });

  it('help with a slip of the finger, and say how a command is used', async () => {
    expect(await answerTo('U0TESS', 'C0CHEM', 'statsu MYPC.IT')).toContain('Did you mean `status`?');
    expect(await answerTo('U0TESS', 'C0CHEM', 'status')).toMatch(/node.*`\/backup status/s);
    expect(await answerTo('U0TESS', 'C0CHEM', 'details CHEM yesterday')).toContain('YYYY-MM-DD');
  });
});

describe('who may not', () => {
  it('is a guest: no verb that says anything about a machine, and no button either', async () => {
    const refused = /Guests and people of other organisations may not ask about backups/;
    for (const text of ['status NMR2.CHEM', 'digest CHEM', `details CHEM ${firstNight}`, `reviewed CHEM ${firstNight}`])
      expect(await answerTo('U0GUS', 'C0CHEM', text)).toMatch(refused);
    const digest = await digestIn('C0CHEM');
    expect(textOf(await bot.click('U0GUS', 'C0CHEM', digest, 'Reviewed'))).toMatch(refused);
    expect(textOf(await bot.click('U0GUS', 'C0CHEM', digest, 'Details'))).toMatch(refused);
    expect(await bot.sql('SELECT 1 FROM digest_review')).toEqual([]);
  });

  it('is anybody, about a department of others: it is as if there were none of that name', async () => {
    const foreign = await answerTo('U0TESS', 'C0CHEM', 'digest FIN');
    const unknown = await answerTo('U0TESS', 'C0CHEM', 'digest FUN');

    expect(foreign.replaceAll('FIN', 'FUN')).toBe(unknown);
    expect(await answerTo('U0KIM', 'C0RADIO', 'digest UNI')).toContain('There is no tenant');
  });

  it('is somebody in a channel that is bound to nothing, beyond their own roles', async () => {
    expect(await answerTo('U0BEN', 'C0RANDOM', 'digest CHEM')).toContain(
      'There is no tenant `CHEM` among those you may see here.',
    );
    expect(await answerTo('U0TESS', 'C0RANDOM', 'digest CHEM')).toContain('41 of 44 OK');
    const stranger = await answerTo('U0NOOR', 'C0ADM', 'digest FIN');
    expect(stranger).toContain('There is no tenant');
  });

  it('is whoever tampers with a button: what it says is asked again with the presser’s rights', async () => {
    const before = (await calls()).length;
    const response = await send(clickBody('U0TESS', 'C0CHEM', `details FIN ${firstNight}`));

    expect(response.status).toBe(200);
    expect(await nextCall(before)).toMatchObject({ actor: 'tess', action: 'click details', outcome: 'UNKNOWN_TENANT' });
  });

  it('is a sender without Slack’s signature: 401, and nothing happens', async () => {
    const before = await calls();
    const body = commandBody('U0TESS', 'C0CHEM', `reviewed CHEM ${firstNight}`, 'forged');
    const statuses = [
      await send(body, { secret: 'guessed' }),
      await send(body, { signed: false }),
      // Recorded and sent again six minutes later.
      await send(body, { at: Date.now() - 6 * 60_000 }),
    ].map((response) => response.status);

    expect(statuses).toEqual([401, 401, 401]);
    expect(await calls()).toEqual(before);
    expect(await bot.sql('SELECT 1 FROM digest_review')).toEqual([]);
  });

  it('is a workspace that nobody configured', async () => {
    const before = (await calls()).length;
    const body = commandBody('U0TESS', 'C0CHEM', 'whoami', 'elsewhere').replace('T0SANDBOX', 'T0ELSEWHERE');
    await send(body);
    await answerTo('U0TESS', 'C0CHEM', 'help');

    expect((await calls()).slice(before).map(({ action }) => action)).toEqual(['command help']);
  });
});

describe('a request that Slack sends again', () => {
  it('because it got no answer in time is answered once', async () => {
    const before = (await calls()).length;
    const body = commandBody('U0TESS', 'C0CHEM', 'help', 'twice');
    await Promise.all([send(body), send(body), send(body)]);
    await nextCall(before);
    await answerTo('U0TESS', 'C0CHEM', 'whoami');

    expect((await calls()).slice(before).map(({ action }) => action)).toEqual(['command help', 'command whoami']);
  });
});

describe('[Details]', () => {
  it('turns pages in place, for the presser alone, and goes back to the digest', async () => {
    const digest = await digestIn('C0CHEM');
    const first = await bot.click('U0AMARA', 'C0CHEM', digest, 'Details');
    const second = await bot.click('U0AMARA', 'C0CHEM', first, 'Next');
    const third = await bot.click('U0AMARA', 'C0CHEM', second, 'Next');
    const again = await bot.click('U0AMARA', 'C0CHEM', third, 'Previous');
    const back = await bot.click('U0AMARA', 'C0CHEM', again, 'Back');

    expect([second.ts, third.ts, again.ts, back.ts]).toEqual(Array(4).fill(first.ts));
    expect(textOf(first)).toMatch(/page 1 of 3 · 44 nodes/);
    expect(textOf(first)).toMatch(/NMR2\.CHEM[\s\S]*LAB7\.CHEM[\s\S]*HPLC4\.CHEM/);
    expect(buttonsOf(first).map(({ label }) => label)).toEqual(['Next', 'Back']);
    expect(buttonsOf(second).map(({ label }) => label)).toEqual(['Previous', 'Next', 'Back']);
    expect(buttonsOf(third).map(({ label }) => label)).toEqual(['Previous', 'Back']);
    expect(textOf(again)).toBe(textOf(second));
    expect(textOf(back)).toContain('*41 of 44 OK*');
    const named = [first, second, third].flatMap((page) =>
      [...textOf(page).matchAll(/`([A-Z0-9.-]+\.CHEM)`/g)].map((match) => match[1]),
    );
    expect(new Set(named).size).toBe(44);
    expect(
      await bot.whispers('U0TESS', 'C0CHEM').then((all) => all.some((each) => textOf(each).includes('page 1 of 3'))),
    ).toBe(false);
  });

  it('names nobody where names are personal', async () => {
    const details = await bot.click('U0KIM', 'C0CLINIC', await digestIn('C0CLINIC'), 'Details');

    expect(textOf(details)).toContain('31 of 34 OK');
    expect(textOf(details)).not.toMatch(/\.CLINIC/);
  });
});

describe('[Reviewed]', () => {
  it('pressed twice by one person counts once, shows who it was, and takes the button away', async () => {
    const digest = await digestIn('C0CHEM');
    await Promise.all([
      bot.press('U0TESS', 'C0CHEM', digest, 'Reviewed'),
      bot.press('U0TESS', 'C0CHEM', digest, 'Reviewed'),
    ]);
    const said = await waitFor('two answers', async () => {
      const answers = (await bot.whispers('U0TESS', 'C0CHEM')).map(textOf).filter((text) => /noted/i.test(text));
      return answers.length === 2 && answers;
    });
    const edited = await waitFor('the digest to say so', async () => {
      const message = await digestIn('C0CHEM');
      return textOf(message).includes('Reviewed by') && message;
    });

    expect(said.filter((text) => text.includes('Noted: Tess Moreau has read the digest of Chemistry.'))).toHaveLength(
      1,
    );
    expect(said.filter((text) => text.includes('It was noted before'))).toHaveLength(1);
    expect(await bot.sql('SELECT name FROM digest_review')).toEqual([{ name: 'Tess Moreau' }]);
    expect(edited.ts).toBe(digest.ts);
    expect(textOf(edited)).toMatch(/Reviewed by Tess Moreau 07:\d\d/);
    expect(buttonsOf(edited).map(({ label }) => label)).toEqual(['Details']);
  });

  it('typed by another counts too, and the digest shows both', async () => {
    const answer = await answerTo('U0AMARA', 'C0CHEM', `reviewed CHEM ${firstNight}`);
    const edited = await waitFor('both names', async () => {
      const message = await digestIn('C0CHEM');
      return textOf(message).includes('Amara Diallo') && message;
    });

    expect(answer).toContain('Noted: Amara Diallo');
    expect(textOf(edited)).toMatch(/Reviewed by Tess Moreau 07:\d\d, Amara Diallo 07:\d\d/);
    expect(textOf(await bot.command('U0NOOR', 'C0CHEM', '/backup digest CHEM'))).toContain('Amara Diallo');
  });
});

describe('a place the bot comes to', () => {
  it('is greeted with what it is bound to, or the ids to give to whom', async () => {
    await fetch(`${bot.url()}/sandbox/invite-bot`, {
      method: 'POST',
      body: new URLSearchParams({ as: 'U0TESS', channel: 'C0RANDOM' }),
      redirect: 'manual',
    });
    const [greeting] = await waitFor('a greeting', async () => {
      const found = (await bot.history('C0RANDOM')).filter((message) => message.bot_id);
      return found.length > 0 && found;
    });

    expect(greeting && textOf(greeting)).toMatch(/C0RANDOM/);
    expect(greeting && textOf(greeting)).toMatch(/T0SANDBOX/);
    expect(greeting && textOf(greeting)).toContain('Mina Haddad');
  });
});

test('everybody who asked is in the audit, with what came of it', async () => {
  const rows = await calls();

  expect(rows).toContainEqual({ actor: 'ida', action: 'command status', object: 'status mypc.it', outcome: 'done' });
  expect(rows).toContainEqual({
    actor: 'gus',
    action: 'click reviewed',
    object: `reviewed UNI/SCI/CHEM ${firstNight}`,
    outcome: 'GUEST',
  });
  expect(rows.filter(({ outcome }) => outcome === 'INTERNAL')).toEqual([]);
});
