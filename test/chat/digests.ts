import type { PersonRef } from '../../src/chat/card';
import type { Counts, Digest, DigestGroup, DigestLine } from '../../src/domain/digest';

/** Digests of one invented night, for the tests of cards on both platforms. */

export const night = '2026-11-18';

/** 07:28 in Berlin on the morning after. */
export const asOf = '2026-11-19T06:28:00Z';

export const people: ReadonlyMap<string, PersonRef> = new Map([
  ['tess', { name: 'Tess Moreau', slack: 'U0TESS', teams: '00000000-0000-0000-0000-00000000a001' }],
  ['noor', { name: 'Noor Haddad' }],
]);

export const reviews = [{ name: 'Tess Moreau', at: '2026-11-19T07:12:00Z' }];

export function counts(part: Partial<Counts> = {}): Counts {
  const seven = { ok: 0, notes: 0, missed: 0, failed: 0, severed: 0, running: 0, unknown: 0, excluded: 0, ...part };
  const due = seven.ok + seven.notes + seven.missed + seven.failed + seven.severed + seven.running + seven.unknown;
  return { ...seven, due, scheduled: due + seven.excluded };
}

export function line(node: string, part: Partial<DigestLine> = {}): DigestLine {
  return {
    nodeId: 1,
    node,
    server: 'SP1',
    verdict: 'missed',
    population: 'new',
    streak: 1,
    since: '2026-11-18',
    severe: false,
    result: null,
    detail: null,
    daysSinceGood: 1,
    mention: [],
    ...part,
  };
}

export function group(lines: DigestLine[], part: Partial<DigestGroup> = {}): DigestGroup {
  return {
    cause: 'no-contact',
    headline: 'no contact in its window',
    fix: 'See that the machine is on and that its backup service runs during the window.',
    serverSide: false,
    count: lines.length,
    lines,
    ...part,
  };
}

function digest(part: Partial<Digest>): Digest {
  return {
    tenant: { id: 5, path: 'UNI/SCI/CHEM', name: 'Chemistry' },
    night,
    zone: 'Europe/Berlin',
    asOf,
    lateMinutes: 0,
    personal: false,
    green: 'line',
    counts: counts({ ok: 44, notes: 2 }),
    populations: { new: 0, still: 0, recovered: 0, flapping: 0 },
    banners: [],
    groups: [],
    flapping: [],
    recovered: [],
    running: [],
    unread: [],
    unexplained: [],
    outside: { runs: 0, bad: 0 },
    children: [],
    ...part,
  };
}

export const green: Digest = digest({});

export const red: Digest = digest({
  counts: counts({ ok: 40, notes: 2, failed: 1, severed: 1, missed: 1, running: 1, excluded: 1 }),
  populations: { new: 1, still: 2, recovered: 1, flapping: 1 },
  groups: [
    group(
      [
        line('LAB7.CHEM', {
          since: '2026-11-15',
          verdict: 'severed',
          population: 'still',
          streak: 4,
          severe: true,
          daysSinceGood: 5,
          detail: '410 GB',
        }),
      ],
      {
        cause: 'time-limit',
        headline: 'cut by the 12 h limit of the server',
        fix: 'Exclude what need not be saved, or ask for a longer limit.',
        serverSide: true,
      },
    ),
    group([line('NMR2.CHEM', { verdict: 'failed', result: 12, detail: '37 files not saved', daysSinceGood: 1 })], {
      cause: 'access-denied',
      headline: 'access denied',
      fix: 'Check the rights of the backup service account.',
    }),
    group([line('MYPC.CHEM', { population: 'still', streak: 2, daysSinceGood: 3, mention: ['tess', 'noor'] })]),
  ],
  flapping: [line('HPLC4.CHEM', { population: 'flapping', streak: 1, daysSinceGood: 1 })],
  recovered: [line('GCMS1.CHEM', { verdict: 'ok', population: 'recovered', streak: 3, daysSinceGood: 0 })],
  running: [line('XRAY.CHEM', { verdict: 'running', population: 'steady', streak: 0, daysSinceGood: 1 })],
  outside: { runs: 14, bad: 2 },
});

export const unknown: Digest = digest({
  tenant: { id: 9, path: 'UNI/MED/RADIO', name: 'Radiology' },
  lateMinutes: 83,
  counts: counts({ ok: 5, unknown: 43 }),
  unread: [
    {
      server: 'SP2',
      since: '2026-11-19T04:40:00Z',
      reason: 'No connection to the server could be made, or it was lost.',
      nodes: 41,
    },
  ],
  unexplained: [
    line('CT1.RADIO', { verdict: 'unknown', population: 'steady', streak: 0 }),
    line('CT2.RADIO', { verdict: 'unknown', population: 'steady', streak: 0, daysSinceGood: null }),
  ],
});

/** 24 of 46 nodes with one cause, and two others. */
export const massFailure: Digest = digest({
  counts: counts({ ok: 20, failed: 25, missed: 1 }),
  populations: { new: 26, still: 0, recovered: 0, flapping: 0 },
  banners: [
    {
      cause: 'pool-full',
      headline: 'the storage pool is full',
      fix: 'Nothing can be done on the machines; the backup team has to make room.',
      serverSide: true,
      count: 24,
      due: 46,
      servers: ['SP1'],
    },
  ],
  groups: [
    group(
      Array.from({ length: 24 }, (_, index) => line(`GC${index + 1}.CHEM`, { verdict: 'failed', result: 12 })),
      {
        cause: 'pool-full',
        headline: 'the storage pool is full',
        fix: 'Nothing can be done on the machines; the backup team has to make room.',
        serverSide: true,
      },
    ),
    group([line('NMR2.CHEM', { verdict: 'failed', result: 12, detail: '37 files not saved' })], {
      cause: 'access-denied',
      headline: 'access denied',
      fix: 'Check the rights of the backup service account.',
    }),
    group([line('MYPC.CHEM')]),
  ],
});

export const parent: Digest = digest({
  tenant: { id: 2, path: 'UNI/SCI', name: 'Faculty of Science' },
  counts: counts({ ok: 118, notes: 4, failed: 1, severed: 1, missed: 6, unknown: 2 }),
  populations: { new: 3, still: 5, recovered: 1, flapping: 0 },
  children: [
    {
      path: 'UNI/SCI/CHEM',
      name: 'Chemistry',
      counts: counts({ ok: 41, notes: 2, failed: 1, severed: 1, missed: 1 }),
      new: 1,
      still: 2,
    },
    { path: 'UNI/SCI/GEO', name: 'Geosciences', counts: counts({ ok: 30 }), new: 0, still: 0 },
    {
      path: 'UNI/SCI/PHYS',
      name: 'Physics',
      counts: counts({ ok: 47, notes: 2, missed: 5, unknown: 2 }),
      new: 2,
      still: 3,
    },
  ],
});

export const personal: Digest = digest({
  tenant: { id: 11, path: 'UNI/ADM/FIN', name: 'Finance' },
  personal: true,
  counts: counts({ ok: 20, missed: 2, failed: 1 }),
  populations: { new: 2, still: 1, recovered: 0, flapping: 0 },
  groups: [
    group([line('MUELLER-NB.FIN', { mention: ['tess'] }), line('SCHMIDT-NB.FIN', { population: 'still', streak: 2 })]),
    group([line('KRAUSE-PC.FIN', { verdict: 'failed', result: 12, detail: '3 files not saved' })], {
      cause: 'access-denied',
      headline: 'access denied',
      fix: 'Check the rights of the backup service account.',
    }),
  ],
});

export const digests = { green, red, unknown, 'mass-failure': massFailure, parent, personal };
