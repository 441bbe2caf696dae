import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A path in test/fixtures. */
export const fixture = (...parts: string[]): string =>
  join(fileURLToPath(new URL('../../../test/fixtures', import.meta.url)), ...parts);

/** The JSON of a file; `T` is what the caller knows of it. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- a cast at every call says no more
export const readJson = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T;

/** Little-endian float32 values of a file. */
export function readFloats(path: string): Float32Array {
  const bytes = readFileSync(path);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

export interface TinyOracle {
  readonly ids: number[];
  readonly greedy: number[];
  readonly inv_freq: number[];
}

export const TINY = ['sharded-f32', 'tied-f16', 'mistral-bf16'] as const;

/** Copies of fixture directories that a test may spoil. */
export class Scratch {
  private readonly root = mkdtempSync(join(tmpdir(), 'ohmlight-transformer-'));
  private copies = 0;

  copy(name: string): string {
    const directory = join(this.root, String(this.copies++));
    cpSync(fixture('tiny', name), directory, { recursive: true });
    return directory;
  }

  remove(): void {
    rmSync(this.root, { recursive: true });
  }
}
