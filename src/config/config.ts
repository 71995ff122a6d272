import type { Failure } from '../domain/failure';
import { checkIds } from './check-ids';
import { checkNames } from './check-names';
import { checkTimes } from './check-times';
import { type Draft, draftOf } from './draft';
import { type LogLevel, readEnvironment, type Variables } from './environment';
import { explain } from './explain';
import { type ConfigFile, fileSchema, hiddenIssues } from './file';
import { notesOf, platformNotes } from './notes';
import { decideParts, type Parts } from './parts';
import { type Problem, pathText, type Report } from './problem';
import { type ReadFile, reasonOf, resolveSecrets, type Secrets } from './secrets';
import { wantedOf } from './wanted';
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
  /** Sentences: what may be a mistake, or meant so. */
  notes: string[];
}

export interface CheckedFile {
  file: ConfigFile;
  database: Parts['database'];
  /** What this machine lacks to start with the file: credentials, variables, password files. */
  lacking: Problem[];
  notes: string[];
}

type Invalid = Failure<'CONFIG_INVALID'> & { problems: Problem[] };

export type Loaded = { ok: true; value: Config } | Invalid;

export interface Files {
  read: ReadFile;
  /** Path of the sample tenants, used while BACKCHAT_CONFIG is not set. */
  sample: string;
}

/** Reads the environment and the file once. Either everything fits, or every mistake is in the list. Nothing is started or changed. */
export function loadConfig(env: Variables, files: Files): Loaded {
  const { environment, file, mistakes, lacking, parts, host, secrets } = read(env, files);
  const problems = [...mistakes, ...lacking];
  if (file === undefined || problems.length > 0) return invalid(problems);
  const { port, url } = environment;
  // Beside the lines of the start a newcomer's terminal stays quiet unless something is wrong.
  const logLevel = environment.logLevel ?? (parts.slack.kind === 'local' ? 'warn' : 'info');
  const wanted = wantedOf(file);
  const notes = [...platformNotes(wanted, parts), ...notesOf(wanted)];
  return {
    ok: true,
    value: { port, host, ...(url === undefined ? {} : { url }), logLevel, parts, file, secrets, notes },
  };
}

/**
 * Checks a file where it need not run: on an administrator's own machine, or in a pipeline that has no secrets. What only this machine lacks is told
 * apart from what is wrong.
 */
export function checkConfig(env: Variables, files: Files, path: string): { ok: true; value: CheckedFile } | Invalid {
  const { file, mistakes, lacking, parts } = read({ ...env, BACKCHAT_CONFIG: path }, files);
  if (file === undefined || mistakes.length > 0) return invalid([...mistakes, ...lacking]);
  return { ok: true, value: { file, database: parts.database, lacking, notes: notesOf(wantedOf(file)) } };
}

function read(env: Variables, files: Files) {
  const mistakes: Problem[] = [];
  const lacking: Problem[] = [];
  const environment = readEnvironment(env, mistakes);
  const kind = environment.configFile === undefined ? 'sample' : 'own';
  const path = environment.configFile ?? files.sample;
  const { file, draft, understood, reportTo } = readFile(path, files.read, mistakes);
  // Of a file that cannot be understood nothing is said but that.
  const sandbox = kind === 'sample' || (understood ? draft.sandbox === true : undefined);
  const simulator = draft.servers.some((server) => server.transport === 'sandbox');
  const secrets = resolveSecrets(draft.servers, { env, read: files.read, file: path }, reportTo(lacking));
  const { parts, host } = decideParts(environment, { kind, path, sandbox, simulator }, lacking);
  return { environment, file, mistakes, lacking, parts, host, secrets };
}

/** The file, if it fits; as much of it as can be understood; and a way to report on places in it. */
function readFile(
  path: string,
  readText: ReadFile,
  mistakes: Problem[],
): { file?: ConfigFile; draft: Draft; understood: boolean; reportTo: (list: Problem[]) => Report } {
  let text: string;
  try {
    text = readText(path);
  } catch (error) {
    mistakes.push({
      path: 'BACKCHAT_CONFIG',
      found: `${path}, ${reasonOf(error)}`,
      allowed: 'a file that can be read',
    });
    return { draft: draftOf(undefined), understood: false, reportTo: () => () => undefined };
  }
  const yaml = readYaml(text);
  mistakes.push(...yaml.problems);
  function reportTo(list: Problem[]): Report {
    return (at, found, allowed) => {
      const line = yaml.lineOf(at);
      list.push({ path: pathText(at), ...(line === undefined ? {} : { line }), found, allowed });
    };
  }
  const draft = draftOf(yaml.data);
  if (yaml.problems.length > 0) return { draft, understood: false, reportTo };

  const ofFile: Problem[] = [];
  const report = reportTo(ofFile);
  const parsed = fileSchema.safeParse(yaml.data);
  const issues = parsed.error?.issues ?? [];
  explain([...issues, ...hiddenIssues(issues, yaml.data)], yaml.data, report);
  checkNames(draft, report);
  checkIds(draft, report);
  checkTimes(draft, report);
  ofFile.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
  mistakes.push(...ofFile);
  return { ...(parsed.success ? { file: parsed.data } : {}), draft, understood: isBlock(yaml.data), reportTo };
}

function isBlock(data: unknown): boolean {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}

function invalid(problems: Problem[]): Invalid {
  const count = problems.length === 1 ? '1 mistake' : `${problems.length} mistakes`;
  return { ok: false, code: 'CONFIG_INVALID', reason: `The configuration has ${count}.`, problems };
}
