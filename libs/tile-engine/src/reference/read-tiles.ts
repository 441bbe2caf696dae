import type { RowBatch } from '@ohmlight/contracts';
import { OhmlightError } from '@ohmlight/contracts';
import { checkBatch } from '../checks.js';
import { drawKey, matrixWord, STREAM } from '../draws/dynamic.js';
import type { NoiseKey, Reading, TileMatrix } from '../engine.js';
import { passCode } from '../passes.js';
import type { InputConverter } from '../readout.js';
import { convertRow, rowScale } from './convert-inputs.js';
import { readOutput, type RowDraws, type TileInputs } from './read-outputs.js';
import { squares } from './telemetry.js';
import { assertReference, type ReferenceTiles } from './tiles.js';

const { fround } = Math;

/** Sums of a row over its tiles, in units of full scales, and what its converters met. */
interface RowReading {
  readonly y: Float32Array;
  readonly clean: Float32Array;
  dacSaturated: number;
  adcSaturated: number;
  /** Readings beyond the first: of all tiles, and the most of one. */
  rereads: number;
  mostRereads: number;
}

/**
 * Runs a readout over a batch, row by row. Contributions are added in f32 over passes, then slices, then tiles, and
 * the sum is multiplied by the row's scale.
 */
export function readTiles(matrix: TileMatrix, batch: RowBatch, key: NoiseKey): Reading {
  assertReference(matrix);
  const { k, n } = matrix;
  checkBatch(batch, k);
  const { input, bound } = matrix.prepared.readout;
  if (!input) throw new OhmlightError('invalid_job', "a chain's second matrix is read through its chain only");
  if (bound && key.columnStart % bound.columns !== 0)
    throw new OhmlightError(
      'invalid_job',
      `with bound management shards start on multiples of ${bound.columns} columns`,
    );
  const { rows, x, seeds, positions } = batch;
  const y = new Float32Array(rows * n);
  const total = { dacSaturated: 0, adcSaturated: 0, signal: 0, noise: 0 };
  const rereads = { tiles: 0, rows: 0 };
  for (let row = 0; row < rows; row++) {
    const inputs = x.subarray(row * k, (row + 1) * k);
    const scale = rowScale(inputs, input);
    if (scale === 0) continue;
    const draws: RowDraws = {
      key: drawKey(seeds[row]!, positions[row]!, matrixWord(key)),
      columnStart: key.columnStart,
      round: 0,
      second: false,
    };
    const reading = bound
      ? readBounded(matrix, inputs, scale, input, draws)
      : readRow(matrix, inputs, scale, input, draws);
    total.dacSaturated += reading.dacSaturated;
    total.adcSaturated += reading.adcSaturated;
    rereads.tiles += reading.rereads;
    rereads.rows += reading.mostRereads;
    const signal = reading.clean.map((value) => fround(value * scale));
    const out = reading.y.map((value) => fround(value * scale));
    y.set(out, row * n);
    total.signal += squares(signal);
    total.noise += squares(out.map((value, c) => fround(value - signal[c]!)));
  }
  return {
    y,
    dacSaturated: total.dacSaturated,
    adcSaturated: total.adcSaturated,
    signalRms: Math.sqrt(total.signal / (rows * n)),
    noiseRms: Math.sqrt(total.noise / (rows * n)),
    ...(bound && { rereads }),
  };
}

const empty = (n: number): RowReading => ({
  y: new Float32Array(n),
  clean: new Float32Array(n),
  dacSaturated: 0,
  adcSaturated: 0,
  rereads: 0,
  mostRereads: 0,
});

function readRow(
  m: ReferenceTiles,
  inputs: Float32Array,
  scale: number,
  input: InputConverter,
  draws: RowDraws,
): RowReading {
  const { k, n, tileRows, tiles, slices, prepared } = m;
  const out = empty(n);
  const codes = new Int32Array(k);
  const rounding = input.rounding === 'stochastic' ? { key: draws.key, stream: STREAM.rounding } : null;
  out.dacSaturated = convertRow(codes, inputs, 0, k, scale, input.bits, 0, rounding);
  for (const [index, pass] of prepared.passes.entries()) {
    const part = codes.map((code) => passCode(code, pass));
    for (let tile = 0; tile < slices * tiles; tile++) {
      const start = (tile % tiles) * tileRows;
      const end = Math.min(k, start + tileRows);
      const reading = tileInputs(m, index, tile, index * slices * tiles + tile, part, start, end);
      for (let column = 0; column < n; column++) {
        const { signal, value, saturated } = readOutput(m, reading, column, draws);
        add(out, column, m.fullScale[tile * n + column]!, pass.weight, signal, value);
        out.adcSaturated += Number(saturated);
      }
    }
  }
  return out;
}

