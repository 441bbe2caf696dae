import { addSequential, emptyLedger, fusedIn, type Ledger, placedPhases } from '@ohmlight/contracts';
import { digitalUnitLedger } from '@ohmlight/devices';
import { createTileEngine } from '@ohmlight/tile-engine';
import { Checkpoint, klNats, LlamaModel, logSoftmax, type Matmul, Tokenizer } from '@ohmlight/transformer';
import { type BatchCost, batchCosts, KEPT_ROWS, spreadRows } from './batch-cost.js';
import type { OperationError } from './error-sums.js';
import { type Answer, generate, type Prompt } from './generate.js';
import { Observer } from './observer.js';
import { PlacedMatmul, type Residency, type ShardingOptions, stepLedger, type StepPhase } from './placed-matmul.js';
import { ReferenceLogits } from './reference-logits.js';
import { type MatrixSensitivity, OneMatrix, rowLedger, type Sensitivity } from './sensitivity.js';
import type { Subject } from './subject.js';

export interface EvaluationInput extends ShardingOptions {
  readonly checkpoint: { readonly name: string; readonly directory: string };
  /** Tokens, by windows of at least two and at most the context; `windowsOf` makes them of text. */
  readonly windows: readonly (readonly number[])[];
  /** What others are compared with. */
  readonly reference: Subject;
}

/** How a placement does on a text, teacher-forced, and what it would cost. */
export interface Evaluation {
  readonly placement: string;
  /** Tokens scored. */
  readonly tokens: number;
  /** Mean negative log likelihood per scored token; perplexity is e to it. */
  readonly nats: number;
  /** Mean KL(reference ‖ placement) per scored token, nats. */
  readonly klNats: number;
  /** Share of scored positions whose likeliest token is the reference's too. */
  readonly agreement: number;
  /** Per matrix, in the order of execution, each given the placement's own activations. */
  readonly errors: readonly OperationError[];
  /** The run's own phases: all windows, one after the other, in steps of up to `STEP_ROWS` rows. */
  readonly ledger: Ledger;
  /** The digital unit's part of that run; not in `ledger`. */
  readonly digitalUnit: Ledger;
  /** Decode steps of each of BATCHES. */
  readonly decode: readonly BatchCost[];
  readonly residency: Residency;
}

/** Rows of a step. */
const STEP_ROWS = 128;

/** Evaluates placements of one checkpoint on one text, one after the other, in this thread. */
export class Evaluator {
  readonly #engine = createTileEngine();
  readonly #reference: PlacedMatmul;
  readonly #referenceLogits: ReferenceLogits;

