import { join } from 'node:path';
import express from 'express';
import { DateTime } from 'luxon';
import pino from 'pino';
import type { Browser, Page } from 'playwright-core';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox';
import { emptyDatabase, type TestDatabase } from '../database';
import { addressOf, closeServer, listen, type ScriptedBot, startScriptedBot } from '../sandbox/scripted-bot';
import { haveChromium, launchChromium } from './chromium';

const describePages = haveChromium() ? describe : describe.skip;
const phone = { width: 390, height: 844 };
const desk = { width: 1280, height: 800 };

const hostile = `"><img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;
const escaped = hostile.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

describePages('the page of the sandbox', () => {
  let browser: Browser;
  let database: TestDatabase;
  let sandbox: Sandbox;
  let bot: ScriptedBot;
  let url: string;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    const machineNow = () => DateTime.utc();
    database = await emptyDatabase();
    bot = await startScriptedBot(() => machineNow().toSeconds());
    const app = express();
    const server = await listen(app);
    url = addressOf(server);
    sandbox = await startSandbox({
      connectionString: database.url,
      machineNow,
      // As in the real program, one address serves the bot and the sandbox.
      botUrl: () => url,
      manifestPath: join(__dirname, '..', '..', 'manifests', 'slack', 'manifest.json'),
      log: pino({ level: 'silent' }),
      parts: { slack: true, protect: true },
    });
    app.use('/sandbox', sandbox.router);
    app.post('/slack/events', async (request, response) => {
      const { host: _host, ...headers } = request.headers;
      const body = await new Response(request as unknown as ReadableStream).text();
      const passed = await fetch(`${bot.url}/slack/events`, {
        method: 'POST',
        headers: headers as Record<string, string>,
        body,
      });
      response
        .status(passed.status)
        .type(passed.headers.get('content-type') ?? 'text')
        .send(await passed.text());
    });
    browser = await launchChromium();
    stop = () => closeServer(server);
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    await sandbox.close();
    await stop();
    await bot.close();
    await database.drop();
  });

  beforeEach(() => {
    bot.received.length = 0;
    bot.answer = () => undefined;
  });

  async function open(path: string, viewport = desk, script = true): Promise<Page> {
    const context = await browser.newContext({ viewport, javaScriptEnabled: script });
    const page = await context.newPage();
    page.setDefaultTimeout(8_000);
    await page.goto(`${url}${path}`);
    return page;
  }

  async function post(channel: string, text: string, blocks: object[], more: object = {}): Promise<string> {
    const response = await fetch(`${url}${sandbox.slack.apiPath}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: `Bearer ${sandbox.slack.botToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ channel, text, blocks, ...more }),
    });
    const answer = (await response.json()) as { ok: boolean; ts: string };
    expect(answer).toMatchObject({ ok: true });
    return answer.ts;
  }

  function whisper(channel: string, user: string, text: string): Promise<Response> {
    return fetch(`${url}${sandbox.slack.apiPath}chat.postEphemeral`, {
      method: 'POST',
      headers: { authorization: `Bearer ${sandbox.slack.botToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ channel, user, text }),
    });
  }

  const digest = [
    { type: 'header', text: { type: 'plain_text', text: 'Chemistry: 3 of 46 not OK' } },
    {
      type: 'section',
      text: {
        type: 'mrkdwn',
        text: '*NEW* `NMR2.CHEM` failed, <@U0TESS>\n:warning: _access denied_ on `D:` &amp; more',
      },
    },
    {
      type: 'actions',
      block_id: 'b',
      elements: [
        { type: 'button', action_id: 'details', text: { type: 'plain_text', text: 'Details' }, value: 'details CHEM' },
      ],
    },
  ];

  it('shows a card as it is meant, and what a click is answered with', async () => {
    await post('C0CHEM', 'digest', digest);
    bot.answer = () => {
      void whisper('C0CHEM', 'U0TESS', 'page 1 of 2');
      return undefined;
    };
    const page = await open('/sandbox?as=U0TESS');

    await page.getByRole('heading', { name: 'Chemistry: 3 of 46 not OK' }).waitFor();
    const shown = await page.locator('.b-text').first().innerHTML();
    await page.getByRole('button', { name: 'Details' }).click();
    await page.getByText('page 1 of 2').waitFor();
    const only = await page.getByText('Only visible to you').count();
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await page.getByText('page 1 of 2').waitFor({ state: 'detached' });
    await page.context().close();

    expect(shown).toBe(
      '<strong>NEW</strong> <code>NMR2.CHEM</code> failed, <span class="mention">@Tess Moreau</span>\n⚠️ <em>access denied</em> on <code>D:</code> &amp; more',
    );
    expect(only).toBe(1);
    expect(bot.complaints).toEqual([]);
    expect(bot.received[0]?.json).toMatchObject({
      type: 'block_actions',
      actions: [{ action_id: 'details', value: 'details CHEM' }],
    });
  }, 30_000);

  it('works without script: clicks, commands, plain messages, threads', async () => {
    const ts = await post('C0PHYS', 'digest', digest);
    bot.answer = ({ form }) => (form['command'] ? { body: { text: `you said ${form['text']}` } } : undefined);
    const page = await open('/sandbox/c/C0PHYS?as=U0JO', phone, false);

    await page.getByRole('button', { name: 'Details' }).click();
    await page.getByLabel('Message', { exact: true }).fill('/backup status XRD-1');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('you said status XRD-1').waitFor();
    await page.getByLabel('Message', { exact: true }).fill('good morning');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('good morning').waitFor();
    await page
      .locator(`#m${ts.replace('.', '-')}`)
      .getByRole('link', { name: 'Reply in thread' })
      .click();
    await page.getByLabel('Message', { exact: true }).fill('on my way');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('on my way').waitFor();
    await page.getByRole('link', { name: 'Back to the channel' }).click();
    await page.getByText('1 reply').waitFor();
    await page.context().close();

    expect(bot.received[0]?.json).toMatchObject({ type: 'block_actions' });
  }, 30_000);

  it('shows new messages and unread marks by itself', async () => {
    const page = await open('/sandbox/c/C0CHEM?as=U0TESS');

    await post('C0SCI', 'elsewhere', [{ type: 'section', text: { type: 'mrkdwn', text: 'elsewhere' } }]);
    await post('C0CHEM', 'here', [{ type: 'section', text: { type: 'mrkdwn', text: 'posted while she looks' } }]);
    await page.getByText('posted while she looks').waitFor();
    await page
      .getByRole('link', { name: /sci-backup/ })
      .getByLabel('1 unread')
      .waitFor();
    await page.context().close();
  }, 30_000);

  it('never lets a name become markup, in any place that takes text', async () => {
    const text = { type: 'plain_text', text: hostile.slice(0, 75) };
    const mrkdwn = {
      type: 'mrkdwn',
      text: `${escaped} *${escaped}* \`${escaped}\` <https://x.example/?a="onmouseover=1|${escaped}> <!channel>`,
    };
    const option = { text, value: hostile.slice(0, 150), description: text };
    await post('C0GEO', escaped, [
      { type: 'header', text },
      { type: 'section', text: mrkdwn, fields: [mrkdwn, { type: 'plain_text', text: hostile }] },
      {
        type: 'context',
        elements: [mrkdwn, { type: 'image', image_url: 'https://x.example/"onerror="1', alt_text: hostile }],
      },
      {
        type: 'actions',
        block_id: hostile,
        elements: [
          { type: 'button', action_id: hostile, text, value: hostile },
          { type: 'overflow', action_id: 'o', options: [option] },
          { type: 'static_select', action_id: 's', options: [option], placeholder: text },
        ],
      },
      { type: 'image', image_url: 'https://x.example/a.png', alt_text: hostile, title: text },
    ]);
    const page = await open('/sandbox/c/C0GEO?as=U0NOOR');
    await page.getByLabel('Message', { exact: true }).fill(`/${hostile}`);
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('is not a valid command').waitFor();
    await page.getByLabel('Message', { exact: true }).fill(hostile);
    await page.getByRole('button', { name: 'Send' }).click();
    await page.locator('.message').nth(2).waitFor();

    const foreign = await page.locator('main img, main script, main [onerror], main [onmouseover]').count();
    const title = await page.title();
    await page.locator('main .b-actions .button').first().click();
    while (bot.received.at(-1)?.json['type'] !== 'block_actions') await page.waitForTimeout(20);
    await page.context().close();

    expect(foreign).toBe(0);
    expect(title).toBe('#geo-backup · Backchat sandbox');
    expect(bot.received.at(-1)?.json).toMatchObject({
      actions: [{ action_id: hostile, block_id: hostile, value: hostile }],
    });
  }, 30_000);

  it.each([
    ['390', phone],
    ['320', { width: 320, height: 640 }],
    ['1280', desk],
  ])(
    'does not scroll sideways at %s px, whatever a message holds',
    async (_name, viewport) => {
      const long = 'N'.repeat(1000);
      await post('C0CLINIC', long, [
        { type: 'header', text: { type: 'plain_text', text: long.slice(0, 150) } },
        {
          type: 'section',
          text: { type: 'mrkdwn', text: `\`${long}\` \`\`\`${long}\`\`\`` },
          accessory: { type: 'button', text: { type: 'plain_text', text: long.slice(0, 75) } },
        },
        { type: 'context', elements: [{ type: 'mrkdwn', text: long }] },
      ]);
      const page = await open('/sandbox/c/C0CLINIC?as=U0KIM', viewport);
      const widths = await page.evaluate(() => {
        const inner = globalThis as unknown as {
          document: { documentElement: Box; querySelector(name: string): Box | null };
        };
        type Box = { scrollWidth: number; clientWidth: number };
        return [inner.document.documentElement, inner.document.querySelector('main')].map((box) => [
          box?.scrollWidth,
          box?.clientWidth,
        ]);
      });
      await page.context().close();

      for (const [scroll, client] of widths) expect(scroll).toBe(client);
    },
    30_000,
  );

  it('invites the bot to the one channel where it is not', async () => {
    const page = await open('/sandbox/c/C0RANDOM?as=U0TESS');

    await page.getByRole('button', { name: 'Invite Backchat' }).click();
    await page.getByRole('button', { name: 'Remove Backchat' }).waitFor();
    await page.context().close();

    expect(bot.received.map((each) => each.json['event'])).toMatchObject([
      { type: 'member_joined_channel', user: 'U0BACKCHAT' },
    ]);
  }, 30_000);

  it('moves to the next morning and tells who waits for it', async () => {
    const before = sandbox.clock.now();
    let told = 0;
    sandbox.onNextMorning(() => {
      told += 1;
    });
    const page = await open('/sandbox/c/C0CHEM?as=U0TESS', phone);

    await page.getByRole('button', { name: 'Next morning' }).click();
    await page.getByText('Good morning.').waitFor();
    await page.getByText('Fri 20 Nov').first().waitFor();
    await page.context().close();

    expect(told).toBe(1);
    expect(sandbox.clock.now().diff(before, 'hours').hours).toBeGreaterThan(20);
  }, 30_000);

  it('switches a backup server off from a phone', async () => {
    const page = await open('/sandbox/c/C0CHEM?as=U0TESS', phone);

    await page.locator('.menu-button').click();
    await page.getByLabel('SP1').selectOption('down');
    await page.waitForURL(/latest/);
    await page.locator('.menu-button').click();
    const chosen = await page.getByLabel('SP1').inputValue();
    await page.context().close();

    expect(chosen).toBe('down');
  }, 30_000);

  it('shows guests nothing but their own channels', async () => {
    const page = await open('/sandbox/c/C0PHYS?as=U0GUS');
    const channels = await page.locator('.channels a').allInnerTexts();
    const at = page.url();
    await page.context().close();

    expect(at).toContain('/c/C0CHEM');
    expect(channels.map((name) => name.replace(/\s+/g, ' ').trim())).toEqual([
      expect.stringContaining('chem-backup'),
      'Backchat APP',
    ]);
  }, 30_000);

  it('lists what went wrong for developers', async () => {
    await fetch(`${url}${sandbox.slack.apiPath}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: `Bearer ${sandbox.slack.botToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ channel: 'C0CHEM', text: hostile, blocks: [{ type: 'header' }] }),
    });
    const page = await open('/sandbox/log?as=U0TESS', phone);
    const first = await page.locator('.fault').first().innerText();
    await page.context().close();

    expect(first).toContain('invalid_blocks');
    expect(first).toContain('chat.postMessage');
  }, 30_000);

  it('takes no forms from other sites', async () => {
    const body = new URLSearchParams({ as: 'U0TESS', channel: 'C0CHEM', text: 'forged' });
    const forged = await fetch(`${url}/sandbox/say`, {
      method: 'POST',
      body,
      headers: { 'sec-fetch-site': 'cross-site' },
    });
    const moved = await fetch(`${url}/sandbox/next-morning`, {
      method: 'POST',
      body,
      headers: { 'sec-fetch-site': 'same-site' },
    });

    expect([forged.status, moved.status]).toEqual([403, 403]);
  });
});
