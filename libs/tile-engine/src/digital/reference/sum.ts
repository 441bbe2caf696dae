const f32 = Math.fround;
const LANES = 16;

/**
 * The order of a sum over a row: value i goes to lane i mod 16, values in order; the lanes are then folded in
 * halves, lane i + lane i + 8, then + 4, + 2, + 1.
 */
export function sum(values: ArrayLike<number>): number {
  const lanes = new Float32Array(LANES);
  for (let i = 0; i < values.length; i++) lanes[i % LANES] = f32(lanes[i % LANES]! + values[i]!);
  for (let half = LANES / 2; half >= 1; half /= 2)
    for (let i = 0; i < half; i++) lanes[i] = f32(lanes[i]! + lanes[i + half]!);
  return lanes[0]!;
}
