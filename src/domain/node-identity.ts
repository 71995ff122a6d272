import type { Wall } from './node-night';

interface KnownNode {
  id: number;
  name: string;
  registered: Wall;
  goneAt: string | null;
}

/** A row of NODES. */
export interface SeenNode {
  node: string;
  domain: string;
  /** REG_TIME verbatim: with name and server the identity of the node. */
  registered: Wall;
  platform: string | null;
  clientVersion: string | null;
  lastAccess: Wall | null;
  locked: boolean;
  decommissioned: boolean;
  contact: string | null;
  email: string | null;
}

type Facts = Omit<SeenNode, 'node' | 'domain' | 'registered'>;

/** What becomes of the nodes of a server after an inventory. */
interface Decisions {
  seen: { nodeId: number; name: string; domain: string; facts: Facts }[];
  fresh: { name: string; registered: Wall; domain: string; facts: Facts }[];
  renamed: { nodeId: number; from: string; to: string }[];
  gone: number[];
}

export interface Rename {
  from: string;
  to: string;
}

/** A name that now stands for another registration: `before` and `now` are the registration times, verbatim. */
export interface Reregistered {
  name: string;
  before: Wall;
  now: Wall;
}

export type Identified =
  | { ok: true; decisions: Decisions; reregistered: Reregistered[] }
  /** The answer is not believed; nothing may be changed because of it. */
  | { ok: false; reason: string };

/** Fewer nodes than this may vanish together without suspicion. */
const fewVanished = 3;

/**
 * Tells which rows of an inventory are nodes that we know. Same name and registration time = the same node, also after it was gone.
 * A rename is believed from the activity log, or when exactly one vanished and one new node share their registration time.
 * Everything else is a new node. When half of the nodes seem to have vanished, half an answer is likelier than that: refused.
 *
 * @param known all nodes of the server ever seen, gone ones included
 * @param renames from the activity log, oldest first; old ones do no harm
 */
export function decideNodes(
  known: readonly KnownNode[],
  rows: readonly SeenNode[],
  renames: readonly Rename[],
): Identified {
  const byIdentity = new Map(known.map((node) => [identity(node.name, node.registered), node]));
  const decisions: Decisions = { seen: [], fresh: [], renamed: [], gone: [] };
  const found = new Set<number>();
  const strangers = new Map<string, SeenNode>();
  for (const row of rows) {
    const node = byIdentity.get(identity(row.node, row.registered));
    if (!node) strangers.set(row.node, row);
    else if (!found.has(node.id)) see(node, row);
  }
  function see(node: KnownNode, row: SeenNode): void {
    found.add(node.id);
    decisions.seen.push({ nodeId: node.id, name: row.node, domain: row.domain, facts: factsOf(row) });
  }

  const present = known.filter((node) => node.goneAt === null);
  const vanished = present.filter((node) => !found.has(node.id));
  for (const { node, row } of renamedOf(vanished, strangers, renames)) {
    strangers.delete(row.node);
    see(node, row);
    decisions.renamed.push({ nodeId: node.id, from: node.name, to: row.node });
  }

  const gone = vanished.filter((node) => !found.has(node.id));
  const replaced = gone.filter((node) => strangers.has(node.name)).length;
  const lost = gone.length - replaced;
  if (present.length > 0 && (rows.length === 0 || (lost >= fewVanished && lost * 2 >= present.length)))
    return { ok: false, reason: `${lost} of ${present.length} nodes are missing from the answer` };

  decisions.gone = gone.map((node) => node.id);
  const reregistered: Reregistered[] = [];
  const lastNamed = new Map<string, KnownNode>();
  for (const node of known) {
    const other = lastNamed.get(node.name);
    if (!other || other.registered < node.registered) lastNamed.set(node.name, node);
  }
  for (const row of strangers.values()) {
    decisions.fresh.push({ name: row.node, registered: row.registered, domain: row.domain, facts: factsOf(row) });
    const before = lastNamed.get(row.node);
    if (before) reregistered.push({ name: row.node, before: before.registered, now: row.registered });
  }
  return { ok: true, decisions, reregistered };
}

function identity(name: string, registered: Wall): string {
  return `${name}\n${registered}`;
}

function renamedOf(
  vanished: readonly KnownNode[],
  strangers: ReadonlyMap<string, SeenNode>,
  renames: readonly Rename[],
): { node: KnownNode; row: SeenNode }[] {
  const pairs: { node: KnownNode; row: SeenNode }[] = [];
  const taken = new Set<string>();
  const pair = (node: KnownNode, row: SeenNode): void => {
    taken.add(row.node);
    pairs.push({ node, row });
  };
  const rest = vanished.filter((node) => {
    const row = namesAfter(node.name, renames)
      .map((name) => strangers.get(name))
      // A later registration is another machine under the new name: renaming keeps the time.
      .find((found) => found && !taken.has(found.node) && found.registered <= node.registered);
    if (row) pair(node, row);
    return !row;
  });
  const candidates = [...strangers.values()].filter((row) => !taken.has(row.node));
  for (const node of rest) {
    const rows = candidates.filter((row) => row.registered === node.registered);
    const rivals = rest.filter((other) => other.registered === node.registered);
    const [row] = rows;
    if (row && rows.length === 1 && rivals.length === 1) pair(node, row);
  }
  return pairs;
}

/** Names that a name was turned into, following renames in their order (A→T, B→A, T→B turns A into B); newest beginning first. */
function namesAfter(name: string, renames: readonly Rename[]): string[] {
  const names: string[] = [];
  for (let start = renames.length - 1; start >= 0; start--) {
    if (renames[start]?.from !== name) continue;
    const after = renames
      .slice(start)
      .reduce((current, rename) => (rename.from === current ? rename.to : current), name);
    if (after !== name) names.push(after);
  }
  return names;
}

function factsOf(row: SeenNode): Facts {
  const { platform, clientVersion, lastAccess, locked, decommissioned, contact, email } = row;
  return { platform, clientVersion, lastAccess, locked, decommissioned, contact, email };
}

// REName Node: the server accepts every abbreviation down to the capitals.
const renameCommand = /issued command:\s*REN(?:A|AM|AME)?\s+N(?:O|OD|ODE)?\s+(\S+)\s+(\S+)/i;

/** The rename in an audit message (`ANR2017I Administrator A issued command: RENAME NODE OLD NEW`), or null. */
export function parseRename(text: string): Rename | null {
  const [, from, to] = renameCommand.exec(text) ?? [];
  if (from === undefined || to === undefined) return null;
  return { from: plainName(from), to: plainName(to) };
}

function plainName(text: string): string {
  return text.replaceAll(/["']/g, '').toUpperCase();
}
