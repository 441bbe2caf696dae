import {
  addSequential,
  COMPONENTS,
  emptyLedger,
  type Ledger,
  type Operation,
  shareOf,
  totalJoules,
} from '@ohmlight/contracts';
import type { Standby } from '@ohmlight/devices';
import type { Metrics } from '@ohmlight/telemetry';
import type { SequenceSlice, StepResult } from '@ohmlight/transformer';
import type { ServedPlacement } from './served-placement.js';
import type { StepCost } from './request-cost.js';

/** Rows of logits that a slice asks for: its part of the `lm_head` phase. */
export function logitRows(slice: SequenceSlice): number {
  return slice.logits === 'all' ? slice.tokens.length : slice.logits === 'last' ? 1 : 0;
}

/**
 * Books engine steps of one checkpoint on one placement: whole into the metrics, by shares into the requests.
 * The shares of a step add to the step, so that the metrics of a run equal the sum over its requests;
 * a sequence that leaves before its step ends is booked all the same. A step that fails has no ledger and is
 * booked nowhere.
 */
export class CostBook {
  readonly #metrics: Metrics;
  readonly #placement: ServedPlacement;
  readonly #labels: { model: string; placement: string };
  readonly #digitalUnit: (work: { flops: number; bytes: number }) => Ledger;
  readonly #standby: Standby;
  #steps = 0;

  constructor(
    metrics: Metrics,
    model: string,
    placement: ServedPlacement,
    digitalUnit: (work: { flops: number; bytes: number }) => Ledger,
    standby: Standby,
  ) {
    this.#metrics = metrics;
    this.#placement = placement;
    this.#labels = { model, placement: placement.name };
    this.#digitalUnit = digitalUnit;
    this.#standby = standby;
  }

  /** @returns per slice, what the step cost its sequence */
  book(slices: readonly SequenceSlice[], result: StepResult): StepCost[] {
    const step = this.#steps++;
    const digital = this.#digitalUnit(result.digital);
    for (const { layer, operation, reply } of result.phases)
      this.#bookPhase(layer, operation, reply.ledger, reply.share ?? 1);
    this.#bookDigitalUnit(digital);
    const waiting = this.#bookStandby(result, digital.seconds);
    this.#bookWall(slices, result);

    const rows = slices.reduce((sum, slice) => sum + slice.tokens.length, 0);
    const allLogitRows = slices.reduce((sum, slice) => sum + logitRows(slice), 0);
    const jobs = result.phases.reduce((sum, { reply }) => sum + reply.jobs, 0);
    return slices.map((slice) => {
      const ledger = emptyLedger();
      const share = slice.tokens.length / rows;
      for (const { operation, reply } of result.phases)
        addSequential(ledger, shareOf(reply.ledger, operation === 'lm_head' ? logitRows(slice) / allLogitRows : share));
      addSequential(ledger, shareOf(digital, share));
      addSequential(ledger, shareOf(waiting, share));
      return {
        step,
        ledger,
        digitalUnit: { seconds: digital.seconds, joules: totalJoules(digital.joules) * share },
        phases: result.phases.length,
        jobs,
        wall: result.wall,
        rows: slice.tokens.length,
      };
    });
  }

  /** Books a generated token that had a step's row to itself. */
  bookToken(seconds: number, joules: number): void {
    this.#metrics.observe('ohmlight_modelled_token_seconds', this.#labels, seconds);
    this.#metrics.observe('ohmlight_modelled_token_energy_joules', this.#labels, joules);
  }

  /** @param share The phase's part of its device's time: the rest is booked by steps that it shared a load with. */
  #bookPhase(layer: number, operation: Operation, ledger: Ledger, share: number): void {
    const { profile, pool } = this.#placement.deviceOf(layer, operation);
    const labels = { pool, profile, op: operation };
    this.#metrics.add('ohmlight_macs_total', labels, ledger.macs);
    this.#metrics.observe('ohmlight_modelled_device_seconds', labels, ledger.seconds);
    if (ledger.reloads > 0) {
      this.#metrics.add('ohmlight_reloads_total', labels, ledger.reloads);
      this.#metrics.add('ohmlight_modelled_reload_seconds_total', labels, ledger.reloadSeconds * share);
    }
    this.#bookEnergy(labels, { ...ledger, seconds: ledger.seconds * share });
  }

  #bookDigitalUnit(ledger: Ledger): void {
    this.#bookEnergy({ pool: 'digital', profile: 'digital-unit', op: 'digital_unit' }, ledger);
  }

  /** What devices take while they wait for their turns in the step; it takes no time of its own. */
  #bookStandby({ phases }: StepResult, digitalSeconds: number): Ledger {
    const run = phases.map(({ layer, operation, reply }) => ({ layer, operation, seconds: reply.ledger.seconds }));
    const seconds = run.reduce((sum, phase) => sum + phase.seconds, 0) + digitalSeconds;
    const waiting = emptyLedger();
    for (const [profile, idle] of this.#standby.joules(run, seconds)) {
      const ledger = { ...emptyLedger(), joules: { idle } };
      this.#bookEnergy({ pool: this.#placement.poolOf(profile), profile, op: 'standby' }, ledger);
      addSequential(waiting, ledger);
    }
    return waiting;
  }

  #bookEnergy(labels: { pool: string; profile: string; op: string }, ledger: Ledger): void {
    this.#metrics.add('ohmlight_modelled_device_busy_seconds_total', labels, ledger.seconds);
    for (const component of COMPONENTS) {
      const joules = ledger.joules[component];
      if (joules) this.#metrics.add('ohmlight_modelled_energy_joules_total', { ...labels, component }, joules);
    }
  }

  #bookWall(slices: readonly SequenceSlice[], { wall }: StepResult): void {
    const rows = slices.reduce((sum, slice) => sum + slice.tokens.length, 0);
    this.#metrics.observe('ohmlight_step_rows', this.#labels, rows);
    const parts = { digital_unit: wall.digitalUnit, queue: wall.queue, grpc: wall.grpc, engine: wall.engine };
    for (const [part, seconds] of Object.entries(parts))
      this.#metrics.observe('ohmlight_step_wall_seconds', { ...this.#labels, part }, seconds);
  }
}
