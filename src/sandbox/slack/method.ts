import type { Arguments } from './arguments';
import type { Manifest } from './manifest';
import type { Channel, Workspace } from './workspace';

/** What methods work with. */
export interface ApiContext {
  workspace: Workspace;
  manifest: Manifest;
  /** Absolute address of the workspace's own paths, as the caller reached it. */
  base: string;
}

export type ApiAnswer = { ok: true; [field: string]: unknown } | { ok: false; error: string; [field: string]: unknown };

export interface Method {
  /** Calls per minute (docs.slack.dev/apis/web-api/rate-limits); posts are counted by channel instead. */
  perMinute: number | 'per channel';
  /** Scopes that must be granted, all of them; the channel is there when the method names one. */
  scopes(args: Arguments, channel: Channel | undefined): string[];
  /** True when argument `channel` must name a conversation that the bot can see. */
  channel: boolean;
  run(args: Arguments, context: ApiContext, channel: Channel): Promise<ApiAnswer>;
}

export function refuse(error: string, more: Record<string, unknown> = {}): ApiAnswer {
  return { ok: false, error, ...more };
}
