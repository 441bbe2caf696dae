/** The multiplying cells of a gated stage, src/reference/chain.ts. */
import {
  CIRCUIT_STATICS,
  CIRCUIT_STRIDE,
  LAW_BYTES,
  LAW_LAST,
  LAW_RANGE,
  LAW_SCALE,
  LAW_VALUES,
} from '../src/wasm/layout';

/** Law `which` of a circuit at x. */
// @ts-ignore: decorator
@inline
function lawAt(circuit: usize, which: i32, x: f32): f32 {
  const law = circuit + <usize>(which * LAW_BYTES);
  const values: usize = load<usize>(law + LAW_VALUES);
  const last = load<i32>(law + LAW_LAST);
  const at: f32 = (x + load<f32>(law + LAW_RANGE)) * load<f32>(law + LAW_SCALE);
  if (!(at > 0)) return load<f32>(values);
  if (at >= <f32>last) return load<f32>(values + (<usize>last << 2));
  const i = floor<f32>(at);
  const from = values + (<usize>i << 2);
  const low = load<f32>(from);
  return low + (at - i) * (load<f32>(from, 4) - low);
}

/** v of hidden value i before noise and limits, from its gate h and what it multiplies, u. */
export function gateCircuit(circuit: usize, i: i32, h: f32, u: f32, perUnit: f32): f32 {
  const stride = load<usize>(circuit + CIRCUIT_STRIDE);
  const own = load<usize>(circuit + CIRCUIT_STATICS) + (<usize>i << 2);
  const a = lawAt(circuit, 0, h + load<f32>(own)) * lawAt(circuit, 1, h + load<f32>(own + stride));
  const product =
    lawAt(circuit, 2, a + load<f32>(own + 2 * stride)) * lawAt(circuit, 3, u + load<f32>(own + 3 * stride));
  return product * load<f32>(own + 4 * stride) * perUnit + load<f32>(own + 5 * stride);
}
