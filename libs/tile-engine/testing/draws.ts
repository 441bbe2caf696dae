import { type DrawKey, drawKey, matrixWord } from '../src/draws/dynamic.js';
import { normalPair } from '../src/draws/normal.js';
import { threefry4x32Into } from '../src/draws/threefry.js';

/** What names a Gaussian beside its column. */
export interface Draw {
  readonly seed: bigint;
  readonly position: number;
  readonly layer: number;
  readonly operation: 'qkv' | 'o' | 'gate_up' | 'down' | 'lm_head' | 'ffn';
  readonly reading: number;
  readonly stream: number;
}

export const DRAW: Draw = { seed: 5n, position: 40, layer: 1, operation: 'o', reading: 0, stream: 0 };

export const keyOf = ({ seed, position, layer, operation }: Draw): DrawKey =>
  drawKey(seed, position, matrixWord({ layer, operation, columnStart: 0 }));

/** The normals of columns 0 … count − 1, a counter's four columns at once; count is a multiple of 32. */
export function columnNormals(draw: Draw, count: number): Float32Array {
  const key = keyOf(draw);
  const words = new Uint32Array(4);
  const normals = new Float32Array(4);
  const out = new Float32Array(count);
  for (let group = 0; group < count / 4; group++) {
    threefry4x32Into(words, [group, draw.reading, draw.stream, 0], key);
    normalPair(normals, 0, words[0]!, words[1]!);
    normalPair(normals, 2, words[2]!, words[3]!);
    for (let word = 0; word < 4; word++) out[(group >> 3) * 32 + word * 8 + (group & 7)] = normals[word]!;
  }
  return out;
}
