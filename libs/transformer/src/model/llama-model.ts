import { OhmlightError } from '@ohmlight/contracts';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import type { LlamaConfig } from '../checkpoint/config.js';
import { attentionNorm, EMBEDDING, ffnNorm, FINAL_NORM } from '../checkpoint/layout.js';
import type { Matmul } from '../matmul.js';
import { AttentionScratch, attendRow } from './attention.js';
import { digitalWorkOfRow } from './digital-cost.js';
import { addInto, gatedSilu, rmsNorm, rmsNormRow } from './digital-unit.js';
import { KvCache } from './kv-cache.js';
import { PhaseRunner } from './phase-runner.js';
import { Rope } from './rope.js';
import { type SequenceSlice, type StepResult, StepRows } from './step.js';

interface LayerNorms {
  readonly attention: Float32Array;
  readonly ffn: Float32Array;
}

/**
 * A transformer of the Llama form: the digital unit in this process, every static weight behind a Matmul.
 *
 * A row's result has the same bits whatever else is in the batch and however its prompt was cut into chunks,
 * as long as the Matmul keeps the same promise.
 *
 * @example
 * const model = await LlamaModel.load(checkpoint);
 * const cache = model.newKvCache();
 * const step = await model.forward([{ cache, tokens: [1, 5], start: 0, seed: 7n, logits: 'last' }], matmul);
 * const next = sample(step.logits[0]![0]!, params, { seed: 7n, position: 2 });
 */
export class LlamaModel {
  private readonly rope: Rope;
  private readonly scratch: AttentionScratch;

  private constructor(
    readonly config: LlamaConfig,
    /** Row-major, vocabSize × hidden. */
    private readonly embedding: Float32Array,
    private readonly norms: readonly LayerNorms[],
    private readonly finalNorm: Float32Array,
  ) {
    this.rope = new Rope(config.headDim, config.ropeTheta, config.ropeScaling);
    this.scratch = new AttentionScratch(config.headDim);
  }

  /** Reads the embedding and the norms; the static matrices stay with whoever multiplies by them. */
  static async load(checkpoint: Checkpoint): Promise<LlamaModel> {
    const { config } = checkpoint;
    const read = async (tensor: string): Promise<Float32Array> => {
      const { data } = await checkpoint.readTensor(tensor);
      if (!data.every(Number.isFinite))
        throw new OhmlightError(
          'invalid_checkpoint',
          `${checkpoint.directory}: tensor "${tensor}" holds a value that is not finite; fetch the file again`,
        );
      return data;
    };
    const norms: LayerNorms[] = [];
    for (let layer = 0; layer < config.layers; layer++)
      norms.push({ attention: await read(attentionNorm(layer)), ffn: await read(ffnNorm(layer)) });
    return new LlamaModel(config, await read(EMBEDDING), norms, await read(FINAL_NORM));
  }

  /** An empty cache for one sequence. */
  newKvCache(): KvCache {
    return new KvCache(this.config.layers, this.config.kvHeads * this.config.headDim, this.config.context);
  }

  /**
   * One step: all rows of all slices through all layers, 4 × layers + 1 dependent phases. Rows of one slice
   * attend to its cache and to the rows before them. The lm_head phase gets only the rows that want logits
   * and is skipped when none does.
   *
   * When it throws, every cache is as it was before, and a retry gives the same bits.
   *
   * @throws OhmlightError of the matmul; `core_bad_reply` for a reply of the wrong length; `invalid_value` for a
   *   token outside the vocabulary; `context_length_exceeded`; the abort reason when `signal` aborts.
   */
  async forward(slices: readonly SequenceSlice[], matmul: Matmul, signal?: AbortSignal): Promise<StepResult> {
    const rows = new StepRows(slices, this.config);
    const begun: KvCache[] = [];
    try {
      for (const { cache, tokens } of slices) {
        cache.begin(tokens.length);
        begun.push(cache);
      }
      const runner = new PhaseRunner(matmul, signal);
      const x = await this.layers(rows, runner);
      const logits = await this.logits(x, rows, runner);
      const result = {
        logits: this.bySlice(logits, slices),
        phases: runner.phases,
        digital: this.digitalWork(rows),
        wall: runner.wall(),
      };
      for (const { cache, tokens } of slices) cache.commit(tokens.length);
      return result;
    } catch (thrown) {
      for (const cache of begun) cache.rollBack();
      throw thrown;
    }
  }

