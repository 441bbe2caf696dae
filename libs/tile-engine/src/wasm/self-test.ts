import type { RowBatch } from '@ohmlight/contracts';
import type { NoiseKey, TileProgram } from '../engine.js';
import type { Readout } from '../readout.js';
import { comparisonModule, type KernelPath, offersWide } from './module.js';
import { WasmEngine } from './wasm-engine.js';

/** Shapes with whole groups of rows and a remainder, whole strips and a part of one, two tiles and a half. */
const ROWS = 13;
const K = 160;
const N = 104;
const TILE_ROWS = 64;
const KEY: NoiseKey = { layer: 3, operation: 'down', columnStart: 256 };

/** Numbers in −1 … 1 that need no generator. */
const spread = (length: number, step: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => ((i * step) % 2) - 1);

const READOUTS: readonly Readout[] = [
  {
    input: { bits: 8, scale: { kind: 'abs-max', clip: 0.9 } },
    noise: [
      { kind: 'constant', coefficient: 0.04 },
      { kind: 'input-norm', coefficient: 0.02 },
      { kind: 'abs-power', coefficient: 0.01 },
    ],
    shot: null,
    transfer: { kind: 'compressive', knee: 0.01 },
    output: { bits: 9, coding: 'symmetric', range: { kind: 'fixed', range: 6 } },
  },
  {
    input: { bits: 6, scale: { kind: 'fixed', range: 0.8 }, rounding: 'stochastic', encoding: { kind: 'two-pass' } },
    noise: [],
    shot: { photonsPerMac: 0.7, poissonBelow: 30 },
    transfer: null,
    output: { bits: 8, coding: 'full', range: { kind: 'operand-norms', clip: 4 } },
  },
];

const batch: RowBatch = {
  rows: ROWS,
  x: spread(ROWS * K, 0.6180339887),
  seeds: BigUint64Array.from({ length: ROWS }, (_, row) => 0x9e37_79b9_7f4a_7c15n * BigInt(row + 1)),
  positions: Uint32Array.from({ length: ROWS }, (_, row) => row * 1000),
};

/** Outputs of every kernel on fixed inputs, as bits. */
function outputs(engine: WasmEngine): readonly Uint32Array[] {
  const weights = spread(N * K, 0.7548776662);
  const all = READOUTS.map((readout) => {
    const fullScale = new Float32Array(Math.ceil(K / TILE_ROWS) * N).fill(0.95);
    const program: TileProgram = { k: K, n: N, tileRows: TILE_ROWS, weights, fullScale, readout };
    const matrix = engine.programTiles(program);
    const { y } = engine.readTiles(matrix, batch, KEY);
    matrix.release();
    return y;
  });
  const matrix = engine.programFloat(weights, K, N);
  all.push(engine.multiplyFloat(matrix, batch));
  matrix.release();
  return all.map((y) => new Uint32Array(y.buffer));
}

let chosen: KernelPath | undefined;

/**
 * The path that this process runs: `wide` where the machine and V8 offer it and every kernel gives the bits of
 * `portable` with it; else `portable`. Found once.
 */
export function chosenPath(): KernelPath {
  chosen ??= choose();
  return chosen;
}

function choose(): KernelPath {
  if (!offersWide()) return 'portable';
  const portable = new WasmEngine('portable', 1, undefined, comparisonModule());
  let wide: WasmEngine | undefined;
  try {
    wide = new WasmEngine('wide', 1);
    const expected = outputs(portable);
    const same = outputs(wide).every((bits, i) => bits.every((value, at) => value === expected[i]![at]));
    return same ? 'wide' : 'portable';
  } catch {
    return 'portable';
  } finally {
    portable.close();
    wide?.close();
  }
}
