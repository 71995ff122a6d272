import type { Failure } from '../domain/failure';
import { type LogLevel, readEnvironment, type Variables } from './environment';
import { explain, valueAt } from './explain';
import { type ConfigFile, fileSchema } from './file';
import { decideParts, type Parts } from './parts';
import { type Problem, shown } from './problem';
import { type ReadFile, reasonOf, resolveSecrets, type Secrets } from './secrets';
import { readYaml } from './yaml-text';

export interface Config {
  port: number;
  host: string;
  /** Public address without a slash at the end; absent = `http://localhost:port` is all there is. */
  url?: string;
  logLevel: LogLevel;
  parts: Parts;
  file: ConfigFile;
  secrets: Secrets;
}

export type Loaded = { ok: true; value: Config } | (Failure<'CONFIG_INVALID'> & { problems: Problem[] });

export interface Files {
  read: ReadFile;
  /** Path of the sample tenants, used while BACKCHAT_CONFIG is not set. */
  sample: string;
}

/** Reads the environment and the file once. Either everything fits, or every mistake is in the list. Nothing is started or changed. */
export function loadConfig(env: Variables, files: Files): Loaded {
  const problems: Problem[] = [];
  const environment = readEnvironment(env, problems);
  const kind = environment.configFile === undefined ? 'sample' : 'own';
  const path = environment.configFile ?? files.sample;
  const { file, data } = loadFile(path, files.read, problems);
  const sandbox = kind === 'sample' || valueAt(data, ['sandbox']) === true;
  const simulator = file?.servers.some((server) => server.transport === 'sandbox') ?? false;
  const { parts, host } = decideParts(environment, { kind, path, sandbox, simulator }, problems);
  const secrets = resolveSecrets(file?.servers ?? [], env, files.read, path, problems);
  if (file === undefined || problems.length > 0) {
    return {
      ok: false,
      code: 'CONFIG_INVALID',
      reason: `The configuration has ${problems.length} mistakes.`,
      problems,
    };
  }
  return {
    ok: true,
    value: {
      port: environment.port,
      host,
      ...(environment.url === undefined ? {} : { url: environment.url }),
      logLevel: environment.logLevel,
      parts,
      file,
      secrets,
    },
  };
}

function loadFile(path: string, read: ReadFile, problems: Problem[]): { file?: ConfigFile; data: unknown } {
  let text: string;
  try {
    text = read(path);
  } catch (error) {
    problems.push({
      path: 'BACKCHAT_CONFIG',
      found: `${shown(path)}, ${reasonOf(error)}`,
      allowed: 'a file that can be read',
    });
    return { data: undefined };
  }
  const yaml = readYaml(text);
  problems.push(...yaml.problems);
  if (yaml.problems.length > 0) return { data: yaml.data };
  const parsed = fileSchema.safeParse(yaml.data);
  if (!parsed.success) problems.push(...explain(parsed.error.issues, yaml.data, yaml.lineOf));
  return { data: yaml.data, ...(parsed.success ? { file: parsed.data } : {}) };
}
