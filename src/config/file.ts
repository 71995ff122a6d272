import { IANAZone } from 'luxon';
import { z } from 'zod';
import { isLoopbackHost } from '../domain/loopback';
import { outcomes } from '../domain/outcome';

/** A strict block: a key that is not listed is a mistake. The message of that mistake is the list of the known keys (see explain.ts). */
function block<S extends z.core.$ZodLooseShape>(shape: S) {
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? Object.keys(shape).join(', ') : undefined),
  });
}

// The message of every check below says what is allowed.

function text(allowed = 'a text of 1 to 100 characters', limit = 100) {
  return z.string({ error: allowed }).refine((value) => value.trim() !== '' && value.length <= limit, allowed);
}

function shaped(pattern: RegExp, allowed: string) {
  return z.string({ error: allowed }).regex(pattern, allowed);
}

function whole(least: number, most: number, allowed: string) {
  return z.int({ error: allowed }).min(least, allowed).max(most, allowed);
}

export const timeOfDay = shaped(/^([01]\d|2[0-3]):[0-5]\d$/, "a time of day in quotes, '00:00' to '23:59'");
const isoDate = z.iso.date('a date like 2026-11-18');
const key = shaped(
  /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,39}$/u,
  'up to 40 letters, digits, ".", "_" or "-", in quotes if it is a number',
);

