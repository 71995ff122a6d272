import { dirname, isAbsolute, join } from 'node:path';
import type { OperationsCenter } from '../protect/protect';
import type { Variables } from './environment';
import type { OperationsCenterEntry, SecretReference, ServerEntry } from './file';
import { type Problem, pathText } from './problem';

/** Reads a text file; throws what node:fs throws. */
export type ReadFile = (path: string) => string;

/** What a server entry refers to, kept apart from the file and the database. A Map, so that a log line of it is `{}`. */
export type Secrets = ReadonlyMap<string, { password: string; ca?: string }>;

/** Resolves the references of the servers. Paths are relative to the folder of the file. Every one that cannot be resolved is a problem. */
export function resolveSecrets(
  servers: readonly ServerEntry[],
  env: Variables,
  read: ReadFile,
  file: string,
  problems: Problem[],
): Secrets {
  const secrets = new Map<string, { password: string; ca?: string }>();
  servers.forEach((server, index) => {
    if (server.transport !== 'operations-center') return;
    const password = resolve(server.password, `${pathText(['servers', index, 'password'])}`);
    const ca = server.ca === undefined ? undefined : certificate(server.ca, pathText(['servers', index, 'ca']));
    if (password !== undefined) secrets.set(server.name, { password, ...(ca === undefined ? {} : { ca }) });
  });
  return secrets;

  function resolve(reference: SecretReference, path: string): string | undefined {
    if ('file' in reference) {
      const text = textOf(reference.file, `${path}.file`)?.replace(/\r?\n$/, '');
      if (text !== '') return text;
      problems.push({
        path: `${path}.file`,
        found: `the empty file ${reference.file}`,
        allowed: 'a file that holds the password',
      });
      return undefined;
    }
    const value = env[reference.env];
    if (value !== undefined && value !== '') return value;
    problems.push({
      path: `${path}.env`,
      found: `the variable ${reference.env}, which is ${value === undefined ? 'not set' : 'empty'}`,
      allowed: 'an environment variable that holds the password',
    });
    return undefined;
  }

  function certificate(path: string, place: string): string | undefined {
    const text = textOf(path, place);
    if (text === undefined || text.includes('-----BEGIN CERTIFICATE-----')) return text;
    problems.push({
      path: place,
      found: `${path}, which holds no PEM certificate`,
      allowed: 'a file with -----BEGIN CERTIFICATE-----',
    });
    return undefined;
  }

  function textOf(path: string, place: string): string | undefined {
    try {
      return read(isAbsolute(path) ? path : join(dirname(file), path));
    } catch (error) {
      problems.push({ path: place, found: `${path}, ${reasonOf(error)}`, allowed: 'a file that can be read' });
      return undefined;
    }
  }
}

/** Why a file cannot be read, in words. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
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
