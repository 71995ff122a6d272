import { count, text } from './arguments';
import { team } from './ids';
import { type Method, refuse } from './method';
import { findUser, listUsers, type User } from './workspace';

function userJson(user: User): Record<string, unknown> {
  return {
    id: user.id,
    team_id: team.id,
    name: user.name,
    real_name: user.realName,
    deleted: user.deleted,
    tz: 'Europe/Berlin',
    profile: {
      real_name: user.realName,
      real_name_normalized: user.realName,
      display_name: user.realName,
      display_name_normalized: user.realName,
      title: user.title,
      team: team.id,
    },
    is_admin: false,
    is_owner: false,
    is_primary_owner: false,
    is_restricted: user.isRestricted,
    is_ultra_restricted: false,
    is_bot: user.isBot,
    is_app_user: false,
  };
}

export const userMethods: Record<string, Method> = {
  'users.info': {
    perMinute: 100,
    scopes: () => ['users:read'],
    channel: false,
    async run(args, { workspace }) {
      const user = await findUser(workspace, text(args, 'user'));
      return user ? { ok: true, user: userJson(user) } : refuse('user_not_found');
    },
  },
  'users.list': {
    perMinute: 20,
    scopes: () => ['users:read'],
    channel: false,
    async run(args, { workspace }) {
      const all = await listUsers(workspace);
      const from = Number(Buffer.from(text(args, 'cursor'), 'base64').toString()) || 0;
      const until = from + count(args, 'limit', 1000, 1000);
      const next = until < all.length ? Buffer.from(String(until)).toString('base64') : '';
      return { ok: true, members: all.slice(from, until).map(userJson), response_metadata: { next_cursor: next } };
    },
  },
  // Dialogs belong to later work; until then the bot learns plainly that there are none.
  'views.open': {
    perMinute: 100,
    scopes: () => [],
    channel: false,
    run: () => Promise.resolve(refuse('not_supported_in_sandbox')),
  },
};
