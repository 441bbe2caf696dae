import { OhmlightError, type RowBatch } from '@ohmlight/contracts';
import { checkBatch } from '../checks.js';
import { matrixWord, SECOND } from '../draws/dynamic.js';
import type { ChainReading, ChainStage, NoiseKey, Reading, Rereads } from '../engine.js';
import { rowScale } from '../reference/convert-inputs.js';
import { type Arena, Layout } from './arena.js';
import * as L from './layout.js';
import type { ResidentTiles } from './program.js';

/** Runs a job that is laid out in an arena, on all threads. */
export type Run = (arena: Arena, job: number, macs: number) => void;

const ACTIVATIONS = ['diode', 'clamp', 'silu', 'linear'] as const;

interface Regions {
  readonly job: number;
  readonly xStride: number;
  readonly x: number;
  readonly y: number;
  readonly keys: number;
  readonly squares: number;
  readonly strips: number;
}

/** Groups of columns that bound management reads apart; 0 without it. */
function groupsOf({ prepared, columns }: ResidentTiles): number {
  const { bound } = prepared.readout;
  return bound ? Math.ceil(columns / bound.columns) : 0;
}

/** Takes room for a job of `rows` rows on tiles. `analog`: its inputs are voltages that lie elsewhere. */
function layOut(layout: Layout, tiles: ResidentTiles, rows: number, analog: boolean) {
  const { prepared, columns, variants } = tiles;
  const { k, tileRows, passes } = prepared;
  const xStride = Math.ceil(k / 16) * 64;
  const strips = Math.ceil(columns / L.STRIP);
  const whole = Math.ceil(tileRows / 2) * (prepared.tiles - 1);
  const pairs = whole + Math.ceil((k - (prepared.tiles - 1) * tileRows) / 2);
  const variantBytes = Math.ceil((pairs * rows * 4) / 64) * 64;
  const readings = Math.max(1, passes.length) * prepared.tiles;
  return {
    xStride,
    strips,
    variantBytes,
    job: layout.take(L.JOB_BYTES),
    x: analog ? 0 : layout.take(rows * xStride),
    // Codes, and room for those of a pass, its variant and its low bits.
    codes: analog ? 0 : layout.take(4 * rows * (xStride / 2) + 64),
    packed: analog ? 0 : layout.take(Math.max(1, passes.length) * variants * variantBytes + 64),
    norms: layout.take(readings * rows * 4),
    scales: layout.take(4 * rows),
    keys: layout.take(16 * rows),
    y: layout.take(4 * rows * columns),
    squares: layout.take(16 * rows * strips),
    rereads: layout.take(8 * rows * groupsOf(tiles)),
  };
}

type Offsets = ReturnType<typeof layOut>;

function writeJob(
  arena: Arena,
  base: number,
  offsets: Offsets,
  tiles: ResidentTiles,
  rows: number,
  columnStart: number,
  wide: boolean,
): Regions {
  const { view } = arena;
  const job = base + offsets.job;
  const word = (field: number, value: number): void => view.setInt32(job + field, value, true);
  word(L.J_MATRIX, tiles.address);
  word(L.J_ROWS, rows);
  word(L.J_X, base + offsets.x);
  word(L.J_X_STRIDE, offsets.xStride);
  word(L.J_Y, base + offsets.y);
  word(L.J_KEYS, base + offsets.keys);
  word(L.J_SCALES, base + offsets.scales);
  word(L.J_CODES, base + offsets.codes);
  word(L.J_PACKED, base + offsets.packed);
  word(L.J_VARIANT_BYTES, offsets.variantBytes);
  word(L.J_VARIANTS, tiles.variants);
  word(L.J_NORMS, base + offsets.norms);
  word(L.J_SQUARES, base + offsets.squares);
  word(L.J_COLUMN_START, columnStart);
  word(L.J_STREAM, 0);
  word(L.J_ANALOG, 0);
  view.setBigInt64(job + L.J_DAC_SATURATED, 0n, true);
  word(L.J_WIDE, Number(wide));
  word(L.J_STRIPS, offsets.strips);
  word(L.J_KIND, 0);
  word(L.J_REREADS, base + offsets.rereads);
  return {
    job,
    xStride: offsets.xStride,
    x: base + offsets.x,
    y: base + offsets.y,
    keys: base + offsets.keys,
    squares: base + offsets.squares,
    strips: offsets.strips,
  };
}

