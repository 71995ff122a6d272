import { lineage } from './access';
import type { Outcome } from './outcome';

/** A local time of day, HH:MM, 24 hours. */
export type TimeOfDay = string;

/** Nodes or schedules that are agreed not to count, until a night (inclusive, ISO date) or for good. */
export interface Exclusion {
  nodes: string[];
  schedules: string[];
  reason: string;
  until?: string;
}

/** What a tenant's digests look like and what counts in them. Every field is inherited from the parent unless set. */
export interface Settings {
  /** IANA zone of the people; digest, editions and closing are told in it. */
  zone: string;
  /** The night window, as wall times of each server. */
  window: { from: TimeOfDay; to: TimeOfDay };
  digest: TimeOfDay;
  editions: TimeOfDay[];
  closing: TimeOfDay;
  /** What is posted when all is well: one line every morning, one line on Mondays, or nothing. */
  green: 'line' | 'weekly' | 'silent';
  threads: boolean;
  mentions: boolean;
  /** Overrides of the built-in reading of a status, or of status and result code: `Missed`, `Completed/8`. */
  treat: Record<string, Outcome>;
  /** A problem is marked severe from this many nights in a row. */
  severeAfter: number;
  /** Names of nodes are personal data here: the channel sees counts only. */
  personal: boolean;
  exclude: Exclusion[];
}

export type OwnSettings = Partial<Settings>;

export const defaultSettings: Settings = {
  zone: 'UTC',
  window: { from: '20:00', to: '06:00' },
  digest: '07:30',
  editions: ['10:00', '13:00'],
  closing: '18:00',
  green: 'line',
  threads: true,
  mentions: true,
  treat: {},
  severeAfter: 3,
  personal: false,
  exclude: [],
};

/** Settings of a tenant: the defaults, then each ancestor's own from the root down, then its own. `treat` is merged key by key, `exclude` lists add up. */
export function inherit(chain: readonly OwnSettings[]): Settings {
  let settings = defaultSettings;
  for (const own of chain) {
    settings = {
      ...settings,
      ...own,
      treat: { ...settings.treat, ...own.treat },
      exclude: [...settings.exclude, ...(own.exclude ?? [])],
    };
  }
  return settings;
}

/** The settings in force for a tenant of the tree. */
export function settingsIn(
  tenants: readonly { id: number; path: string; parentId: number | null; settings: OwnSettings }[],
  tenantId: number,
): Settings {
  return inherit(lineage(tenants, tenantId).map((tenant) => tenant.settings));
}
