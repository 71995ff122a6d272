import type { PersonRef } from '../src/chat/card';
import { digestCard } from '../src/chat/cards/digest';
import { digestThreadCard, type LogLine } from '../src/chat/cards/digest-thread';
import { greetingCard } from '../src/chat/cards/greeting';
import { noticeCard } from '../src/chat/cards/notice';
import type { Deps, Render } from '../src/deps';
import type { DigestGroup } from '../src/domain/digest';
import type { Night } from '../src/domain/node-night';
import { settingsIn } from '../src/domain/settings';
import type { StoredDigest } from '../src/store/rows';
import { rootSettings, settingsOf } from './arm';
import { serviceReport } from './service-report';

/** Threads of a digest, worst cause first: each is a message of its own. */
const mostThreads = 5;
const nodesWithLog = 3;
const linesOfLog = 2;
/** Severities of the activity log, ascending. */
const gravity = ['D', 'I', 'W', 'E', 'S'];

type Place = Parameters<Render>[2];
type Renderer = (objectId: string, place: Place, deps: Deps) => ReturnType<Render>;

const renderers: Readonly<Record<string, Renderer>> = {
  digest: renderDigest,
  'digest-thread': renderThread,
  service: async (night, _place, deps) => ({ card: await serviceReport(night, deps), version: 1 }),
  notice: renderNotice,
  greeting: renderGreeting,
};

/** Draws objects from committed state, by the card kind that an intent names. */
export function makeRender(deps: Deps): Render {
  return (card, objectId, place) => {
    const renderer = renderers[card];
    if (!renderer) throw new Error(`There is no card ${card}.`);
    return renderer(objectId, place, deps);
  };
}

async function renderDigest(objectId: string, place: Place, deps: Deps) {
  const digest = await deps.store.digestById(Number(objectId));
  if (!digest) return null;
  return {
    card: digestCard(digest.content, { reviews: digest.reviews, people: await mentioned(digest, place, deps) }),
    version: digest.version,
    answers: () => threadsOf(digest, place, deps),
  };
}

/** One for each cause, where the tenant wants threads and the platform has them: chats have none. */
async function threadsOf(digest: StoredDigest, place: Place, deps: Deps) {
  const { threads } = settingsIn(await deps.store.tenants(), digest.tenantId);
  if (!threads || digest.content.personal || place.kind !== 'channel') return [];
  return digest.content.groups
    .slice(0, mostThreads)
    .map((_, index) => ({ card: 'digest-thread', objectId: `${digest.id}-${index}` }));
}

async function renderThread(objectId: string, _place: Place, deps: Deps) {
  const [id, index] = objectId.split('-');
  const digest = await deps.store.digestById(Number(id));
  const group = digest?.content.groups[Number(index)];
  const card =
    digest && group && digestThreadCard(digest.content, Number(index), await logOf(group, digest.night, deps));
  return card ? { card, version: digest.version } : null;
}

/** The gravest lines of the activity log about the first nodes of a group: enough to search for, not the log itself. */
async function logOf(group: DigestGroup, night: Night, deps: Deps): Promise<LogLine[]> {
  const servers = new Map((await deps.store.servers()).map((server) => [server.name, server.id]));
  const found = await Promise.all(
    group.lines.slice(0, nodesWithLog).map(async ({ node, server }) => {
      const messages = await deps.store.messagesOf(servers.get(server) ?? 0, night, node);
      return messages
        .sort((a, b) => gravity.indexOf(b.severity) - gravity.indexOf(a.severity))
        .slice(0, linesOfLog)
        .map(({ text }) => ({ node, text }));
    }),
  );
  return found.flat();
}

async function renderNotice(objectId: string, _place: Place, deps: Deps) {
  const finding = await deps.store.finding(Number(objectId));
  if (!finding) return null;
  return { card: noticeCard(finding, rootSettings(await deps.store.tenants()).zone), version: finding.version };
}

async function renderGreeting(_objectId: string, place: Place, deps: Deps) {
  const tenants = await deps.store.tenants();
  const bindings = (await deps.store.bindings({ conversationId: place.id })).flatMap(({ tenantId, purpose }) => {
    const tenant = tenants.find((each) => each.id === tenantId);
    if (!tenant) return [];
    const { digest, zone } = settingsOf(tenants, tenant);
    return [{ tenant: { path: tenant.path, name: tenant.name }, purpose, digest, zone }];
  });
  const managers = (
    await deps.store.peopleOf(tenants.filter((tenant) => tenant.parentId === null).map((tenant) => tenant.id))
  )
    .filter((person) => person.memberships.some((held) => held.role === 'manager'))
    .map((person) => person.name);
  const { provider, externalId: workspace } = place.workspace;
  return {
    card: greetingCard({
      kind: place.kind,
      service: deps.service,
      provider,
      workspace,
      conversation: place.externalId,
      bindings,
      managers,
    }),
    version: 1,
  };
}

/** The people a digest mentions, with their ids in the workspace that it goes to. */
async function mentioned(digest: StoredDigest, place: Place, deps: Deps): Promise<Map<string, PersonRef>> {
  const keys = new Set(digest.content.groups.flatMap((group) => group.lines).flatMap((line) => line.mention));
  if (keys.size === 0) return new Map();
  const people = await deps.store.people([...keys]);
  return new Map(
    people.map((person) => {
      const { provider, externalId } = place.workspace;
      const user = person.identities.find(
        (identity) => identity.provider === provider && identity.workspace === externalId,
      )?.user;
      return [person.key, { name: person.name, ...(user === undefined ? {} : { [provider]: user }) }];
    }),
  );
}
