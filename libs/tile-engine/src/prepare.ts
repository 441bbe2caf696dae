import { checkReadout, checkStage, refuse } from './check-readout.js';
import { checkWeights } from './checks.js';
import type { ChainProgram, TileProgram } from './engine.js';
import { type Pass, passesOf } from './passes.js';
import type { NoiseTerm, PerOutput, Readout } from './readout.js';
import { nearestEven } from './quantise.js';
import { checkTileWeights, type Weights } from './weights.js';

const { fround } = Math;

/** Weights are fixed-point numbers of 16 bit, sums are int32. */
const WEIGHT_CODE_MAX = 32_767;
const SUM_MAX = 2 ** 31 - 1;
/** Below 14 bits of weight the inputs are sliced instead. */
const WEIGHT_CODE_LEAST = 8_191;
const TILE_ROWS_MAX = 1024;
/** An ADC range below this counts as 0: a column that no output is expected of. */
const RANGE_LEAST = 2 ** -100;
/** Beyond this, outputs of finite tiles could leave f32 before the row's scale is applied. */
const FULL_SCALE_MOST = 2 ** 100;

/** Largest DAC code of `bits`: codes are symmetric. */
export const inputLimit = (bits: number): number => 2 ** (bits - 1) - 1;

/**
 * Largest weight code for which no sum of a tile can leave int32: `inputLimit · weightLimit · tileRows < 2^31`.
 * It is 32767 for 8-bit inputs and 256 rows. Where it would fall below 14 bits it is 32767 too, and codes are
 * multiplied in two parts.
 */
export function weightLimit(inputBits: number, tileRows: number): number {
  const whole = Math.floor(SUM_MAX / (inputLimit(inputBits) * tileRows));
  return whole < WEIGHT_CODE_LEAST ? WEIGHT_CODE_MAX : Math.min(WEIGHT_CODE_MAX, whole);
}

/** Low bits of a code that are multiplied apart; 0 where the whole product fits into int32. */
function splitOf(limit: number, weightLimit: number, tileRows: number): number {
  if (limit * weightLimit * tileRows <= SUM_MAX) return 0;
  let split = 1;
  while ((2 ** (split + 1) - 1) * weightLimit * tileRows <= SUM_MAX) split++;
  return split;
}

/** One number for every output, or one per (slice, tile, column). */
export type Coefficient = number | Float32Array;

/** How σ of an output's Gaussian is found: `constant` c; `input-norm` c·‖x‖; `variance` √(sum of all terms). */
export type NoiseForm = 'none' | 'constant' | 'input-norm' | 'variance';

/** A readout with everything computed that does not depend on the batch; the same for every engine. */
export interface PreparedTiles {
  readonly k: number;
  readonly n: number;
  readonly tileRows: number;
  readonly tiles: number;
  readonly slices: number;
  readonly weightLimit: number;
  readonly readout: Readout;
  readonly passes: readonly Pass[];
  /** Low bits of codes that are multiplied apart. */
  readonly split: number;
  readonly form: NoiseForm;
  /** σ coefficient of `constant` and `input-norm`. */
  readonly sigma: Coefficient | null;
  /** Variance coefficients c² by kind of term, summed; of the form `variance`. */
  readonly variances: Readonly<Record<NoiseTerm['kind'], Coefficient | null>>;
  /** Counts of detectors, where the readout has them. */
  readonly counts: { readonly dark: Coefficient; readonly power: Coefficient; readonly product: Coefficient } | null;
  /** Whether the noise asks for Σ|w||x|, and for Σ|w|x². */
  readonly asks: { readonly magnitudes: boolean; readonly squares: boolean };
  /** Largest code of the inputs' magnitudes and squares, for `abs-product` and `abs-power`. */
  readonly magnitudeLimit: number;
  /** ‖w‖ per (slice, tile, column), analog units; null where nothing asks for it. */
  readonly weightNorm: Float32Array | null;
  /** ADC step and its inverse; times and over ‖x‖ where the range follows the operands' norms. Null without ADC. */
  readonly step: Coefficient | null;
  readonly inverseStep: Coefficient | null;
}

