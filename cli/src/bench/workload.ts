import type { RowBatch } from '@ohmlight/contracts';
import { gaussian, type NoiseKey, type NoiseTerm, type TileProgram } from '@ohmlight/tile-engine';

/** A matrix and how many rows it is read with. */
export interface Shape {
  readonly rows: number;
  /** Inputs and outputs. */
  readonly k: number;
  readonly n: number;
  /** Inputs of one tile. */
  readonly tileRows: number;
}

/**
 * Non-idealities, with the coefficients of AIHWKIT's StandardHWATrainingPreset. Both have an 8-bit DAC, a Gaussian of
 * constant σ and an 8-bit ADC; `pcm-read` adds the weights' read noise, c·√(Σ|w|x²). What wires do to the weights is
 * part of a program here and costs a reading nothing.
 */
export type Noise = 'constant' | 'pcm-read';

const CONSTANT: NoiseTerm = { kind: 'constant', coefficient: 0.04 };
const TERMS: Record<Noise, readonly NoiseTerm[]> = {
  constant: [CONSTANT],
  'pcm-read': [CONSTANT, { kind: 'abs-power', coefficient: 0.0175 }],
};
const CONVERTER_BITS = 8;
const ADC_RANGE = 10;

export const KEY: NoiseKey = { layer: 1, operation: 'gate_up', columnStart: 256 };

const PERIOD = 0x9e37_79b9;

/** Normals between −3 and 3 that are the same in every run. */
function normals(count: number, stream: number): Float32Array {
  let state = Math.imul(stream + 1, PERIOD);
  const word = (): number => {
    state = (state + PERIOD) | 0;
    let z = Math.imul(state ^ (state >>> 16), 0x21f0_aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a_2d97);
    return z ^ (z >>> 15);
  };
  return Float32Array.from({ length: count }, () => Math.max(-3, Math.min(3, gaussian(word(), word()))));
}

/** Tiles of normal weights, three standard deviations at full scale. */
export function program({ k, n, tileRows }: Shape, noise: Noise): TileProgram {
  return {
    k,
    n,
    tileRows,
    weights: normals(n * k, 0),
    fullScale: new Float32Array(Math.ceil(k / tileRows) * n).fill(3),
    readout: {
      input: { bits: CONVERTER_BITS, scale: { kind: 'abs-max', clip: 1 } },
      noise: TERMS[noise],
      shot: null,
      transfer: null,
      output: { bits: CONVERTER_BITS, coding: 'symmetric', range: { kind: 'fixed', range: ADC_RANGE } },
    },
  };
}

/** Rows of normal activations, each with a key of its own. */
export function batch({ rows, k }: Shape): RowBatch {
  return {
    rows,
    x: normals(rows * k, 1),
    seeds: BigUint64Array.from({ length: rows }, (_, row) => 0x9e37_79b9_7f4a_7c15n * BigInt(row + 1)),
    positions: Uint32Array.from({ length: rows }, (_, row) => 100 + row),
  };
}

/** Operations of a reading: a multiplication and an addition for every weight and row. */
export const operations = ({ rows, k, n }: Shape): number => 2 * rows * k * n;