function writeKeys(arena: Arena, keys: number, { seeds, positions, rows }: RowBatch, key: NoiseKey): void {
  const { words } = arena;
  const word = matrixWord(key);
  const halves = new Int32Array(seeds.buffer, seeds.byteOffset, 2 * rows);
  for (let row = 0, at = keys / 4; row < rows; row++, at += 4) {
    words[at] = halves[2 * row]!;
    words[at + 1] = halves[2 * row + 1]!;
    words[at + 2] = positions[row]!;
    words[at + 3] = word;
  }
}

/** Copies rows of `k` values to rows of `stride` bytes, zeros behind them. */
export function writeRows(arena: Arena, to: number, x: Float32Array, rows: number, k: number, stride: number): void {
  const { floats } = arena;
  if (stride === 4 * k) {
    floats.set(x, to / 4);
    return;
  }
  for (let row = 0; row < rows; row++) {
    const start = (to + row * stride) / 4;
    floats.set(x.subarray(row * k, (row + 1) * k), start);
    floats.fill(0, start + k, start + stride / 4);
  }
}

/** Rows of `n` values out of rows of `columns`. */
export function readRows(arena: Arena, from: number, rows: number, n: number, columns: number): Float32Array {
  const { floats } = arena;
  if (n === columns) return floats.slice(from / 4, from / 4 + rows * n);
  const y = new Float32Array(rows * n);
  for (let row = 0; row < rows; row++) {
    const start = from / 4 + row * columns;
    y.set(floats.subarray(start, start + n), row * n);
  }
  return y;
}

const saturatedOutputs = (arena: Arena): number =>
  arena.scratches.reduce((sum, scratch) => {
    const at = scratch + L.S_ADC_SATURATED;
    const count = arena.count(at);
    if (count > 0) arena.fill(at, 8);
    return sum + count;
  }, 0);

function rootMeanSquares(arena: Arena, regions: Regions, rows: number, n: number): [number, number] {
  const { view } = arena;
  let signal = 0;
  let noise = 0;
  for (let row = 0; row < rows; row++) {
    let rowSignal = 0;
    let rowNoise = 0;
    for (let strip = 0; strip < regions.strips; strip++) {
      const at = regions.squares + (row * regions.strips + strip) * 16;
      rowSignal += view.getFloat64(at, true);
      rowNoise += view.getFloat64(at + 8, true);
    }
    signal += rowSignal;
    noise += rowNoise;
  }
  return [Math.sqrt(signal / (rows * n)), Math.sqrt(noise / (rows * n))];
}

/** Inputs of a job on tiles that start with a DAC; its codes are ready when this returns. */
function prepareCodes(arena: Arena, regions: Regions, tiles: ResidentTiles, batch: RowBatch, key: NoiseKey): void {
  const { prepared } = tiles;
  const { k } = prepared;
  const { input } = prepared.readout;
  const { rows, x } = batch;
  if (!input) throw new OhmlightError('invalid_job', "a chain's second matrix is read through its chain only");
  writeRows(arena, regions.x, x, rows, k, regions.xStride);
  writeKeys(arena, regions.keys, batch, key);
  if (input.scale.kind === 'percentile') {
    const scales = arena.view.getInt32(regions.job + L.J_SCALES, true) / 4;
    const { floats } = arena;
    for (let row = 0; row < rows; row++) floats[scales + row] = rowScale(x.subarray(row * k, (row + 1) * k), input);
  }
  // The kernel tells a row that is not finite; the check then finds the value and throws.
  if (arena.kernels.convertInputs(regions.job, arena.scratches[0]!) >= 0) checkBatch(batch, k);
}

function rereadsOf({ words }: Arena, from: number, rows: number, groups: number): Rereads {
  const sum = { tiles: 0, rows: 0 };
  for (let row = 0, at = from / 4; row < rows; row++) {
    let most = 0;
    for (let group = 0; group < groups; group++, at += 2) {
      sum.tiles += words[at]!;
      most = Math.max(most, words[at + 1]!);
    }
    sum.rows += most;
  }
  return sum;
}

