import { OhmlightError, type Operation } from '@ohmlight/contracts';
import { type Address, type DigitalKernels, type KernelCall, KvPages } from '@ohmlight/tile-engine/digital';
import type { LlamaConfig } from '../checkpoint/config.js';
import type { DigitalUnit, DigitalWeights, UnitCache, UnitRows, UnitStep } from './digital-unit.js';
import type { KernelExecutor } from './kernel-executor.js';
import { RopeTables } from './rope.js';
import { StepBuffers } from './step-buffers.js';

/** Pages of one sequence, taken when a step first needs them. */
class KernelCache implements UnitCache {
  private pages: KvPages | undefined;

  constructor(
    private readonly kernels: DigitalKernels,
    private readonly config: LlamaConfig,
  ) {}

  /** The pages, with room for `positions` positions. */
  reserve(positions: number): KvPages {
    this.pages ??= new KvPages(this.kernels, this.config);
    this.pages.reserve(positions);
    return this.pages;
  }

  free(): void {
    this.pages?.free();
    this.pages = undefined;
  }
}

/** What follows a phase: calls, and how many values of the step's `x` they give. */
interface Stage {
  readonly calls: readonly KernelCall[];
  readonly flops: number;
  readonly length: number;
}

interface Norms {
  readonly attention: Address;
  readonly ffn: Address;
}

/** About what a norm and a residual sum take per value: they wait for memory more than they compute. */
const NORM_FLOPS = 15;
/** What an exponential, and what goes with it, takes. */
const EXP_FLOPS = 25;

/** One step in the kernels' memory. */
class KernelStep implements UnitStep {
  private readonly buffers: StepBuffers;
  private readonly rows: number;
  /** Σ over the rows of the positions that each attends to. */
  private readonly attended: number;
  private readonly wanted: readonly number[];
  private readonly layerOffset: (layer: number) => number;
  private ended = false;
  x = new Float32Array(0);

  constructor(
    private readonly unit: UnitParts,
    { tokens, positions, caches, wanted }: UnitRows,
  ) {
    const { kernels, rope, config, embedding } = unit;
    const most = positions.reduce((most, position) => Math.max(most, position + 1), 0);
    const pages = caches.map((cache, row) => (cache as KernelCache).reserve(positions[row]! + 1));
    rope.prepare(most);
    this.rows = tokens.length;
    this.wanted = wanted;
    this.attended = positions.reduce((sum, position) => sum + position + 1, 0);
    this.layerOffset = (layer) => pages[0]!.layerOffset(layer);
    this.buffers = new StepBuffers(kernels, config, this.rows, most);
    kernels.words(this.buffers.table, 2 * this.rows).set(pages.flatMap(({ table }, row) => [positions[row]!, table]));
    const residual = kernels.view(this.buffers.residual, this.rows * config.hidden);
    tokens.forEach((token, row) =>
      residual.set(embedding.subarray(token * config.hidden, (token + 1) * config.hidden), row * config.hidden),
    );
  }

  /** Input of the first phase. */
  async begin(): Promise<this> {
    this.x = await this.run(this.normed(this.unit.norms[0]!.attention));
    return this;
  }

  async after(layer: number, operation: Operation, y: Float32Array): Promise<Float32Array<ArrayBuffer>> {
    if (this.ended) throw new OhmlightError('internal_error', 'a phase of a step that has ended');
    const stage = this.stage(layer, operation);
    this.unit.kernels.view(this.buffers.y, y.length).set(y);
    return this.run(stage);
  }

  end(): void {
    if (!this.ended) this.buffers.free();
    this.ended = true;
  }

  private async run({ calls, flops, length }: Stage): Promise<Float32Array<ArrayBuffer>> {
    const under = this.unit.executor.run(calls, flops);
    if (under) await under;
    return this.unit.kernels.view(this.buffers.x, length).slice();
  }

  private stage(layer: number, operation: Operation): Stage {
    const { config, norms } = this.unit;
    switch (operation) {
      case 'qkv':
        return this.attention(layer);
      case 'o':
        return this.normed(norms[layer]!.ffn, true);
      case 'gate_up':
        return this.activated();
      case 'down':
      case 'ffn':
        return layer + 1 < config.layers ? this.normed(norms[layer + 1]!.attention, true) : this.final();
      default:
        throw new OhmlightError('internal_error', `nothing of the digital unit follows ${operation}`);
    }
  }

