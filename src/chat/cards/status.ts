import type { Night } from '../../domain/node-night';
import type { Outcome } from '../../domain/outcome';
import type { Block, Card, Span } from '../card';
import { verdictAndCode } from './lines';
import { asOfWord, countWord, dot, lastGoodWord, momentWord, nightWord, sizeWord, verdictMark } from './words';

/** Schedules and drives that one card lists; machines with more are rare and get "N more". */
const mostListed = 10;

/** What is known about one node. Instants are ISO UTC; the card tells them in `zone`. */
export interface NodeStatus {
  node: string;
  server: string;
  /** Path of the tenant, null when nobody owns it. */
  tenant: string | null;
  zone: string;
  /** The last night that has been judged. */
  night: Night;
  /** Last good reading of the server; null = never. */
  asOf: string | null;
  /** Set when the server cannot be read now. */
  unread: { since: string | null; reason: string } | null;
  /** Null: nothing was due that night. */
  verdict: Outcome | null;
  result: number | null;
  streak: number;
  cause: { headline: string; fix: string } | null;
  detail: string | null;
  lastGoodAt: string | null;
  /** Whole calendar days in `zone`. */
  daysSinceGood: number | null;
  lastContactAt: string | null;
  schedules: { name: string; last: string | null; next: string | null }[];
  /** Oldest first, at most the last 14 nights. */
  nights: { night: Night; verdict: Outcome | null }[];
  filespaces: { name: string; usedMb: number | null; lastBackupAt: string | null }[];
}

/** The answer to "how is this machine?": verdict first, then what explains it. */
export function statusCard(status: NodeStatus): Card {
  const { zone } = status;
  const moment = (instant: string | null, none: string): string =>
    instant === null ? none : momentWord(instant, zone, status.night);
  const streak = status.streak > 1 ? ` (${status.streak} in a row)` : '';
  const mark = status.verdict === null ? verdictMark(null) : verdictAndCode(status.verdict, status.result);
  const age = status.asOf === null ? `no data from ${status.server} yet` : asOfWord(status.asOf, status.night, zone);
  const good = status.lastGoodAt === null ? [] : [` (${lastGoodWord(status.daysSinceGood).replace('last good ', '')})`];
  const facts: { name: string; value: Span[] }[] = [
    { name: 'Last good backup', value: [moment(status.lastGoodAt, 'none known'), ...good] },
    { name: 'Last contact', value: [moment(status.lastContactAt, 'none known')] },
  ];
  for (const schedule of status.schedules.slice(0, mostListed)) {
    const last = schedule.last === null ? [] : [`last ${momentWord(schedule.last, zone, status.night)}`];
    const next = schedule.next === null ? [] : [`next ${momentWord(schedule.next, zone, status.night)}`];
    const when = [...last, ...next].join(dot);
    facts.push({ name: 'Schedule', value: [{ code: schedule.name }, ` ${when === '' ? 'no start known' : when}`] });
  }
  if (status.schedules.length > mostListed) {
    facts.push({ name: 'Schedules', value: [`${status.schedules.length - mostListed} more`] });
  }
  if (status.schedules.length === 0) facts.push({ name: 'Schedule', value: ['none: nothing is expected of it'] });

  const owner: Span[] = status.tenant === null ? [`${dot}owned by nobody`] : [dot, { code: status.tenant }];
  const blocks: Block[] = [
    { type: 'text', spans: [{ code: status.node }, ' ', { bold: `${mark} last night${streak}` }] },
    {
      type: 'note',
      spans: [age, `${dot}night ${nightWord(status.night)}${dot}server `, { code: status.server }, ...owner],
    },
  ];
  if (status.unread) {
    const since = status.unread.since === null ? 'yet' : `since ${momentWord(status.unread.since, zone)}`;
    const spans = [{ bold: `no data from ${status.server} ${since}` }, ` ${status.unread.reason}`];
    blocks.push({ type: 'banner', tone: 'warning', spans });
  }
  if (status.cause) {
    const detail = status.detail === null ? '' : ` (${status.detail})`;
    blocks.push({
      type: 'text',
      spans: [
        { bold: 'Likely cause' },
        ` ${status.cause.headline}${detail}. `,
        { bold: 'Do this' },
        ` ${status.cause.fix}`,
      ],
    });
  } else if (status.detail !== null) blocks.push({ type: 'text', spans: [status.detail] });
  blocks.push({ type: 'facts', facts });
  if (status.nights.length > 0) blocks.push({ type: 'text', spans: nightSpans(status.nights) });
  if (status.filespaces.length > 0) blocks.push(filespaceBlock(status));
  return {
    kind: 'status',
    title: '',
    fallback: `${status.node}: ${mark} last night${streak}, ${lastGoodWord(status.daysSinceGood)}, ${age}`,
    blocks,
    buttons: [],
  };
}

/** `14 nights from Thu 5 Nov: ✓ OK x4 · ± NOTES · ✓ OK x7 · ○ MISSED x2`, oldest first. */
function nightSpans(nights: NodeStatus['nights']): Span[] {
  const runs: { verdict: Outcome | null; count: number }[] = [];
  for (const { verdict } of nights) {
    const last = runs.at(-1);
    if (last && last.verdict === verdict) last.count += 1;
    else runs.push({ verdict, count: 1 });
  }
  const said = runs.map((run) =>
    run.count > 1 ? `${verdictMark(run.verdict)} x${run.count}` : verdictMark(run.verdict),
  );
  const from = nights[0] ? ` from ${nightWord(nights[0].night)}` : '';
  return [{ bold: `${countWord(nights.length, 'night')}${from}:` }, ` ${said.join(dot)}`];
}

function filespaceBlock(status: NodeStatus): Block {
  const known = status.filespaces.filter((filespace) => filespace.usedMb !== null);
  const sum = known.reduce((total, filespace) => total + (filespace.usedMb ?? 0), 0);
  const heading = `${countWord(status.filespaces.length, 'drive')}${known.length > 0 ? `, ${sizeWord(sum)}` : ''}`;
  const rows = status.filespaces.slice(0, mostListed).map((filespace) => ({
    tag: filespace.usedMb === null ? 'size unknown' : sizeWord(filespace.usedMb),
    tone: 'neutral' as const,
    name: filespace.name,
    text: [
      filespace.lastBackupAt === null
        ? 'never backed up'
        : `backed up ${momentWord(filespace.lastBackupAt, status.zone, status.night)}`,
    ],
  }));
  return { type: 'rows', heading: [{ bold: heading }], rows, total: status.filespaces.length };
}
