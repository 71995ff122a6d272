import { chanceOf } from './random';
import type { ServerName } from './schedules';
import { day, hour, type WallMs, wallMs } from './wall';

export type Kind = 'desktop' | 'notebook' | 'server' | 'database' | 'instrument' | 'imaging';

/** What PLATFORM_NAME says. */
export const platforms = {
  desktop: 'WinNT',
  notebook: 'WinNT',
  instrument: 'WinNT',
  imaging: 'Linux x86-64',
  server: 'Linux x86-64',
  database: 'Linux x86-64',
} as const;

/** A registration of a machine at a server: from `since` until `until` it is in NODES under this name. */
export interface SandboxNode {
  server: ServerName;
  name: string;
  /** Key of the tenant that the sample configuration gives it to, for the stories. */
  department: string;
  /** What stays when the name changes; a new registration is a new machine. */
  machine: string;
  domain: string;
  schedules: readonly string[];
  kind: Kind;
  registered: WallMs;
  since: WallMs;
  until: WallMs | null;
}

/** `LAB1..3 SRV1` to LAB1, LAB2, LAB3, SRV1. */
function expand(names: string): string[] {
  return names.split(' ').flatMap((name) => {
    const range = /^(.*?)(\d+)\.\.(\d+)$/.exec(name);
    if (!range) return [name];
    const [, stem, from, to] = range;
    return Array.from({ length: Number(to) - Number(from) + 1 }, (_, index) => `${stem}${Number(from) + index}`);
  });
}

type Group = [server: ServerName, domain: string, schedules: string, kind: Kind, names: string];

