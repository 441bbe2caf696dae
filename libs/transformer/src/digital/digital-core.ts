import { OhmlightError, type Operation } from '@ohmlight/contracts';
import { type Address, DigitalKernels, type DigitalKernelsOptions, KvPages } from '@ohmlight/tile-engine/digital';
import type { DigitalWeights } from './digital-unit.js';
import { RopeTables } from './rope.js';
import { StepBuffers } from './step-buffers.js';

/** The rows of a step, their caches by number. */
export interface CoreRows {
  readonly tokens: Int32Array;
  readonly positions: Uint32Array;
  /** Number of each row's cache, of the caller's choice; a new one is an empty cache. */
  readonly caches: Uint32Array;
  readonly wanted: readonly number[];
}

interface CoreStep {
  readonly rows: CoreRows;
  /** Each row's cache. */
  readonly caches: readonly KvPages[];
  readonly buffers: StepBuffers;
}

/**
 * The arithmetic of the digital unit in the calling thread: steps and caches by number, synchronous. What each call
 * does stands at `UnitStep`; the formulas and the order of sums in docs/reference/transformer.md.
 */
export class DigitalCore {
  private readonly kernels: DigitalKernels;
  private readonly rope: RopeTables;
  private readonly norms: readonly { readonly attention: Address; readonly ffn: Address }[];
  private readonly finalNorm: Address;
  private readonly caches = new Map<number, KvPages>();
  private readonly steps = new Map<number, CoreStep>();

  constructor(
    private readonly weights: DigitalWeights,
    options?: DigitalKernelsOptions,
  ) {
    this.kernels = new DigitalKernels(options);
    this.rope = new RopeTables(this.kernels, weights.config);
    this.norms = weights.norms.map(({ attention, ffn }) => ({
      attention: this.kernels.place(attention),
      ffn: this.kernels.place(ffn),
    }));
    this.finalNorm = this.kernels.place(weights.finalNorm);
  }

  /** Bytes of the kernels' memory in use. */
  get usedBytes(): number {
    return this.kernels.usedBytes;
  }

  /**
   * @returns Input of the first phase.
   * @throws OhmlightError `capacity_exceeded`; no step is begun then.
   */
  begin(id: number, rows: CoreRows): Float32Array<ArrayBuffer> {
    const { config, embedding } = this.weights;
    const positions = rows.positions.reduce((most, position) => Math.max(most, position + 1), 0);
    this.rope.prepare(positions);
    const caches = Array.from(rows.caches, (cache) => this.cache(cache));
    caches.forEach((cache, row) => cache.reserve(rows.positions[row]! + 1));
    const buffers = new StepBuffers(this.kernels, config, rows.tokens.length, positions);
    this.steps.set(id, { rows, caches, buffers });
    const { hidden } = config;
    const residual = this.kernels.view(buffers.residual, rows.tokens.length * hidden);
    rows.tokens.forEach((token, row) =>
      residual.set(embedding.subarray(token * hidden, (token + 1) * hidden), row * hidden),
    );
    return this.normed(buffers, rows.tokens.length, this.norms[0]!.attention);
  }

  /** @returns Input of the next phase. */
  after(id: number, layer: number, operation: Operation, y: Float32Array): Float32Array<ArrayBuffer> {
    const step = this.steps.get(id);
    if (!step) throw new OhmlightError('internal_error', `the digital unit knows no step ${id}`);
    const { rows, buffers } = step;
    const { ffn, hidden, layers } = this.weights.config;
    const count = rows.tokens.length;
    this.kernels.view(buffers.y, y.length).set(y);
    switch (operation) {
      case 'qkv':
        return this.attention(step, layer);
      case 'o':
        this.kernels.run.addRow(buffers.residual, buffers.y, count * hidden);
        return this.normed(buffers, count, this.norms[layer]!.ffn);
      case 'gate_up':
        this.kernels.run.gatedSilu(buffers.y, count, ffn, buffers.x);
        return this.kernels.view(buffers.x, count * ffn).slice();
      case 'down':
        this.kernels.run.addRow(buffers.residual, buffers.y, count * hidden);
        return layer + 1 < layers
          ? this.normed(buffers, count, this.norms[layer + 1]!.attention)
          : this.wanted(rows, buffers);
      default:
        throw new OhmlightError('internal_error', `nothing of the digital unit follows ${operation}`);
    }
  }

  end(id: number): void {
    this.steps.get(id)?.buffers.free();
    this.steps.delete(id);
  }

  freeCache(id: number): void {
    this.caches.get(id)?.free();
    this.caches.delete(id);
  }

  private cache(id: number): KvPages {
    let cache = this.caches.get(id);
    if (!cache) {
      cache = new KvPages(this.kernels, this.weights.config);
      this.caches.set(id, cache);
    }
    return cache;
  }

  /** The norm of the residual stream, all rows. */
  private normed({ residual, x }: StepBuffers, rows: number, norm: Address): Float32Array<ArrayBuffer> {
    const { hidden, rmsNormEps } = this.weights.config;
    this.kernels.run.rmsNorm(residual, rows, hidden, norm, rmsNormEps, x);
    return this.kernels.view(x, rows * hidden).slice();
  }

  /** The final norm of the rows that want logits. */
  private wanted({ wanted }: CoreRows, { residual, x }: StepBuffers): Float32Array<ArrayBuffer> {
    const { hidden, rmsNormEps } = this.weights.config;
    const bytes = 4 * hidden;
    wanted.forEach((row, i) =>
      this.kernels.run.rmsNorm(residual + row * bytes, 1, hidden, this.finalNorm, rmsNormEps, x + i * bytes),
    );
    return this.kernels.view(x, wanted.length * hidden).slice();
  }

  /** Keys and values of all rows into their caches, then attention row by row. */
  private attention({ rows, caches, buffers }: CoreStep, layer: number): Float32Array<ArrayBuffer> {
    const { heads, kvHeads, headDim } = this.weights.config;
    const count = rows.tokens.length;
    const [queryBytes, kvBytes] = [4 * heads * headDim, 4 * kvHeads * headDim];
    for (let row = 0; row < count; row++) {
      const position = rows.positions[row]!;
      const q = buffers.y + row * (queryBytes + 2 * kvBytes);
      const k = q + queryBytes;
      const [cosines, sines] = [this.rope.cosines(position), this.rope.sines(position)];
      this.kernels.run.turn(k, cosines, sines, buffers.keys, kvHeads, headDim / 2);
      caches[row]!.store(layer, position, buffers.keys, k + kvBytes);
      this.kernels.run.turn(q, cosines, sines, buffers.queries + row * queryBytes, heads, headDim / 2);
    }
    const group = heads / kvHeads;
    const groupBytes = queryBytes / kvHeads;
    // Rows of one sequence head by head: its keys and values stay in the nearest cache meanwhile.
    for (let from = 0; from < count;) {
      let to = from + 1;
      while (to < count && caches[to] === caches[from]) to++;
      for (let head = 0; head < kvHeads; head++)
        for (let row = from; row < to; row++) {
          const at = row * queryBytes + head * groupBytes;
          const length = rows.positions[row]! + 1;
          caches[row]!.attend(layer, head, length, buffers.queries + at, group, buffers.scores, buffers.x + at);
        }
      from = to;
    }
    return this.kernels.view(buffers.x, count * heads * headDim).slice();
  }
}