/**
 * Checks a program and prepares its readout. `codes` are the weight codes, slices × n × k.
 * @throws OhmlightError `invalid_shard`.
 */
export function prepareTiles(program: TileProgram<Weights>, codes: (limit: number) => Int16Array): PreparedTiles {
  const { k, n, tileRows, fullScale, readout, slices = 1 } = program;
  const { input } = readout;
  checkShape(k, n, tileRows, slices);
  checkTileWeights(program);
  if (program.magnitudes) {
    checkWeights(program.magnitudes, k, n * slices);
    if (!program.magnitudes.every((value) => value >= 0)) throw refuse('a magnitude of the noise is negative');
  }
  checkReadout(readout);
  const tiles = Math.ceil(k / tileRows);
  const outputs = slices * tiles * n;
  if (fullScale.length !== outputs)
    throw refuse(`${slices} × ${tiles} tiles of ${n} columns take ${outputs} scales, not ${fullScale.length}`);
  if (!fullScale.every((scale) => scale >= 0 && scale <= FULL_SCALE_MOST))
    throw refuse('a full scale is negative, not finite or beyond 2^100');
  const passes = input ? passesOf(input) : [];
  const largest = passes.reduce((most, { limit }) => Math.max(most, limit), 1);
  const bits = input ? Math.ceil(Math.log2(largest + 1)) + 1 : 0;
  const bound = input ? weightLimit(bits, tileRows) : WEIGHT_CODE_MAX;
  const limit = program.levels ?? bound;
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= WEIGHT_CODE_MAX))
    throw refuse(`weight codes reach from 1 to ${WEIGHT_CODE_MAX} levels, not ${limit}`);
  const asksNorm =
    (readout.shot !== null && !('gain' in readout.shot)) || readout.output?.range.kind === 'operand-norms';
  const weightNorm = asksNorm ? norms(codes(limit), k, n, tileRows, slices, limit) : null;
  const [step, inverseStep] = steps(readout, weightNorm, k, n, tileRows, outputs);
  const noise = noiseOf(readout, outputs);
  return {
    k,
    n,
    tileRows,
    tiles,
    slices,
    weightLimit: limit,
    readout: owned(readout),
    passes,
    split: splitOf(largest, limit, tileRows),
    ...noise,
    asks: {
      magnitudes: noise.variances['abs-product'] !== null || noise.counts !== null,
      squares: noise.variances['abs-power'] !== null,
    },
    magnitudeLimit: Math.min(WEIGHT_CODE_MAX, Math.floor(SUM_MAX / (limit * tileRows))),
    weightNorm,
    step,
    inverseStep,
  };
}

/** A readout whose table no caller can change; coefficients are copied where they are prepared. */
function owned(readout: Readout): Readout {
  const { transfer } = readout;
  if (transfer?.kind !== 'table') return readout;
  return { ...readout, transfer: { ...transfer, values: transfer.values.slice() } };
}

/** Codes of magnitudes or squares by |code|, 0 … `limit`: round((|code|/limit)^power·most), half to even. */
export function magnitudeCodes(limit: number, most: number, power: 1 | 2): Int16Array {
  return Int16Array.from({ length: limit + 1 }, (_, code) => nearestEven((code ** power * most) / limit ** power));
}

function checkShape(k: number, n: number, tileRows: number, slices: number): void {
  for (const [name, value, most] of [
    ['k', k, Infinity],
    ['n', n, Infinity],
    ['tileRows', tileRows, TILE_ROWS_MAX],
    ['slices', slices, 32],
  ] as const)
    if (!(Number.isInteger(value) && value >= 1 && value <= most))
      throw refuse(`${name} is ${value}; it is a whole number from 1${most === Infinity ? ' on' : ` to ${most}`}`);
}

function norms(codes: Int16Array, k: number, n: number, tileRows: number, slices: number, limit: number): Float32Array {
  const tiles = Math.ceil(k / tileRows);
  const out = new Float32Array(slices * tiles * n);
  for (let slice = 0; slice < slices; slice++)
    for (let start = 0, tile = 0; start < k; start += tileRows, tile++)
      for (let column = 0; column < n; column++) {
        const row = (slice * n + column) * k;
        let sum = 0;
        for (let i = row + start; i < row + Math.min(k, start + tileRows); i++) sum += codes[i]! * codes[i]!;
        out[(slice * tiles + tile) * n + column] = Math.sqrt(sum) / limit;
      }
  return out;
}

