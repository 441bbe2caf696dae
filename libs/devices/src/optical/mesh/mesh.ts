import { pow } from '@ohmlight/tile-engine';
import { Clements } from './clements.js';
import { configure, type Unreachable } from './configure.js';
import type { Imperfections } from './imperfections.js';
import { type Lattice, latticeOf } from './lattice.js';
import { type Fields, propagate } from './propagate.js';
import { quantise, type Settings, settingsOf } from './settings.js';
import { Splitters } from './splitters.js';

/** Normals of an interferometer: errors of θ and φ, of its first and its second splitter. */
export const NORMALS = 4;

/** Part of an amplitude that `loss` dB leave. */
export const amplitude = (loss: number): number => pow(10, -loss / 20);

/** A rectangular mesh with its errors. One object serves many meshes of a size, one after the other. */
export class Mesh {
  readonly lattice: Lattice;
  /** What heaters are set to, and the phases that come of it. */
  readonly set: Settings;
  readonly actual: Settings;
  readonly #clements: Clements;
  readonly #splitters: Splitters;
  readonly #ideal: Splitters;
  readonly #transmission: number;

  constructor(
    readonly modes: number,
    readonly imperfections: Imperfections,
    readonly unreachable: Unreachable = 'nearest',
  ) {
    this.lattice = latticeOf(modes);
    const { count } = this.lattice;
    this.set = settingsOf(count, modes);
    this.actual = settingsOf(count, modes);
    this.#clements = new Clements(modes);
    this.#splitters = new Splitters(count);
    this.#ideal = new Splitters(count);
    this.#transmission = amplitude(imperfections.loss);
  }

  /** Normals that a mesh takes: `NORMALS` of each interferometer, then as many of each output, whose first counts. */
  get normals(): number {
    return NORMALS * (this.lattice.count + this.modes);
  }

  /**
   * Programs a unitary, row-major real and imaginary parts. `z` are the normals of this mesh's errors, from index `at`;
   * `carried` unit complex numbers by mode: phases that the light should have on entering and has not. It is overwritten.
   */
  program(re: Float64Array, im: Float64Array | undefined, z: Float32Array, at: number, carried: Float64Array): void {
    const { lattice, set, actual, imperfections } = this;
    const { phaseError, splitterError, phaseBits, crosstalk, crosstalkLeft, selfConfigured } = imperfections;
    const rotations = this.#clements.decompose(re, im);
    if (splitterError > 0)
      for (let place = 0, from = at + 2; place < lattice.count; place++, from += NORMALS)
        this.#splitters.set(place, splitterError * z[from]!, splitterError * z[from + 1]!);
    configure(rotations, selfConfigured ? this.#splitters : this.#ideal, set, carried, this.unreachable);
    quantise(set.all, phaseBits);
    actual.all.set(set.all);
    crosstalk?.add(actual.all, set.all, crosstalkLeft);
    if (phaseError === 0) return;
    for (let place = 0, from = at; place < lattice.count; place++, from += NORMALS) {
      actual.theta[place]! += phaseError * z[from]!;
      actual.phi[place]! += phaseError * z[from + 1]!;
    }
    const outputs = at + NORMALS * lattice.count;
    for (let m = 0; m < this.modes; m++) actual.output[m]! += phaseError * z[outputs + NORMALS * m]!;
  }

  propagate(fields: Fields): void {
    propagate(this.lattice, this.actual, this.#splitters, this.#transmission, fields);
  }
}

/** Phases that are all as they should be. */
export function nothingCarried(carried: Float64Array): Float64Array {
  for (let i = 0; i < carried.length; i += 2) {
    carried[i] = 1;
    carried[i + 1] = 0;
  }
  return carried;
}
