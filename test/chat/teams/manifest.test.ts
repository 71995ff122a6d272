import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

const root = join(__dirname, '..', '..', '..');
const folder = join(root, 'manifests', 'teams');

function json(...path: string[]): Record<string, unknown> {
  return JSON.parse(readFileSync(join(...path), 'utf8'));
}

describe('the manifest of the Teams app', () => {
  const manifest = json(folder, 'manifest.json');
  // Draft 4; nothing in it means something else to a reader of draft 7 once its name is taken off.
  const { $schema: _draft, ...schema } = json(root, 'test', 'schemas', 'teams-manifest-1.25.json');
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats(ajv);
  const validate = ajv.compile(schema);

  it('is valid against the schema of Microsoft', () => {
    validate(manifest);

    expect(validate.errors ?? []).toEqual([]);
  });

  it('would not be valid with a property that nobody knows', () => {
    expect(validate({ ...manifest, surprise: true })).toBe(false);
  });

  it('declares every scope in which it is spoken to: without personal, direct messages fail silently', () => {
    const [bot] = manifest['bots'] as Record<string, unknown>[];

    expect(bot).toMatchObject({ scopes: ['personal', 'team', 'groupChat'], isNotificationOnly: false });
  });

  it('holds zeros for the two ids that an installation fills in', () => {
    const zeros = '00000000-0000-0000-0000-000000000000';

    expect(manifest['id']).toBe(zeros);
    expect(manifest['bots']).toEqual([expect.objectContaining({ botId: zeros })]);
  });

  it.each([
    ['color.png', 192],
    ['outline.png', 32],
  ])('%s is a PNG of %i pixels', (name, size) => {
    const png = readFileSync(join(folder, name));

    expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([size, size]);
  });

  it('has an outline that is transparent', () => {
    // Colour type 6: RGB with alpha.
    expect(readFileSync(join(folder, 'outline.png')).readUInt8(25)).toBe(6);
  });
});

describe('the configuration of the Agents Playground', () => {
  const playground = parse(readFileSync(join(folder, 'playground.yml'), 'utf8'));
  const sample = parse(readFileSync(join(root, 'src', 'sandbox', 'sample.yaml'), 'utf8'));
  const teamsName = sample.workspaces.find((each: { provider: string }) => each.provider === 'teams').name;

  it('has the number of users and channels that the Playground demands', () => {
    expect(playground.users).toHaveLength(5);
    expect(playground.team.channels).toHaveLength(1);
    expect(playground.bot.name.length).toBeLessThanOrEqual(42);
  });

  it('plays in the Entra tenant of the sample', () => {
    expect(sample.workspaces).toContainEqual(expect.objectContaining({ provider: 'teams', id: playground.tenantId }));
  });

  it('holds every conversation that the sample binds', () => {
    const bound = sample.channels.filter((each: { workspace: string }) => each.workspace === teamsName);
    const there = [
      playground.groupChat.id,
      playground.team.id,
      ...playground.team.channels.map((each: { id: string }) => each.id),
    ];

    expect(bound.length).toBeGreaterThan(0);
    expect(there).toEqual(expect.arrayContaining(bound.map((each: { id: string }) => each.id)));
  });

  it('holds people of the sample only, under their names', () => {
    const accounts = sample.people.flatMap(
      (person: { name: string; accounts: { workspace: string; user: string }[] }) =>
        person.accounts
          .filter((each) => each.workspace === teamsName)
          .map((each) => ({ aad: each.user, name: person.name })),
    );

    for (const user of [playground.currentUser, ...playground.users])
      expect(accounts).toContainEqual({ aad: user.aadObjectId, name: user.name });
  });
});