  private constructor(
    private readonly input: EvaluationInput,
    private readonly checkpoint: Checkpoint,
    private readonly model: LlamaModel,
    private readonly tokenizer: Tokenizer,
  ) {
    this.#reference = new PlacedMatmul(checkpoint, input.reference, this.#engine, {
      ...input,
      conditions: undefined,
    });
    this.#referenceLogits = new ReferenceLogits(async (window) => {
      const logits: Float32Array[] = [];
      await this.#run(window, this.#reference.matmul, (step) => void logits.push(...step.logits));
      return logits;
    });
  }

  /** @throws OhmlightError of a checkpoint that cannot be opened. */
  static async open(input: EvaluationInput): Promise<Evaluator> {
    const checkpoint = await Checkpoint.open(input.checkpoint.name, input.checkpoint.directory);
    try {
      const { directory } = input.checkpoint;
      const [model, tokenizer] = await Promise.all([LlamaModel.load(checkpoint), Tokenizer.load(directory)]);
      return new Evaluator(input, checkpoint, model, tokenizer);
    } catch (thrown) {
      await checkpoint.close();
      throw thrown;
    }
  }

  /** @throws OhmlightError of the devices; the abort reason. */
  async evaluate(
    subject: Subject,
    onProgress: (done: number, total: number) => void = () => {},
    signal?: AbortSignal,
  ): Promise<Evaluation> {
    const { windows } = this.input;
    const total = windows.reduce((sum, window) => sum + window.length - 1, 0);
    const placed = new PlacedMatmul(this.checkpoint, subject, this.#engine, this.input);
    const rows = spreadRows(windows, KEPT_ROWS);
    const observer = new Observer(placed.matmul, this.#reference.anyPhase, rows);
    const ledger = emptyLedger();
    const digitalUnit = emptyLedger();
    const score = { tokens: 0, nats: 0, kl: 0, agree: 0 };
    try {
      onProgress(0, total);
      for (const window of windows.keys()) {
        const reference = await this.#referenceLogits.of(window);
        await this.#run(
          window,
          observer,
          (step) => {
            const unit = digitalUnitLedger(subject.digitalUnit, step.digital);
            addSequential(ledger, stepLedger(step.phases, placed.standby, unit.seconds));
            addSequential(digitalUnit, unit);
            step.logits.forEach((row, i) =>
              scoreRow(score, row, reference[step.start + i]!, windows[window]![step.start + i + 1]!),
            );
            onProgress(score.tokens, total);
          },
          signal,
        );
      }
      const decode = await batchCosts(
        placed.matmul,
        placed.standby,
        observer.kept,
        rows,
        this.checkpoint.config,
        subject.digitalUnit,
        signal,
      );
      return {
        placement: subject.placement.name,
        tokens: score.tokens,
        nats: score.nats / score.tokens,
        klNats: score.kl / score.tokens,
        agreement: score.agree / score.tokens,
        errors: observer.errors,
        ledger,
        digitalUnit,
        decode,
        residency: placed.residency(),
      };
    } finally {
      await placed.close();
    }
  }

  /**
   * What each matrix of a placement does to the answers when it alone runs on its device, and what it costs there,
   * given the activations that the reference has.
   * @throws OhmlightError of the devices; the abort reason.
   */
  async sensitivity(
    subject: Subject,
    onProgress: (done: number, total: number) => void = () => {},
    signal?: AbortSignal,
  ): Promise<Sensitivity> {
    const { windows } = this.input;
    const { rules } = subject.placement;
    const reference = this.#reference.anyPhase;
    const phases = placedPhases(rules, this.checkpoint.config.layers);
    const placed = new PlacedMatmul(this.checkpoint, subject, this.#engine, this.input);
    const rows = spreadRows(windows, KEPT_ROWS);
    const kept = new Observer(
      { fused: (layer) => fusedIn(rules, layer), execute: (call) => reference.execute(call) },
      undefined,
      rows,
    );
    const mixed = new OneMatrix(placed.matmul, reference, phases);
    const matrices: MatrixSensitivity[] = [];
    try {
      for (const window of new Set(rows.map((row) => row.window))) await this.#run(window, kept, () => {}, signal);
      for (const [done, { layer, operation }] of phases.entries()) {
        onProgress(done, phases.length);
        const matmul = mixed.at(done);
        let kl = 0;
        let tokens = 0;
        for (const window of windows.keys()) {
          const expected = await this.#referenceLogits.of(window);
          await this.#run(
            window,
            matmul,
            ({ start, logits }) => {
              tokens += logits.length;
              logits.forEach((row, i) => (kl += klNats(expected[start + i]!, row)));
            },
            signal,
          );
        }
        const matrix = kept.kept.find((one) => one.layer === layer && one.operation === operation)!;
        matrices.push({
          layer,
          operation,
          klNats: kl / tokens,
          ledger: await rowLedger(placed.matmul, matrix, rows, signal),
        });
      }
    } finally {
      await placed.close();
    }
    const tokens = windows.reduce((sum, window) => sum + window.length - 1, 0);
    return { placement: subject.placement.name, tokens, matrices };
  }

  /**
   * What the placement answers to a prompt.
   * @throws OhmlightError of the devices; the abort reason.
   */
  async answer(
    subject: Subject,
    prompt: Prompt,
    onProgress?: (done: number, total: number) => void,
    signal?: AbortSignal,
  ): Promise<Answer> {
    const placed = new PlacedMatmul(this.checkpoint, subject, this.#engine, this.input);
    const { checkpoint, model, tokenizer } = this;
    const parts = { checkpoint, model, tokenizer, digitalUnit: subject.digitalUnit };
    const { name } = subject.placement;
    try {
      return await generate(parts, name, placed, this.#reference.matmul, prompt, onProgress, signal);
    } finally {
      await placed.close();
    }
  }

  async close(): Promise<void> {
    await this.#reference.close();
    await this.model.close();
    await this.checkpoint.close();
  }

  /** Feeds a window, its own index the seed of its noise. */
  async #run(
    window: number,
    matmul: Matmul,
    visit: (step: {
      start: number;
      logits: readonly Float32Array[];
      phases: readonly StepPhase[];
      digital: { flops: number; bytes: number };
    }) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    const fed = this.input.windows[window]!.slice(0, -1);
    const cache = this.model.newKvCache();
    try {
      for (let start = 0; start < fed.length; start += STEP_ROWS) {
        const tokens = fed.slice(start, start + STEP_ROWS);
        const slice = { cache, tokens, start, seed: BigInt(window), logits: 'all' as const };
        const { logits, phases, digital } = await this.model.forward([slice], matmul, signal);
        visit({ start, logits: logits[0]!, phases, digital });
      }
    } finally {
      cache.free();
    }
  }
}

function scoreRow(
  score: { tokens: number; nats: number; kl: number; agree: number },
  logits: Float32Array,
  reference: Float32Array,
  token: number,
): void {
  score.tokens++;
  score.nats -= logSoftmax(logits)[token]!;
  score.kl += klNats(reference, logits);
  if (likeliest(logits) === likeliest(reference)) score.agree++;
}

/** The lowest index of the largest. */
function likeliest(logits: Float32Array): number {
  let best = 0;
  for (let i = 1; i < logits.length; i++) if (logits[i]! > logits[best]!) best = i;
  return best;
}
