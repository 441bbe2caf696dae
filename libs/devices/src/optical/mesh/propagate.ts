import { writeUnit } from '../common/angles.js';
import type { Lattice } from './lattice.js';
import type { Settings } from './settings.js';
import type { Splitters } from './splitters.js';

/** Fields on the modes of a mesh, row-major modes × vectors. */
export interface Fields {
  readonly re: Float64Array;
  readonly im: Float64Array;
  readonly vectors: number;
}

export const fieldsOf = (modes: number, vectors = modes): Fields => ({
  re: new Float64Array(modes * vectors),
  im: new Float64Array(modes * vectors),
  vectors,
});

/** Every mode with a field of its own: what comes out is the mesh's matrix. */
export function lightEach({ re, im, vectors }: Fields): void {
  re.fill(0);
  im.fill(0);
  for (let m = 0; m < vectors; m++) re[m * vectors + m] = 1;
}

const unit = new Float64Array(2);

/**
 * Sends fields through a mesh. `transmission` is the part of an amplitude that an interferometer lets through, at all
 * four of its ways alike: 10^(−loss/20). Modes at the edge pass every second column beside it, without that loss.
 */
export function propagate(
  lattice: Lattice,
  { theta, phi, output }: Settings,
  { sinP, cosP, sinD, cosD }: Splitters,
  transmission: number,
  { re, im, vectors }: Fields,
): void {
  for (let place = 0; place < lattice.count; place++) {
    writeUnit(unit, theta[place]! / 2);
    const halfCos = unit[0]!;
    const halfSin = unit[1]!;
    writeUnit(unit, phi[place]!);
    const phiRe = unit[0]!;
    const phiIm = unit[1]!;
    // i·e^(iθ/2)·transmission.
    const kRe = -halfSin * transmission;
    const kIm = halfCos * transmission;
    const aRe = halfSin * cosD[place]!;
    const aIm = halfCos * sinP[place]!;
    const bRe = halfCos * cosP[place]!;
    const bIm = halfSin * sinD[place]!;
    const t12Re = kRe * bRe - kIm * bIm;
    const t12Im = kRe * bIm + kIm * bRe;
    const t22Re = -kRe * aRe - kIm * aIm;
    const t22Im = kRe * aIm - kIm * aRe;
    const firstRe = kRe * aRe - kIm * aIm;
    const firstIm = kRe * aIm + kIm * aRe;
    const t11Re = firstRe * phiRe - firstIm * phiIm;
    const t11Im = firstRe * phiIm + firstIm * phiRe;
    const secondRe = kRe * bRe + kIm * bIm;
    const secondIm = kIm * bRe - kRe * bIm;
    const t21Re = secondRe * phiRe - secondIm * phiIm;
    const t21Im = secondRe * phiIm + secondIm * phiRe;
    const upper = lattice.mode[place]! * vectors;
    for (let x = upper, y = upper + vectors; x < upper + vectors; x++, y++) {
      const xRe = re[x]!;
      const xIm = im[x]!;
      const yRe = re[y]!;
      const yIm = im[y]!;
      re[x] = t11Re * xRe - t11Im * xIm + t12Re * yRe - t12Im * yIm;
      im[x] = t11Re * xIm + t11Im * xRe + t12Re * yIm + t12Im * yRe;
      re[y] = t21Re * xRe - t21Im * xIm + t22Re * yRe - t22Im * yIm;
      im[y] = t21Re * xIm + t21Im * xRe + t22Re * yIm + t22Im * yRe;
    }
  }
  for (let m = 0; m < lattice.modes; m++) {
    writeUnit(unit, output[m]!);
    scaleMode({ re, im, vectors }, m, unit[0]!, unit[1]!);
  }
}

/** Multiplies the fields of a mode by x + iy. */
export function scaleMode({ re, im, vectors }: Fields, mode: number, x: number, y: number): void {
  for (let at = mode * vectors; at < (mode + 1) * vectors; at++) {
    const a = re[at]!;
    const b = im[at]!;
    re[at] = a * x - b * y;
    im[at] = a * y + b * x;
  }
}
