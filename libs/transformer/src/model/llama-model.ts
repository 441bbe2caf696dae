import { OhmlightError } from '@ohmlight/contracts';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import type { LlamaConfig } from '../checkpoint/config.js';
import { attentionNorm, EMBEDDING, ffnNorm, FINAL_NORM } from '../checkpoint/layout.js';
import { digitalWorkOfRow } from '../digital/digital-cost.js';
import type { DigitalUnit, DigitalWeights, OpenDigitalUnit } from '../digital/digital-unit.js';
import { InlineDigitalUnit } from '../digital/inline-digital-unit.js';
import type { Matmul } from '../matmul.js';
import { KvCache } from './kv-cache.js';
import { PhaseRunner } from './phase-runner.js';
import { type SequenceSlice, type StepResult, StepRows } from './step.js';

const inThisThread: OpenDigitalUnit = (weights) => new InlineDigitalUnit(weights);

/** Phases of a layer. */
const APART = ['qkv', 'o', 'gate_up', 'down'] as const;
const FUSED = ['qkv', 'o', 'ffn'] as const;

/**
 * A transformer of the Llama form: every static weight behind a Matmul, the rest in a digital unit.
 *
 * A row's result has the same bits whatever else is in the batch and however its prompt was cut into chunks,
 * as long as the Matmul keeps the same promise.
 *
 * @example
 * const model = await LlamaModel.load(checkpoint);
 * const cache = model.newKvCache();
 * const step = await model.forward([{ cache, tokens: [1, 5], start: 0, seed: 7n, logits: 'last' }], matmul);
 * const next = sample(step.logits[0]![0]!, params, { seed: 7n, position: 2 });
 * cache.free();
 */
export class LlamaModel {
  private constructor(
    readonly config: LlamaConfig,
    private readonly unit: DigitalUnit,
  ) {}

  /**
   * Reads the embedding and the norms; the static matrices stay with whoever multiplies by them.
   * @param openUnit Makes the digital unit; in the calling thread if left out.
   */
  static async load(checkpoint: Checkpoint, openUnit: OpenDigitalUnit = inThisThread): Promise<LlamaModel> {
    return new LlamaModel(checkpoint.config, openUnit(await readWeights(checkpoint)));
  }

  /** An empty cache for one sequence. Who makes it frees it. */
  newKvCache(): KvCache {
    return new KvCache(this.unit.openCache(), this.config.context);
  }

  /** Ends the digital unit; no step follows. */
  async close(): Promise<void> {
    await this.unit.close();
  }

  /**
   * One step: all rows of all slices through all layers, 4 dependent phases each, 3 where the matmul fuses the
   * feed-forward part, and lm_head. Rows of one slice attend to its cache and to the rows before them. The lm_head
   * phase gets only the rows that want logits and is skipped when none does.
   *
   * When it throws, every cache is as it was before, and a retry gives the same bits.
   *
   * @throws OhmlightError of the matmul and of the digital unit; `core_bad_reply` for a reply of the wrong length; `invalid_value` for a
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
      const fused = Array.from({ length: this.config.layers }, (_, layer) => matmul.fused?.(layer) === true);
      const logits = await this.phases(rows, runner, fused);
      const result = {
        logits: this.bySlice(logits, slices),
        phases: runner.phases,
        digital: this.digitalWork(rows, fused.filter(Boolean).length),
        wall: runner.wall(),
      };
      for (const { cache, tokens } of slices) cache.commit(tokens.length);
      return result;
    } catch (thrown) {
      for (const cache of begun) cache.rollBack();
      throw thrown;
    }
  }

  /** Logits of the rows that want them, row-major: wanted × vocabSize. */
  private async phases(rows: StepRows, runner: PhaseRunner, fused: readonly boolean[]): Promise<Float32Array> {
    const { hidden, layers, heads, kvHeads, headDim, ffn, vocabSize } = this.config;
    const outputs = { qkv: (heads + 2 * kvHeads) * headDim, o: hidden, gate_up: 2 * ffn, down: hidden, ffn: hidden };
    const { tokens, positions, wanted } = rows;
    const step = await this.unit.begin({ tokens, positions, caches: rows.caches.map(({ room }) => room), wanted });
    try {
      let { x } = step;
      for (let layer = 0; layer < layers; layer++)
        for (const operation of fused[layer] ? FUSED : APART) {
          const y = await runner.run(layer, operation, rows.batch(x), outputs[operation]);
          x = await step.after(layer, operation, y);
        }
      if (wanted.length === 0) return x;
      return await runner.run(layers, 'lm_head', rows.wantedBatch(x), vocabSize);
    } finally {
      step.end();
    }
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

  private digitalWork(rows: StepRows, fusedLayers: number): { flops: number; bytes: number } {
    const wanted = new Set(rows.wanted);
    const sum = { flops: 0, bytes: 0 };
    for (let row = 0; row < rows.rows; row++) {
      const { flops, bytes } = digitalWorkOfRow(this.config, rows.positions[row]!, wanted.has(row), fusedLayers);
      sum.flops += flops;
      sum.bytes += bytes;
    }
    return sum;
  }
}

async function readWeights(checkpoint: Checkpoint): Promise<DigitalWeights> {
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
  const norms = [];
  for (let layer = 0; layer < config.layers; layer++)
    norms.push({ attention: await read(attentionNorm(layer)), ffn: await read(ffnNorm(layer)) });
  return { config, embedding: await read(EMBEDDING), norms, finalNorm: await read(FINAL_NORM) };
}
