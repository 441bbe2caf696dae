import { alsoFused, type Ledger, OhmlightError } from '@ohmlight/contracts';
import { REFERENCE_PLACEMENT, type Standby } from '@ohmlight/devices';
import type { Logger, Metrics } from '@ohmlight/telemetry';
import type { Matmul } from '@ohmlight/transformer';
import { setTimeout as delay } from 'node:timers/promises';
import { type Agreement, checkAgreement } from '../compare/agreement.js';
import { RequestErrors } from '../compare/request-errors.js';
import { ShadowMatmul } from '../compare/shadow-matmul.js';
import { isShadowRequest, ShadowRequests } from '../compare/shadow-requests.js';
import { BatchLoop, type BatchLimits } from './batch-loop.js';
import { CostBook } from './cost-book.js';
import { ClientGone, Generation, type GenerationRequest } from './generation.js';
import type { ModelCatalogue } from './model-catalogue.js';
import type { ServedCheckpoint } from './served-checkpoint.js';
import type { ServedPlacement } from './served-placement.js';

export interface EngineParts {
  readonly catalogue: ModelCatalogue;
  /** Binds the matmul port to a checkpoint and a placement. */
  readonly matmulFor: (checkpoint: ServedCheckpoint, placement: ServedPlacement) => Matmul;
  /** Modelled cost of the digital unit's work. */
  readonly digitalUnit: (work: { flops: number; bytes: number }) => Ledger;
  /** What the devices of a placement take while they hold a checkpoint's matrices and wait. */
  readonly standbyOf: (checkpoint: ServedCheckpoint, placement: ServedPlacement) => Standby;
  readonly limits: BatchLimits;
  /** Rows up to which a step costs the placement's devices little more than one row does; 1 where none reload. */
  readonly reloadRowsOf?: (checkpoint: ServedCheckpoint, placement: ServedPlacement) => number;
  /** Share of phases that are repeated on the reference placement. */
  readonly shadowShare: number;
  /** Share of requests that are checked against the reference placement once they were answered. */
  readonly shadowRequestShare: number;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** Checks against the reference that run at one time; further ones take turns. */
const MAX_CHECKS = 2;

/** Rows of a step of a shadow request: running batches find the digital unit free again soon. */
const SHADOW_ROWS = 16;

/** Runs generations: one running batch per checkpoint and placement, made when it is first asked for. */
export class Engine {
  readonly #parts: EngineParts;
  readonly #loops = new Map<string, BatchLoop>();
  /** Per checkpoint, the matmul of the reference placement; and that which answers for a fused `ffn`, too. */
  readonly #references = new Map<string, Matmul>();
  readonly #shadows = new Map<string, Matmul>();
  readonly #live = new Set<Generation>();
  #checks = 0;
  #checkWaiters: (() => void)[] = [];
  #stopping = false;
  readonly #shadowRequests: ShadowRequests;

  constructor(parts: EngineParts) {
    this.#parts = parts;
    const { metrics, log, limits } = parts;
    const rows = Math.min(SHADOW_ROWS, limits.prefillChunk);
    this.#shadowRequests = new ShadowRequests({
      check: (generation, signal) =>
        checkAgreement(generation, this.#reference(generation.request.checkpoint), rows, metrics, signal),
      overloaded: () => this.waiting > 0,
      metrics,
      log,
    });
    // A rate sees the first event of a series only where it was 0 before.
    for (const { checkpoint, placement } of parts.catalogue.list())
      for (const agree of ['true', 'false'])
        metrics.add('ohmlight_token_agreement_total', { model: checkpoint.name, placement: placement.name, agree }, 0);
  }

