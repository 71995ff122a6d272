import { readFileSync } from 'node:fs';
import { z } from 'zod';

// Only what the workspace enforces; the whole file is checked against the vendor's schema elsewhere.
const schema = z.looseObject({
  features: z.looseObject({
    bot_user: z.looseObject({ display_name: z.string() }),
    slash_commands: z.array(z.looseObject({ command: z.string(), should_escape: z.boolean().optional() })).optional(),
  }),
  oauth_config: z.looseObject({ scopes: z.looseObject({ bot: z.array(z.string()) }) }),
  settings: z.looseObject({
    event_subscriptions: z.looseObject({ bot_events: z.array(z.string()).optional() }).optional(),
    interactivity: z.looseObject({ is_enabled: z.boolean() }).optional(),
  }),
});

export interface Manifest {
  displayName: string;
  scopes: ReadonlySet<string>;
  /** Names of the slash commands, with the slash; true where mentions are escaped to ids. */
  commands: ReadonlyMap<string, boolean>;
  events: ReadonlySet<string>;
  interactive: boolean;
}

/** Reads the app's manifest. Throws when the file is missing or is no manifest: without it there is no app to simulate. */
export function readManifest(path: string): Manifest {
  const manifest = schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  const commands = manifest.features.slash_commands ?? [];
  return {
    displayName: manifest.features.bot_user.display_name,
    scopes: new Set(manifest.oauth_config.scopes.bot),
    commands: new Map(commands.map((each) => [each.command, each.should_escape ?? false])),
    events: new Set(manifest.settings.event_subscriptions?.bot_events ?? []),
    interactive: manifest.settings.interactivity?.is_enabled ?? false,
  };
}
