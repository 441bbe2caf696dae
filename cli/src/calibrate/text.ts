import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Tokenizer } from '@ohmlight/transformer';
import { Failure } from '../failure.js';

/** A calibration text as documents of tokens. */
export interface CalibrationText {
  readonly file: string;
  readonly sha256: string;
  readonly documents: readonly (readonly number[])[];
  readonly tokens: number;
}

/** The characters of a line: a backslash before n is a line feed, before a backslash a backslash. */
const unescape = (line: string): string =>
  line.replaceAll(/\\([n\\])/g, (_, character: string) => (character === 'n' ? '\n' : character));

/**
 * Reads a text of one document a line; each begins as the tokenizer begins a text.
 * @throws Failure when the file cannot be read or holds nothing.
 */
export function readText(path: string, name: string, tokenizer: Tokenizer): CalibrationText {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new Failure(`cannot read ${path} (${(error as Error).message}): name a text with --text`);
  }
  const documents = bytes
    .toString('utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => tokenizer.encode(unescape(line)))
    .filter((ids) => ids.length > 1);
  if (documents.length === 0) throw new Failure(`${path} holds no document: write one a line`);
  return {
    file: name,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    documents,
    tokens: documents.reduce((sum, ids) => sum + ids.length, 0),
  };
}

/** Documents that ranges are taken from, and others that judge them: the last quarter. */
export function splitText({ documents }: CalibrationText): {
  seen: CalibrationText['documents'];
  judge: CalibrationText['documents'];
} {
  const judges = Math.ceil(documents.length / 4);
  if (documents.length === 1) return { seen: documents, judge: documents };
  return { seen: documents.slice(0, -judges), judge: documents.slice(-judges) };
}
