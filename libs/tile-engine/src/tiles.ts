import { OhmlightError } from '@ohmlight/contracts';
import { checkWeights } from './checks.js';
import type { TileMatrix, TileProgram } from './engine.js';
import { POISSON_LIMIT } from './noise.js';
import type { NoiseTerm, PerOutput, Readout } from './readout.js';

/** Weights are fixed-point numbers of 16 bit, sums are int32. */
const WEIGHT_CODE_MAX = 32_767;
const SUM_MAX = 2 ** 31 - 1;

/** Largest DAC code of `bits`: codes are symmetric. */
export const inputLimit = (bits: number): number => 2 ** (bits - 1) - 1;

/**
 * Largest weight code for which no sum of a tile can leave int32: `inputLimit · weightLimit · tileRows < 2^31`.
 * It is 32767 for 8-bit inputs and 256 rows.
 */
export function weightLimit(inputBits: number, tileRows: number): number {
  return Math.min(WEIGHT_CODE_MAX, Math.floor(SUM_MAX / (inputLimit(inputBits) * tileRows)));
}

/** Variance coefficients of the noise terms, c² per (tile, column) and summed by kind; null where none has any. */
export interface Variances {
  readonly constant: Float32Array | null;
  readonly inputNorm: Float32Array | null;
  readonly signal: Float32Array | null;
  readonly rootSignal: Float32Array | null;
  readonly absProduct: Float32Array | null;
  readonly absPower: Float32Array | null;
}

/** Tiles of this engine: codes row-major n × k, whatever the tile. */
export interface Tiles extends TileMatrix {
  readonly codes: Int16Array;
  readonly fullScale: Float32Array;
  readonly readout: Readout;
  readonly variances: Variances;
  /** ‖w‖ per (tile, column), analog units; null where the readout does not ask for it. */
  readonly weightNorm: Float32Array | null;
  /** ADC step per (tile, column); times ‖x‖ where the range follows the operands' norms. Null without ADC. */
  readonly step: Float32Array | null;
}

export function programTiles(program: TileProgram): TileMatrix {
  const { k, n, tileRows, weights, fullScale, readout } = program;
  checkWeights(weights, k, n);
  const tiles = Math.ceil(k / tileRows);
  if (fullScale.length !== tiles * n)
    throw new OhmlightError('invalid_shard', `${tiles} tiles of ${n} columns take ${tiles * n} scales`);
  const bound = weightLimit(readout.input.bits, tileRows);
  const limit = program.levels ?? bound;
  if (limit < 1 || limit > bound)
    throw new OhmlightError(
      'invalid_shard',
      `weight codes up to ${limit} with ${readout.input.bits}-bit inputs and ${tileRows} rows leave int32; at most ${bound}, so take fewer bits or rows`,
    );
  if (readout.shot && readout.shot.poissonBelow > POISSON_LIMIT)
    throw new OhmlightError('invalid_shard', `Poisson counts are drawn below ${POISSON_LIMIT} photons only`);
  const codes = quantise(weights, fullScale, k, n, tileRows, limit);
  const variances = variancesOf(readout.noise, tiles * n);
  const asksNorm = readout.shot !== null || readout.output?.range.kind === 'operand-norms';
  const weightNorm = asksNorm ? norms(codes, k, n, tileRows, limit) : null;
  const step = steps(readout, weightNorm, k, n, tileRows);
  const owned = [codes, fullScale, weightNorm, step, ...Object.values(variances)] as (Float32Array | null)[];
  const residentBytes = owned.reduce((sum, array) => sum + (array?.byteLength ?? 0), 0);
  const matrix: Tiles = {
    k,
    n,
    tileRows,
    tiles,
    weightLimit: limit,
    residentBytes,
    codes,
    fullScale,
    readout,
    variances,
    weightNorm,
    step,
  };
  return matrix;
}

/** Rounds half to even for |v| < 2^51: adding 1.5·2^52 leaves no fraction bits. */
export function nearestEven(v: number): number {
  return v + 6755399441055744 - 6755399441055744;
}

function quantise(
  weights: Float32Array,
  fullScale: Float32Array,
  k: number,
  n: number,
  tileRows: number,
  limit: number,
): Int16Array {
  const codes = new Int16Array(n * k);
  for (let start = 0, tile = 0; start < k; start += tileRows, tile++) {
    const end = Math.min(k, start + tileRows);
    for (let column = 0; column < n; column++) {
      const full = fullScale[tile * n + column]!;
      if (full === 0) continue;
      for (let i = column * k + start; i < column * k + end; i++)
        codes[i] = Math.max(-limit, Math.min(limit, nearestEven((weights[i]! / full) * limit)));
    }
  }
  return codes;
}

function norms(codes: Int16Array, k: number, n: number, tileRows: number, limit: number): Float32Array {
  const out = new Float32Array(Math.ceil(k / tileRows) * n);
  for (let start = 0, tile = 0; start < k; start += tileRows, tile++)
    for (let column = 0; column < n; column++) {
      let sum = 0;
      for (let i = column * k + start; i < column * k + Math.min(k, start + tileRows); i++)
        sum += codes[i]! * codes[i]!;
      out[tile * n + column] = Math.sqrt(sum) / limit;
    }
  return out;
}

function steps(
  { output }: Readout,
  weightNorm: Float32Array | null,
  k: number,
  n: number,
  tileRows: number,
): Float32Array | null {
  if (!output) return null;
  const half = 2 ** (output.bits - 1);
  const divisions = output.coding === 'symmetric' ? half - 1 : half;
  const tiles = Math.ceil(k / tileRows);
  if (output.range.kind === 'fixed') return expand(output.range.range, tiles * n, (range) => range / divisions);
  const { clip } = output.range;
  return weightNorm!.map((norm, i) => {
    const rows = Math.min(tileRows, k - Math.floor(i / n) * tileRows);
    return (clip * norm) / Math.sqrt(rows) / divisions;
  });
}

function variancesOf(noise: readonly NoiseTerm[], length: number): Variances {
  const sum = (kind: NoiseTerm['kind']): Float32Array | null => {
    const terms = noise.filter((term) => term.kind === kind);
    if (terms.length === 0) return null;
    const total = new Float32Array(length);
    for (const { coefficient } of terms) {
      const squares = expand(coefficient, length, (c) => c * c);
      for (let i = 0; i < length; i++) total[i]! += squares[i]!;
    }
    return total;
  };
  return {
    constant: sum('constant'),
    inputNorm: sum('input-norm'),
    signal: sum('signal'),
    rootSignal: sum('root-signal'),
    absProduct: sum('abs-product'),
    absPower: sum('abs-power'),
  };
}

function expand(values: PerOutput, length: number, map: (value: number) => number): Float32Array {
  if (typeof values === 'number') return new Float32Array(length).fill(map(values));
  if (values.length !== length)
    throw new OhmlightError('invalid_shard', `a coefficient per output takes ${length} values, not ${values.length}`);
  return values.map(map);
}
