import { createDevice, type DeviceProfile } from '../../../libs/devices/dist/index.js';
import type { TileEngine } from '../../../libs/tile-engine/dist/index.js';
import { random } from '../../../libs/tile-engine/testing/random.ts';
import { TILE_ROWS } from './arrays.ts';
import { addRows, emptySums, type Figures, figuresOf, operandOf } from './operands.ts';

const ROWS = 16;
const OUTPUTS = 64;

/** Unrelated Gaussian operands of width k through an array: 16 rows, 64 outputs. */
export function gaussian(profile: DeviceProfile, reference: DeviceProfile, k: number, engine: TileEngine): Figures {
  const draw = random(k);
  const weights = draw.gaussians(OUTPUTS * k);
  const x = draw.gaussians(ROWS * k);
  const range = { columnStart: 0, columnEnd: OUTPUTS };
  const spec = { checkpoint: 'gaussian', layer: 0, operation: 'qkv' as const, chipSeed: 1n, k, n: OUTPUTS, ...range };
  const positions = Uint32Array.from({ length: ROWS }, (_, i) => i);
  const batch = { rows: ROWS, x, seeds: new BigUint64Array(ROWS).fill(1n), positions };
  const [y, ref] = [profile, reference].map((one) => {
    const shard = createDevice(one, engine).program({ ...spec, profile: one.name }, weights);
    const { y: output } = shard.execute(batch);
    shard.release?.();
    return output;
  });
  const sums = emptySums();
  addRows(sums, operandOf(weights, k, OUTPUTS, TILE_ROWS), x, y!, ref!);
  return figuresOf(sums, k);
}
