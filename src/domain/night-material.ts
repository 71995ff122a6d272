import type { Night, NodeNight, Wall } from './node-night';
import type { ScheduleFields } from './schedule-fields';
import type { Settings } from './settings';

/** A stored row of EVENTS. `ordinal` tells rows apart that have the same start; `seenAt` is an instant, ISO. */
export interface NightEvent {
  domain: string;
  schedule: string;
  scheduledStart: Wall;
  ordinal: number;
  actualStart: Wall | null;
  completed: Wall | null;
  status: string;
  result: number | null;
  reason: string | null;
  seenAt: string;
}

/** Instants ISO: when the association was first and no longer seen. */
export interface NightAssociation {
  domain: string;
  schedule: string;
  firstSeenAt: string;
  goneAt: string | null;
}

export interface NightRun {
  startTime: Wall;
  schedule: string | null;
  failed: number | null;
}

export interface NightMessage {
  at: Wall;
  number: number;
  schedule: string | null;
  text: string;
}

/** All that is known about one node for one night: what its verdict is made from. The order of the lists does not matter. */
export interface Material {
  node: {
    id: number;
    name: string;
    registered: Wall;
    goneAt: string | null;
    facts: { decommissioned?: boolean };
  };
  tenantId: number | null;
  events: readonly NightEvent[];
  associations: readonly NightAssociation[];
  messages: readonly NightMessage[];
  runs: readonly NightRun[];
  /** Newest BACKUP_END of its file spaces. */
  lastBackupEnd: Wall | null;
  /** The newest night before this one. */
  before: NodeNight | null;
  /** This night as judged so far. */
  stored: NodeNight | null;
}

export interface NightContext {
  night: Night;
  server: { id: number; zone: string };
  /** By `DOMAIN/NAME`; goneAt is an instant, ISO. */
  schedules: ReadonlyMap<string, { definition: ScheduleFields; goneAt: string | null }>;
  settings: Settings;
  /** Instant (ISO) up to which the server was read; null = never. */
  lastGoodPoll: string | null;
  /** Instant, ISO. */
  now: string;
}