/** SP names: letters, digits and `. _ - + & $`; real nodes use more than the manuals promise, so only blanks and wildcards are refused. */
const name = shaped(/^[^\s*?"']{1,64}$/, 'a name of up to 64 characters without blanks, quotes or wildcards');
const pattern = shaped(
  /^(?=.*[*?])(?=.*[^*?])[^\s"']{1,64}$/,
  'a glob with a wildcard and a literal part, like *.IT (whole names go to "names", everything on a server to "servers")',
);
const nameOrPattern = shaped(/^(?=.*[^*?])[^\s"']{1,64}$/, 'a name or a glob like GCMS*, without blanks or quotes');

export const zoneSchema = z
  .string({ error: 'an IANA time zone like Europe/Berlin' })
  .refine(
    (value) => IANAZone.isValidZone(value) && /^UTC$|\//.test(value),
    'an IANA time zone like Europe/Berlin, or UTC',
  );

/** Final and passing statuses of a client event, as the server spells them. */
const eventStatuses = [
  'Completed',
  'Failed',
  'Failed - no restart',
  'Missed',
  'Severed',
  'Started',
  'In Progress',
  'Restarted',
  'Pending',
  'Future',
  'Uncertain',
] as const;
const treatable = shaped(
  new RegExp(`^(${eventStatuses.join('|')})(/-?\\d{1,9})?$`),
  `a status, or status/result code like Completed/8; statuses: ${eventStatuses.join(', ')}`,
);

const settings = block({
  zone: z.exactOptional(zoneSchema),
  window: z.exactOptional(block({ from: timeOfDay, to: timeOfDay })),
  digest: z.exactOptional(timeOfDay),
  editions: z.exactOptional(z.array(timeOfDay)),
  closing: z.exactOptional(timeOfDay),
  green: z.exactOptional(z.enum(['line', 'weekly', 'silent'])),
  threads: z.exactOptional(z.boolean()),
  mentions: z.exactOptional(z.boolean()),
  treat: z.exactOptional(z.record(treatable, z.enum(outcomes))),
  severeAfter: z.exactOptional(whole(1, 365, 'a whole number of nights from 1 to 365')),
  personal: z.exactOptional(z.boolean()),
  exclude: z.exactOptional(
    z.array(
      block({
        nodes: z.array(nameOrPattern).default([]),
        schedules: z.array(nameOrPattern).default([]),
        reason: text(),
        until: z.exactOptional(isoDate),
      }).refine((one) => one.nodes.length + one.schedules.length > 0, 'at least one entry in "nodes" or "schedules"'),
    ),
  ),
});

const nodes = block({
  names: z.exactOptional(z.array(name)),
  patterns: z.exactOptional(z.array(pattern)),
  groups: z.exactOptional(z.array(text())),
  domains: z.exactOptional(z.array(name)),
  servers: z.exactOptional(z.array(text())),
});

const tenant = block({
  key,
  name: text(),
  nodes: z.exactOptional(nodes),
  settings: z.exactOptional(settings),
  get children() {
    return z.exactOptional(z.array(tenant));
  },
});
export type TenantEntry = z.output<typeof tenant>;

// Only upper case is taken for the name of a variable: a password that was put here by mistake is then hardly ever repeated in a message.
const variableName = shaped(/^[A-Z][A-Z0-9_]*$/, 'the name of an environment variable in capitals, like SP1_PASSWORD');
const passwordAllowed = 'a reference: { env: NAME } or { file: PATH }, never the password itself';
export const passwordSchema = z.union([block({ env: variableName }), block({ file: text('a path', 4096) })], {
  error: passwordAllowed,
});
export type SecretReference = z.output<typeof passwordSchema>;

/** Plain http carries the password in the clear: only to this machine. */
function isOperationsCenterUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname));
}

const everyServer = { name, zone: zoneSchema };
const server = z.discriminatedUnion('transport', [
  block({ ...everyServer, transport: z.literal('sandbox') }),
  block({
    ...everyServer,
    transport: z.literal('operations-center'),
    url: z
      .string({ error: 'an address like https://HOST:11090/oc/api' })
      .refine(
        isOperationsCenterUrl,
        'an address like https://HOST:11090/oc/api, without user, password or query (http only on this machine)',
      )
      // The interface has one documented path; whoever leaves it out means it.
      .transform((value) =>
        new URL(value).pathname === '/' ? new URL('/oc/api', value).href : value.replace(/\/+$/, ''),
      ),
    route: z.exactOptional(name),
    user: shaped(/^[^\s:]{1,64}$/, 'the name of an administrator, without blanks or colons'),
    password: passwordSchema,
    ca: z.exactOptional(text('a path to a PEM file', 4096)),
    timeout: whole(1, 3600, 'seconds, from 1 to 3600').default(120),
  }),
]);
export type ServerEntry = z.output<typeof server>;

/** An unknown transport hides what else is wrong with its server: the mistakes in what every server has. */
export function hiddenIssues(issues: readonly z.core.$ZodIssue[], data: unknown): z.core.$ZodIssue[] {
  const entries = z.object({ servers: z.array(z.unknown()) }).safeParse(data).data?.servers ?? [];
  return issues.flatMap(({ code, path }) => {
    const [list, index] = path;
    if (code !== 'invalid_union' || list !== 'servers' || path.length !== 3 || typeof index !== 'number') return [];
    const read = z.object(everyServer).safeParse(entries[index]);
    return (read.error?.issues ?? []).map((issue) => ({ ...issue, path: [list, index, ...issue.path] }));
  });
}
export type OperationsCenterEntry = Extract<ServerEntry, { transport: 'operations-center' }>;

export const guid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Entra writes its GUIDs in either case and compares them without it. Slack's ids are case-sensitive. */
const platformId = text().transform((id) => (guid.test(id) ? id.toLowerCase() : id));

const workspace = block({ name: text(), provider: z.enum(['slack', 'teams']), id: platformId });
const purposes = ['digest', 'manager', 'approvals'] as const;
const roles = ['contact', 'lead', 'approver', 'owner', 'operator', 'manager', 'legal', 'auditor'] as const;

const channel = block({
  workspace: text(),
  id: text('the id of the conversation on its platform', 300),
  name: z.exactOptional(text()),
  kind: z.enum(['channel', 'chat']).default('channel'),
  tenant: text('the path of a tenant, like UNI/SCI/CHEM', 1000),
  purpose: z.enum(purposes),
});

const person = block({
  key,
  name: text(),
  accounts: z.array(block({ workspace: text(), user: platformId })).default([]),
  roles: z
    .array(
      block({
        role: z.enum(roles),
        tenant: text('the path of a tenant, like UNI/SCI/CHEM', 1000),
        until: z.exactOptional(isoDate),
      }),
    )
    .default([]),
});

/** backchat.yaml. */
export const fileSchema = block({
  sandbox: z.boolean().default(false),
  service: block({ name: text() }).default({ name: 'Backup service' }),
  workspaces: z.array(workspace).default([]),
  servers: z.array(server).min(1, 'a list of at least one server'),
  nodeGroups: z.record(text(), z.array(nameOrPattern)).default({}),
  settings: settings.default({}),
  tenants: z.array(tenant).min(1, 'a list of at least one tenant'),
  channels: z.array(channel).default([]),
  people: z.array(person).default([]),
});
export type ConfigFile = z.output<typeof fileSchema>;

/** A tenant with its place in the tree and in the file. */
export interface PlacedTenant<T> {
  path: string;
  parentPath: string | null;
  at: (string | number)[];
  entry: T;
}

/** Every tenant of the tree, parents before children. */
export function tenantsOf<T extends { key?: string | undefined; children?: readonly T[] | undefined }>(
  entries: readonly T[],
  parentPath: string | null = null,
  at: readonly (string | number)[] = ['tenants'],
): PlacedTenant<T>[] {
  return entries.flatMap((entry, index) => {
    const path = parentPath === null ? `${entry.key}` : `${parentPath}/${entry.key}`;
    const place = [...at, index];
    return [{ path, parentPath, at: place, entry }, ...tenantsOf(entry.children ?? [], path, [...place, 'children'])];
  });
}
