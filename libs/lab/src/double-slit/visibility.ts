import { Draws, unitVector } from '../draws.js';
import { type Field, fringeOf, intensityOf, slitField, type Slits, type Way } from './slits.js';

/** Points of a fringe at which its visibility is measured, and fringes. */
const STEPS = 16;
const FRINGES = 2;

interface ScreenPoint {
  readonly one: Field;
  readonly two: Field;
  /** cos and sin of 2πdx/λz. */
  readonly fringe: readonly [number, number];
}

/**
 * Visibility of the fringes that `shots` exposures leave in their mean, the slits' relative phase a new draw of standard
 * deviation σ in each. Both slits' own patterns are taken away and divided by, as with one slit shut; what is left is
 * V·cos(2πdx/λz), read off by projection over whole fringes about the axis.
 */
export function measuredVisibility(slits: Slits, way: Way, sigma: number, shots: number, draws: Draws): number {
  const fringe = fringeOf(slits);
  const points: ScreenPoint[] = Array.from({ length: STEPS * FRINGES }, (_, i) => {
    const turns = (i - (STEPS * FRINGES) / 2) / STEPS;
    const x = turns * fringe;
    return { one: slitField(slits, 0, way, x), two: slitField(slits, 1, way, x), fringe: unitVector(turns) };
  });
  const sums = new Float64Array(points.length);
  for (let shot = 0; shot < shots; shot++) {
    const phase = unitVector((sigma * draws.normal(shot)) / (2 * Math.PI));
    points.forEach(({ one, two }, i) => {
      sums[i]! += intensityOf(one, two, phase);
    });
  }
  let [c, s] = [0, 0];
  points.forEach(({ one, two, fringe: [cos, sin] }, i) => {
    const apart = one.re ** 2 + one.im ** 2 + two.re ** 2 + two.im ** 2;
    const contrast = (sums[i]! / shots - apart) / apart;
    c += contrast * cos;
    s += contrast * sin;
  });
  return (2 * Math.sqrt(c * c + s * s)) / points.length;
}