function steps(
  { output }: Readout,
  weightNorm: Float32Array | null,
  k: number,
  n: number,
  tileRows: number,
  outputs: number,
): [Coefficient | null, Coefficient | null] {
  if (!output) return [null, null];
  const half = 2 ** (output.bits - 1);
  const divisions = output.coding === 'symmetric' ? half - 1 : half;
  const inverse = (step: number): number => (step > 0 ? fround(1 / step) : 0);
  if (output.range.kind === 'fixed') {
    const step = mapped(output.range.range, outputs, (range) => (range < RANGE_LEAST ? 0 : range / divisions));
    return [step, mapped(step, outputs, inverse)];
  }
  const { clip } = output.range;
  const tiles = Math.ceil(k / tileRows);
  const step = weightNorm!.map((norm, i) => {
    const rows = Math.min(tileRows, k - (Math.floor(i / n) % tiles) * tileRows);
    return (clip * norm) / Math.sqrt(rows) / divisions;
  });
  return [step, step.map(inverse)];
}

/** The kinds of terms that σ follows without a root. */
const DIRECT = new Map<string, NoiseForm>([
  ['constant', 'constant'],
  ['input-norm', 'input-norm'],
]);

function noiseOf(
  { noise, shot }: Readout,
  outputs: number,
): Pick<PreparedTiles, 'form' | 'sigma' | 'variances' | 'counts'> {
  const sum = (kind: NoiseTerm['kind']): Coefficient | null => {
    const terms = noise.filter((term) => term.kind === kind);
    if (terms.length === 0) return null;
    return terms
      .map(({ coefficient }) => mapped(coefficient, outputs, (c) => c * c))
      .reduce((total, part) => added(total, part, outputs));
  };
  const variances = {
    constant: sum('constant'),
    'input-norm': sum('input-norm'),
    signal: sum('signal'),
    'root-signal': sum('root-signal'),
    'abs-product': sum('abs-product'),
    'abs-power': sum('abs-power'),
  };
  const same = (values: PerOutput): Coefficient => mapped(values, outputs, (value) => value);
  const counts =
    shot && 'gain' in shot ? { dark: same(shot.dark), power: same(shot.power), product: same(shot.product) } : null;
  const [first] = noise;
  if (!first) return { form: shot ? 'variance' : 'none', sigma: null, variances, counts };
  const form = noise.length === 1 && !shot ? (DIRECT.get(first.kind) ?? 'variance') : 'variance';
  const sigma = form === 'variance' ? null : mapped(first.coefficient, outputs, Math.abs);
  return { form, sigma, variances, counts };
}

function added(a: Coefficient, b: Coefficient, outputs: number): Coefficient {
  if (typeof a === 'number' && typeof b === 'number') return fround(a + b);
  const at = (values: Coefficient, i: number): number => (typeof values === 'number' ? values : values[i]!);
  return Float32Array.from({ length: outputs }, (_, i) => at(a, i) + at(b, i));
}

function mapped(values: PerOutput, length: number, map: (value: number) => number): Coefficient {
  if (typeof values === 'number') return fround(map(fround(values)));
  if (values.length !== length) throw refuse(`a coefficient per output takes ${length} values, not ${values.length}`);
  return values.map(map);
}

/** @throws OhmlightError `invalid_shard` when the parts of a chain do not fit each other. */
export function checkChain({ first, stage, second }: ChainProgram): void {
  const hidden = stage.gated ? first.n / 2 : first.n;
  if (hidden !== second.k)
    throw refuse(`a chain's second matrix takes ${second.k} hidden values, and its first gives ${hidden}`);
  if (!first.readout.input || first.readout.output) throw refuse("a chain's first matrix has a DAC and no ADC");
  if (second.readout.input) throw refuse("a chain's second matrix takes voltages, not codes");
  if (first.readout.bound || second.readout.bound) throw refuse('a chain has no bound management');
  checkStage(stage, hidden);
}
