import { addSequential, type Ledger, OhmlightError, type RowBatch, type ShardSpec } from '@ohmlight/contracts';
import type { ChainStage } from '@ohmlight/tile-engine';
import { timesOf } from '../../ageing.js';
import { Ages } from '../../ages.js';
import type { Calibration, Conditions, ProgrammedShard } from '../../device.js';
import type { FfnWeights } from '../../ffn-weights.js';
import { gatedStage } from '../chain/circuit.js';
import type { Chain } from '../chain/parameters.js';
import { type ChainRanges, rangesOf } from '../chain/ranges.js';
import type { GilbertChain, ProgrammedChain } from './chain.js';
import type { Shape } from './cost.js';
import { ageOf, type WeightStore } from './storage.js';

/** Rows of an array that takes a matrix as one tile: one line of the engine's is the offsets'. */
const ROWS_MOST = 1023;

/** What multiplier arrays of a profile add to a chain. */
export interface ChainArrays {
  readonly circuit: Chain;
  readonly store: WeightStore;
  /** Device time of a reading that states none. */
  readonly readTime: number;
  program(chain: GilbertChain): ProgrammedChain;
  programLedger(shape: Shape): Ledger;
}

/** A fused `ffn` on multiplier arrays, with the circuit of the profile's chain between them. */
export class GilbertFfn implements ProgrammedShard {
  readonly programLedger: Ledger;
  readonly #ranges: ChainRanges;
  readonly #stage: ChainStage;
  readonly #ages = new Ages<ProgrammedChain>();

  constructor(
    readonly arrays: ChainArrays,
    readonly spec: ShardSpec,
    readonly weights: FfnWeights,
    { inputRange }: Calibration,
  ) {
    const { circuit } = arrays;
    const { inner, columns } = weights;
    const { k } = spec;
    if (Math.max(k, inner) > ROWS_MOST)
      throw new OhmlightError(
        'invalid_shard',
        `a chain of ${spec.profile} takes ${k} inputs and ${inner} hidden units as one tile each, of at most ${ROWS_MOST} rows; name a crossbar in the placement's rule for ffn, or leave the rule out`,
      );
    this.#ranges = rangesOf(circuit, weights, k, inner, inputRange);
    this.#stage = gatedStage(circuit, this.#ranges, inner, spec);
    this.#at({}, Infinity);
    this.programLedger = arrays.programLedger({ k, n: 2 * inner });
    addSequential(this.programLedger, arrays.programLedger({ k: inner, n: columns }));
  }

  get residentBytes(): number {
    const { gateUp, down } = this.weights;
    return this.#ages.residentBytes + gateUp.byteLength + down.byteLength;
  }

  execute(batch: RowBatch, conditions: Conditions = {}, room = Infinity) {
    return this.#at(conditions, room).execute(batch);
  }

  forgetAges(): void {
    this.#ages.trim();
  }

  release(): void {
    this.#ages.release();
  }

  #at(conditions: Conditions, room: number): ProgrammedChain {
    const { store, readTime } = this.arrays;
    const { deviceTime } = timesOf({ readTime, compensated: false, recalibrationInterval: 0 }, conditions);
    const age = ageOf(store, deviceTime);
    return this.#ages.at(String(age), room, () => this.#bring(age));
  }

  #bring(age: number): ProgrammedChain {
    const { spec, weights, arrays } = this;
    const { checkpoint, layer, chipSeed, k, columnStart } = spec;
    return arrays.program({
      checkpoint,
      layer,
      chipSeed,
      k,
      columnStart,
      hidden: weights.inner,
      n: weights.columns,
      first: weights.gateUp,
      second: weights.down,
      activation: this.#stage,
      inputRange: this.#ranges.input,
      hiddenRange: this.#ranges.hidden,
      outputRange: this.#ranges.outputs,
      age,
    });
  }
}
