/** The stage between a chain's matrices, src/reference/chain.ts. */
import { S_KEY, S_NORMALS } from '../src/wasm/layout';
import { columnNormals } from './normals';
import { silu } from './scalar';
import { STAGE_STREAM } from './streams';

/**
 * Voltages of one row, in place of the first `k` hidden values at `hidden`. `activation`: 0 diode, 1 clamp, 2 SiLU,
 * 3 linear.
 */
export function chainStage(
  hidden: usize,
  k: i32,
  activation: i32,
  gated: i32,
  range: f32,
  noise: f32,
  key: usize,
  scratch: usize,
): void {
  const perUnit: f32 = 1 / range;
  let normals: usize = 0;
  for (let i = 0; i < k; i++) {
    const at = hidden + ((<usize>i) << 2);
    const h = load<f32>(at);
    let value: f32;
    if (activation == 0) value = h > 0 ? h : 0;
    else if (activation == 1) value = h > 0 ? (h < range ? h : range) : 0;
    else if (activation == 2) value = silu(h);
    else value = h;
    if (gated) value = value * load<f32>(at + ((<usize>k) << 2));
    value = value * perUnit;
    if (noise > 0) {
      if ((i & 63) == 0)
        normals = columnNormals(scratch + S_NORMALS, scratch + S_KEY, key, i, min(64, k - i), 0, STAGE_STREAM);
      value = value + noise * load<f32>(normals + ((<usize>(i & 63)) << 2));
    }
    store<f32>(at, value < -1 ? -1 : value > 1 ? 1 : value);
  }
}
