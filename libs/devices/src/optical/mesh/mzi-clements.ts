import type { NoiseTerm } from '@ohmlight/tile-engine';
import type { Calibration } from '../../device.js';
import { inputConverter, outputConverter } from '../common/converters.js';
import { noiseOf } from '../common/light.js';
import { type OpticalArray, opticalKind } from '../common/optical-device.js';
import { type ArrayWeights, columnTiles, tilesOf } from '../common/tiles.js';
import { meshArea, meshExecution, meshProgramming, meshStandby } from './cost.js';
import { lightOf } from './light.js';
import { checkMesh, describeMethod, MESH, type MeshParameters } from './parameters.js';
import { programMesh, reachOf } from './program-mesh.js';

/**
 * Jitter of all phases turns the real part of an output by r·‖W‖_F‖x‖/N with r² = Nσ²/2: two meshes, whose errors show
 * in the real part of a real matrix with a quarter of their power, and ‖y‖² = ‖W‖²‖x‖²/N as of unrelated operands.
 */
function jitterOf(p: MeshParameters, largest: Float32Array, norm: Float32Array, reach: number): NoiseTerm[] {
  if (p.noise === 'none' || p.phase_jitter === 0) return [];
  const part = p.phase_jitter * Math.sqrt(1 / (2 * p.tile_rows));
  const coefficient = largest.map((scale, i) => (scale > 0 ? (part * norm[i]!) / (scale * reach) : 0));
  return [{ kind: 'input-norm', coefficient }];
}

function program(p: MeshParameters, shard: ArrayWeights, calibration: Calibration): OpticalArray {
  const { k, n } = shard;
  const tiles = tilesOf(k, p.tile_rows);
  const { weights, largest, norm } = programMesh(p, shard);
  const reach = reachOf(p);
  const power = new Float32Array(tiles * n);
  // A calibrated bound is in products of a column's own largest weight.
  const bounds = calibration.adcBound && new Float32Array(tiles * n);
  for (const tile of columnTiles({ k, n, weights: shard.weights }, p.tile_rows)) {
    const scale = largest[tile.output]!;
    if (scale === 0) continue;
    let square = 0;
    for (let at = tile.column * k + tile.start; at < tile.column * k + tile.end; at++) square += weights[at]! ** 2;
    power[tile.output] = square / scale ** 2;
    if (bounds) bounds[tile.output] = (calibration.adcBound[tile.column]! * tile.largest) / (scale * reach);
  }
  const { noise, shot } = noiseOf(p, lightOf(p, power), reach);
  const output = outputConverter(p, calibration, reach, tiles);
  return {
    weights,
    fullScale: largest.map((scale) => scale * reach),
    readout: {
      input: p.input_bits === 0 ? null : inputConverter(p, calibration),
      noise: [...noise, ...jitterOf(p, largest, norm, reach)],
      shot,
      transfer: null,
      output: output && bounds ? { ...output, range: { kind: 'fixed', range: bounds } } : output,
    },
  };
}

/** Coherent light through meshes of interferometers: W = U·Σ·Vᵀ, Clements' rectangles, homodyne detection. */
export const mziClements = opticalKind({
  kind: 'mzi-clements',
  parameters: MESH,
  check: checkMesh,
  method: describeMethod,
  program,
  execution: meshExecution,
  programming: meshProgramming,
  arrayArea: meshArea,
  standby: meshStandby,
});
