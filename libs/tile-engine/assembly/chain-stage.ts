/** The stage between a chain's matrices, src/reference/chain.ts. */
import { S_KEY, S_NORMALS } from '../src/wasm/layout';
import { gateCircuit } from './gate-circuit';
import { columnNormals } from './normals';
import { silu } from './scalar';
import { STAGE_STREAM } from './streams';

/**
 * Voltages of one row, in place of the first `k` hidden values at `hidden`. `activation`: 0 diode, 1 clamp, 2 SiLU,
 * 3 linear; `circuit` stands in their place where it is not 0. Gives Σ v².
 */
export function chainStage(
  hidden: usize,
  k: i32,
  activation: i32,
  gated: i32,
  circuit: usize,
  range: f32,
  noise: f32,
  key: usize,
  scratch: usize,
): f64 {
  const perUnit: f32 = 1 / range;
  let normals: usize = 0;
  let squares: f64 = 0;
  for (let i = 0; i < k; i++) {
    const at = hidden + ((<usize>i) << 2);
    const h = load<f32>(at);
    let value: f32;
    if (circuit) value = gateCircuit(circuit, i, h, load<f32>(at + (<usize>k << 2)), perUnit);
    else if (activation == 0) value = h > 0 ? h : 0;
    else if (activation == 1) value = h > 0 ? (h < range ? h : range) : 0;
    else if (activation == 2) value = silu(h);
    else value = h;
    if (!circuit) {
      if (gated) value = value * load<f32>(at + ((<usize>k) << 2));
      value = value * perUnit;
    }
    if (noise > 0) {
      if ((i & 63) == 0)
        normals = columnNormals(scratch + S_NORMALS, scratch + S_KEY, key, i, min(64, k - i), 0, STAGE_STREAM);
      value = value + noise * load<f32>(normals + ((<usize>(i & 63)) << 2));
    }
    value = value < -1 ? -1 : value > 1 ? 1 : value;
    store<f32>(at, value);
    squares += <f64>value * <f64>value;
  }
  return squares;
}
