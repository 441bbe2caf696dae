import { addSequential, emptyLedger, type Ledger, type RowBatch, type ShardSpec } from '@ohmlight/contracts';
import type { ChainStage, OutputConverter, Readout, TileChain, TileEngine, TileProgram } from '@ohmlight/tile-engine';
import { type Aged, Ages } from '../../ages.js';
import type { Calibration, Conditions, ProgrammedShard } from '../../device.js';
import type { ParameterFault } from '../../kind.js';
import { type Ends, endsOf, withBand } from '../../profile/band.js';
import { valuesOf } from '../../profile/quantity.js';
import { gatedStage } from '../chain/circuit.js';
import type { Chain, ChainParameters } from '../chain/parameters.js';
import { type ChainRanges, rangesOf } from '../chain/ranges.js';
import type { FfnWeights } from '../../ffn-weights.js';
import { crossbarArray, type CrossbarArray } from './array.js';
import type { Cell } from './cell.js';
import { chainLedger } from './chain-cost.js';
import { ageingOf, type ArrayAge, arrayAge, freshSums, stateAt } from './state.js';
import { type ArrayShape, drivenConductance, programmingLedger, recalibrationLedger } from './cost.js';
import { type Frame, WHOLE_INPUT_BITS } from './parameters.js';
import { readoutOf } from './readout.js';
import type { ArrayState } from './tiles.js';
import { REACH } from './trajectory.js';

/** Why arrays of a frame make no chain: between two of them nothing is digital. */
export function checkCrossbarChain(p: Frame): ParameterFault | undefined {
  const fault = (parameter: keyof Frame, reason: string): ParameterFault => ({ parameter, reason });
  if (p.input_bits === 0 || p.input_bits > WHOLE_INPUT_BITS)
    return fault('input_bits', `a chain begins with a DAC of 2 to ${WHOLE_INPUT_BITS} bits`);
  if (p.adc_bits === 0) return fault('adc_bits', 'a chain ends with an ADC');
  if (p.cell_bits > 0) return fault('cell_bits', 'slices of weights are added digitally, and a chain has no digits');
  if (p.weight_scheme.endsWith('digital'))
    return fault('weight_scheme', 'a chain subtracts in the array: differential or offset-column');
  if (p.sense === 'voltage') return fault('sense', 'a chain takes currents from its arrays, and no floating lines');
  if (p.input_encoding.startsWith('bit'))
    return fault('input_encoding', 'lines of a second array carry voltages, not bits: voltage or pulse-width');
  return undefined;
}

/** An array with what measures its drift. */
interface Part {
  readonly array: CrossbarArray;
  readonly fresh: Float64Array;
  readonly k: number;
  readonly n: number;
}

/** A chain brought to one age, in the engine. */
interface Reader extends Aged {
  readonly chain: TileChain;
  /** Σ of the conductances on each input line of both arrays, S. */
  readonly conductances: readonly [Float64Array, Float64Array];
}

/** Values of the frame and of the circuit. */
interface Both {
  readonly frame: Frame;
  readonly circuit: Chain;
}

/**
 * Gate and up arrays, multiplying cells, and the down array, all in one circuit: a DAC at its start, an ADC at its end.
 * The arrays are those of the frame, with the chip's errors of `gate_up` and `down`.
 */
export class CrossbarChain implements ProgrammedShard {
  readonly programLedger: Ledger;
  /** Present where drift is measured. */
  readonly recalibrate?: (deviceTime: number, room?: number) => Ledger;
  readonly #nominal: Both;
  readonly #ends: Ends<Both>;
  readonly #first: Part;
  readonly #second: Part;
  readonly #ranges: ChainRanges;
  readonly #stage: ChainStage;
  readonly #ages = new Ages<Reader>();

