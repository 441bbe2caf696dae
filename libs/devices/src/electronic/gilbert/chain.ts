import { type Ledger, OhmlightError, type RowBatch, type Telemetry } from '@ohmlight/contracts';
import type { ChainStage, OutputConverter, TileChain, TileEngine, TileProgram } from '@ohmlight/tile-engine';
import type { GilbertArray } from './array.js';
import { InputEncoder } from './encode.js';
import { gilbertReadout } from './gilbert.js';
import { programGilbert, type ProgrammedGilbert } from './program-gilbert.js';

/** Two matrices and what stands between them, all in one circuit: no converter but at its ends. */
export interface GilbertChain {
  readonly checkpoint: string;
  readonly layer: number;
  readonly chipSeed: bigint;
  /** Inputs, hidden values, outputs. */
  readonly k: number;
  readonly hidden: number;
  readonly n: number;
  /** hidden × k; 2·hidden × k where `activation` is gated: the gates, then what they multiply. */
  readonly first: Float32Array;
  /** n × hidden. */
  readonly second: Float32Array;
  /** A rectifier's law, volts to volts; gates, silu(gate)·up as they should be; or those of a circuit. */
  readonly activation: ((volts: number) => number) | 'gated-silu' | ChainStage;
  /** Activation at the full scale of the input, and hidden value at the full scale of the second matrix' inputs. */
  readonly inputRange: number;
  readonly hiddenRange: number;
  /** Noise of an ideal gate, in parts of the second matrix' full scale. */
  readonly gateNoise?: number;
  /** First column of the second matrix that the chain has; 0 unless stated. */
  readonly columnStart?: number;
  /** Range of each output's ADC in the outputs' units, up to the swing; the array's `adcRange` unless stated. */
  readonly outputRange?: Float32Array;
  /** Seconds since the weights were written; 0 unless stated. */
  readonly age?: number;
}

export interface ProgrammedChain {
  readonly residentBytes: number;
  /** @throws OhmlightError `invalid_job` when lengths do not fit or an activation is not finite. */
  execute(batch: RowBatch): { readonly y: Float32Array; readonly ledger: Ledger; readonly telemetry: Telemetry };
  release(): void;
}

/** Points of a rectifier's table over ±adcRange products. */
const POINTS = 8193;

/**
 * Programs a chain into arrays that take each matrix as one tile. The rectifier and the second matrix' input port are a
 * table over the first one's outputs, exactly; behind gates the port counts as straight, which it is to its residue.
 *
 * @throws OhmlightError `invalid_shard` when a matrix is larger than its array, or a law does not fit between them.
 */
export function programGilbertChain(
  arrays: { readonly first: GilbertArray; readonly second: GilbertArray },
  chain: GilbertChain,
  unitVoltage: number,
  ledgerOf: (rows: number) => Ledger,
  engine: TileEngine,
): ProgrammedChain {
  const { k, hidden, n, activation, inputRange, hiddenRange } = chain;
  const gated = typeof activation !== 'function';
  const outputs = gated ? 2 * hidden : hidden;
  if (k > arrays.first.tileRows || hidden > arrays.second.tileRows)
    throw new OhmlightError(
      'invalid_shard',
      `a chain of ${k} inputs and ${hidden} hidden values takes arrays of as many rows, not ${arrays.first.tileRows} and ${arrays.second.tileRows} (tile_rows)`,
    );
  if (arrays.second.separated.terms.length > 1)
    throw new OhmlightError('invalid_shard', 'a chain takes cells whose law is one product (law exponential)');
  const place = { columnStart: 0, chipSeed: chain.chipSeed };
  // The chip's errors of the matrices apart.
  const name = (part: string): string => `${chain.checkpoint}/${chain.layer}/${part}`;
  const first = uniform(
    programGilbert(
      arrays.first,
      {
        ...place,
        k,
        n: outputs,
        weights: chain.first,
        matrix: name(gated ? 'gate_up' : 'up'),
        fullScale: most(chain.first),
      },
      chain.age ?? 0,
    ),
  );
  const second = programGilbert(
    arrays.second,
    { ...place, columnStart: chain.columnStart ?? 0, k: hidden, n, weights: chain.second, matrix: name('down') },
    chain.age ?? 0,
  );
  const { readout, ...firstTiles } = tiles(arrays.first, first, outputs);
  const port = arrays.second.separated.terms[0]!.x;
  const perUnit = (first.fullScale[0]! * inputRange) / hiddenRange;
  const table = gated
    ? null
    : rectifierTable(activation, port, arrays.first.adcRange * first.perProduct[0]!, {
        volts: unitVoltage / first.perProduct[0]!,
        full: perUnit,
      });
  const { weights, offsets } = withoutOffsets(second, hidden, n);
  const program: TileChain = engine.programChain({
    first: { ...firstTiles, readout: { ...readout, output: null, transfer: table ?? clipped(arrays.first, first) } },
    stage:
      typeof activation === 'object'
        ? activation
        : { activation: gated ? 'silu' : 'linear', gated, range: hiddenRange, noise: chain.gateNoise ?? 0 },
    second: {
      ...tiles(arrays.second, second, n),
      k: hidden,
      tileRows: hidden,
      weights,
      readout: {
        ...gilbertReadout(arrays.second, second, {}),
        input: null,
        output: outputOf(arrays.second, second, chain),
      },
    },
  });
  const encoder = new InputEncoder(arrays.first, k, inputRange);
  const key = { layer: chain.layer, operation: 'ffn', columnStart: chain.columnStart ?? 0 } as const;
  return {
    residentBytes: program.residentBytes,
    execute(batch) {
      const { batch: lines, saturated } = encoder.encode(batch);
      const { y, driveSquares: _, ...telemetry } = engine.readChain(program, lines, key);
      // What the second matrix' offsets add whatever its inputs: before the ADC in the circuit, behind its rounding here.
      for (let at = 0; at < y.length; at++) y[at]! += offsets[at % n]! * hiddenRange;
      return { y, ledger: ledgerOf(batch.rows), telemetry: { ...telemetry, dacSaturated: saturated } };
    },
    release: () => program.release(),
  };
}

