import type { Card } from '../../../src/chat/card';
import { chooserCard } from '../../../src/chat/cards/chooser';
import { type DetailsLine, detailsCard } from '../../../src/chat/cards/details';
import { digestCard } from '../../../src/chat/cards/digest';
import { digestThreadCard } from '../../../src/chat/cards/digest-thread';
import { greetingCard } from '../../../src/chat/cards/greeting';
import { helpCard } from '../../../src/chat/cards/help';
import { noticeCard } from '../../../src/chat/cards/notice';
import { plainCard } from '../../../src/chat/cards/plain';
import { refusalCard } from '../../../src/chat/cards/refusal';
import { serviceCard } from '../../../src/chat/cards/service';
import { type NodeStatus, statusCard } from '../../../src/chat/cards/status';
import { whoamiCard } from '../../../src/chat/cards/whoami';
import { asOf, counts, digests, line, night, people, red, reviews } from '../digests';

/** One of every card, for the golden files of both platforms. The names are those of the files. */

const zone = 'Europe/Berlin';

export const status: NodeStatus = {
  node: 'MYPC.CHEM',
  server: 'SP1',
  tenant: 'UNI/SCI/CHEM',
  zone,
  night,
  asOf,
  unread: null,
  verdict: 'missed',
  result: null,
  streak: 2,
  cause: { headline: 'no contact in its window', fix: 'See that the machine is on during the window.' },
  detail: null,
  lastGoodAt: '2026-11-16T21:41:00Z',
  daysSinceGood: 3,
  lastContactAt: '2026-11-18T17:02:00Z',
  schedules: [{ name: 'DESK_2130', last: '2026-11-18T20:30:00Z', next: '2026-11-19T20:30:00Z' }],
  nights: Array.from({ length: 14 }, (_, index) => ({
    night: `2026-11-${String(index + 5).padStart(2, '0')}`,
    verdict: index === 4 ? 'notes' : index > 11 ? 'missed' : 'ok',
  })),
  filespaces: [
    { name: '\\\\mypc\\c$', usedMb: 184_320, lastBackupAt: '2026-11-16T21:41:00Z' },
    { name: '\\\\mypc\\e$', usedMb: 31_744, lastBackupAt: '2026-08-16T20:10:00Z' },
    { name: 'SYSTEM STATE', usedMb: null, lastBackupAt: null },
  ],
};

/** All nodes, worst first, as the store gives them page by page. */
export function detailsLines(total: number): DetailsLine[] {
  const lines = Array.from({ length: total }, (_, index) => {
    const node = `PC${String(index + 1).padStart(3, '0')}.CHEM`;
    return index === 7
      ? { ...line(node, { verdict: 'failed', result: 12, detail: '37 files not saved' }), cause: 'access denied' }
      : { ...line(node, { verdict: 'ok', population: 'steady', streak: 0, daysSinceGood: 0 }), cause: null };
  });
  return [...lines.slice(7, 8), ...lines.slice(0, 7), ...lines.slice(8)];
}

export const details = {
  tenant: { path: 'UNI/SCI/CHEM', name: 'Chemistry' },
  night,
  zone,
  asOf,
  counts: counts({ ok: 45, failed: 1 }),
  lines: detailsLines(46).slice(0, 20),
  total: 46,
  page: 1,
};

const verbs = [
  { name: 'status', usage: '<node>', summary: 'How a machine is doing', example: 'status MYPC.IT', aliases: ['s'] },
  { name: 'whoami', usage: '', summary: 'Who the bot takes you for', example: 'whoami' },
];

function thread(index: number): Card {
  const card = digestThreadCard(red, index, [
    {
      node: 'LAB7.CHEM',
      text: 'ANR0488W Session 7 for node LAB7.CHEM (WinNT) terminated - transfer rate is less than 100 and more than 60 minutes have elapsed since first data transfer.',
    },
  ]);
  if (!card) throw new Error(`The red digest has no group ${index}.`);
  return card;
}

