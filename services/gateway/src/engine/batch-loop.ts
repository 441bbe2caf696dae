import { asOhmlightError, type ErrorCode, OhmlightError, type Operation, totalJoules } from '@ohmlight/contracts';
import type { Logger, Metrics } from '@ohmlight/telemetry';
import type { LlamaModel, Matmul, SequenceSlice, StepResult } from '@ohmlight/transformer';
import { setImmediate } from 'node:timers/promises';
import { type CostBook, logitRows } from './cost-book.js';
import { ClientGone, type Generation } from './generation.js';
import type { Sequence } from './sequence.js';

export interface BatchLimits {
  /** Most sequences in the running batch. */
  readonly maxRunning: number;
  /** Most sequences that wait for a place. */
  readonly maxWaiting: number;
  /** Most prompt tokens of a sequence in one step; more where devices reload, while others leave their rows. */
  readonly prefillChunk: number;
}

export interface BatchLoopParts {
  /** Checkpoint and placement, as the metrics' labels. */
  readonly labels: { readonly model: string; readonly placement: string };
  readonly model: LlamaModel;
  /** Device profile of each matrix. */
  readonly profileOf: (layer: number, operation: Operation) => string;
  readonly matmul: Matmul;
  readonly costs: CostBook;
  readonly limits: BatchLimits;
  /** Rows up to which a step costs its devices little more than one row does; 1 unless they load weights for each. */
  readonly reloadRows: number;
  readonly metrics: Metrics;
  readonly log: Logger;
}

interface Entry {
  readonly sequence: Sequence;
  readonly generation: Generation;
  lastTokenAt: number | undefined;
  /** Turn of the loop at which the sequence was admitted, or had its last step. */
  turn: number;
}

/**
 * Errors that one sequence may cause for all of a step: values that spoil the job, a KV cache that finds no room, a
 * defect. Rows do not see each other, so each sequence is run alone and only the one at fault fails.
 */
const ONE_AT_FAULT: ReadonlySet<ErrorCode> = new Set(['invalid_job', 'capacity_exceeded', 'internal_error']);

/**
 * The running batch of one checkpoint on one placement. Each step takes rows of every running sequence that reads the
 * devices at the same times: one decode token, or a chunk of the prompt. Sequences of other device times have their
 * steps in turn: those go next that have waited longest, so that every sequence gets as many steps. Between two steps sequences leave (ended, failed, nobody reads them)
 * and waiting ones take the free places, first come first served.
 */
export class BatchLoop {
  readonly #parts: BatchLoopParts;
  #waiting: Entry[] = [];
  #running: Entry[] = [];
  #looping = false;
  #turn = 0;
  #step: { readonly entries: readonly Entry[]; readonly controller: AbortController } | undefined;
  /** Smoothed wall seconds of a sequence in the batch, for Retry-After. */
  #sequenceSeconds = 1;

  constructor(parts: BatchLoopParts) {
    this.#parts = parts;
    this.#gauge();
  }