/** Departments and their machines; a name gets the suffix of its department unless it ends in `!`. */
const departments: Record<string, Group[]> = {
  CHEM: [
    ['SP1', 'INSTRUMENT', 'INST_2200', 'instrument', 'NMR1..3 GCMS1..2 HPLC1..4 LCMS1..2 LAB1..9 MALDI1'],
    ['SP1', 'DESKTOP', 'DESK_2130', 'desktop', 'MOREAU-PC DIALLO-PC LIN-PC OKAFOR-PC WEBER-PC STUDENT1..6 OFFICE1..3'],
    ['SP1', 'DESKTOP', 'DESK_2230', 'notebook', 'LIN-NB OMAR-NB DIALLO-NB SATO-NB'],
    ['SP1', 'DESKTOP', 'WEEKLY_FRI', 'desktop', 'STORE-PC GLASS-PC'],
    ['SP1', 'SERVER', 'SRV_0100', 'server', 'SRV1..2 SRV-ELN'],
    ['SP1', 'SERVER', 'SRV_0100 SRV_MONTHLY', 'server', 'SRV-FILES'],
    ['SP1', 'DATABASE', 'DB_FULL_2300 DB_LOG_HOURLY', 'database', 'SRV-DB3'],
    ['SP1', 'DESKTOP', '', 'desktop', 'POSTER OLDMAC'],
  ],
  PHYS: [
    ['SP1', 'DESKTOP', 'DESK_2130', 'desktop', 'THEORY1..8 OFFICE1..4 MAT1..4'],
    ['SP1', 'DESKTOP', 'DESK_2230', 'notebook', 'LINDQVIST-NB BOSE-NB MEYER-NB CURIE-NB'],
    ['SP1', 'DESKTOP', 'WEEKLY_FRI', 'desktop', 'DEMO1..2'],
    ['SP1', 'INSTRUMENT', 'INST_2200', 'instrument', 'LASER1..3 CRYO1..2 XRD-A! XRD-B!'],
    ['SP2', 'SERVER', 'SRV_0100', 'server', 'DB2 CLUSTER1..4 GRID-FS'],
    ['SP2', 'SERVER', 'SRV_0400', 'server', 'BEAM1..3'],
  ],
  GEO: [
    ['SP2', 'GEO', 'GEO_2200', 'instrument', 'SEISMO1..6 CORE1..3 DRILL1'],
    ['SP2', 'GEO', 'GEO_2200', 'desktop', 'GIS1..5'],
    ['SP2', 'GEO', 'GEO_2200', 'notebook', 'FIELD1..4'],
    ['SP2', 'GEO', 'GEO_2200', 'server', 'SRV1..3'],
  ],
  SCI: [
    ['SP1', 'SERVER', 'SRV_0100', 'server', 'DEAN-FS WEB1..2 LDAP'],
    ['SP1', 'DESKTOP', 'DESK_2130', 'desktop', 'DEAN1..4 OFFICE1..4'],
  ],
  MED: [
    ['SP2', 'SERVER', 'SRV_0100', 'server', 'SRV1..4'],
    ['SP2', 'DESKTOP', 'DESK_2130', 'desktop', 'DEAN1..3 OFFICE1..3'],
  ],
  CLINIC: [
    ['SP2', 'CLINIC', 'CLIN_2000', 'desktop', 'WARD1..12 OR1..4 LAB1..5'],
    [
      'SP2',
      'CLINIC',
      'CLIN_2000',
      'desktop',
      'ADAMS-PC BAUER-PC CHEN-PC FISCHER-PC IBRAHIM-PC KELLER-PC ROSSI-PC VOGEL-PC',
    ],
    ['SP2', 'CLINIC', 'CLIN_2000', 'notebook', 'BAUER-NB ROSSI-NB'],
    ['SP2', 'SERVER', 'SRV_0100', 'server', 'SRV-KIS1..3'],
  ],
  RADIO: [
    ['SP1', 'IMAGING', 'IMG_0200', 'imaging', 'CT1..4 MRT1..4 XRAY1..3 US1..5 MAMMO1..2 XRAY4!'],
    ['SP1', 'IMAGING', 'IMG_0200', 'server', 'PACS1..4 RIS DICOM1..2'],
  ],
  ADM: [['SP2', 'OFFICE', 'ADM_2115', 'desktop', 'RECTOR1..2 LEGAL1..3 HR1..4 TRAVEL1']],
  FIN: [
    ['SP1', 'DATABASE', 'DB_FULL_2300 DB_LOG_HOURLY', 'database', 'SRV-DB17..18 SRV-SAP1_ORA SRV-SAP2_ORA'],
    ['SP1', 'DESKTOP', 'DESK_2130', 'desktop', 'PAY1..6 BUDGET1..5 AUDIT1..3'],
    ['SP1', 'DESKTOP', 'DESK_2230', 'notebook', 'CASTELLANO-NB KLEIN-NB'],
    ['SP1', 'DESKTOP', 'WEEKLY_FRI', 'desktop', 'SAFE-PC'],
    ['SP1', 'SERVER', 'SRV_0230', 'server', 'SRV-ERP SRV-DOCS SRV-SCAN'],
  ],
  LIB: [
    [
      'SP1',
      'LIBRARY',
      'LIB_2045',
      'desktop',
      'DESK1..12 CATALOG1..3 LOAN1..4 READING1..6 SCAN-A3! SCAN-A2! BOOKSCAN1!',
    ],
    ['SP1', 'SERVER', 'SRV_0100', 'server', 'OPAC REPO'],
  ],
  IT: [
    ['SP1', 'DESKTOP', 'DESK_2130', 'notebook', 'MYPC'],
    ['SP1', 'DESKTOP', 'DESK_2130', 'desktop', 'ADMIN1..6 HELP1..5'],
    ['SP1', 'DESKTOP', 'DESK_2230', 'notebook', 'BERG-NB NOVAK-NB BRANDT-NB'],
    ['SP1', 'SERVER', 'SRV_0100', 'server', 'DNS1..2 GIT MONITOR WIKI TICKET'],
    ['SP1', 'SERVER', 'SRV_0230', 'server', 'VM-HOST1..3'],
    ['SP1', 'SERVER', '', 'server', 'NAS-MGMT OLDSRV'],
    ['SP2', 'MAIL', 'MAIL_0430', 'server', 'MAIL1..3! LISTS! MX1..2!'],
    ['SP2', 'SERVER', 'SRV_0400', 'server', 'BACKUP-WEB PROXY1..2 CLOUD1..4'],
    ['SP2', 'DESKTOP', 'DESK_2130', 'desktop', 'TRAIN1..5'],
  ],
  UNI: [
    ['SP2', 'SERVER', 'SRV_2DAYS', 'server', 'ARCHIVE1..2!'],
    ['SP2', 'SERVER', 'SRV_0100', 'server', 'WWW1..3! IDM1..2! CMS! EVENTS-WEB! MEDIA1..3! CARD1..2!'],
  ],
  // matched by no rule, and by two rules of equal weight
  '': [
    ['SP1', 'DESKTOP', 'DESK_2130', 'desktop', 'KIOSK3!'],
    ['SP1', 'INSTRUMENT', 'INST_2200', 'instrument', 'XRD-NMR!'],
  ],
};

