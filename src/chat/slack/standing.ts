import type { User } from '@slack/web-api/dist/types/response/UsersInfoResponse';
import type { Clock } from '../../domain/clock';
import type { Standing } from '../call';
import { slackErrorName } from './errors';
import type { Inbound } from './inbound';
import { workspaceOf } from './inbound';
import type { Clients } from './web';

/** Somebody who was made a guest is treated as one within a minute. */
const keptMs = 60_000;
const keptAtMost = 5_000;

export type StandingOf = (who: Pick<Inbound, 'identity' | 'team'>) => Promise<Standing>;

/** Asks Slack what a user is in the workspace that was asked from. Rejects when Slack cannot be asked. */
export function makeStanding(clients: Clients, clock: Clock): StandingOf {
  const known = new Map<string, { standing: Standing; until: number }>();
  return async ({ identity, team }) => {
    const key = `${team.id}/${identity.workspace}/${identity.user}`;
    const now = clock.now().toMillis();
    const kept = known.get(key);
    if (kept && kept.until > now) return kept.standing;
    // From another team than the one where it happens: no need to ask.
    if (identity.workspace !== workspaceOf(team)) return 'outsider';
    const client = clients(workspaceOf(team));
    if (!client) throw new Error(`There is no token for the Slack workspace ${workspaceOf(team)}.`);
    const standing = await client.users.info({ user: identity.user }).then(
      ({ user }) => (user ? standingIn(user, team) : 'outsider'),
      (error: unknown) => {
        const name = slackErrorName(error);
        if (name === 'user_not_found' || name === 'user_not_visible') return 'outsider' as const;
        throw error;
      },
    );
    if (known.size >= keptAtMost) known.clear();
    known.set(key, { standing, until: now + keptMs });
    return standing;
  };
}

function standingIn(user: User, team: Inbound['team']): Standing {
  if (user.deleted || user.is_bot || user.is_stranger || user.id === 'USLACKBOT') return 'outsider';
  const home =
    team.enterprise === null
      ? user.team_id === team.id
      : (user.enterprise_user?.enterprise_id ?? user.enterprise_id ?? user.team_id) === team.enterprise;
  if (!home) return 'outsider';
  return user.is_restricted || user.is_ultra_restricted ? 'guest' : 'member';
}
