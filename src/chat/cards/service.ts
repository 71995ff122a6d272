import type { ChildSummary, Counts } from '../../domain/digest';
import type { Night } from '../../domain/node-night';
import type { Block, Card } from '../card';
import { unreadSpans } from './lines';
import { childIsWell, childRow, worstChildFirst } from './roll-up';
import { asOfWord, badCount, countWord, dot, morningWord, nightWord, numberWord } from './words';

/** Lines of each list in the report. */
const mostListed = 10;

/** The whole service in one night, as its manager sees it. Instants are ISO UTC. */
export interface ServiceNight {
  service: string;
  night: Night;
  zone: string;
  asOf: string;
  /** All nodes together. */
  counts: Counts;
  /** Departments with nodes of their own, each with its own numbers. */
  tenants: readonly ChildSummary[];
  servers: readonly { name: string; readable: boolean; since: string | null; reason: string | null; nodes: number }[];
  /** Nodes that no rule, or more than one, gives to a department; `rule` names the rules. */
  unassigned: readonly { node: string; server: string; rule: string }[];
  findings: readonly { kind: string; subject: string; since: string }[];
  /** Digests of this night: accepted by the chat, still to go, refused. */
  deliveries: { accepted: number; due: number; refused: readonly { conversation: string; reason: string }[] };
}

/** The manager's morning report: is it us or them, who is red, what is unowned, does it arrive. */
export function serviceCard(service: ServiceNight): Card {
  const { counts, zone } = service;
  const unwell = service.tenants.filter((tenant) => !childIsWell(tenant)).sort(worstChildFirst);
  const red = unwell.filter((tenant) => badCount(tenant.counts) > 0).length;
  const rate = counts.due === 0 ? null : ((counts.ok + counts.notes) / counts.due) * 100;
  // Rounded down: 99.96 % of many nodes is not 100 %.
  const share = rate === null ? 'nothing was due' : `${(Math.floor(rate * 10) / 10).toFixed(1)} % OK`;
  const verdict = `${numberWord(counts.due)} due${dot}${share}${dot}${countWord(red, 'department')} red`;
  const rest = `${numberWord(badCount(counts))} not OK${dot}${numberWord(counts.unknown)} unknown${dot}${numberWord(counts.running)} running${dot}${numberWord(counts.excluded)} excluded`;
  const blocks: Block[] = [
    { type: 'text', spans: [{ bold: verdict }] },
    { type: 'note', spans: [`${rest}${dot}${asOfWord(service.asOf, service.night, zone)}`] },
    ...unreadBlocks(service),
  ];
  if (unwell.length > 0) {
    blocks.push({
      type: 'rows',
      heading: [{ bold: 'Worst' }],
      rows: unwell.slice(0, mostListed).map(childRow),
      total: unwell.length,
    });
  }
  if (service.unassigned.length > 0) {
    const rows = service.unassigned.slice(0, mostListed).map((node) => ({
      tag: 'UNASSIGNED',
      tone: 'warning' as const,
      name: node.node,
      text: [`on ${node.server}${dot}${node.rule}`],
    }));
    const heading = `${countWord(service.unassigned.length, 'node')} of nobody`;
    blocks.push({ type: 'rows', heading: [{ bold: heading }], rows, total: service.unassigned.length });
  }
  if (service.findings.length > 0) {
    const rows = service.findings.slice(0, mostListed).map((finding) => ({
      tag: finding.kind.replaceAll('-', ' ').toUpperCase(),
      tone: 'warning' as const,
      name: finding.subject,
      text: [`since ${morningWord(finding.since, service.night, zone)}`],
    }));
    blocks.push({ type: 'rows', heading: [{ bold: 'Open findings' }], rows, total: service.findings.length });
  }
  blocks.push(...deliveryBlocks(service));
  return {
    kind: 'service',
    title: `${service.service}${dot}night ${nightWord(service.night)}`,
    fallback: `${service.service}, night ${nightWord(service.night)}: ${[verdict, ...unwell.slice(0, 3).map((tenant) => tenant.name)].join(', ')}`,
    blocks,
    buttons: [],
  };
}

function unreadBlocks(service: ServiceNight): Block[] {
  const unread = service.servers.filter((server) => !server.readable);
  if (unread.length === 0) {
    return [{ type: 'note', spans: [`${countWord(service.servers.length, 'server')} read`] }];
  }
  return unread.map((server): Block => {
    return {
      type: 'banner',
      tone: 'warning',
      spans: unreadSpans({ ...server, server: server.name, reason: server.reason ?? '' }, service.night, service.zone),
    };
  });
}

function deliveryBlocks(service: ServiceNight): Block[] {
  const { accepted, due, refused } = service.deliveries;
  const said = [`${countWord(accepted, 'digest')} accepted`];
  if (due > 0) said.push(`${numberWord(due)} still to go`);
  said.push(`${numberWord(refused.length)} refused`);
  const note: Block = { type: 'note', spans: [said.join(dot)] };
  if (refused.length === 0) return [note];
  const rows = refused.slice(0, mostListed).map((refusal) => ({
    tag: 'REFUSED',
    tone: 'bad' as const,
    name: refusal.conversation,
    text: [refusal.reason],
  }));
  return [note, { type: 'rows', rows, total: refused.length }];
}