  /** The residual sum where a phase came before, and the norm of all rows. */
  private normed(norm: Address, sum = false): Stage {
    const { hidden, rmsNormEps } = this.unit.config;
    const { residual, x } = this.buffers;
    const length = this.rows * hidden;
    const calls: KernelCall[] = [['rmsNorm', residual, this.rows, hidden, norm, rmsNormEps, x]];
    return { calls: sum ? [this.residualSum(), ...calls] : calls, flops: NORM_FLOPS * length, length };
  }

  /** The residual sum, and the final norm of the rows that want logits. */
  private final(): Stage {
    const { finalNorm, config } = this.unit;
    const { hidden, rmsNormEps } = config;
    const { residual, x } = this.buffers;
    const norms = this.wanted.map((row, i): KernelCall => [
      'rmsNorm',
      residual + 4 * row * hidden,
      1,
      hidden,
      finalNorm,
      rmsNormEps,
      x + 4 * i * hidden,
    ]);
    return {
      calls: [this.residualSum(), ...norms],
      flops: NORM_FLOPS * this.rows * hidden,
      length: this.wanted.length * hidden,
    };
  }

  private residualSum(): KernelCall {
    return ['addRow', this.buffers.residual, this.buffers.y, this.rows * this.unit.config.hidden];
  }

  private activated(): Stage {
    const { ffn } = this.unit.config;
    const length = this.rows * ffn;
    return {
      calls: [['gatedSilu', this.buffers.y, this.rows, ffn, this.buffers.x]],
      flops: EXP_FLOPS * length,
      length,
    };
  }

  private attention(layer: number): Stage {
    const { config, rope } = this.unit;
    const { heads, kvHeads, headDim } = config;
    const { table, y, queries, keys, scores, x } = this.buffers;
    const { cosines, sines } = rope;
    const offset = this.layerOffset(layer);
    const scale = 1 / Math.sqrt(headDim);
    const rotations = 3 * this.rows * (heads + kvHeads) * headDim;
    return {
      calls: [
        [
          'attention',
          this.rows,
          table,
          y,
          heads,
          kvHeads,
          headDim,
          cosines,
          sines,
          offset,
          scale,
          queries,
          keys,
          scores,
          x,
        ],
      ],
      flops: rotations + this.attended * heads * (4 * headDim + EXP_FLOPS),
      length: this.rows * heads * headDim,
    };
  }
}

/** What the steps of a unit share. */
interface UnitParts {
  readonly kernels: DigitalKernels;
  readonly executor: KernelExecutor;
  readonly config: LlamaConfig;
  readonly embedding: Float32Array;
  readonly norms: readonly Norms[];
  readonly finalNorm: Address;
  readonly rope: RopeTables;
}

/**
 * The digital unit on the tile engine's kernels: weights, caches and steps in the kernels' memory, the calls wherever
 * the executor makes them. The formulas and the order of sums stand in docs/reference/transformer.md.
 */
export class KernelDigitalUnit implements DigitalUnit {
  private readonly parts: UnitParts;

  /** @throws OhmlightError `capacity_exceeded` */
  constructor(
    { config, embedding, norms, finalNorm }: DigitalWeights,
    private readonly kernels: DigitalKernels,
    private readonly executor: KernelExecutor,
  ) {
    this.parts = {
      kernels,
      executor,
      config,
      embedding,
      norms: norms.map(({ attention, ffn }) => ({ attention: kernels.place(attention), ffn: kernels.place(ffn) })),
      finalNorm: kernels.place(finalNorm),
      rope: new RopeTables(kernels, config),
    };
  }

  /** Bytes that weights, caches and steps take. */
  get usedBytes(): number {
    return this.kernels.usedBytes;
  }

  openCache(): UnitCache {
    return new KernelCache(this.kernels, this.parts.config);
  }

  async begin(rows: UnitRows): Promise<UnitStep> {
    const step = new KernelStep(this.parts, rows);
    try {
      return await step.begin();
    } catch (thrown) {
      step.end();
      throw thrown;
    }
  }

  close(): Promise<void> {
    return this.executor.close();
  }
}
