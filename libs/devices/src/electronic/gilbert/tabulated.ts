/** Points of a table, over −REACH … REACH: beyond full scale lies what offsets and tolerances add. */
const POINTS = 4096;
const REACH = 1.25;

/**
 * A smooth function of a weight, linear between 4096 points: within 1e-6 of the laws of a port. A shard asks for it
 * tens of millions of times.
 */
export function tabulated(law: (w: number) => number): (w: number) => number {
  const perStep = POINTS / (2 * REACH);
  const values = Float64Array.from({ length: POINTS + 1 }, (_, i) => law(i / perStep - REACH));
  return (w) => {
    const at = (w + REACH) * perStep;
    if (!(at >= 0 && at < POINTS)) return law(w);
    const i = Math.floor(at);
    return values[i]! + (at - i) * (values[i + 1]! - values[i]!);
  };
}
