import { gaussianPair, type StaticSource } from '@ohmlight/tile-engine';
import { bulk } from '../crossbar/bulk.js';
import type { CrossbarParameters } from './parameters.js';
import type { ValuesOf } from '../../profile/quantity.js';
import { type DeviceStatistics, deviceStatistics } from './conductance.js';

/** The cells of a column in one tile. */
export interface PairColumn {
  /** Weights, and effective weights as programmed; of the tile's inputs. */
  readonly weights: Float32Array;
  readonly effective: Float32Array;
  /** First input of the tile, and column, in the whole matrix. */
  readonly input: number;
  readonly column: number;
  /** Weight that takes the whole range: above 0. */
  readonly largest: number;
}

/**
 * Programs a column's pairs and adds what they conduct to `rows`, S.
 * @returns Σ of the devices' σ_read², S²
 *
 * The reference of `BulkPairs`, cell after cell.
 */
export function programPairs(
  p: ValuesOf<CrossbarParameters>,
  source: StaticSource,
  { weights, effective, input, column, largest }: PairColumn,
  rows: Float64Array,
): number {
  const { g_min, g_max } = p;
  const { programmingSigma, readSigma } = deviceStatistics(p);
  const range = g_max - g_min;
  const unit = largest / range;
  const words = new Uint32Array(4);
  const xi = new Float64Array(2);
  const program = (target: number, error: number): number =>
    Math.max(0, Math.min(g_max, target + programmingSigma(target) * error));
  let variance = 0;
  for (let i = 0; i < weights.length; i++) {
    const share = (weights[i]! / largest) * range;
    source.cell(words, input + i, column);
    gaussianPair(xi, words[0]!, words[1]!);
    const plus = program(g_min + Math.max(share, 0), xi[0]!);
    const minus = program(g_min + Math.max(-share, 0), xi[1]!);
    effective[i] = (plus - minus) * unit;
    variance += squares(readSigma(plus), readSigma(minus));
    rows[i]! += plus + minus;
  }
  return variance;
}

const squares = (a: number, b: number): number => a * a + b * b;

/** `programPairs` in the kernels' memory, which it gives back when closed. */
export class BulkPairs {
  readonly #kernels = bulk().kernels;
  readonly #mark = this.#kernels.mark();
  readonly #statistics: DeviceStatistics;
  readonly #coefficients;
  readonly #weights;
  readonly #effective;
  readonly #plus;
  readonly #minus;
  readonly #rows;
  readonly #normals;

  /** @param most inputs of a tile */
  constructor(
    readonly p: ValuesOf<CrossbarParameters>,
    readonly source: StaticSource,
    most: number,
  ) {
    const kernels = this.#kernels;
    // The kernels go by twos, draws by fours.
    const room = Math.ceil(most / 4) * 4;
    this.#statistics = deviceStatistics(p);
    this.#coefficients = kernels.placed(Float64Array.from(p.programming_sigma));
    this.#weights = kernels.floats(room);
    this.#effective = kernels.floats(room);
    this.#plus = kernels.doubles(room);
    this.#minus = kernels.doubles(room);
    this.#rows = kernels.doubles(room);
    this.#normals = kernels.doubles(2 * room);
  }

  /** What columns conduct so far, per input of the tile, S: to be filled with 0 before a tile's first. */
  get rows(): Float64Array {
    return this.#rows.values;
  }

  program({ weights, effective, input, column, largest }: PairColumn): number {
    const { run } = this.#kernels;
    const { g_min, g_max, read_law, read_coefficients } = this.p;
    const count = weights.length;
    const [word0, word1, low, high] = this.source.words;
    const normals = this.#normals.address;
    this.#weights.values.set(weights);
    run.pairNormals(normals, word0, word1, input, (count + 3) & ~3, column, low, high);
    run.programPairs(
      this.#weights.address,
      this.#effective.address,
      this.#plus.address,
      this.#minus.address,
      this.#rows.address,
      (count + 1) & ~1,
      normals,
      largest,
      g_min,
      g_max,
      this.#coefficients.address,
      this.#coefficients.values.length,
    );
    effective.set(this.#effective.values.subarray(0, count));
    if (read_law === 'rram') {
      const { address } = this.#plus;
      return run.pairVariance(
        address,
        this.#minus.address,
        count,
        read_coefficients[0] ?? 0,
        this.#statistics.spectrum,
      );
    }
    const { readSigma } = this.#statistics;
    const [plus, minus] = [this.#plus.values, this.#minus.values];
    let variance = 0;
    for (let i = 0; i < count; i++) variance += squares(readSigma(plus[i]!), readSigma(minus[i]!));
    return variance;
  }

  close(): void {
    this.#kernels.reset(this.#mark);
  }
}
