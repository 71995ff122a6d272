import type { Banner, Digest } from '../../domain/digest';
import type { Block, Button, Card, PersonRef, Span } from '../card';
import { lineBlocks } from './digest-lists';
import { unreadSpans } from './lines';
import { childBlocks, childIsWell, worstChildFirst } from './roll-up';
import { asOfWord, badCount, clockWord, countWord, dot, durationWord, nightWord, numberWord, okWord } from './words';

/** A digest that comes within the hour is on time for its readers. */
const toldLateMinutes = 60;
/** Causes that a `personal` digest names. */
const mostCauses = 10;
const mostDepartments = 10;

export interface DigestContext {
  /** Who has marked it as read, oldest first; instants ISO. */
  reviews: readonly { name: string; at: string }[];
  /** Everyone that lines may mention, by key, with the ids of the platform and workspace that it goes to. */
  people: ReadonlyMap<string, PersonRef>;
}

/**
 * The morning message of a tenant. Well: one line without heading or buttons. Else verdict and numbers first, then what is
 * worst; at most ten lines, `N more` and [Details]. A `personal` digest names no node.
 */
export function digestCard(digest: Digest, context: DigestContext): Card {
  return isGreen(digest) ? greenCard(digest) : redCard(digest, context);
}

/** True when every due backup reported success and every server was read. */
export function isGreen(digest: Digest): boolean {
  const { counts } = digest;
  return (
    badCount(counts) + counts.running + counts.unknown === 0 &&
    digest.unread.length + digest.banners.length + digest.flapping.length === 0
  );
}

/** `Chemistry backup, night Wed 18 Nov: 43 of 46 OK, 1 new, 2 still: NMR2.CHEM, LAB7.CHEM, MYPC.IT`. */
function fallbackOf(digest: Digest): string {
  const { counts } = digest;
  const said = [okWord(counts)];
  if (digest.populations.new > 0) said.push(`${numberWord(digest.populations.new)} new`);
  if (digest.populations.still > 0) said.push(`${numberWord(digest.populations.still)} still`);
  if (digest.populations.flapping > 0) said.push(`${numberWord(digest.populations.flapping)} flapping`);
  if (counts.unknown > 0) said.push(`${numberWord(counts.unknown)} unknown`);
  if (counts.running > 0) said.push(`${numberWord(counts.running)} running`);
  const names = firstNames(digest);
  const head = `${digest.tenant.name} backup, night ${nightWord(digest.night)}: ${said.join(', ')}`;
  return names.length > 0 ? `${head}: ${names.join(', ')}` : head;
}

function firstNames(digest: Digest): string[] {
  if (digest.personal) return [];
  const nodes = [...digest.groups.flatMap((group) => group.lines), ...digest.flapping, ...digest.unexplained];
  const children = digest.children.filter((child) => !childIsWell(child)).sort(worstChildFirst);
  return [...nodes.map((line) => line.node), ...children.map((child) => child.name)].slice(0, 3);
}

function greenCard(digest: Digest): Card {
  const { counts } = digest;
  const night = `Backup${dot}${digest.tenant.name}${dot}night ${nightWord(digest.night)}`;
  const asides: string[] = [];
  if (counts.notes > 0) asides.push(`${numberWord(counts.notes)} with notes`);
  if (digest.populations.recovered > 0) asides.push(`${numberWord(digest.populations.recovered)} recovered`);
  if (counts.excluded > 0) asides.push(`${numberWord(counts.excluded)} excluded`);
  const aside = asides.length > 0 ? ` (${asides.join(', ')})` : '';
  const verdict =
    counts.due === 0
      ? `no backup was due${aside}.`
      : `${numberWord(counts.ok + counts.notes)} of ${numberWord(counts.due)} scheduled backups reported success${aside}.`;
  const tail = [outsideWord(digest), asOf(digest)].filter((part) => part !== '').join(dot);
  return {
    kind: 'digest',
    title: '',
    fallback: `${digest.tenant.name} backup, night ${nightWord(digest.night)}: ${verdict}`,
    blocks: [{ type: 'text', spans: [{ bold: `${night}:` }, ` ${verdict} ${tail}`] }],
    buttons: [],
  };
}

