import { OhmlightError } from '@ohmlight/contracts';
import { type ArrayWeights, tilesOf } from '../common/tiles.js';
import { meshDraws } from './draws.js';
import { isPerfect } from './imperfections.js';
import { amplitude, NORMALS } from './mesh.js';
import { imperfectionsOf, type MeshParameters, methodOf } from './parameters.js';
import { sampleError } from './sample-error.js';
import { spectralNorm } from './svd.js';
import { WeightArray } from './weight-array.js';

export interface MeshWeights {
  readonly weights: Float32Array;
  /** Largest singular value of an output's array, tiles × n: the weight that is a transmission of 1. */
  readonly largest: Float32Array;
  /** ‖W‖_F of the same arrays. */
  readonly norm: Float32Array;
}

/** Largest draw of the static normals. */
const MOST_SIGMA = 4.2;

/**
 * The engine's analog unit in transmissions of 1. Light that keeps to the edges meets N/2 interferometers of a mesh fewer
 * than N − 1, the mean that the gain makes good; statistical errors reach a few of their standard deviations.
 */
export function reachOf(p: MeshParameters): number {
  const bright = amplitude(p.mzi_loss * (2 - p.tile_rows));
  const modes = p.tile_rows;
  return methodOf(p) === 'exact' ? bright : 1 + MOST_SIGMA * Math.sqrt(errorOf(p) / modes);
}

const errors = new Map<string, number>();

/** Mean ‖W′ − W‖²/‖W‖² of arrays of these parameters. */
export function errorOf(p: MeshParameters): number {
  const imperfections = imperfectionsOf(p);
  if (isPerfect(imperfections)) return 0;
  const { tile_rows, calibration, splitter_error, phase_error, weight_bits, mzi_loss } = p;
  const heat = [p.crosstalk_law, p.crosstalk, p.crosstalk_trim, p.arm_gap, p.mzi_pitch, p.column_pitch];
  const key = [tile_rows, calibration, splitter_error, phase_error, weight_bits, mzi_loss, ...heat].join(' ');
  const known = errors.get(key);
  if (known !== undefined) return known;
  const error = sampleError(tile_rows, imperfections);
  errors.set(key, error);
  return error;
}

/** Freezes the error of every array of a shard. Arrays that err nowhere leave their weights as they are, to the bit. */
export function programMesh(p: MeshParameters, shard: ArrayWeights): MeshWeights {
  const { k, n, weights, columnStart } = shard;
  const modes = p.tile_rows;
  if (columnStart % modes !== 0)
    throw new OhmlightError(
      'invalid_shard',
      `a shard of meshes of ${modes} modes starts on a multiple of ${modes} columns, not on ${columnStart}`,
    );
  const statistical = methodOf(p) === 'statistical';
  const array = new WeightArray(modes, imperfectionsOf(p));
  const draws = meshDraws(shard, array.cells, modes);
  const relative = statistical ? errorOf(p) : 0;
  const tiles = tilesOf(k, modes);
  const held = weights.slice();
  const largest = new Float32Array(tiles * n);
  const norm = new Float32Array(tiles * n);
  const columns = new Float64Array(modes * modes);
  const error = new Float64Array(modes * modes);
  for (let block = 0; block * modes < n; block++)
    for (let tile = 0; tile < tiles; tile++) {
      const outputs = Math.min(modes, n - block * modes);
      const inputs = Math.min(modes, k - tile * modes);
      const corner = block * modes * k + tile * modes;
      let power = 0;
      columns.fill(0);
      for (let i = 0; i < outputs; i++)
        for (let j = 0; j < inputs; j++) {
          const w = weights[corner + i * k + j]!;
          columns[j * modes + i] = w;
          power += w * w;
        }
      const parts = statistical ? NO_PARTS : draws.parts(tile, block);
      const scale = statistical ? spectralNorm(columns, modes) : array.program(columns, parts, error);
      if (relative > 0) {
        for (let i = 0; i < outputs; i++) {
          const z = draws.weights(block * modes + i, tile * modes, tile * modes + inputs);
          for (let j = 0; j < inputs; j++) error[i * modes + j] = z[NORMALS * j]!;
        }
        spread(error, columns, modes, relative);
      }
      for (let i = 0; i < outputs; i++) {
        largest[tile * n + block * modes + i] = scale;
        norm[tile * n + block * modes + i] = Math.sqrt(power);
        if (scale > 0)
          for (let j = 0; j < inputs; j++) {
            const off = error[i * modes + j]!;
            if (off !== 0) held[corner + i * k + j] = weights[corner + i * k + j]! + off;
          }
      }
    }
  return { weights: held, largest, norm };
}

const NO_PARTS = new Float32Array(0);

/**
 * Gives normals, row-major, the variances that errors of meshes have: E|ΔW_ij|² = (r/2N)·(‖column j‖² + ‖row i‖²), the
 * first from the mesh behind the singular values, the second from the mesh before them; r = E‖ΔW‖²/‖W‖².
 */
function spread(z: Float64Array, columns: Float64Array, modes: number, relative: number): void {
  const rows = new Float64Array(modes);
  const columnPower = new Float64Array(modes);
  for (let j = 0; j < modes; j++)
    for (let i = 0; i < modes; i++) {
      const square = columns[j * modes + i]! ** 2;
      rows[i]! += square;
      columnPower[j]! += square;
    }
  for (let i = 0; i < modes; i++)
    for (let j = 0; j < modes; j++)
      z[i * modes + j]! *= Math.sqrt((relative / (2 * modes)) * (rows[i]! + columnPower[j]!));
}
