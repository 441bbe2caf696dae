import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { VERSION } from '@ohmlight/contracts';

/** SHA-256, hexadecimal, of plain data: equal data have equal digests, whatever the order of their fields. */
export function digestOf(data: unknown): string {
  return createHash('sha256').update(canonical(data)).digest('hex');
}

function canonical(data: unknown): string {
  if (typeof data === 'bigint') return `${data}n`;
  if (typeof data === 'number') return Object.is(data, -0) ? '-0' : String(data);
  if (Array.isArray(data)) return `[${data.map(canonical).join(',')}]`;
  if (typeof data === 'object' && data !== null)
    return `{${Object.entries(data)
      .filter(([, value]) => value !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${JSON.stringify(name)}:${canonical(value)}`)
      .join(',')}}`;
  return JSON.stringify(data) ?? 'undefined';
}

/** Digest of the files of a checkpoint that its answers follow from. */
export async function checkpointDigest(directory: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(directory)).filter((file) => /\.(json|safetensors)$/.test(file)).sort()) {
    hash.update(`\0${name}\0`);
    for await (const chunk of createReadStream(join(directory, name))) hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}

/** Packages whose code the figures follow from. */
const PACKAGES = [
  'contracts',
  'tile-engine',
  'devices',
  'transformer',
  'calibration',
  'shard-router',
  'matmul',
  'evaluation',
];

/** Digest of the version and of the code that evaluates: built JavaScript and WebAssembly. */
export async function codeDigest(): Promise<string> {
  const hash = createHash('sha256').update(VERSION);
  const libs = fileURLToPath(new URL('../../', import.meta.url));
  for (const name of PACKAGES)
    for (const folder of ['dist', 'wasm']) {
      const directory = join(libs, name, folder);
      const files = await readdir(directory, { recursive: true }).catch(() => []);
      for (const file of files.filter((path) => /\.(js|mjs|wasm)$/.test(path)).sort())
        hash.update(`\0${name}/${file}\0`).update(await readFile(join(directory, file)));
    }
  return hash.digest('hex');
}