  /** The residual stream after all layers: rows × hidden. */
  private async layers(rows: StepRows, runner: PhaseRunner): Promise<Float32Array> {
    const { hidden, layers, heads, kvHeads, headDim, ffn, rmsNormEps } = this.config;
    const x = this.embed(rows);
    this.rope.prepare(rows.positions.reduce((most, position) => Math.max(most, position + 1), 0));
    for (let layer = 0; layer < layers; layer++) {
      const norms = this.norms[layer]!;
      const attentionIn = rmsNorm(x, rows.rows, norms.attention, rmsNormEps);
      const qkv = await runner.run(layer, 'qkv', rows.batch(attentionIn), (heads + 2 * kvHeads) * headDim);
      const attended = this.attention(qkv, layer, rows);
      addInto(x, await runner.run(layer, 'o', rows.batch(attended), hidden));

      const ffnIn = rmsNorm(x, rows.rows, norms.ffn, rmsNormEps);
      const gateUp = await runner.run(layer, 'gate_up', rows.batch(ffnIn), 2 * ffn);
      const activated = gatedSilu(gateUp, rows.rows, ffn);
      addInto(x, await runner.run(layer, 'down', rows.batch(activated), hidden));
    }
    return x;
  }

  private embed({ rows, tokens }: StepRows): Float32Array {
    const { hidden } = this.config;
    const x = new Float32Array(rows * hidden);
    for (let row = 0; row < rows; row++)
      x.set(this.embedding.subarray(tokens[row]! * hidden, (tokens[row]! + 1) * hidden), row * hidden);
    return x;
  }

  /** Writes the rows' keys and values to their caches, then attends row by row: rows × heads · headDim. */
  private attention(qkv: Float32Array, layer: number, { rows, caches, positions }: StepRows): Float32Array {
    const { heads, kvHeads, headDim } = this.config;
    const queryWidth = heads * headDim;
    const kvWidth = kvHeads * headDim;
    const stride = queryWidth + 2 * kvWidth;
    const queries = new Float32Array(queryWidth);
    const out = new Float32Array(rows * queryWidth);
    for (let row = 0; row < rows; row++) {
      const position = positions[row]!;
      const start = row * stride;
      const valueStart = start + queryWidth + kvWidth;
      const keys = caches[row]!.keys(layer);
      const values = caches[row]!.values(layer);
      this.rope.turn(qkv, start + queryWidth, keys, position * kvWidth, kvHeads, position);
      values.set(qkv.subarray(valueStart, valueStart + kvWidth), position * kvWidth);
      this.rope.turn(qkv, start, queries, 0, heads, position);
      attendRow(queries, keys, values, position + 1, this.config, this.scratch, out, row * queryWidth);
    }
    return out;
  }

  /** Logits of the rows that want them, row-major: wanted × vocabSize. */
  private async logits(x: Float32Array, rows: StepRows, runner: PhaseRunner): Promise<Float32Array> {
    const { hidden, layers, vocabSize, rmsNormEps } = this.config;
    if (rows.wanted.length === 0) return new Float32Array(0);
    const normed = new Float32Array(rows.wanted.length * hidden);
    rows.wanted.forEach((row, i) => {
      rmsNormRow(x, row * hidden, this.finalNorm, rmsNormEps, normed, i * hidden);
    });
    return runner.run(layers, 'lm_head', rows.wantedBatch(normed), vocabSize);
  }

  private bySlice(logits: Float32Array, slices: readonly SequenceSlice[]): Float32Array[][] {
    const { vocabSize } = this.config;
    let next = 0;
    return slices.map(({ tokens, logits: wanted }) => {
      const count = wanted === 'all' ? tokens.length : wanted === 'last' ? Math.min(1, tokens.length) : 0;
      // Copies: whoever penalises a logit does not change the phase's reply.
      return Array.from({ length: count }, () => logits.slice(next * vocabSize, ++next * vocabSize));
    });
  }

  private digitalWork(rows: StepRows): { flops: number; bytes: number } {
    const wanted = new Set(rows.wanted);
    const sum = { flops: 0, bytes: 0 };
    for (let row = 0; row < rows.rows; row++) {
      const { flops, bytes } = digitalWorkOfRow(this.config, rows.positions[row]!, wanted.has(row));
      sum.flops += flops;
      sum.bytes += bytes;
    }
    return sum;
  }
}
