import type { Express } from 'express';
import type { Logger } from 'pino';
import type { Dispatch, OnPresence, Provider } from './chat/call';
import type { Messenger } from './chat/messenger';
import { connectSlack } from './chat/slack/connect';
import type { Parts } from './config/parts';
import type { Clock } from './domain/clock';
import type { Opened } from './lifetime';

export interface Chats {
  /** What both services are given alike. */
  shared: {
    app: Express;
    dispatch: Dispatch;
    onPresence: OnPresence;
    once: (key: string) => Promise<boolean>;
    clock: Clock;
    log: Logger;
  };
  /** The local workspace, where the sandbox has one. */
  localSlack: { token: string; signingSecret: string; apiUrl: string; page: string } | undefined;
  /** Ids of the Slack workspaces in the file: no others get an answer. */
  slackWorkspaces: ReadonlySet<string>;
  allowedTeamsTenant: (tenantId: string) => Promise<boolean>;
  /** Takes the way to write to a service. */
  use: (provider: Provider, messenger: Messenger) => void;
  opened: Opened;
  say: (line: string) => void;
}

/** Connects the chat services that were decided on, and says one line for each. */
export function connectChats({ slack, teams }: Parts, chats: Chats): void {
  if (slack.kind !== 'none') useSlack(slack, chats);
  if (teams.kind !== 'none') useTeams(teams, chats);
}

function useSlack(slack: Exclude<Parts['slack'], { kind: 'none' }>, chats: Chats): void {
  const { shared, localSlack, slackWorkspaces, use, opened, say } = chats;
  const account = slack.kind === 'real' ? slack : localSlack;
  if (!account) throw new Error('Slack is to be the local workspace, but no sandbox runs.');
  const connection = connectSlack({
    ...shared,
    signingSecret: account.signingSecret,
    apiUrl: account.apiUrl,
    tokenFor: (workspace) => (slackWorkspaces.has(workspace) ? { token: account.token } : undefined),
  });
  use('slack', opened('slack', connection, (part) => part.close()).messenger);
  say(`Slack      ${slack.kind === 'real' ? 'connected by configuration' : `local workspace, ${localSlack?.page}`}`);
}

function useTeams(teams: Exclude<Parts['teams'], { kind: 'none' }>, chats: Chats): void {
  const { shared, allowedTeamsTenant, use, opened, say } = chats;
  // Loaded only when wanted: the SDK takes more than half a second to load.
  const { connectTeams } = require('./chat/teams/connect') as typeof import('./chat/teams/connect');
  const connection = connectTeams({
    ...shared,
    credentials: teams.kind === 'open' ? 'open' : credentialsOf(teams.credentials),
    allowedTenant: allowedTeamsTenant,
  });
  use('teams', opened('teams', connection, (part) => part.close()).messenger);
  say(
    `Teams      ${teams.kind === 'open' ? 'open to the Agents Playground on this machine: npm run teams' : 'connected by configuration'}`,
  );
}

function credentialsOf(given: Extract<Parts['teams'], { kind: 'real' }>['credentials']) {
  return {
    appId: given.MicrosoftAppId,
    tenantId: given.MicrosoftAppTenantId ?? '',
    type: given.MicrosoftAppType,
    ...(given.MicrosoftAppPassword === undefined ? {} : { password: given.MicrosoftAppPassword }),
  };
}
