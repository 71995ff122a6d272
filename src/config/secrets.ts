import { dirname, isAbsolute, join } from 'node:path';
import type { OperationsCenter } from '../protect/protect';
import type { DraftServer } from './draft';
import type { Variables } from './environment';
import type { OperationsCenterEntry, SecretReference } from './file';
import type { Path, Report } from './problem';

/** Reads a text file; throws what node:fs throws. */
export type ReadFile = (path: string) => string;

interface ServerSecrets {
  password: string;
  /** PEM text. */
  ca?: string;
}

/** By name of the server; kept apart from the file and the database. A Map, so that a log line of it is `{}`. */
export type Secrets = ReadonlyMap<string, ServerSecrets>;

/** Where references are looked up. Relative paths begin at the folder of the configuration file. */
export interface SecretSource {
  env: Variables;
  read: ReadFile;
  file: string;
}

/** Resolves what the servers refer to. Every reference that leads nowhere is reported. */
export function resolveSecrets(servers: readonly DraftServer[], source: SecretSource, report: Report): Secrets {
  const secrets = new Map<string, ServerSecrets>();
  servers.forEach((server, index) => {
    const at = ['servers', index];
    const password =
      server.password === undefined ? undefined : passwordOf(server.password, source, [...at, 'password'], report);
    const ca = server.ca === undefined ? undefined : certificateOf(server.ca, source, [...at, 'ca'], report);
    if (server.name === undefined || password === undefined) return;
    secrets.set(server.name, { password, ...(ca === undefined ? {} : { ca }) });
  });
  return secrets;
}

function passwordOf(reference: SecretReference, source: SecretSource, at: Path, report: Report): string | undefined {
  if ('env' in reference) {
    const value = source.env[reference.env];
    if (value !== undefined && value !== '') return value;
    const found = `the variable ${reference.env}, which is ${value === undefined ? 'not set' : 'empty'}`;
    report([...at, 'env'], found, 'an environment variable that holds the password');
    return undefined;
  }
  // Whoever writes such a file by `echo` or an editor leaves an end of line in it.
  const text = textOf(reference.file, source, [...at, 'file'], report)?.replace(/\r?\n$/, '');
  if (text !== '') return text;
  report([...at, 'file'], `the empty file ${reference.file}`, 'a file that holds the password');
  return undefined;
}

function certificateOf(path: string, source: SecretSource, at: Path, report: Report): string | undefined {
  const text = textOf(path, source, at, report);
  if (text === undefined || text.includes('-----BEGIN CERTIFICATE-----')) return text;
  report(at, `${path}, which holds no certificate`, 'a PEM file with -----BEGIN CERTIFICATE-----');
  return undefined;
}

function textOf(path: string, { read, file }: SecretSource, at: Path, report: Report): string | undefined {
  try {
    return read(isAbsolute(path) ? path : join(dirname(file), path));
  } catch (error) {
    report(at, `${path}, ${reasonOf(error)}`, 'a file that can be read');
    return undefined;
  }
}

/** Why a file cannot be read, in words. */
export function reasonOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT') return 'which does not exist';
  if (code === 'EACCES' || code === 'EPERM') return 'which may not be read by this user';
  if (code === 'EISDIR') return 'which is a folder';
  return `which cannot be read${code === '' ? '' : ` (${code})`}`;
}

/** How to reach a server of the file, with its secrets. Throws if they were not resolved: start-up refuses such a file. */
export function operationsCenterOf(entry: OperationsCenterEntry, secrets: Secrets): OperationsCenter {
  const known = secrets.get(entry.name);
  if (known === undefined) throw new Error(`The password of server ${entry.name} was not resolved.`);
  return {
    url: entry.url,
    user: entry.user,
    password: known.password,
    timeoutMs: entry.timeout * 1000,
    ...(entry.route === undefined ? {} : { route: entry.route }),
    ...(known.ca === undefined ? {} : { ca: known.ca }),
  };
}
