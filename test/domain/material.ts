import type {
  Material,
  NightAssociation,
  NightContext,
  NightEvent,
  NightMessage,
} from '../../src/domain/night-material';
import type { NodeNight } from '../../src/domain/node-night';
import { defaultSettings } from '../../src/domain/settings';
import type { ScheduleRow } from '../../src/protect/protect';

/** Builders for one node in Berlin on the night of Wed 18 Nov 2026; a test names only what it is about. */
export const night = '2026-11-18';
export const berlin = 'Europe/Berlin';

export function schedule(name: string, startTime: string, more: Partial<ScheduleRow> = {}): ScheduleRow {
  return {
    domain: 'D',
    schedule: name,
    description: null,
    action: 'INCREMENTAL',
    startDate: '2024-02-01',
    startTime,
    duration: 2,
    durationUnits: 'HOURS',
    period: 1,
    periodUnits: 'DAYS',
    dayOfWeek: 'ANY',
    expiration: null,
    style: 'CLASSIC',
    month: null,
    dayOfMonth: null,
    weekOfMonth: null,
    changed: '2024-01-22 10:14:09',
    ...more,
  };
}

export function event(status: string, more: Partial<NightEvent> = {}): NightEvent {
  const ran = status === 'Completed' || status === 'Failed' || status === 'Severed';
  return {
    domain: 'D',
    schedule: 'DAILY',
    scheduledStart: '2026-11-18 21:30:00',
    ordinal: 0,
    actualStart: ran ? '2026-11-18 21:32:11' : null,
    completed: ran ? '2026-11-18 22:10:40' : null,
    status,
    result: ran ? (status === 'Completed' ? 0 : 12) : null,
    reason: null,
    seenAt: '2026-11-18T22:58:00.000Z',
    ...more,
  };
}

export function message(number: number, text: string, more: Partial<NightMessage> = {}): NightMessage {
  return { at: '2026-11-18 22:00:00', number, schedule: null, text, ...more };
}

export function association(more: Partial<NightAssociation> = {}): NightAssociation {
  return { domain: 'D', schedule: 'DAILY', firstSeenAt: '2026-01-01T00:00:00.000Z', goneAt: null, ...more };
}

export function material(more: Partial<Material> = {}): Material {
  return {
    node: { id: 7, name: 'NMR2.CHEM', registered: '2024-03-01 09:00:00', goneAt: null, facts: {} },
    tenantId: 3,
    events: [],
    associations: [],
    messages: [],
    runs: [],
    lastBackupEnd: null,
    before: null,
    stored: null,
    ...more,
  };
}

/** Judged at 07:30 in Berlin, two minutes after a good poll. */
export function context(more: Partial<NightContext> = {}, schedules: readonly ScheduleRow[] = []): NightContext {
  return {
    night,
    server: { id: 1, zone: berlin },
    schedules: new Map(
      schedules.map((row) => [`${row.domain}/${row.schedule}`, { definition: { ...row }, goneAt: null }]),
    ),
    settings: defaultSettings,
    lastGoodPoll: '2026-11-19T06:28:00.000Z',
    now: '2026-11-19T06:30:00.000Z',
    ...more,
  };
}

export type NamedNight = NodeNight & { node: string; server: string };

export function nodeNight(more: Partial<NamedNight> = {}): NamedNight {
  return {
    nodeId: 1,
    night,
    serverId: 1,
    tenantId: 3,
    verdict: 'ok',
    population: 'steady',
    streak: 0,
    cause: null,
    detail: null,
    lastGoodAt: '2026-11-18T21:00:00.000Z',
    outsideRuns: 0,
    outsideBad: 0,
    units: [],
    node: 'NMR2.CHEM',
    server: 'SP1',
    ...more,
  };
}
