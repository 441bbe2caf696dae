import { createHash } from 'node:crypto';
import type { LlamaConfig } from './config.js';
import { requiredTensors } from './layout.js';

/** Values of a block, and blocks of a tensor, that the fingerprint reads. */
const BLOCK = 1024;
const BLOCKS = 4;

/**
 * Names the contents of a checkpoint: its configuration, and of every tensor four blocks of 1024 values, as float32,
 * so that neither dtype nor the cut into files matters. A checkpoint that was trained further has another one; a whole
 * hash would read every byte at each start. Sixteen hexadecimal digits of SHA-256.
 *
 * @param read Reads `out.length` elements of a tensor from element `first` on.
 */
export async function checkpointFingerprint(
  config: LlamaConfig,
  read: (tensor: string, first: number, out: Float32Array) => Promise<void>,
): Promise<string> {
  const hash = createHash('sha256');
  hash.update(JSON.stringify(Object.entries(config).sort(([a], [b]) => (a < b ? -1 : 1))));
  const tensors = [...requiredTensors(config)].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [tensor, shape] of tensors) {
    hash.update(JSON.stringify([tensor, shape]));
    const length = shape.reduce((product, size) => product * size, 1);
    const values = new Float32Array(Math.min(BLOCK, length));
    for (let block = 0; block < BLOCKS; block++) {
      await read(tensor, Math.floor(((length - values.length) * block) / (BLOCKS - 1)), values);
      hash.update(new Uint8Array(values.buffer));
    }
  }
  return hash.digest('hex').slice(0, 16);
}