function tiles(array: GilbertArray, programmed: ProgrammedGilbert, n: number): TileProgram {
  return {
    k: programmed.lines,
    n,
    tileRows: programmed.tileLines,
    weights: programmed.weights,
    fullScale: programmed.fullScale,
    readout: gilbertReadout(array, programmed, {}),
  };
}

/** The ADC of the second array. */
function outputOf(
  { adcBits, adcRange }: GilbertArray,
  { perProduct, fullScale }: ProgrammedGilbert,
  chain: GilbertChain,
): OutputConverter {
  const { outputRange, hiddenRange } = chain;
  const range = perProduct.map((units, c) => {
    const swing = units * adcRange;
    return outputRange && units > 0 ? Math.min(swing, outputRange[c]! / (hiddenRange * fullScale[c]!)) : swing;
  });
  return { bits: adcBits, coding: 'symmetric', range: { kind: 'fixed', range } };
}

/** One scale for all outputs: a volt is the same hidden value in each of them. */
function uniform(programmed: ProgrammedGilbert): ProgrammedGilbert {
  const { fullScale, perProduct } = programmed;
  const at = fullScale.indexOf(fullScale.reduce((a, b) => Math.max(a, b), 0));
  const lines = programmed.lines;
  return {
    ...programmed,
    tileLines: lines,
    fullScale: fullScale.slice().fill(fullScale[at]!),
    perProduct: perProduct.slice().fill(perProduct[at]!),
  };
}

/** The root of a node clips at its swing. */
function clipped(array: GilbertArray, { perProduct }: ProgrammedGilbert) {
  const high = array.adcRange * perProduct[0]!;
  return { kind: 'clamp', low: -high, high } as const;
}

/**
 * s → what the second matrix sees for it, in the engine's units: the node's volts through the rectifier, limited to the
 * port's full scale, through the port's law.
 */
function rectifierTable(
  rectifier: (volts: number) => number,
  port: (x: number) => number,
  range: number,
  unit: { readonly volts: number; readonly full: number },
) {
  const values = Float32Array.from({ length: POINTS }, (_, i) => {
    const s = ((2 * i) / (POINTS - 1) - 1) * range;
    const x = (rectifier(s * unit.volts) / unit.volts) * unit.full;
    return port(Math.max(-1, Math.min(1, x))) / unit.full;
  });
  return { kind: 'table', range, values } as const;
}

/** A chain's second matrix has no line that is always driven: its weights apart. */
function withoutOffsets(
  { lines, weights }: ProgrammedGilbert,
  hidden: number,
  n: number,
): { weights: Float32Array; offsets: Float32Array } {
  const out = new Float32Array(n * hidden);
  const offsets = new Float32Array(n);
  for (let column = 0; column < n; column++) {
    out.set(weights.subarray(column * lines, column * lines + hidden), column * hidden);
    offsets[column] = weights[column * lines + hidden]!;
  }
  return { weights: out, offsets };
}

function most(values: Float32Array): number {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  return largest;
}