function redCard(digest: Digest, context: DigestContext): Card {
  const blocks: Block[] = [
    { type: 'text', spans: verdictSpans(digest) },
    { type: 'note', spans: [asOf(digest)] },
    ...digest.unread.map(
      (server): Block => ({ type: 'banner', tone: 'warning', spans: unreadSpans(server, digest.night, digest.zone) }),
    ),
    ...digest.banners.map((banner): Block => ({ type: 'banner', tone: 'bad', spans: bannerSpans(banner) })),
    ...(digest.personal ? personalBlocks(digest) : lineBlocks(digest, context.people)),
  ];
  const outside = outsideWord(digest);
  if (outside !== '') blocks.push({ type: 'note', spans: [outside] });
  if (context.reviews.length > 0) blocks.push({ type: 'note', spans: [reviewWord(digest, context)] });
  return {
    kind: 'digest',
    title: `Backup${dot}${digest.tenant.name}${dot}night ${nightWord(digest.night)}`,
    fallback: fallbackOf(digest),
    blocks,
    buttons: buttonsOf(digest, context),
  };
}

/** `43 of 46 OK (2 with notes) · 1 NEW · 2 STILL · 1 recovered · 0 unknown`. Unknown is told even when it is none. */
function verdictSpans(digest: Digest): Span[] {
  const { counts, populations } = digest;
  const spans: Span[] = [{ bold: okWord(counts) }];
  if (counts.notes > 0) spans.push(` (${numberWord(counts.notes)} with notes)`);
  if (populations.new > 0) spans.push(dot, { bold: `${numberWord(populations.new)} NEW` });
  if (populations.still > 0) spans.push(dot, { bold: `${numberWord(populations.still)} STILL` });
  if (populations.flapping > 0) spans.push(dot, { bold: `${numberWord(populations.flapping)} FLAPPING` });
  if (populations.recovered > 0) spans.push(`${dot}${numberWord(populations.recovered)} recovered`);
  if (counts.running > 0) spans.push(`${dot}${numberWord(counts.running)} running`);
  spans.push(dot, counts.unknown > 0 ? { bold: `${numberWord(counts.unknown)} unknown` } : '0 unknown');
  if (counts.excluded > 0) spans.push(`${dot}${numberWord(counts.excluded)} excluded`);
  return spans;
}

/** `as of 07:28`, with the delay when it goes out later than promised. */
function asOf(digest: Digest): string {
  const age = asOfWord(digest.asOf, digest.night, digest.zone);
  return digest.lateMinutes >= toldLateMinutes ? `${age}${dot}${durationWord(digest.lateMinutes)} late` : age;
}

function bannerSpans(banner: Banner): Span[] {
  const where = banner.serverSide && banner.servers.length > 0 ? ` on ${banner.servers.join(', ')}` : '';
  return [
    { bold: `${numberWord(banner.count)} of ${numberWord(banner.due)} nodes: ${banner.headline}${where}.` },
    ` ${banner.serverSide ? 'The cause lies with the server, not with the machines.' : banner.fix}`,
  ];
}

function outsideWord(digest: Digest): string {
  const { runs, bad } = digest.outside;
  if (runs === 0) return '';
  return `${countWord(runs, 'run')} outside the night window, ${bad === 0 ? 'none' : numberWord(bad)} of them bad, in no count`;
}

function reviewWord(digest: Digest, context: DigestContext): string {
  const who = context.reviews.map((review) => `${review.name} ${clockWord(review.at, digest.zone)}`);
  return `Reviewed by ${who.join(', ')}`;
}

/** [Reviewed] goes once somebody has: the open question "has anyone looked?" is answered. */
function buttonsOf(digest: Digest, context: DigestContext): Button[] {
  const args = `${digest.tenant.path} ${digest.night}`;
  const details: Button = { label: 'Details', verb: 'details', args };
  if (context.reviews.length > 0) return [details];
  return [{ label: 'Reviewed', verb: 'reviewed', args, style: 'primary' }, details];
}

/** Counts by cause and nothing that tells one person from another. */
function personalBlocks(digest: Digest): Block[] {
  const facts = digest.groups
    .slice(0, mostCauses)
    .map((group) => `${countWord(group.count, 'node')}: ${group.headline}`);
  const dropped = digest.groups.slice(mostCauses).reduce((sum, group) => sum + group.count, 0);
  if (dropped > 0) facts.push(`${numberWord(dropped)} more, other causes`);
  return [
    ...facts.map((fact): Block => ({ type: 'text', spans: [fact] })),
    ...childBlocks(digest.children, mostDepartments),
  ];
}