  get running(): number {
    return this.#running.length;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Queues every sequence of a generation, or none.
   * @throws OhmlightError `overloaded` where they do not all find a place, running or waiting
   */
  submit(generation: Generation): void {
    const { maxRunning, maxWaiting } = this.#parts.limits;
    const free = maxRunning - this.#running.length + maxWaiting - this.#waiting.length;
    if (generation.sequences.length > free)
      throw new OhmlightError(
        'overloaded',
        `${this.#running.length} sequences run and ${this.#waiting.length} wait on placement ` +
          `"${this.#parts.labels.placement}"; retry after the time in Retry-After`,
      );
    this.#waiting.push(
      ...generation.sequences.map((sequence) => ({ sequence, generation, lastTokenAt: undefined, turn: 0 })),
    );
    const onOver = generation.onOver;
    generation.onOver = () => {
      onOver();
      this.#leave();
    };
    this.#gauge();
    if (this.#looping) return;
    this.#looping = true;
    void this.#loop();
  }

  /** Seconds after which a place may be free. */
  get retryAfterSeconds(): number {
    const rounds = (this.#waiting.length + 1) / this.#parts.limits.maxRunning;
    return Math.min(60, Math.max(1, Math.ceil(rounds * this.#sequenceSeconds)));
  }

  /** Fails everything that runs or waits. */
  stop(reason: OhmlightError): void {
    for (const { generation } of [...this.#running, ...this.#waiting]) generation.fail(reason);
  }

  /** Drops the sequences of generations that are over; a step of which nobody is left is abandoned. */
  #leave(): void {
    const live = (entry: Entry): boolean => !entry.generation.over && entry.sequence.finishReason === undefined;
    this.#waiting = this.#waiting.filter(live);
    this.#running = this.#running.filter(live);
    this.#gauge();
    if (this.#step?.entries.every(({ generation }) => generation.over)) this.#step.controller.abort(new ClientGone());
  }

  #admit(): void {
    const places = this.#parts.limits.maxRunning - this.#running.length;
    const admitted = places > 0 ? this.#waiting.splice(0, places) : [];
    // Behind those that are running: newcomers of other device times cannot keep them from their steps.
    for (const entry of admitted) entry.turn = this.#turn;
    this.#running.push(...admitted);
    this.#gauge();
  }

  /** The sequences of the next step: the one that has waited longest, and all that share its device times. */
  #next(): Entry[] {
    const first = this.#running.reduce((oldest, entry) => (entry.turn < oldest.turn ? entry : oldest));
    const { key } = first.generation.request.times;
    const entries = this.#running.filter(({ generation }) => generation.request.times.key === key);
    this.#turn++;
    for (const entry of entries) entry.turn = this.#turn;
    return entries;
  }

  async #loop(): Promise<void> {
    for (;;) {
      this.#admit();
      if (this.#running.length === 0) break;
      const entries = this.#next();
      try {
        await this.#runStep(entries);
      } catch (thrown) {
        this.#fail(entries, thrown);
      }
      this.#leave();
      // A matmul in this process may never wait: requests and disconnects are heard between steps.
      await setImmediate();
    }
    this.#looping = false;
  }

  async #runStep(entries: readonly Entry[]): Promise<void> {
    const { model, matmul, profileOf, costs, limits } = this.#parts;
    const chunk = promptChunk(entries, limits, this.#parts.reloadRows);
    const slices = entries.map(({ sequence }) => sequence.nextSlice(chunk));
    const controller = new AbortController();
    this.#step = { entries, controller };
    let result: StepResult;
    try {
      result = await model.forward(slices, bound(matmul, profileOf, entries, slices), controller.signal);
    } catch (thrown) {
      const left = entries.filter(({ generation }) => !generation.over);
      if (left.length === 0) return;
      const error = asOhmlightError(thrown);
      if (ONE_AT_FAULT.has(error.code) && entries.length > 1) {
        for (const entry of left)
          if (!entry.generation.over) await this.#runStep([entry]).catch((own: unknown) => this.#fail([entry], own));
        return;
      }
      throw error;
    } finally {
      this.#step = undefined;
    }
    const drawnFrom = performance.now();
    entries.forEach((entry, i) => this.#advance(entry, slices[i]!, result.logits[i]!));
    // Drawing and decoding are the digital unit's work too. Readers hear of the events after the booking.
    const drawing = (performance.now() - drawnFrom) / 1000;
    const { total, digitalUnit } = result.wall;
    const wall = { ...result.wall, total: total + drawing, digitalUnit: digitalUnit + drawing };
    const shares = costs.book(slices, { ...result, wall });
    entries.forEach((entry, i) => {
      const decode = slices[i]!.start >= entry.sequence.promptLength;
      entry.generation.cost.add(shares[i]!, decode);
      if (decode) costs.bookToken(shares[i]!.ledger.seconds, totalJoules(shares[i]!.ledger.joules));
    });
  }

  #advance(entry: Entry, slice: SequenceSlice, logits: readonly Float32Array[]): void {
    const { sequence, generation } = entry;
    if (generation.over) return;
    const { metrics, labels } = this.#parts;
    const before = sequence.generated;
    if (slice.start < sequence.promptLength) metrics.add('ohmlight_prompt_tokens_total', labels, slice.tokens.length);
    const now = performance.now();
    if (slice.start + slice.tokens.length >= sequence.promptLength) generation.firstTokenAt ??= now;
    try {
      sequence.advance(slice, logits);
    } catch (thrown) {
      this.#fail([entry], thrown);
      return;
    }
    if (sequence.generated > before) {
      metrics.add('ohmlight_generation_tokens_total', labels);
      if (entry.lastTokenAt !== undefined)
        metrics.observe('ohmlight_inter_token_latency_seconds', labels, (now - entry.lastTokenAt) / 1000);
      entry.lastTokenAt = now;
    }
    if (sequence.finishReason !== undefined) {
      const seconds = (now - generation.arrivedAt) / 1000;
      this.#sequenceSeconds += 0.2 * (seconds - this.#sequenceSeconds);
    }
  }

  /** Fails the generations of a step that threw. */
  #fail(entries: readonly Entry[], thrown: unknown): void {
    const error = asOhmlightError(thrown);
    const left = entries.filter(({ generation }) => !generation.over);
    if (left.length === 0) return;
    const requestIds = [...new Set(left.map(({ generation }) => generation.request.requestId))];
    this.#parts.log.error(
      { err: thrown, code: error.code, request_ids: requestIds, ...this.#parts.labels },
      'step failed',
    );
    for (const { generation } of left) generation.fail(error);
  }

  #gauge(): void {
    const { metrics, labels } = this.#parts;
    metrics.set('ohmlight_num_requests_running', labels, this.#running.length);
    metrics.set('ohmlight_num_requests_waiting', labels, this.#waiting.length);
  }
}

/**
 * Most prompt rows of a sequence in a step. Where a step loads weights, all its rows share the load: prompts then take
 * as many rows as the load is the larger part of, as long as the step has no more rows than it may have anyway.
 */
function promptChunk(entries: readonly Entry[], limits: BatchLimits, reloadRows: number): number {
  const prompts = entries.filter(({ sequence }) => sequence.prefilling).length;
  if (prompts === 0) return limits.prefillChunk;
  const free = limits.maxRunning * limits.prefillChunk - (entries.length - prompts);
  return Math.max(limits.prefillChunk, Math.min(reloadRows, Math.floor(free / prompts)));
}

/**
 * A step's matmul, at the device times that its requests share; it names the requests whose rows it multiplies for the
 * logs along the walk.
 */
function bound(
  matmul: Matmul,
  profileOf: BatchLoopParts['profileOf'],
  entries: readonly Entry[],
  slices: readonly SequenceSlice[],
): Matmul {
  const requestIds = [...new Set(entries.map(({ generation }) => generation.request.requestId))];
  const { times } = entries[0]!.generation.request;
  return {
    fused: (layer) => matmul.fused?.(layer) === true,
    async execute(call, signal) {
      const conditions = times.of(profileOf(call.layer, call.operation));
      const reply = await matmul.execute({ ...call, requestIds, conditions }, signal);
      let from = 0;
      for (const [i, { generation }] of entries.entries()) {
        const to = from + (call.operation === 'lm_head' ? logitRows(slices[i]!) : slices[i]!.tokens.length);
        await generation.errors?.compare(call, reply.y, from, to);
        from = to;
      }
      return reply;
    },
  };
}