function nodesOf(department: string, [server, domain, schedules, kind, names]: Group): SandboxNode[] {
  const whole = names.split(' ').flatMap((name) => {
    const bare = name.endsWith('!');
    return expand(bare ? name.slice(0, -1) : name).map((one) => (bare ? one : `${one}.${department}`));
  });
  return whole.map((name) => {
    const age = 200 + Math.floor(chanceOf('age', server, name) * 2400);
    const registered =
      wallMs('2026-08-01') - age * day + Math.floor(chanceOf('hour', name) * 8 * 3600) * 1000 + 8 * hour;
    const names = schedules === '' ? [] : schedules.split(' ');
    const machine = `${server}/${name}`;
    return {
      server,
      name,
      department,
      machine,
      domain,
      schedules: names,
      kind,
      registered,
      since: registered,
      until: null,
    };
  });
}

/** A name that changes at an instant: the machine, its registration and its drives stay. */
export interface Rename {
  server: ServerName;
  from: string;
  to: string;
  at: WallMs;
}
export const renames: readonly Rename[] = [
  { server: 'SP1', from: 'OMAR-OLD.CHEM', to: 'OMAR-NB.CHEM', at: wallMs('2026-11-02 10:12:40') },
  { server: 'SP1', from: 'THEORY8.PHYS', to: 'QUANTUM1.PHYS', at: wallMs('2026-11-20 10:31:05') },
];

/** A machine removed and registered anew under the same name: another machine with its own history. */
export const registrations: readonly { server: ServerName; name: string; at: WallMs }[] = [
  { server: 'SP1', name: 'STUDENT4.CHEM', at: wallMs('2026-10-28 11:05:17') },
  { server: 'SP1', name: 'OFFICE3.CHEM', at: wallMs('2026-11-20 15:02:51') },
];

/** Locked from then until then; a locked machine cannot begin. */
export const locks: readonly { server: ServerName; name: string; from: WallMs; to: WallMs | null }[] = [
  { server: 'SP1', name: 'MAT3.PHYS', from: wallMs('2026-11-11 08:50:22'), to: wallMs('2026-11-20 14:10:37') },
];

export const decommissions: readonly { server: ServerName; name: string; at: WallMs }[] = [
  { server: 'SP1', name: 'OLDMAC.CHEM', at: wallMs('2026-09-30 14:20:11') },
  { server: 'SP1', name: 'OLDSRV.IT', at: wallMs('2026-06-12 09:31:48') },
];

function registeredAnew(node: SandboxNode): SandboxNode[] {
  const again = registrations.find((one) => one.server === node.server && one.name === node.name);
  if (!again) return [node];
  // the old one is removed some minutes before
  const old = { ...node, until: again.at - 9 * 60_000 };
  return [old, { ...node, machine: `${node.machine}/2`, registered: again.at, since: again.at }];
}

function renamed(node: SandboxNode): SandboxNode[] {
  const rename = renames.find((one) => one.server === node.server && (one.to === node.name || one.from === node.name));
  if (!rename) return [node];
  return [
    { ...node, name: rename.from, until: rename.at },
    { ...node, name: rename.to, since: rename.at },
  ];
}

/** Every registration there ever is, of both servers. */
export const nodes: readonly SandboxNode[] = Object.entries(departments)
  .flatMap(([department, groups]) => groups.flatMap((group) => nodesOf(department, group)))
  .flatMap(renamed)
  .flatMap(registeredAnew);

export function isRegistered(node: SandboxNode, at: WallMs): boolean {
  return node.since <= at && (node.until === null || at < node.until);
}

export function isLocked(node: SandboxNode, at: WallMs): boolean {
  return locks.some(
    (lock) =>
      lock.server === node.server && lock.name === node.name && lock.from <= at && (lock.to === null || at < lock.to),
  );
}