  constructor(
    readonly p: Frame,
    ends: Ends<Frame>,
    chain: ChainParameters,
    readonly cell: Cell,
    readonly engine: TileEngine,
    readonly spec: ShardSpec,
    readonly weights: FfnWeights,
    readonly calibration: Calibration,
  ) {
    const { inner, columns, gateUp, down } = weights;
    const { k, checkpoint, layer, columnStart, chipSeed } = spec;
    const circuit: Chain = valuesOf(chain);
    this.#nominal = { frame: p, circuit };
    this.#ends = [
      ...ends.map(
        ([low, high]) =>
          [
            { frame: low, circuit },
            { frame: high, circuit },
          ] as const,
      ),
      ...endsOf<Chain>(chain).map(
        ([low, high]) =>
          [
            { frame: p, circuit: low },
            { frame: p, circuit: high },
          ] as const,
      ),
    ];
    const part = (operation: string, of: Float32Array, k: number, n: number, columnStart: number): Part => {
      const matrix = `${checkpoint}/${layer}/${operation}`;
      const array = crossbarArray(p, cell, { k, n, columnStart, weights: of, chipSeed, matrix });
      return { array, fresh: freshSums(p, cell, array), k, n };
    };
    this.#first = part('gate_up', gateUp, k, 2 * inner, 0);
    this.#second = part('down', down, inner, columns, columnStart);
    this.#ranges = rangesOf(circuit, weights, k, p.tile_rows, calibration.inputRange);
    this.#stage = gatedStage(circuit, this.#ranges, inner, spec);
    this.#at({}, Infinity);
    const pulses = [this.#first, this.#second].map(({ array }) => array.pulses());
    this.programLedger = withBand(this.#nominal, this.#ends, ({ frame }) =>
      this.#both(({ k, n }, i) => programmingLedger(frame, k, n, pulses[i]!)),
    );
    if (ageingOf(p, cell)?.compensated)
      this.recalibrate = (deviceTime, room = Infinity) => {
        const reader = this.#at({ deviceTime, calibratedAt: deviceTime }, room);
        return withBand(this.#nominal, this.#ends, ({ frame }) =>
          this.#both((_, i) => recalibrationLedger(frame, this.#shape(reader, i))),
        );
      };
  }

  /** Trajectories follow from the weights: they stay for the next age. */
  get residentBytes(): number {
    const { gateUp, down } = this.weights;
    return this.#ages.residentBytes + gateUp.byteLength + down.byteLength;
  }

  execute(batch: RowBatch, conditions: Conditions = {}, room = Infinity) {
    const reader = this.#at(conditions, room);
    const { driveSquares, y, ...telemetry } = this.engine.readChain(reader.chain, batch, this.spec);
    const shapes = [this.#shape(reader, 0), this.#shape(reader, 1)] as const;
    const driven = drivenConductance(this.p, shapes[0], batch) + driveSquares * mean(shapes[1].rowConductance);
    const ledger = withBand(this.#nominal, this.#ends, ({ frame, circuit }) =>
      chainLedger(frame, circuit, shapes[0], shapes[1], batch.rows, driven),
    );
    return { y, ledger, telemetry };
  }

  forgetAges(): void {
    this.#ages.trim();
  }

  release(): void {
    this.#ages.release();
  }

  /** A ledger of both arrays: they are programmed, and measured, one after the other. */
  #both(of: (part: Part, i: 0 | 1) => Ledger): Ledger {
    const ledger = emptyLedger();
    addSequential(ledger, of(this.#first, 0));
    addSequential(ledger, of(this.#second, 1));
    return ledger;
  }

  #shape({ conductances }: Reader, i: 0 | 1): ArrayShape {
    const { k, n, array } = i === 0 ? this.#first : this.#second;
    const calibration = { inputRange: this.#ranges.input };
    return { k, n, mapping: array.mapping, rowConductance: conductances[i], calibration };
  }

  #at(conditions: Conditions, room: number): Reader {
    const age = arrayAge(this.p, this.cell, conditions);
    return this.#ages.at(age.name, room, () => this.#bring(age));
  }

  #bring(age: ArrayAge): Reader {
    const { p, engine } = this;
    const states = [this.#first, this.#second].map(({ array, fresh, k, n }) => stateAt(p, array, fresh, k, n, age)) as [
      ArrayState,
      ArrayState,
    ];
    const tiles = ({ k, n, array }: Part, state: ArrayState, readout: Readout): TileProgram => ({
      k,
      n,
      tileRows: Math.min(p.tile_rows, k),
      slices: array.mapping.slices,
      weights: state.weights,
      fullScale: state.fullScale,
      readout,
    });
    const inputRange = this.#ranges.input;
    const first = readoutOf(p, states[0], { inputRange }, 1, this.#first.array.tiles);
    const second = readoutOf(p, states[1], {}, 1, this.#second.array.tiles);
    const output: OutputConverter = {
      bits: p.adc_bits,
      coding: 'symmetric',
      range: { kind: 'fixed', range: this.#adcRange(states[1]) },
    };
    const chain = engine.programChain({
      first: tiles(this.#first, states[0], { ...first, output: null, bound: null }),
      stage: this.#stage,
      second: tiles(this.#second, states[1], { ...second, input: null, output, bound: null }),
    });
    return {
      chain,
      conductances: [states[0].rowConductance, states[1].rowConductance],
      residentBytes: chain.residentBytes,
      release: () => chain.release(),
    };
  }

  /** ADC ranges in analog units, of each tile and column: calibrated, or as the rows of the ranges ask for. */
  #adcRange({ fullScale }: ArrayState): Float32Array {
    const { hidden, outputs } = this.#ranges;
    const { adcBound } = this.calibration;
    return fullScale.map((full, at) => {
      if (adcBound) return adcBound[at % adcBound.length]! / REACH;
      return full > 0 ? outputs[at]! / (hidden * full) : 0;
    });
  }
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