/** Bound management: per tile and group of columns, inputs are halved until no output clips. */
function readBounded(
  m: ReferenceTiles,
  inputs: Float32Array,
  scale: number,
  input: InputConverter,
  draws: RowDraws,
): RowReading {
  const { k, n, tileRows, tiles, slices, prepared } = m;
  const { rounds, columns } = prepared.readout.bound!;
  const out = empty(n);
  const codes = new Int32Array(k);
  for (let tile = 0; tile < slices * tiles; tile++) {
    const start = (tile % tiles) * tileRows;
    const end = Math.min(k, start + tileRows);
    for (let group = 0; group < n; group += columns) {
      const groupEnd = Math.min(n, group + columns);
      for (let round = 0; round < rounds; round++) {
        const stream = STREAM.rounding | (round << 8);
        const rounding = input.rounding === 'stochastic' ? { key: draws.key, stream } : null;
        const beyond = convertRow(codes, inputs, start, end, scale, input.bits, round, rounding);
        const reading = tileInputs(m, 0, tile, tile, codes, start, end);
        const outputs = Array.from({ length: groupEnd - group }, (_, i) =>
          readOutput(m, reading, group + i, { ...draws, round }),
        );
        const clipped = outputs.reduce((sum, { saturated }) => sum + Number(saturated), 0);
        if (clipped > 0 && round < rounds - 1) continue;
        // Every group converts the same inputs; the first one's are counted.
        if (group === 0 && tile < tiles) out.dacSaturated += beyond;
        out.adcSaturated += clipped;
        out.rereads += round;
        out.mostRereads = Math.max(out.mostRereads, round);
        for (const [i, { signal, value }] of outputs.entries())
          add(out, group + i, m.fullScale[tile * n + group + i]!, 2 ** round, signal, value);
        break;
      }
    }
  }
  return out;
}

/** Adds a tile's output to the row's sums. */
export function add(
  out: Pick<RowReading, 'y' | 'clean'>,
  column: number,
  fullScale: number,
  weight: number,
  signal: number,
  value: number,
): void {
  out.clean[column] = out.clean[column]! + fround(fround(signal * fullScale) * weight);
  out.y[column] = out.y[column]! + fround(fround(value * fullScale) * weight);
}

/** Products of a tile with the codes on its lines. Sums of codes are exact; from there on all is f32. */
function tileInputs(
  m: ReferenceTiles,
  passIndex: number,
  tile: number,
  reading: number,
  codes: Int32Array,
  start: number,
  end: number,
): TileInputs {
  const { k, n, tiles, prepared, codes: weights, magnitudeCodes } = m;
  const { split, weightLimit, magnitudeLimit } = prepared;
  const { limit } = prepared.passes[passIndex]!;
  const magnitudeOf = m.magnitudes[passIndex]!;
  const squareOf = m.squares[passIndex]!;
  const slice = Math.floor(tile / tiles);
  const unit = fround(fround(1 / limit) / weightLimit);
  const magnitudeUnit = fround(1 / (magnitudeLimit * weightLimit));
  const sum = (column: number, term: (weight: number, code: number) => number, of = weights): number => {
    const row = (slice * n + column) * k;
    let total = 0;
    for (let i = start; i < end; i++) total += term(of[row + i]!, codes[i]!);
    return fround(total);
  };
  const magnitude = (column: number, codeOf: Int16Array): number =>
    sum(column, (weight, code) => Math.abs(weight) * codeOf[Math.abs(code)]!, magnitudeCodes);
  let power = 0;
  for (let i = start; i < end; i++) power += codes[i]! ** 2;
  return {
    tile,
    reading,
    rows: end - start,
    norm: fround(Math.sqrt(power) / limit),
    output(column) {
      if (split === 0) return fround(sum(column, (weight, code) => weight * code) * unit);
      // Low bits of the code, 0 … 2^split − 1, and what lies above them, are multiplied apart.
      const high = sum(column, (weight, code) => weight * (code >> split));
      const low = sum(column, (weight, code) => weight * (code & (2 ** split - 1)));
      return fround(fround(fround(high * 2 ** split) + low) * unit);
    },
    absProduct: (column) => fround(magnitude(column, magnitudeOf) * magnitudeUnit),
    absPower: (column) => fround(magnitude(column, squareOf) * magnitudeUnit),
  };
}
