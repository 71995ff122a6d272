import { DateTime } from 'luxon';
import type { Deps } from '../src/deps';
import { tone } from '../src/domain/compose';
import type { Digest } from '../src/domain/digest';
import { addNights, toInstant } from '../src/domain/night';
import type { Night } from '../src/domain/node-night';
import type { Wake } from '../src/queue/queue';
import type { Writer } from '../src/store/writer';
import { digestTimer, settingsOf } from './arm';
import { composeFor, sourcesOf } from './compose';
import { commitAndTell } from './tell';
import { wakeDeliveries } from './tick';
import { lookAgain, someoneUnasked } from './waiting';

/** A night older than this is recorded but not posted: nobody wants last week's mornings on their phone. */
const postedForNights = 4;
const retryMinutes = 15;

/**
 * Makes the digest of a tenant and night (object `<tenant>-<night>`) and, in the same transaction, wants it in every channel bound to
 * the tenant and sets the timer of the next one. It waits until every server that the tenant uses was asked once after the window
 * ended, so that "unknown" means that it could not be read, not that nobody had looked yet.
 */
export async function digest(wake: Wake, deps: Deps): Promise<void> {
  const [id = '', ...date] = wake.object.split('-');
  const night = date.join('-');
  const tenants = await deps.store.tenants();
  const tenant = tenants.find((each) => each.id === Number(id));
  const timer = await deps.store.timer('digest', wake.object);
  if (!tenant || timer?.generation !== wake.version) {
    await deps.store.commit((tx) => tx.endTimer('digest', wake.object, wake.version));
    return;
  }
  const promised = toInstant(timer.wall, timer.zone);
  const now = deps.clock.now();
  const waited = now.diff(promised).as('minutes');
  const sources = await sourcesOf(tenants, tenant, deps);
  if (await someoneUnasked(tenants, tenant, night, sources, deps)) return lookAgain(timer, wake, deps);

  const settings = settingsOf(tenants, tenant);
  const late = Math.max(0, Math.floor(waited));
  let draft: Digest;
  try {
    draft = await composeFor(tenants, tenant, night, late, sources, deps);
  } catch (error) {
    // A mistake of ours in one department's digest must not be silent, nor hold up the manager's report.
    await commitAndTell(
      { kind: 'digest-failed', subject: tenant.path, detail: { reason: 'It is tried again; see the log.' } },
      wake.correlation,
      deps,
      (tx) => tx.setTimer({ ...timer, dueAt: now.plus({ minutes: retryMinutes }).toUTC().toISO() ?? '' }),
    );
    throw error;
  }
  const next = digestTimer(tenants, tenant, addNights(night, 1), sources.used);
  const bindings = await deps.store.bindings({ tenantIds: [tenant.id], purpose: 'digest' });
  const isOld = night < addNights(toNight(now, settings.zone), -postedForNights);

  const { stored, intents } = await deps.store.commit(async (tx) => {
    const content = await withClaimedMentions(tx, draft, sources.people, tenant.id, night);
    const { digest: stored } = await tx.saveDigest(tenant.id, night, content);
    const posts = isOld || !isPosted(content, night) ? [] : bindings.map((binding) => binding.conversation);
    const intents = await tx.want(
      posts.map((conversation) => ({
        conversationId: conversation.id,
        card: 'digest',
        objectId: String(stored.id),
        version: stored.version,
        correlation: wake.correlation,
      })),
    );
    await tx.endTimer('digest', wake.object, wake.version);
    await tx.setTimer(next);
    await tx.audit({
      actor: 'backchat',
      action: 'digest',
      object: `tenant ${tenant.path} night ${night}`,
      outcome: 'done',
      detail: { version: stored.version, late },
      correlation: wake.correlation,
    });
    return { stored, intents };
  });
  deps.log.info(
    {
      correlation: wake.correlation,
      tenant: tenant.path,
      night,
      version: stored.version,
      late,
      intents: intents.length,
    },
    'digest made',
  );
  await wakeDeliveries(intents, wake.correlation, deps);
  if (DateTime.fromISO(next.dueAt) <= now)
    await deps.queue.add({ job: 'tick', object: 'overdue', version: stored.id, correlation: wake.correlation });
}

function toNight(now: DateTime, zone: string): Night {
  return now.setZone(zone).minus({ hours: 12 }).toISODate() ?? '';
}

/** Green digests follow the tenant's wish: a line each morning, on Mondays, or never. Red and unknown ones always go out. */
function isPosted(content: Digest, night: Night): boolean {
  if (tone(content) !== 'green') return true;
  if (content.green === 'silent') return false;
  return content.green === 'line' || DateTime.fromISO(addNights(night, 1)).weekday === 1;
}

/** A person is mentioned once a night, wherever first. Who was mentioned elsewhere is left out here. */
async function withClaimedMentions(
  tx: Writer,
  draft: Digest,
  people: readonly { id: number; key: string }[],
  tenantId: number,
  night: Night,
): Promise<Digest> {
  const lines = draft.groups.flatMap((group) => group.lines);
  const wanted = new Set(lines.flatMap((line) => line.mention));
  const ids = people.filter((person) => wanted.has(person.key)).map((person) => person.id);
  const claimed = new Set(ids.length > 0 ? await tx.claimMentions(tenantId, night, ids) : []);
  const allowed = new Set(people.filter((person) => claimed.has(person.id)).map((person) => person.key));
  const groups = draft.groups.map((group) => ({
    ...group,
    lines: group.lines.map((line) => ({ ...line, mention: line.mention.filter((key) => allowed.has(key)) })),
  }));
  return { ...draft, groups };
}
