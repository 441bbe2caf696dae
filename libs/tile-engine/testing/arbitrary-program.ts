import { OPERATIONS, type RowBatch } from '@ohmlight/contracts';
import * as fc from 'fast-check';
import type { ChainProgram, ChainStage, GateCircuit, NoiseKey, TableLaw, TileProgram } from '../src/engine.js';
import { passesOf } from '../src/passes.js';
import {
  arbitraryFirst,
  arbitraryReadout,
  arbitrarySecond,
  buildReadout,
  type ReadoutShape,
} from './arbitrary-readout.js';
import { random } from './random.js';
import { drawRows, drawWeights, ROW_KINDS, type RowKind, WEIGHT_KINDS, type WeightKind } from './test-data.js';

/** `small` shapes stand around vector widths; `large` ones around strips and blocks, with many rows. */
export type Extent = 'small' | 'large';

export interface MatrixShape {
  readonly k: number;
  readonly n: number;
  readonly tileRows: number;
  readonly slices: number;
  readonly levels: number | null;
  readonly weights: WeightKind;
  /** Whether the noise has magnitudes of its own. */
  readonly magnitudes: boolean;
  readonly readout: ReadoutShape;
}

export interface BatchShape {
  readonly rows: number;
  readonly kind: RowKind;
  readonly magnitudes: boolean;
}

/** One programming and one reading of tiles, as they are drawn, shrunk and printed. */
export interface TileCase {
  readonly matrix: MatrixShape;
  readonly batch: BatchShape;
  readonly key: NoiseKey;
  readonly seed: number;
}

export interface ChainCase {
  readonly first: MatrixShape;
  readonly stage: ChainStage;
  /** Whether a gated stage is a circuit. */
  readonly circuit: boolean;
  readonly second: MatrixShape;
  readonly batch: BatchShape;
  readonly key: NoiseKey;
  readonly seed: number;
}

const counted = (most: number, ...special: number[]): fc.Arbitrary<number> =>
  fc.oneof(fc.integer({ min: 1, max: most }), fc.constantFrom(...special));

const inputs = (extent: Extent): fc.Arbitrary<number> =>
  extent === 'small' ? counted(90, 1, 2, 31, 32, 33, 64, 65) : counted(700, 255, 256, 257, 511, 512, 513, 1024, 1025);
const outputs = (extent: Extent): fc.Arbitrary<number> =>
  extent === 'small'
    ? counted(90, 1, 7, 8, 9, 31, 32, 33, 63, 64, 65)
    : counted(330, 127, 128, 129, 255, 256, 257, 320);
const batchShape = (extent: Extent): fc.Arbitrary<BatchShape> =>
  fc.record({
    rows: extent === 'small' ? counted(13, 1, 2, 3, 4, 5, 7, 8) : counted(70, 1, 16, 47, 48, 49, 64, 65),
    kind: fc.constantFrom(...ROW_KINDS),
    magnitudes: fc.constantFrom(false, false, false, true),
  });

function matrixShape(
  k: fc.Arbitrary<number>,
  n: fc.Arbitrary<number>,
  readout: fc.Arbitrary<ReadoutShape>,
): fc.Arbitrary<MatrixShape> {
  return fc
    .record({
      k,
      n,
      tileRows: fc.constantFrom(1, 2, 3, 8, 16, 17, 32, 33, 64, 100, 128, 256, 512, 1024),
      slices: fc.constantFrom(1, 1, 1, 2, 3),
      levels: fc.constantFrom(null, null, null, 1, 7, 128, 4095, 32_767),
      weights: fc.constantFrom(...WEIGHT_KINDS),
      magnitudes: fc.constantFrom(false, false, true),
      readout,
    })
    .map((shape) => ({ ...shape, tileRows: Math.max(shape.tileRows, Math.ceil(shape.k / 12)) }));
}

const noiseKey = (alignment: number): fc.Arbitrary<NoiseKey> =>
  fc.record({
    layer: fc.oneof(fc.nat(80), fc.constantFrom(0, 255, 256, 0xff_ffff)),
    operation: fc.constantFrom(...OPERATIONS),
    columnStart: fc.oneof(
      fc.nat(9).map((groups) => groups * 256),
      fc.nat(70).map((groups) => groups * alignment),
      fc.constant(151_936 - (151_936 % alignment)),
    ),
  });

const seed = fc.integer({ min: 0, max: 2 ** 31 - 1 });

