import { addSequential, emptyLedger, type Ledger, totalJoules } from '@ohmlight/contracts';

/** Wall seconds of engine steps, by where they went. */
export interface StepWall {
  readonly total: number;
  readonly digitalUnit: number;
  readonly queue: number;
  readonly grpc: number;
  readonly engine: number;
}

/** What one step cost, as a sequence in it sees it. */
export interface StepCost {
  /** Number of the step in its engine. */
  readonly step: number;
  /** Whole modelled seconds of the step; joules and counts are the sequence's share. */
  readonly ledger: Ledger;
  /** Of `ledger`, what the digital unit took. */
  readonly digitalUnit: { readonly seconds: number; readonly joules: number };
  readonly phases: number;
  readonly jobs: number;
  readonly wall: StepWall;
  /** Rows of the step that were the sequence's. */
  readonly rows: number;
}

/**
 * What a request cost, summed over its sequences. Joules are the rows' shares of the steps; seconds, phases,
 * jobs and wall seconds are whole steps', each counted once however many of the request's sequences were in it.
 */
export class RequestCost {
  readonly ledger: Ledger = emptyLedger();
  readonly digitalUnit = { seconds: 0, joules: 0 };
  readonly wall = { total: 0, digitalUnit: 0, queue: 0, grpc: 0, engine: 0 };
  steps = 0;
  phases = 0;
  jobs = 0;
  /** Decode tokens, with the modelled seconds and joules of the steps that drew them. */
  readonly decode = { tokens: 0, seconds: 0, joules: 0 };
  #lastStep = -1;

  /** @param decode whether the sequence's rows were one decode token */
  add(cost: StepCost, decode: boolean): void {
    const first = cost.step !== this.#lastStep;
    this.#lastStep = cost.step;
    addSequential(this.ledger, first ? cost.ledger : { ...cost.ledger, seconds: 0, reloadSeconds: 0 });
    this.digitalUnit.joules += cost.digitalUnit.joules;
    if (decode) {
      this.decode.tokens++;
      this.decode.seconds += cost.ledger.seconds;
      this.decode.joules += totalJoules(cost.ledger.joules);
    }
    if (!first) return;
    this.digitalUnit.seconds += cost.digitalUnit.seconds;
    this.steps++;
    this.phases += cost.phases;
    this.jobs += cost.jobs;
    this.wall.total += cost.wall.total;
    this.wall.digitalUnit += cost.wall.digitalUnit;
    this.wall.queue += cost.wall.queue;
    this.wall.grpc += cost.wall.grpc;
    this.wall.engine += cost.wall.engine;
  }
}
