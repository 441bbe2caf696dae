import { unitVector } from '../draws.js';
import { gaussLegendre } from '../gauss-legendre.js';

/** Two slits of equal width, long across the picture, in a plane wave; lengths in metres. */
export interface Slits {
  readonly wavelength: number;
  /** d, between the centres of the slits. */
  readonly separation: number;
  /** a, of each slit. */
  readonly width: number;
  /** z, to the screen; or the focal length of the lens before it. */
  readonly distance: number;
  /** Light of the second slit over that of the first, I₂/I₁. */
  readonly ratio: number;
}

/** How light comes from the slits to the screen: by itself, or through a lens whose focal plane the screen is. */
export type Way = 'free' | 'lens';

/** A complex amplitude; its square is an intensity in parts of I₀ = 2(I₁ + I₂). */
export interface Field {
  readonly re: number;
  readonly im: number;
}

const POINTS = 24;
const { nodes, weights } = gaussLegendre(POINTS);

/** sin(πu)/(πu). */
export const sinc = (u: number): number => (u === 0 ? 1 : unitVector(u / 2)[1] / (Math.PI * u));

/** V = 2√(I₁I₂)/(I₁ + I₂)·e^(−σ²/2) without the exponential: what slits of unequal light leave of a fringe. */
export const contrastOf = (ratio: number): number => (2 * Math.sqrt(ratio)) / (1 + ratio);

/** I(x)/I₀ = sinc²(ax/λz)·[1 + V·cos(2πdx/λz)]/2, far from the slits. */
export function closedForm({ wavelength, separation, width, distance }: Slits, visibility: number, x: number): number {
  const far = wavelength * distance;
  const fringe = unitVector((separation * x) / far)[0];
  return (sinc((width * x) / far) ** 2 * (1 + visibility * fringe)) / 2;
}

/** λz/d: from fringe to fringe. */
export const fringeOf = ({ wavelength, separation, distance }: Slits): number => (wavelength * distance) / separation;

/**
 * The field of one slit (0 or 1) at x of the screen: Huygens' wavelets over the slit, each with its own path.
 *
 *     free   ∫ (z/r)^(3/2)·e^(2πi(r − z)/λ) dx'/a,  r² = z² + (x − x')²      (Rayleigh–Sommerfeld, kr ≫ 1)
 *     lens   ∫ e^(−2πi·x·x'/(λz)) dx'/a                                     the focal plane's Fourier transform
 */
export function slitField(slits: Slits, slit: 0 | 1, way: Way, x: number): Field {
  const { wavelength, separation, width, distance: z, ratio } = slits;
  const centre = slit === 0 ? -separation / 2 : separation / 2;
  const share = (slit === 0 ? 1 : ratio) / (2 * (1 + ratio));
  let [re, im] = [0, 0];
  for (let i = 0; i < POINTS; i++) {
    const from = centre + (width / 2) * nodes[i]!;
    const across = x - from;
    const r = Math.sqrt(z * z + across * across);
    // r − z without the digits that both have.
    const turns = way === 'free' ? (across * across) / (r + z) / wavelength : (-x * from) / (wavelength * z);
    const part = (weights[i]! / 2) * (way === 'free' ? (z / r) * Math.sqrt(z / r) : 1);
    const [c, s] = unitVector(turns);
    re += part * c;
    im += part * s;
  }
  const amplitude = Math.sqrt(share);
  return { re: amplitude * re, im: amplitude * im };
}

/** |E₁ + E₂·e^(iθ)|². */
export function intensityOf(one: Field, two: Field, phase: readonly [number, number] = [1, 0]): number {
  const re = one.re + two.re * phase[0] - two.im * phase[1];
  const im = one.im + two.re * phase[1] + two.im * phase[0];
  return re * re + im * im;
}

/** I(x)/I₀ on the screen. */
export const screen = (slits: Slits, way: Way, x: number): number =>
  intensityOf(slitField(slits, 0, way, x), slitField(slits, 1, way, x));

const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Where f is least between two ends that hold one minimum: golden section, to 1e-8 of their distance. */
export function minimumOf(f: (x: number) => number, from: number, to: number): number {
  let [a, b] = [from, to];
  let [c, d] = [b - GOLDEN * (b - a), a + GOLDEN * (b - a)];
  let [fc, fd] = [f(c), f(d)];
  while (b - a > 1e-8 * (to - from)) {
    if (fc < fd) {
      [b, d, fd] = [d, c, fc];
      c = b - GOLDEN * (b - a);
      fc = f(c);
    } else {
      [a, c, fc] = [c, d, fd];
      d = a + GOLDEN * (b - a);
      fd = f(d);
    }
  }
  return (a + b) / 2;
}
