import { parse, stringify } from 'yaml';
import { type Config, checkConfig, loadConfig } from '../../src/config/config';
import type { Problem } from '../../src/config/problem';

/** A file that fits, with something of everything. */
export const goodFile = `
service: { name: University Backup }
workspaces:
  - { name: uni-slack, provider: slack, id: T0UNI }
  - { name: uni-teams, provider: teams, id: 00000000-0000-0000-0000-000000000001 }
servers:
  - name: SP1
    zone: Europe/Berlin
    transport: operations-center
    url: https://oc.example.org:11090/oc/api
    route: SP1
    user: CHATOPS
    password: { env: SP1_PASSWORD }
    ca: oc-ca.pem
  - name: SP2
    zone: Europe/Berlin
    transport: operations-center
    url: https://oc.example.org:11090/oc/api
    route: SP2
    user: CHATOPS
    password: { file: /run/secrets/sp2 }
    timeout: 30
nodeGroups: { INSTRUMENTS: [NMR2.CHEM, 'GCMS*'] }
settings: { zone: Europe/Berlin, green: line, treat: { Completed/8: ok } }
tenants:
  - key: UNI
    name: University
    nodes: { servers: [SP2] }
    settings: { severeAfter: 5 }
    children:
      - key: SCI
        name: Faculty of Science
        children:
          - key: CHEM
            name: Chemistry
            nodes: { patterns: ['*.CHEM'], groups: [INSTRUMENTS] }
            settings: { digest: '07:15', zone: Europe/Athens }
channels:
  - { workspace: uni-slack, id: C0CHEM, name: chem-backup, tenant: UNI/SCI/CHEM, purpose: digest }
  - { workspace: uni-slack, id: C0UNI, tenant: UNI, purpose: digest }
  - { workspace: uni-slack, id: C0SCI, tenant: UNI/SCI, purpose: digest }
  - { workspace: uni-slack, id: C0SERVICE, name: backup-service, tenant: UNI, purpose: manager }
  - { workspace: uni-teams, id: '19:chem@thread.tacv2', tenant: UNI/SCI/CHEM, purpose: digest }
people:
  - key: tess
    name: Tess Moreau
    accounts:
      - { workspace: uni-slack, user: U0TESS }
      - { workspace: uni-teams, user: 00000000-0000-0000-0000-00000000A001 }
    roles: [{ role: contact, tenant: UNI/SCI/CHEM, until: 2026-12-24 }]
  - { key: mina, name: Mina Haddad, roles: [{ role: manager, tenant: UNI }] }
`;

export const goodEnv = {
  BACKCHAT_CONFIG: '/etc/backchat/backchat.yaml',
  SP1_PASSWORD: 'pw-of-sp1',
  SLACK_BOT_TOKEN: 'xoxb-of-slack',
  SLACK_SIGNING_SECRET: 'signing-of-slack',
  MicrosoftAppId: '11111111-2222-3333-4444-555555555555',
  MicrosoftAppPassword: 'pw-of-teams',
  MicrosoftAppTenantId: '00000000-0000-0000-0000-000000000001',
};

/** Values that must never be repeated. */
export const secrets = ['pw-of-sp1', 'pw-of-sp2', 'xoxb-of-slack', 'signing-of-slack', 'pw-of-teams'];

const disk: Record<string, string> = {
  '/run/secrets/sp2': 'pw-of-sp2\n',
  '/etc/backchat/oc-ca.pem': '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n',
  '/sample.yaml': goodFile
    .replaceAll('operations-center', 'sandbox')
    .replace(/^ {4}(url|route|user|password|ca|timeout):.*\n/gm, ''),
};

/** Reads from the disk above, laid over with `files`; undefined takes a file away. */
export function reader(files: Record<string, string | undefined>): (path: string) => string {
  const laid = new Map(Object.entries({ ...disk, ...files }));
  return (path) => {
    const text = laid.get(path);
    if (text === undefined) throw Object.assign(new Error(`no ${path}`), { code: 'ENOENT' });
    return text;
  };
}

export interface Given {
  yaml?: string;
  env?: Record<string, string | undefined>;
  files?: Record<string, string | undefined>;
}

/** Environment and disk of one start: the good ones, but for what is given. */
export function load({ yaml = goodFile, env = {}, files = {} }: Given) {
  const read = reader({ [goodEnv.BACKCHAT_CONFIG]: yaml, ...files });
  return loadConfig({ ...goodEnv, ...env }, { read, sample: '/sample.yaml' });
}

export function check({ yaml = goodFile, env = {}, files = {} }: Given) {
  return checkConfig(
    { ...env },
    { read: reader({ '/repo/new.yaml': yaml, ...files }), sample: '/sample.yaml' },
    '/repo/new.yaml',
  );
}

export function problemsOf(given: Given): Problem[] {
  const loaded = load(given);
  if (loaded.ok) throw new Error('The configuration was taken.');
  return loaded.problems;
}

export function configOf(given: Given): Config {
  const loaded = load(given);
  if (!loaded.ok) throw new Error(`The configuration was refused: ${JSON.stringify(loaded.problems)}`);
  return loaded.value;
}

/** The good file with values put at places; undefined removes. Line numbers are those of the new text. */
export function edited(...edits: [path: (string | number)[], value: unknown][]): string {
  const data: unknown = parse(goodFile);
  for (const [path, value] of edits) put(data, path, value);
  return stringify(data);
}

function put(data: unknown, path: (string | number)[], value: unknown): void {
  let at = data as Record<string | number, unknown>;
  for (const step of path.slice(0, -1)) {
    at[step] ??= {};
    at = at[step] as Record<string | number, unknown>;
  }
  const last = path.at(-1) ?? '';
  if (value === undefined) delete at[last];
  else at[last] = value;
}
