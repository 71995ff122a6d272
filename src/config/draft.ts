import { z } from 'zod';
import { passwordSchema, timeOfDay, zoneSchema } from './file';

/**
 * The file as far as it can be understood: the same shape, every field optional, what does not fit left out, lists with their places kept.
 * The cross checks read this, so that one wrong letter does not hide every other mistake.
 */
function maybe<S extends z.ZodType>(schema: S) {
  return schema.optional().catch(undefined);
}

function list<S extends z.ZodType>(schema: S) {
  return z.array(schema).catch([]);
}

const word = maybe(z.string());
const key = maybe(z.union([z.string(), z.number().transform(String)]));
const words = z.array(z.string().catch('')).catch([]);

const settings = z
  .object({
    zone: maybe(zoneSchema),
    window: maybe(z.object({ from: timeOfDay, to: timeOfDay })),
    digest: maybe(timeOfDay),
    closing: maybe(timeOfDay),
    editions: maybe(z.array(maybe(timeOfDay))),
  })
  .catch({});
export type DraftSettings = z.output<typeof settings>;

const nodes = z
  .object({ names: words, patterns: words, groups: words, domains: words, servers: words })
  .catch({ names: [], patterns: [], groups: [], domains: [], servers: [] });

export interface DraftTenant {
  key?: string | undefined;
  nodes: z.output<typeof nodes>;
  settings: DraftSettings;
  children: DraftTenant[];
}

const tenant: z.ZodType<DraftTenant> = z.lazy(() =>
  z
    .object({ key, nodes, settings, children: list(tenant) })
    .catch({ nodes: nodes.parse(undefined), settings: {}, children: [] }),
);

const server = z
  .object({ name: word, transport: word, url: word, route: word, password: maybe(passwordSchema), ca: word })
  .catch({});
export type DraftServer = z.output<typeof server>;

const workspace = z.object({ name: word, provider: maybe(z.enum(['slack', 'teams'])), id: word }).catch({});
const channel = z.object({ workspace: word, id: word, kind: word, tenant: word, purpose: word }).catch({});
const person = z
  .object({
    key,
    accounts: list(z.object({ workspace: word, user: word }).catch({})),
    roles: list(z.object({ role: word, tenant: word }).catch({})),
  })
  .catch({ accounts: [], roles: [] });

const draft = z.object({
  sandbox: maybe(z.boolean()),
  workspaces: list(workspace),
  servers: list(server),
  nodeGroups: z.record(z.string(), z.unknown()).catch({}),
  settings,
  tenants: list(tenant),
  channels: list(channel),
  people: list(person),
});
export type Draft = z.output<typeof draft>;

/** Never fails: of something that is no block of keys nothing is understood. */
export function draftOf(data: unknown): Draft {
  const parsed = draft.safeParse(data);
  return parsed.success ? parsed.data : draft.parse({});
}
