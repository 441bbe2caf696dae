import { angleOf } from '../common/angles.js';
import type { Rotations } from './clements.js';
import type { Settings } from './settings.js';
import type { Splitters } from './splitters.js';

/**
 * What becomes of a split that an interferometer cannot make. `nearest` makes the one that comes closest. `quadrature`
 * sets the phases that ideal splitters would take: of a real matrix the error is then in the quadrature that homodyne
 * detection does not see.
 */
export type Unreachable = 'nearest' | 'quadrature';

/**
 * Sets the phases of a mesh so that it does what the rotations say, given its splitters as they were measured (ideal ones
 * for a mesh that is not self-configured). Light's way through the mesh is followed once; after each interferometer two
 * phases are left over, which are carried to the next ones and to the outputs in the end (Bandyopadhyay, Hamerly and
 * Englund, Optica 8, 1247, 2021). With e = (a, b) the field that a mode has for the field that it should have:
 *
 * sin²(θ/2) = (s² − sin²p)/(cos²d − sin²p), limited to 0 … 1: power splits beyond sin²p … cos²d are out of reach
 *
 * `carried`, unit complex numbers by mode, are phases that the light should have had on entering, and has not.
 */
export function configure(
  rotations: Rotations,
  splitters: Splitters,
  settings: Settings,
  carried: Float64Array,
  unreachable: Unreachable = 'nearest',
): void {
  const { lattice, s, c, pre, post, diagonal } = rotations;
  const { theta, phi, output } = settings;
  const { sinP, cosP, sinD, cosD } = splitters;
  for (let place = 0; place <= lattice.count; place++) {
    if (place === lattice.before) for (let m = 0; m < lattice.modes; m++) turn(carried, 2 * m, diagonal, 2 * m);
    if (place === lattice.count) break;
    const upper = 2 * lattice.mode[place]!;
    const lower = upper + 2;
    turn(carried, upper, pre, 2 * place);
    const sin = s[place]!;
    const cos = c[place]!;
    const p = sinP[place]!;
    const d = sinD[place]!;
    const span = 1 - d * d - p * p;
    const missed = unreachable === 'quadrature' && (sin * sin < p * p || cos * cos < d * d);
    const halfSin = missed ? sin : Math.sqrt(Math.min(1, Math.max(0, (sin * sin - p * p) / span)));
    const halfCos = missed ? cos : Math.sqrt(Math.min(1, Math.max(0, (cos * cos - d * d) / span)));
    // Elements of the first row over i·e^(iθ/2); the second has (bRe, −bIm) and (−aRe, aIm).
    const aRe = halfSin * cosD[place]!;
    const aIm = halfCos * p;
    const bRe = halfCos * cosP[place]!;
    const bIm = halfSin * d;
    // Phase that the light needs between the modes, and what the row turns it by itself: a·b*.
    const nRe = carried[upper]! * carried[lower]! + carried[upper + 1]! * carried[lower + 1]!;
    const nIm = carried[upper + 1]! * carried[lower]! - carried[upper]! * carried[lower + 1]!;
    const oRe = aRe * bRe + aIm * bIm;
    const oIm = aIm * bRe - aRe * bIm;
    const own = Math.sqrt(oRe * oRe + oIm * oIm);
    const fRe = own === 0 || missed ? nRe : (nRe * oRe + nIm * oIm) / own;
    const fIm = own === 0 || missed ? nIm : (nIm * oRe - nRe * oIm) / own;
    theta[place] = 2 * angleOf(halfSin, halfCos);
    phi[place] = angleOf(fIm, fRe);
    // What each output should have over what it has: common·(wanted row)·(actual row)*.
    // g = n·f*, by which wanted and actual first elements differ.
    const gRe = nRe * fRe + nIm * fIm;
    const gIm = nIm * fRe - nRe * fIm;
    // i·e^(iθ/2) of the actual row.
    const kRe = -halfSin;
    const kIm = halfCos;
    const lRe = carried[lower]!;
    const lIm = carried[lower + 1]!;
    const comRe = lRe * kRe + lIm * kIm;
    const comIm = lIm * kRe - lRe * kIm;
    leave(
      carried,
      upper,
      comRe,
      comIm,
      sin * (gRe * aRe + gIm * aIm) + cos * bRe,
      sin * (gIm * aRe - gRe * aIm) - cos * bIm,
    );
    leave(
      carried,
      lower,
      comRe,
      comIm,
      cos * (gRe * bRe - gIm * bIm) + sin * aRe,
      cos * (gIm * bRe + gRe * bIm) + sin * aIm,
    );
    turn(carried, upper, post, 2 * place);
  }
  for (let m = 0; m < lattice.modes; m++) output[m] = angleOf(carried[2 * m + 1]!, carried[2 * m]!);
}

/** a[i] ← a[i]·b[j], complex. */
function turn(a: Float64Array, i: number, b: Float64Array, j: number): void {
  const re = a[i]! * b[j]! - a[i + 1]! * b[j + 1]!;
  a[i + 1] = a[i]! * b[j + 1]! + a[i + 1]! * b[j]!;
  a[i] = re;
}

/** carried[i] ← the phase of (x + iy)·(re + i·im). */
function leave(carried: Float64Array, i: number, x: number, y: number, re: number, im: number): void {
  const a = x * re - y * im;
  const b = x * im + y * re;
  const norm = Math.sqrt(a * a + b * b);
  carried[i] = norm === 0 ? 1 : a / norm;
  carried[i + 1] = norm === 0 ? 0 : b / norm;
}
