import { Attenuators } from './attenuators.js';
import type { Unreachable } from './configure.js';
import { type Imperfections, isPerfect } from './imperfections.js';
import { amplitude, Mesh, NORMALS, nothingCarried } from './mesh.js';
import { type Fields, fieldsOf, lightEach } from './propagate.js';
import { SquareSvd } from './svd.js';

/** Interferometers that a path through two meshes and the attenuators between them meets on average. */
export const meanPath = (modes: number): number => 2 * (modes - 1) + 1;

/** Phase shifters of an array: two to an interferometer, an output phase to each mode of both meshes, an attenuator. */
export const shiftersOf = (modes: number): number => 2 * modes * modes + modes;

/**
 * W = U·Σ·Vᵀ as mesh, attenuators and mesh: what an array of `modes` inputs and outputs makes of a matrix. One object
 * serves many arrays, one after the other.
 */
export class WeightArray {
  readonly first: Mesh;
  readonly last: Mesh;
  readonly attenuators: Attenuators;
  readonly #svd: SquareSvd;
  readonly #u: Float64Array;
  readonly #amplitudes: Float64Array;
  readonly #carried: Float64Array;
  readonly #fields: Fields;
  readonly #perfect: boolean;
  readonly #gain: number;

  constructor(
    readonly modes: number,
    imperfections: Imperfections,
    /** What splits out of reach become in the meshes. */
    unreachable: Unreachable = 'quadrature',
  ) {
    this.first = new Mesh(modes, imperfections, unreachable);
    this.last = new Mesh(modes, imperfections, unreachable);
    this.attenuators = new Attenuators(modes, imperfections);
    this.#svd = new SquareSvd(modes);
    this.#u = new Float64Array(modes * modes);
    this.#amplitudes = new Float64Array(modes);
    this.#carried = new Float64Array(2 * modes);
    this.#fields = fieldsOf(modes);
    this.#perfect = isPerfect(imperfections);
    this.#gain = amplitude(-imperfections.loss * meanPath(modes));
  }

  /** Cells of NORMALS normals each: of the first mesh and its outputs, the attenuators, the last mesh and its outputs. */
  get cells(): number {
    const { normals } = this.first;
    return (2 * normals) / NORMALS + this.modes;
  }

  /**
   * Programs a matrix, given as its columns (row-major Wᵀ), and writes the error of every weight, row-major W′ − W: the
   * real part of the fields at the outputs, made good for the loss of the mean path. z are the array's normals.
   * @returns the largest singular value, the weight that stands for a transmission of 1
   */
  program(columns: Float64Array, z: Float32Array, error: Float64Array): number {
    const { modes } = this;
    const svd = this.#svd;
    svd.decompose(columns);
    const largest = svd.sigma[0]!;
    error.fill(0);
    if (largest === 0 || this.#perfect) return largest;
    for (let k = 0; k < modes; k++) {
      this.#amplitudes[k] = svd.sigma[k]! / largest;
      for (let i = 0; i < modes; i++) this.#u[i * modes + k] = svd.ut[k * modes + i]!;
    }
    const carried = this.#carried;
    const { normals } = this.first;
    this.first.program(svd.vt, undefined, z, 0, nothingCarried(carried));
    this.attenuators.program(this.#amplitudes, z, normals, carried);
    this.last.program(this.#u, undefined, z, normals + NORMALS * modes, carried);
    const fields = this.#fields;
    lightEach(fields);
    this.first.propagate(fields);
    this.attenuators.propagate(fields);
    this.last.propagate(fields);
    const scale = this.#gain * largest;
    for (let i = 0; i < modes; i++)
      for (let j = 0; j < modes; j++)
        error[i * modes + j] = fields.re[i * modes + j]! * scale - columns[j * modes + i]!;
    return largest;
  }
}