export const samples: Record<string, Card> = {
  ...Object.fromEntries(
    Object.entries(digests).map(([name, digest]) => [`digest-${name}`, digestCard(digest, { reviews: [], people })]),
  ),
  'digest-reviewed': digestCard(red, { reviews, people }),
  'digest-thread': thread(1),
  'details-first': detailsCard(details),
  'details-second': detailsCard({ ...details, lines: detailsLines(46).slice(20, 40), page: 2 }),
  status: statusCard(status),
  'status-unread': statusCard({
    ...status,
    verdict: 'unknown',
    streak: 0,
    cause: null,
    unread: { since: '2026-11-19T04:40:00Z', reason: 'No connection to the server could be made, or it was lost.' },
    filespaces: [],
  }),
  whoami: whoamiCard({
    name: 'tess',
    provider: 'slack',
    workspace: 'T0SANDBOX',
    user: 'U0TESS',
    standing: 'member',
    person: {
      key: 'tess',
      name: 'Tess Moreau',
      roles: [{ role: 'contact', tenant: 'UNI/SCI/CHEM', until: '2027-01-31' }],
    },
    conversation: 'C0CHEM',
    bindings: [{ tenant: 'UNI/SCI/CHEM', purpose: 'digest' }],
  }),
  'whoami-stranger': whoamiCard({
    name: 'gus',
    provider: 'slack',
    workspace: 'T0SANDBOX',
    user: 'U0GUS',
    standing: 'guest',
    person: null,
    conversation: 'C0CHEM',
    bindings: null,
  }),
  help: helpCard(verbs),
  'help-verb': helpCard(verbs.slice(0, 1)),
  'greeting-bound': greetingCard({
    service: 'University Backup',
    provider: 'slack',
    kind: 'channel',
    workspace: 'T0SANDBOX',
    conversation: 'C0CHEM',
    bindings: [{ tenant: { path: 'UNI/SCI/CHEM', name: 'Chemistry' }, purpose: 'digest', digest: '07:30', zone }],
    managers: ['Mina'],
  }),
  'greeting-unbound': greetingCard({
    service: 'University Backup',
    provider: 'slack',
    kind: 'channel',
    workspace: 'T0SANDBOX',
    conversation: 'C0NEW',
    bindings: [],
    managers: ['Mina'],
  }),
  refusal: refusalCard('UNKNOWN_NODE', 'There is no node `MYPC.XX` among those you may see.', [
    { name: 'Your Slack user', value: 'U0TESS' },
  ]),
  chooser: chooserCard('MYPC.CHEM', [
    { label: 'SP1', args: 'MYPC.CHEM server:SP1' },
    { label: 'SP2', args: 'MYPC.CHEM server:SP2' },
  ]),
  plain: plainCard('reviewed', 'You marked it as reviewed at 08:12.'),
  'notice-server-unreadable': noticeCard(
    {
      kind: 'server-unreadable',
      subject: 'SP2',
      detail: { server: 'SP2', code: 'SERVER_TIMEOUT', reason: 'The server did not answer in time.' },
      openedAt: '2026-11-19T04:45:00Z',
      closedAt: null,
    },
    zone,
  ),
  'notice-over': noticeCard(
    {
      kind: 'server-unreadable',
      subject: 'SP2',
      detail: { server: 'SP2', code: 'SERVER_TIMEOUT', reason: 'The server did not answer in time.' },
      openedAt: '2026-11-19T04:45:00Z',
      closedAt: '2026-11-19T07:00:00Z',
    },
    zone,
  ),
  service: serviceCard({
    service: 'University Backup',
    night,
    zone,
    asOf,
    counts: counts({ ok: 240, notes: 12, missed: 30, failed: 14, severed: 4, unknown: 41, excluded: 3 }),
    tenants: digests.parent.children,
    servers: [
      { name: 'SP1', readable: true, since: null, reason: null, nodes: 260 },
      {
        name: 'SP2',
        readable: false,
        since: '2026-11-19T04:40:00Z',
        reason: 'The server did not answer in time.',
        nodes: 41,
      },
    ],
    unassigned: [{ node: 'KIOSK-3', server: 'SP1', rule: 'no rule fits' }],
    findings: [{ kind: 'node-reregistered', subject: 'SP1 MYPC.IT', since: '2026-11-18T09:00:00Z' }],
    deliveries: { accepted: 11, due: 0, refused: [{ conversation: 'mus-backup', reason: 'The channel is archived.' }] },
  }),
};
