import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OhmlightError } from '@ohmlight/contracts';
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';

/** A YAML file, and where in it things stand. */
export interface YamlFile {
  /** Path relative to the directory of the profiles. */
  readonly file: string;
  readonly data: unknown;
  /** Line of a field; of what it would stand in, where it is missing. */
  lineOf(path: readonly PropertyKey[]): number;
}

/** @throws OhmlightError `invalid_profile` when the file cannot be read or is not YAML. */
export function readYaml(directory: string, file: string): YamlFile {
  let source: string;
  try {
    source = readFileSync(join(directory, file), 'utf8');
  } catch (error) {
    throw unreadable(join(directory, file), error);
  }
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines });
  const [fault] = document.errors;
  if (fault)
    throw new OhmlightError(
      'invalid_profile',
      `${file}:${lines.linePos(fault.pos[0]).line}: not YAML: ${fault.message}`,
      null,
      { cause: fault },
    );
  return {
    file,
    data: document.toJS(),
    lineOf: (path) => lines.linePos(offsetOf(document, path)).line,
  };
}

export function unreadable(path: string, error: unknown): OhmlightError {
  const reason = error instanceof Error ? error.message : String(error);
  return new OhmlightError('invalid_profile', `cannot read ${path} (${reason}); check OHMLIGHT_PROFILES`, null, {
    cause: error,
  });
}

/** Offset of the key of the deepest part of `path` that the document has. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const step of path) {
    if (!isMap(node)) break;
    const pair = node.items.find(({ key }) => isScalar(key) && key.value === step);
    if (!pair) break;
    if (isNode(pair.key) && pair.key.range) offset = pair.key.range[0];
    node = pair.value;
  }
  return offset;
}