  /** Sequences in running batches. */
  get running(): number {
    return [...this.#loops.values()].reduce((sum, loop) => sum + loop.running, 0);
  }

  /** Sequences that wait for a place. */
  get waiting(): number {
    return [...this.#loops.values()].reduce((sum, loop) => sum + loop.waiting, 0);
  }

  /** Seconds after which a refused request may find a place. */
  retryAfterSeconds(checkpoint: string, placement: string): number {
    return this.#loops.get(key(checkpoint, placement))?.retryAfterSeconds ?? 1;
  }

  /**
   * Starts a generation; its events tell the rest. When `signal` aborts it leaves its batch.
   * @throws OhmlightError `overloaded` or `shutting_down`
   */
  submit(request: GenerationRequest, signal: AbortSignal): Generation {
    if (this.#stopping) throw shuttingDown();
    const { catalogue, limits } = this.#parts;
    const { placement } = catalogue.resolve(`${request.checkpoint.name}@${request.placement}`);
    const sequences = request.prompts.length * request.choices;
    if (sequences > limits.maxRunning + limits.maxWaiting)
      throw new OhmlightError(
        'invalid_value',
        `${request.prompts.length} prompts × ${request.choices} choices are ${sequences} sequences; ` +
          `at most ${limits.maxRunning + limits.maxWaiting} find a place at once`,
        'prompt',
      );
    const errors = request.options.errors ? new RequestErrors(this.#shadowReference(request.checkpoint)) : undefined;
    const shadowed = isShadowRequest(request, this.#parts.shadowRequestShare);
    const generation = new Generation(request, shadowed, errors);
    const onAbort = (): void => generation.fail(new ClientGone('the client disconnected'));
    generation.onOver = () => {
      signal.removeEventListener('abort', onAbort);
      this.#live.delete(generation);
      this.#observe(generation);
    };
    this.#loop(request.checkpoint, placement).submit(generation);
    this.#live.add(generation);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    return generation;
  }

  /** Checks a finished generation against the reference placement. */
  async agreement(generation: Generation, signal: AbortSignal): Promise<Agreement> {
    while (this.#checks >= MAX_CHECKS) await new Promise<void>((resolve) => this.#checkWaiters.push(resolve));
    this.#checks++;
    try {
      const { limits, metrics } = this.#parts;
      const reference = this.#reference(generation.request.checkpoint);
      return await checkAgreement(generation, reference, limits.prefillChunk, metrics, signal);
    } finally {
      this.#checks--;
      this.#checkWaiters.shift()?.();
    }
  }

  /** Told once a generation's answer was sent, whole: checks it against the reference where it is a shadow request. */
  answered(generation: Generation): void {
    if (generation.shadowed && typeof generation.outcome === 'string') this.#shadowRequests.offer(generation);
  }

  /** Takes no new work, gives the running generations `graceMs` to end and fails those that do not. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    this.#shadowRequests.stop();
    const deadline = performance.now() + graceMs;
    while (this.#live.size > 0 && performance.now() < deadline) await delay(20);
    for (const loop of this.#loops.values()) loop.stop(shuttingDown());
  }

  #loop(checkpoint: ServedCheckpoint, placement: ServedPlacement): BatchLoop {
    const name = key(checkpoint.name, placement.name);
    const existing = this.#loops.get(name);
    if (existing) return existing;
    const { matmulFor, digitalUnit, standbyOf, limits, shadowShare, metrics, log } = this.#parts;
    const inner = matmulFor(checkpoint, placement);
    const matmul =
      shadowShare > 0
        ? new ShadowMatmul(inner, this.#shadowReference(checkpoint), placement, shadowShare, metrics, log)
        : inner;
    const loop = new BatchLoop({
      labels: { model: checkpoint.name, placement: placement.name },
      model: checkpoint.model,
      profileOf: (layer, operation) => placement.deviceOf(layer, operation).profile,
      matmul,
      costs: new CostBook(metrics, checkpoint.name, placement, digitalUnit, standbyOf(checkpoint, placement)),
      limits,
      reloadRows: this.#parts.reloadRowsOf?.(checkpoint, placement) ?? 1,
      metrics,
      log,
    });
    this.#loops.set(name, loop);
    return loop;
  }

  #reference(checkpoint: ServedCheckpoint): Matmul {
    let reference = this.#references.get(checkpoint.name);
    if (!reference) {
      const { placement } = this.#parts.catalogue.resolve(`${checkpoint.name}@${REFERENCE_PLACEMENT}`);
      reference = this.#parts.matmulFor(checkpoint, placement);
      this.#references.set(checkpoint.name, reference);
    }
    return reference;
  }

  #shadowReference(checkpoint: ServedCheckpoint): Matmul {
    let reference = this.#shadows.get(checkpoint.name);
    if (!reference) {
      const { placement } = this.#parts.catalogue.resolve(`${checkpoint.name}@${REFERENCE_PLACEMENT}`);
      const rules = alsoFused(placement.rules);
      reference = this.#parts.matmulFor(checkpoint, { ...placement, rules });
      this.#shadows.set(checkpoint.name, reference);
    }
    return reference;
  }

  #observe(generation: Generation): void {
    const { metrics } = this.#parts;
    const { request, outcome, arrivedAt, firstTokenAt, endedAt } = generation;
    const labels = { model: request.checkpoint.name, placement: request.placement };
    if (firstTokenAt !== undefined)
      metrics.observe('ohmlight_time_to_first_token_seconds', labels, (firstTokenAt - arrivedAt) / 1000);
    if (outcome instanceof OhmlightError) return;
    const reason = outcome instanceof ClientGone ? 'abort' : outcome!;
    metrics.add('ohmlight_request_success_total', { ...labels, finished_reason: reason });
    metrics.observe('ohmlight_e2e_request_latency_seconds', labels, (endedAt! - arrivedAt) / 1000);
  }
}

const key = (checkpoint: string, placement: string): string => `${checkpoint}@${placement}`;

const shuttingDown = (): OhmlightError =>
  new OhmlightError('shutting_down', 'the gateway is stopping and takes no new work; send the request again shortly');
