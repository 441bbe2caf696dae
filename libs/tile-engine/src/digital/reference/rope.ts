const f32 = Math.fround;

/**
 * Rotary position embedding of the Llama form on one head: value i turns with value i + half,
 * `low' = low · cos − high · sin`, `high' = high · cos + low · sin`.
 * @param cosines Those of the position, one per pair; `sines` likewise.
 */
export function turn(head: Float32Array, cosines: Float32Array, sines: Float32Array): Float32Array {
  const half = head.length / 2;
  const out = new Float32Array(head.length);
  for (let i = 0; i < half; i++) {
    const [low, high] = [head[i]!, head[i + half]!];
    const [cos, sin] = [cosines[i]!, sines[i]!];
    out[i] = f32(f32(low * cos) - f32(high * sin));
    out[i + half] = f32(f32(high * cos) + f32(low * sin));
  }
  return out;
}
