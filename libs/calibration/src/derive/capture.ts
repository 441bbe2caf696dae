import { type MatrixRef, OhmlightError, philox4x32, type RowBatch } from '@ohmlight/contracts';
import type { Matmul, MatmulCall, MatmulReply } from '@ohmlight/transformer';
import { followsNorm } from '../file/calibration-file.js';
import { largestOf } from '../ranges.js';
import { ActivationSketch } from './activation-sketch.js';

/** What a text sent through one matrix. */
export interface CapturedMatrix {
  readonly matrix: MatrixRef;
  readonly sketch: ActivationSketch;
  /** Largest magnitude of each output over the text: as it is, and as a part of the row's largest input. */
  readonly peaks: { readonly absolute: Float32Array; readonly relative: Float32Array };
  /** Rows of all that passed: three quarters drawn with equal chances, one quarter those with the largest inputs. */
  readonly batch: RowBatch;
}

/** Domain of the reservoir's draws, apart from other uses of the same generator. */
const RESERVOIR_DOMAIN = 0x63616c69;

/** The rows with the smallest keys, ties in order: a sample that does not depend on how the text was cut into steps. */
class Reservoir {
  readonly #rows: Row[] = [];

  /** @param keyOf Key of a row. */
  constructor(
    private readonly size: number,
    private readonly keyOf: (x: Float32Array, seed: bigint, position: number) => number,
  ) {}

  add({ rows, x, seeds, positions }: RowBatch): void {
    const k = x.length / rows;
    for (let row = 0; row < rows; row++) {
      const [seed, position] = [seeds[row]!, positions[row]!];
      const inputs = x.subarray(row * k, (row + 1) * k);
      const key = this.keyOf(inputs, seed, position);
      if (this.#rows.length === this.size && key >= this.#rows.at(-1)!.key) continue;
      const at = this.#rows.findIndex((other) => other.key > key);
      const entry = { key, x: inputs.slice(), seed, position };
      this.#rows.splice(at < 0 ? this.#rows.length : at, 0, entry);
      if (this.#rows.length > this.size) this.#rows.pop();
    }
  }

  get rows(): readonly Row[] {
    return this.#rows;
  }
}

interface Row {
  readonly key: number;
  readonly x: Float32Array;
  readonly seed: bigint;
  readonly position: number;
}

/**
 * Rows of one matrix, and every row's chance. Few rows of a transformer are unlike all others, a text's first above
 * all, and much hangs on them: a sample by chance alone may lack them.
 */
class Sample {
  readonly #drawn: Reservoir;
  readonly #largest: Reservoir;

  constructor(size: number, tag: number) {
    const extremes = Math.ceil(size / 4);
    this.#drawn = new Reservoir(size - extremes, (_, seed, position) => {
      const words = [Number(seed & 0xffff_ffffn), Number(seed >> 32n)] as const;
      return philox4x32([position, tag, 0, RESERVOIR_DOMAIN], words)[0];
    });
    this.#largest = new Reservoir(extremes, (x) => -largestOf(x));
  }

  add(batch: RowBatch): void {
    this.#drawn.add(batch);
    this.#largest.add(batch);
  }

  batch(k: number): RowBatch {
    const name = ({ seed, position }: Row): string => `${seed}/${position}`;
    const known = new Set(this.#drawn.rows.map(name));
    const rows = [...this.#drawn.rows, ...this.#largest.rows.filter((row) => !known.has(name(row)))];
    const x = new Float32Array(rows.length * k);
    rows.forEach((row, i) => x.set(row.x, i * k));
    return {
      rows: rows.length,
      x,
      seeds: BigUint64Array.from(rows, ({ seed }) => seed),
      positions: Uint32Array.from(rows, ({ position }) => position),
    };
  }
}

/** A matmul that keeps what passes: the magnitudes of all activations, and a sample of rows, per matrix. */
export class CapturingMatmul implements Matmul {
  readonly #matrices: ReadonlyMap<
    string,
    { matrix: MatrixRef; sketch: ActivationSketch; sample: Sample; peaks: CapturedMatrix['peaks'] }
  >;

  /** @param sample Rows that are kept of each matrix. */
  constructor(
    private readonly inner: Matmul,
    matrices: readonly MatrixRef[],
    sample: number,
  ) {
    this.#matrices = new Map(
      matrices.map((matrix, tag) => [
        key(matrix),
        {
          matrix,
          sketch: new ActivationSketch(matrix.k, followsNorm(matrix.operation)),
          sample: new Sample(sample, tag),
          peaks: { absolute: new Float32Array(matrix.n), relative: new Float32Array(matrix.n) },
        },
      ]),
    );
  }

  async execute(call: MatmulCall, signal?: AbortSignal): Promise<MatmulReply> {
    const entry = this.#matrices.get(key(call));
    if (!entry) throw new OhmlightError('internal_error', `nothing captures ${key(call)}`);
    entry.sketch.add(call.batch.x);
    entry.sample.add(call.batch);
    const reply = await this.inner.execute(call, signal);
    raise(entry.peaks, reply.y, call.batch);
    return reply;
  }

  /** @throws OhmlightError `invalid_value` when no row has passed. */
  captured(): CapturedMatrix[] {
    return [...this.#matrices.values()].map(({ matrix, sketch, sample, peaks }) => {
      if (sketch.rows === 0)
        throw new OhmlightError('invalid_value', 'the text has no tokens; name a file with at least one line of text');
      return { matrix, sketch, peaks, batch: sample.batch(matrix.k) };
    });
  }
}

function raise({ absolute, relative }: CapturedMatrix['peaks'], y: Float32Array, { rows, x }: RowBatch): void {
  const n = absolute.length;
  const k = x.length / rows;
  for (let row = 0; row < rows; row++) {
    const scale = largestOf(x.subarray(row * k, (row + 1) * k));
    if (scale === 0) continue;
    for (let c = 0; c < n; c++) {
      const output = Math.abs(y[row * n + c]!);
      if (output > absolute[c]!) absolute[c] = output;
      if (output / scale > relative[c]!) relative[c] = output / scale;
    }
  }
}

const key = ({ layer, operation }: Pick<MatrixRef, 'layer' | 'operation'>): string => `${layer}/${operation}`;
