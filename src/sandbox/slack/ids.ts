/** The names that everyone who talks to the local workspace must know. They are no secrets: the workspace is a simulation. */
export const team = { id: 'T0SANDBOX', name: 'University', domain: 'university-sandbox' } as const;

export const bot = { user: 'U0BACKCHAT', id: 'B0BACKCHAT', app: 'A0BACKCHAT', name: 'backchat' } as const;

/** Slack's own voice: "Only visible to you" notices about what went wrong. */
export const slackbot = 'USLACKBOT';

export const botToken = 'xoxb-sandbox';

/** Signs every request to the bot, as a real app's signing secret would. */
export const signingSecret = 'sandbox-signing-secret';
