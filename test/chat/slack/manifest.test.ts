import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/**
 * The limits of Slack's manifest format, version 2, for the keys that ours uses
 * (https://docs.slack.dev/reference/app-manifest; github.com/slackapi/manifest-schema). Unknown keys are mistakes.
 */
const url = z
  .string()
  .max(3000)
  .regex(/^https:\/\//);
const flag = z.boolean();
const scopes = z.array(z.string().max(50)).max(255);
const manifestFormat = z.strictObject({
  _metadata: z.strictObject({ major_version: z.literal(2), minor_version: z.int() }),
  display_information: z.strictObject({
    name: z.string().min(1).max(35),
    description: z.string().min(1).max(140),
    long_description: z.string().min(175).max(4000),
    background_color: z.string().regex(/^#[0-9a-fA-F]{3}([0-9a-fA-F]{3})?$/),
  }),
  features: z.strictObject({
    app_home: z.strictObject({
      home_tab_enabled: flag,
      messages_tab_enabled: flag,
      messages_tab_read_only_enabled: flag,
    }),
    bot_user: z.strictObject({ display_name: z.string().min(1).max(80), always_online: flag }),
    slash_commands: z
      .array(
        z.strictObject({
          command: z.string().min(2).max(32).regex(/^\//),
          url,
          description: z.string().min(1).max(2000),
          usage_hint: z.string().min(1).max(1000),
          should_escape: flag,
        }),
      )
      .min(1)
      .max(50),
  }),
  oauth_config: z.strictObject({ scopes: z.strictObject({ bot: scopes }) }),
  settings: z.strictObject({
    event_subscriptions: z.strictObject({ request_url: url, bot_events: z.array(z.string().max(50)).max(100) }),
    interactivity: z.strictObject({ is_enabled: flag, request_url: url }),
    org_deploy_enabled: flag,
    socket_mode_enabled: flag,
    token_rotation_enabled: flag,
  }),
});

/** What Slack asks for each method and event that the bot uses: the "Scopes" of its reference page. */
const scopesOf: Record<string, readonly string[]> = {
  'auth.test': [],
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'chat.postEphemeral': ['chat:write'],
  'conversations.history': ['channels:history', 'groups:history', 'im:history', 'metadata.message:read'],
  'conversations.replies': ['channels:history', 'groups:history', 'im:history', 'metadata.message:read'],
  'conversations.info': ['channels:read', 'groups:read'],
  'users.info': ['users:read'],
};
const scopesOfEvent: Record<string, readonly string[]> = {
  app_mention: ['app_mentions:read'],
  channel_left: ['channels:read'],
  group_left: ['groups:read'],
  member_joined_channel: ['channels:read', 'groups:read'],
  member_left_channel: ['channels:read', 'groups:read'],
  'message.im': ['im:history'],
};

const root = join(__dirname, '..', '..', '..');
const manifest = manifestFormat.parse(JSON.parse(readFileSync(join(root, 'manifests/slack/manifest.json'), 'utf8')));
const source = readdirSync(join(root, 'src/chat/slack'))
  .map((file) => readFileSync(join(root, 'src/chat/slack', file), 'utf8'))
  .join('\n');
const methods = [
  ...new Set(
    [...source.matchAll(/\.((?:auth|chat|conversations|users|views|files|reactions)\.[a-zA-Z]+)\(/g)].map(
      (match) => match[1] ?? '',
    ),
  ),
];

describe('the Slack manifest', () => {
  it('names every event that the bot listens to, and no other', () => {
    const listened = [...source.matchAll(/bolt\.event\('([a-z_]+)'/g)].map((match) => match[1]);
    const left = ['channel_left', 'group_left'].filter((type) => source.includes(`'${type}'`));
    const wanted = [...listened, ...left].map((type) => (type === 'message' ? 'message.im' : type));

    expect([...manifest.settings.event_subscriptions.bot_events].sort()).toEqual(wanted.sort());
  });

  it('asks for exactly the scopes that methods, events and the command need', () => {
    expect(methods.length).toBeGreaterThan(5);
    const needed = new Set([
      'commands',
      ...methods.flatMap((method) => scopesOf[method] ?? [`nobody wrote down what ${method} needs`]),
      ...manifest.settings.event_subscriptions.bot_events.flatMap((event) => scopesOfEvent[event] ?? [`${event}?`]),
    ]);

    expect([...manifest.oauth_config.scopes.bot].sort()).toEqual([...needed].sort());
  });

  it('sends commands, clicks and events to one address', () => {
    const { event_subscriptions, interactivity } = manifest.settings;

    expect(
      new Set([event_subscriptions.request_url, interactivity.request_url, manifest.features.slash_commands[0]?.url])
        .size,
    ).toBe(1);
    expect(interactivity.request_url.endsWith('/slack/events')).toBe(true);
  });
});
