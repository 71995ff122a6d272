import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkConfig, type Loaded, loadConfig } from './config';

/** The folder of package.json, from the sources and from `dist` alike. */
export const repository = findRepository(__dirname);

/** The sample tenants, used while BACKCHAT_CONFIG names no other file. */
const sampleFile = join(repository, 'src', 'sandbox', 'sample.yaml');

const files = { read: (path: string) => readFileSync(path, 'utf8'), sample: sampleFile };

/** The configuration of this machine: its environment and files. */
export function loadHere(): Loaded {
  return loadConfig(process.env, files);
}

/** A file as this machine would take it, without the need to start with it. */
export function checkHere(file: string): ReturnType<typeof checkConfig> {
  return checkConfig(process.env, files, file);
}

function findRepository(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : findRepository(dirname(folder));
}