/** A reading of tiles: `readTiles` of engine.ts. */
export function readTilesJob(
  arena: Arena,
  tiles: ResidentTiles,
  batch: RowBatch,
  key: NoiseKey,
  wide: boolean,
  run: Run,
): Reading {
  const { k, n, readout } = tiles.prepared;
  checkShape(batch, k);
  const { rows } = batch;
  const { bound } = readout;
  if (bound && key.columnStart % bound.columns !== 0)
    throw new OhmlightError(
      'invalid_job',
      `with bound management shards start on multiples of ${bound.columns} columns`,
    );
  const layout = new Layout();
  const offsets = layOut(layout, tiles, rows, false);
  const base = arena.workspace(layout.bytes);
  const regions = writeJob(arena, base, offsets, tiles, rows, key.columnStart, wide);
  prepareCodes(arena, regions, tiles, batch, key);
  // With bound management the inputs that count are those of the last round.
  if (bound) arena.view.setBigInt64(regions.job + L.J_DAC_SATURATED, 0n, true);
  run(arena, regions.job, rows * k * n);
  const [signalRms, noiseRms] = rootMeanSquares(arena, regions, rows, n);
  return {
    y: readRows(arena, regions.y, rows, n, tiles.columns),
    dacSaturated: arena.count(regions.job + L.J_DAC_SATURATED),
    adcSaturated: saturatedOutputs(arena),
    signalRms,
    noiseRms,
    ...(bound && { rereads: rereadsOf(arena, base + offsets.rereads, rows, groupsOf(tiles)) }),
  };
}

/** A reading of a chain: `readChain` of engine.ts. `circuit`: address of its stage's, 0 without. */
export function readChainJob(
  arena: Arena,
  first: ResidentTiles,
  stage: ChainStage,
  circuit: number,
  second: ResidentTiles,
  batch: RowBatch,
  key: NoiseKey,
  wide: boolean,
  run: Run,
): ChainReading {
  const { k, n: hidden } = first.prepared;
  const { k: width, n } = second.prepared;
  checkShape(batch, k);
  const { rows } = batch;
  const layout = new Layout();
  const firstOffsets = layOut(layout, first, rows, false);
  const secondOffsets = layOut(layout, second, rows, true);
  const base = arena.workspace(layout.bytes);
  const before = writeJob(arena, base, firstOffsets, first, rows, 0, wide);
  prepareCodes(arena, before, first, batch, key);
  run(arena, before.job, rows * k * hidden);
  const clipped = saturatedOutputs(arena);

  const range = Math.fround(stage.range);
  const stride = 4 * first.columns;
  let driveSquares = 0;
  for (let row = 0; row < rows; row++)
    driveSquares += arena.kernels.chainStage(
      before.y + row * stride,
      width,
      ACTIVATIONS.indexOf(stage.activation),
      Number(stage.gated),
      circuit,
      range,
      stage.noise,
      before.keys + 16 * row,
      arena.scratches[0]!,
    );

  const after = writeJob(arena, base, secondOffsets, second, rows, key.columnStart, wide);
  const { view } = arena;
  view.setInt32(after.job + L.J_X, before.y, true);
  view.setInt32(after.job + L.J_X_STRIDE, stride, true);
  view.setInt32(after.job + L.J_STREAM, SECOND, true);
  view.setInt32(after.job + L.J_ANALOG, 1, true);
  view.setFloat32(after.job + L.J_RANGE, range, true);
  writeKeys(arena, after.keys, batch, key);
  arena.kernels.convertInputs(after.job, arena.scratches[0]!);
  run(arena, after.job, rows * width * n);
  const [signalRms, noiseRms] = rootMeanSquares(arena, after, rows, n);
  return {
    y: readRows(arena, after.y, rows, n, second.columns),
    dacSaturated: arena.count(before.job + L.J_DAC_SATURATED),
    adcSaturated: clipped + saturatedOutputs(arena),
    signalRms,
    noiseRms,
    driveSquares,
  };
}

/** Lengths of a batch; that its activations are finite the kernels check. */
function checkShape(batch: RowBatch, k: number): void {
  const { rows, x, seeds, positions } = batch;
  if (!(
    Number.isInteger(rows) &&
    rows >= 1 &&
    x.length === rows * k &&
    seeds.length === rows &&
    positions.length === rows
  ))
    checkBatch(batch, k);
}
