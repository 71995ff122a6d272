import type { Draft } from './draft';
import { guid } from './file';
import { type Report, shown } from './problem';

type Provider = 'slack' | 'teams';
type Thing = 'workspace' | 'channel' | 'user';

/** What the ids look like, and where people find them. A name instead of an id is the usual mistake. */
const forms: Record<Provider, Record<Thing, { form: RegExp; allowed: string }>> = {
  slack: {
    workspace: {
      form: /^[TE][A-Z0-9]+$/,
      allowed: 'the id of a Slack workspace (T...) or of an Enterprise organisation (E...)',
    },
    channel: {
      form: /^[CDG][A-Z0-9]+$/,
      allowed: "a channel's id like C0123456789, not its name (at the end of the channel's details)",
    },
    user: {
      form: /^[UW][A-Z0-9]+$/,
      allowed: "a member's id like U0123456789, not the name (profile, Copy member ID)",
    },
  },
  teams: {
    workspace: { form: guid, allowed: 'the id of the Entra tenant, a GUID' },
    channel: {
      form: /^(19:|a:)\S+$/,
      allowed: "a conversation's id like 19:...@thread.tacv2 (part of the link to the channel)",
    },
    user: { form: guid, allowed: "the person's Entra object id, a GUID (not 29:...)" },
  },
};

/** Ids have the form of their platform. */
export function checkIds(draft: Draft, report: Report): void {
  const providers = new Map(draft.workspaces.map((one) => [one.name, one.provider]));
  function check(thing: Thing, provider: Provider | undefined, id: string | undefined, at: (string | number)[]): void {
    if (provider === undefined || id === undefined || id === '') return;
    const { form, allowed } = forms[provider][thing];
    if (!form.test(id)) report(at, shown(id), allowed);
  }

  draft.workspaces.forEach((one, index) => {
    check('workspace', one.provider, one.id, ['workspaces', index, 'id']);
  });
  draft.channels.forEach((one, index) => {
    check('channel', providers.get(one.workspace), one.id, ['channels', index, 'id']);
  });
  draft.people.forEach((person, index) => {
    person.accounts.forEach((account, number) => {
      check('user', providers.get(account.workspace), account.user, ['people', index, 'accounts', number, 'user']);
    });
  });
}
