import { type Decree, decreeFor } from './decree';
import type { SandboxNode } from './nodes';
import { chanceOf } from './random';
import type { Scenario } from './scenario';
import type { Schedule } from './schedules';
import { ageOf, hour, minute, type Night, type WallMs, wallMs } from './wall';

/** Age of a night: nights after the last seeded one, which is 0. */
type Ages = readonly number[] | { from: number; to: number };

function has(ages: Ages, age: number): boolean {
  return 'from' in ages ? age >= ages.from && age <= ages.to : ages.includes(age);
}

interface Story {
  node: string;
  ages: Ages;
  decree: Decree;
}

const missed = decreeFor('absent', 'desktop');
const saved: Decree = { ending: 'Completed', result: 0, files: 0 };

/** Told in the order of the list; the first that fits counts. */
const stories: readonly Story[] = [
  // a drive lost its permissions; repaired on the second day
  { node: 'NMR2.CHEM', ages: [0, 1], decree: { ending: 'Failed', result: 12, files: 37, cause: 'access' } },
  { node: 'NMR2.CHEM', ages: { from: -20, to: 4 }, decree: saved },
  // 410 GB over a slow line: the server cuts the session after eight hours. A twelve-hour limit could not show before noon.
  {
    node: 'LAB7.CHEM',
    ages: { from: -3, to: 1 },
    decree: { ending: 'Severed', result: null, files: 0, cause: 'limit', runs: 8 * hour + 2 * minute },
  },
  { node: 'LAB7.CHEM', ages: { from: -20, to: 4 }, decree: saved },
  { node: 'GCMS1.CHEM', ages: { from: -3, to: -1 }, decree: missed },
  { node: 'GCMS1.CHEM', ages: { from: -20, to: 4 }, decree: saved },
  // somebody switches it off every other evening
  { node: 'HPLC4.CHEM', ages: [-8, -6, -4, -2, 0, 3, 5], decree: missed },
  { node: 'HPLC4.CHEM', ages: { from: -12, to: 6 }, decree: saved },
  { node: 'STORE-PC.CHEM', ages: [-12, -5], decree: missed },
  // a notebook on a journey of twelve nights
  { node: 'MYPC.IT', ages: { from: -11, to: 0 }, decree: missed },
  { node: 'MYPC.IT', ages: [1], decree: { ...saved, runs: 95 * minute } },
  { node: 'DB2.PHYS', ages: { from: -2, to: 1 }, decree: decreeFor('script', 'server') },
  {
    node: 'BEAM2.PHYS',
    ages: [0],
    decree: { ...saved, brokenAfter: 31 * minute, runs: 4 * hour + 55 * minute },
  },
  { node: 'CURIE-NB.PHYS', ages: [0], decree: missed },
  { node: 'WARD3.CLINIC', ages: [0], decree: missed },
  { node: 'ROSSI-NB.CLINIC', ages: [-1, 0], decree: missed },
  { node: 'OR2.CLINIC', ages: [0], decree: { ending: 'Failed', result: 12, files: 4, cause: 'disk' } },
  { node: 'WWW2', ages: [0, 1], decree: decreeFor('script', 'server') },
  { node: 'OFFICE2.MED', ages: [0], decree: decreeFor('vss', 'desktop') },
  { node: 'PAY4.FIN', ages: [0], decree: { ending: 'Completed', result: 4, files: 12, cause: 'busy' } },
  { node: 'VM-HOST2.IT', ages: [0], decree: { ending: 'Completed', result: 8, files: 0, cause: 'vss' } },
];

/** Many at once. */
interface Disaster {
  age: number;
  hits: (node: SandboxNode, schedule: Schedule) => boolean;
  decree: Decree;
}

/** Which machines still had room in the pool: about three of ten. */
function foundSpace(node: SandboxNode, age: number): boolean {
  return chanceOf('space', node.name, age) < 0.3;
}

// the runs begin in the first half hour and meet the full pool after it
const full: Decree = { ...decreeFor('space', 'server'), runs: 45 * minute };
const disasters: readonly Disaster[] = [
  // the power of SP2's room failed in the small hours of 4 September
  {
    age: -76,
    hits: (node, { name }) => node.server === 'SP2' && name === 'SRV_0100',
    decree: decreeFor('network', 'server'),
  },
  // a switch of the physics building
  { age: -35, hits: (node) => node.department === 'PHYS' && node.kind === 'desktop', decree: missed },
  // IMGPOOL fills at 02:40; extended in the morning
  { age: 0, hits: (node) => node.domain === 'IMAGING' && !foundSpace(node, 0), decree: full },
  { age: 4, hits: (node) => node.department === 'PHYS' && node.kind === 'desktop', decree: missed },
];

/** Log backups of one database that failed in the afternoon and once in the evening: outside the window, and an earlier run. */
const failedLogs: readonly WallMs[] = ['14:00', '15:00', '21:00'].map((time) => wallMs(`2026-11-18 ${time}:00`));

/** What a story says about this start, if one does. */
export function decreeOf(
  node: SandboxNode,
  schedule: Schedule,
  night: Night,
  start: WallMs,
  scenario: Scenario,
): Decree | undefined {
  const age = ageOf(night);
  if (node.name === 'SRV-DB17.FIN' && schedule.name === 'DB_LOG_HOURLY' && failedLogs.includes(start)) {
    return decreeFor('script', 'database');
  }
  if (scenario === 'mass' && node.domain === 'INSTRUMENT' && !foundSpace(node, age)) return full;
  const disaster = disasters.find((one) => one.age === age && one.hits(node, schedule));
  if (disaster && scenario === 'usual') return disaster.decree;
  return stories.find((story) => story.node === node.name && has(story.ages, age))?.decree;
}

/** Nights after which SP2 cannot be reached from 05:40 to 09:30, unless another scenario is chosen for them. */
export function isUnreadable(night: Night, scenario: Scenario): boolean {
  return scenario === 'unreadable' || (scenario === 'usual' && ageOf(night) === 3);
}