export const arbitraryTiles = (extent: Extent): fc.Arbitrary<TileCase> =>
  matrixShape(inputs(extent), outputs(extent), arbitraryReadout).chain((matrix) =>
    fc.record({
      matrix: fc.constant(matrix),
      batch: batchShape(extent),
      key: noiseKey(matrix.readout.bound?.columns ?? 1),
      seed,
    }),
  );

export const arbitraryChain = (extent: Extent): fc.Arbitrary<ChainCase> =>
  fc
    .record({
      hidden: outputs(extent),
      circuit: fc.boolean(),
      stage: fc.record<ChainStage>({
        activation: fc.constantFrom('diode', 'clamp', 'silu', 'linear'),
        gated: fc.boolean(),
        range: fc.constantFrom(0.5, 3, 40),
        noise: fc.constantFrom(0, 0, 0.01, 0.3),
      }),
    })
    .chain(({ hidden, stage, circuit }) =>
      fc.record({
        first: matrixShape(inputs(extent), fc.constant(stage.gated ? 2 * hidden : hidden), arbitraryFirst),
        stage: fc.constant(stage),
        circuit: fc.constant(circuit),
        second: matrixShape(fc.constant(hidden), outputs(extent), arbitrarySecond),
        batch: batchShape(extent),
        key: noiseKey(1),
        seed,
      }),
    );

/** Steps of the plain reference that one case may take: keeps a run of hundreds of cases to seconds. */
const STEPS: Record<Extent, number> = { small: 1e6, large: 1.2e7 };

/** Steps for one row, in multiply-adds; an output with its draws costs as much as 150 of them. */
function rowSteps({ k, n, tileRows, slices, readout }: MatrixShape): number {
  const passes = readout.input ? passesOf(readout.input).length : 1;
  const rounds = readout.bound ? readout.bound.rounds : 1;
  const products = 1 + readout.noise.filter(({ kind }) => kind.startsWith('abs-')).length;
  return passes * rounds * slices * n * (k * products + 150 * Math.ceil(k / tileRows));
}

export const buildProgram = (shape: MatrixShape, seed: number): TileProgram => {
  const { k, n, tileRows, slices, levels, readout } = shape;
  const tiles = Math.ceil(k / tileRows);
  const draw = random(seed + 2);
  const drawn = drawWeights(shape.weights, shape, seed);
  return {
    k,
    n,
    tileRows,
    ...(shape.magnitudes && { magnitudes: drawn.weights.map((w) => Math.abs(w) * 2 * draw.uniform()) }),
    ...(slices > 1 && { slices }),
    ...(levels !== null && { levels }),
    ...drawn,
    readout: buildReadout(readout, slices * tiles * n, seed + 1),
  };
};

/** Laws of a few points and of many, and statics that matter. */
function drawCircuit(hidden: number, seed: number): GateCircuit {
  const draw = random(seed);
  const law = (points: number, range: number): TableLaw => ({ range, values: draw.gaussians(points, 2, 4) });
  const statics = draw.gaussians(6 * hidden, 0.3, 4);
  return { gate: law(2, 3), steering: law(65, 0.5), activated: law(17, 20), up: law(1000, 1.7), statics };
}

export const buildChain = ({ first, stage, circuit, second, seed }: ChainCase): ChainProgram => ({
  first: buildProgram(first, seed),
  stage: circuit && stage.gated ? { ...stage, circuit: drawCircuit(second.k, seed + 30) } : stage,
  second: buildProgram(second, seed + 10),
});

/** The batch of a case, cut to as many rows as its matrices leave time for. */
export function buildBatch(
  { rows, kind, magnitudes }: BatchShape,
  matrices: readonly MatrixShape[],
  extent: Extent,
  seed: number,
): RowBatch {
  const steps = matrices.reduce((sum, matrix) => sum + rowSteps(matrix), 0);
  const count = Math.max(1, Math.min(rows, Math.floor(STEPS[extent] / steps)));
  const draw = random(seed + 20);
  const word = (): number => {
    const at = draw.uniform();
    return at < 0.15 ? 0 : at > 0.85 ? 0xffff_ffff : Math.floor(draw.uniform() * 2 ** 32);
  };
  return {
    rows: count,
    x: drawRows(kind, count, matrices[0]!.k, magnitudes, seed + 21),
    seeds: BigUint64Array.from({ length: count }, () => (BigInt(word()) << 32n) | BigInt(word())),
    positions: Uint32Array.from({ length: count }, word),
  };
}
