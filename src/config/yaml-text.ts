import { isMap, LineCounter, parseDocument } from 'yaml';
import type { Path, Problem } from './problem';

export interface YamlText {
  /** Plain data; undefined when the text is no YAML. */
  data: unknown;
  /** Line of a place, from 1; of the nearest place above it when it is not there. */
  lineOf(path: Path): number | undefined;
  problems: Problem[];
}

/** Reads YAML 1.2. Never throws; messages do not repeat the text, since a password may stand in it. */
export function readYaml(text: string): YamlText {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    // Its warnings go to the terminal with pieces of the file; ours come from `document.warnings`.
    logLevel: 'error',
  });
  const problems: Problem[] = [...document.errors, ...document.warnings].map((error) => ({
    path: '(the file)',
    line: lines.linePos(error.pos[0]).line,
    // What follows a colon or a quote may be a piece of the file.
    found: `${error.message.split(/[:"]/)[0]}`,
    allowed: 'YAML 1.2',
  }));

  function lineOf(path: Path): number | undefined {
    for (let depth = path.length; depth >= 0; depth -= 1) {
      const offset = offsetOf(path.slice(0, depth));
      if (offset !== undefined) return lines.linePos(offset).line;
    }
    return undefined;
  }

  /** Where a value begins, or its key where the value is a block of its own. */
  function offsetOf(path: Path): number | undefined {
    const parent = path.length === 0 ? undefined : document.getIn(path.slice(0, -1), true);
    if (isMap(parent)) {
      const pair = parent.items.find((item) => String(item.key) === String(path.at(-1)));
      return startOf(pair?.key);
    }
    return startOf(path.length === 0 ? document.contents : document.getIn(path, true));
  }

  if (document.errors.length > 0) return { data: undefined, lineOf, problems };
  try {
    const data: unknown = document.toJS();
    // Throws for a block that holds itself, as an alias inside its own anchor makes one.
    JSON.stringify(data);
    return { data, lineOf, problems };
  } catch {
    const found = 'an alias (*name) without its anchor, inside its own anchor, or too many of them';
    return { data: undefined, lineOf, problems: [...problems, { path: '(the file)', found, allowed: 'YAML 1.2' }] };
  }
}

function startOf(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range)) return undefined;
  return typeof node.range[0] === 'number' ? node.range[0] : undefined;
}
