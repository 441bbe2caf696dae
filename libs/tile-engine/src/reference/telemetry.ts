const { fround } = Math;

/** Columns whose squares are summed together: a strip; its eight lanes are f32 sums of every eighth column. */
export const STRIP = 64;
const LANES = 8;
type Lanes = readonly [number, number, number, number, number, number, number, number];

/** Σ v² over the columns of a row: f32 in lanes of a strip, f64 over lanes (even, odd), then over strips. */
export function squares(values: Float32Array): number {
  let total = 0;
  for (let start = 0; start < values.length; start += STRIP) {
    const lanes = new Float32Array(LANES);
    for (let c = start; c < Math.min(values.length, start + STRIP); c++) {
      const lane = (c - start) % LANES;
      lanes[lane] = lanes[lane]! + fround(values[c]! * values[c]!);
    }
    const [a, b, c, d, e, f, g, h] = lanes as unknown as Lanes;
    total += a + c + (e + g) + (b + d + (f + h));
  }
  return total;
}
