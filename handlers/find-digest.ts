import { z } from 'zod';
import type { Render } from '../src/deps';
import { tenantNamed } from '../src/domain/access';
import { fail, ok, type Result } from '../src/domain/failure';
import type { StoredDigest, Tenant } from '../src/store/rows';
import type { Ask } from './verb';

export const tenantWord = z.string('name a tenant, such as UNI/SCI/CHEM or CHEM').min(1).max(200);

interface FoundDigest {
  tenant: Tenant;
  digest: StoredDigest;
  /** Where the asker is, for rendering. */
  place: Parameters<Render>[2];
}

/** The tenant that a word names, among those the asker may see. Foreign and unknown tenants get the same answer. */
export function findTenant(name: string, { scope }: Ask): Result<Tenant> {
  const tenant = tenantNamed(
    scope.tenants.filter((each) => scope.visible.has(each.id)),
    name,
  );
  return tenant ? ok(tenant) : fail('UNKNOWN_TENANT', `There is no tenant \`${name}\` among those you may see here.`);
}

/** The stored digest of a night, or of the last night that has one. */
export async function findDigest(name: string, night: string | undefined, ask: Ask): Promise<Result<FoundDigest>> {
  const { call, deps } = ask;
  const tenant = findTenant(name, ask);
  if (!tenant.ok) return tenant;
  const wanted = night ?? (await deps.store.lastDigestNight(tenant.value.id));
  const digest = wanted ? await deps.store.digest(tenant.value.id, wanted) : null;
  if (!digest)
    return fail(
      'NO_DIGEST',
      `There is no digest of ${tenant.value.name}${wanted ? ` for the night of ${wanted}` : ''}.`,
    );
  const workspace = await deps.store.workspace(call.surface.provider, call.surface.workspace);
  if (!workspace) return fail('NOT_ALLOWED');
  return ok({
    tenant: tenant.value,
    digest,
    place: { id: 0, externalId: call.surface.conversation, kind: call.surface.kind, workspace },
  });
}
