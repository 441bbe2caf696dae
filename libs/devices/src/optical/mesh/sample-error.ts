import { columnNormals, DOMAIN, NORMALS_PER_CELL, staticKey } from '../../electronic/crossbar/cell-draws.js';
import type { Imperfections } from './imperfections.js';
import { WeightArray } from './weight-array.js';

/** Arrays of random weights that stand for all others of their size; the wider they are, the more alike. */
const samplesOf = (modes: number): number => Math.max(2, Math.ceil(512 / modes));

/**
 * Mean of ‖W′ − W‖²/‖W‖² over a few arrays of Gaussian weights, light followed through each: what an array of this size
 * and make errs. The samples are the same on every chip.
 */
export function sampleError(modes: number, imperfections: Imperfections): number {
  const array = new WeightArray(modes, imperfections);
  const area = modes * modes;
  const z = new Float32Array(NORMALS_PER_CELL * array.cells);
  const drawn = new Float32Array(NORMALS_PER_CELL * area);
  const columns = new Float64Array(area);
  const error = new Float64Array(area);
  const samples = samplesOf(modes);
  let sum = 0;
  for (let sample = 0; sample < samples; sample++) {
    columnNormals(z, staticKey(BigInt(sample), 'mesh/sample/parts', DOMAIN.cells), 0, 0, 0, array.cells);
    columnNormals(drawn, staticKey(BigInt(sample), 'mesh/sample/weights', DOMAIN.cells), 0, 0, 0, area);
    for (let i = 0; i < area; i++) columns[i] = drawn[NORMALS_PER_CELL * i]!;
    array.program(columns, z, error);
    let [square, power] = [0, 0];
    for (let i = 0; i < area; i++) {
      square += error[i]! * error[i]!;
      power += columns[i]! * columns[i]!;
    }
    sum += square / power / samples;
  }
  return sum;
}
