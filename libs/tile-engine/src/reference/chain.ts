import { OhmlightError, type RowBatch } from '@ohmlight/contracts';
import { columnNormal, type DrawKey, drawKey, matrixWord, STREAM } from '../draws/dynamic.js';
import type { ChainProgram, ChainReading, ChainStage, GateCircuit, NoiseKey, TableLaw, TileChain } from '../engine.js';
import { checkChain } from '../prepare.js';
import { silu } from '../silu.js';
import { applyTransfer } from './convert-output.js';
import { readOutput, type RowDraws, type TileInputs } from './read-outputs.js';
import { readTiles } from './read-tiles.js';
import { squares } from './telemetry.js';
import { assertReference, programTiles, type ReferenceTiles } from './tiles.js';

const { fround } = Math;

/** Voltages of a tile whose norm is below this count as none: beyond it, one over an ADC step could leave f32. */
const NORM_LEAST = 2 ** -60;

interface ReferenceChain extends TileChain {
  readonly first: ReferenceTiles;
  readonly stage: ChainStage;
  readonly second: ReferenceTiles;
}

export function programChain(program: ChainProgram): TileChain {
  checkChain(program);
  const first = programTiles(program.first);
  const second = programTiles(program.second);
  const chain: ReferenceChain = {
    k: first.k,
    n: second.n,
    first,
    stage: program.stage,
    second,
    residentBytes: first.residentBytes + second.residentBytes,
    release() {
      // Garbage collection is all it takes.
    },
  };
  return chain;
}

/** Runs a chain. The first matrix is read in whole: its columns are the hidden values, whatever shard asks. */
export function readChain(chain: TileChain, batch: RowBatch, key: NoiseKey): ChainReading {
  if (!('stage' in chain)) throw new OhmlightError('internal_error', 'this chain was programmed by another engine');
  const { first, stage, second } = chain as ReferenceChain;
  assertReference(second);
  const before = readTiles(first, batch, { ...key, columnStart: 0 });
  const { rows, seeds, positions } = batch;
  const { k, n, tileRows, tiles, slices } = second;
  const y = new Float32Array(rows * n);
  let adcSaturated = 0;
  let signalSquares = 0;
  let noiseSquares = 0;
  let driveSquares = 0;
  for (let row = 0; row < rows; row++) {
    const draws: RowDraws = {
      key: drawKey(seeds[row]!, positions[row]!, matrixWord(key)),
      columnStart: key.columnStart,
      round: 0,
      second: true,
    };
    const width = first.n;
    const v = stageOutputs(stage, before.y.subarray(row * width, (row + 1) * width), k, draws.key);
    driveSquares += v.reduce((sum, value) => sum + value * value, 0);
    const sums = new Float32Array(n);
    const clean = new Float32Array(n);
    for (let tile = 0; tile < slices * tiles; tile++) {
      const start = (tile % tiles) * tileRows;
      const reading = analogInputs(second, tile, v, start, Math.min(k, start + tileRows));
      for (let column = 0; column < n; column++) {
        const { signal, value, saturated } = readOutput(second, reading, column, draws);
        const full = second.fullScale[tile * n + column]!;
        clean[column] = clean[column]! + fround(signal * full);
        sums[column] = sums[column]! + fround(value * full);
        adcSaturated += Number(saturated);
      }
    }
    const range = fround(stage.range);
    const signal = clean.map((value) => fround(value * range));
    const out = sums.map((value) => fround(value * range));
    y.set(out, row * n);
    signalSquares += squares(signal);
    noiseSquares += squares(out.map((value, c) => fround(value - signal[c]!)));
  }
  return {
    y,
    dacSaturated: before.dacSaturated,
    adcSaturated: before.adcSaturated + adcSaturated,
    signalRms: Math.sqrt(signalSquares / (rows * n)),
    noiseRms: Math.sqrt(noiseSquares / (rows * n)),
    driveSquares,
  };
}

/** Voltages between the matrices, analog units of the second, in f32. */
function stageOutputs(stage: ChainStage, hidden: Float32Array, k: number, key: DrawKey): Float32Array {
  const perUnit = fround(1 / fround(stage.range));
  const noise = fround(stage.noise);
  const { circuit } = stage;
  return Float32Array.from({ length: k }, (_, i) => {
    let v: number;
    if (circuit) v = gated(circuit, i, k, hidden[i]!, hidden[k + i]!, perUnit);
    else {
      const activated = activate(stage, hidden[i]!);
      v = fround((stage.gated ? fround(activated * hidden[k + i]!) : activated) * perUnit);
    }
    if (noise > 0) v = fround(v + fround(noise * columnNormal(key, i, 0, STREAM.stage)));
    return Math.max(-1, Math.min(1, v));
  });
}

/** One hidden value of a gate circuit. */
function gated(
  { gate, steering, activated, up, statics }: GateCircuit,
  i: number,
  k: number,
  h: number,
  u: number,
  perUnit: number,
) {
  const o = (which: number): number => statics[which * k + i]!;
  const law = (of: TableLaw, x: number): number => applyTransfer(x, { kind: 'table', ...of });
  const a = fround(law(gate, fround(h + o(0))) * law(steering, fround(h + o(1))));
  const product = fround(law(activated, fround(a + o(2))) * law(up, fround(u + o(3))));
  return fround(fround(fround(product * o(4)) * perUnit) + o(5));
}

function activate({ activation, range }: ChainStage, h: number): number {
  switch (activation) {
    case 'diode':
      return Math.max(0, h);
    case 'clamp':
      return Math.max(0, Math.min(fround(range), h));
    case 'silu':
      return silu(h);
    case 'linear':
      return h;
  }
}

/** Products of a tile with voltages: f32, over ascending inputs. */
function analogInputs(m: ReferenceTiles, tile: number, v: Float32Array, start: number, end: number): TileInputs {
  const { k, n, tiles, codes, magnitudeCodes, prepared } = m;
  const unit = fround(1 / prepared.weightLimit);
  const slice = Math.floor(tile / tiles);
  const sum = (column: number, term: (code: number, voltage: number) => number, of = codes): number => {
    const row = (slice * n + column) * k;
    let total = 0;
    for (let i = start; i < end; i++) total = fround(total + fround(term(of[row + i]!, v[i]!)));
    return fround(total * unit);
  };
  let power = 0;
  for (let i = start; i < end; i++) power += v[i]! ** 2;
  const norm = fround(Math.sqrt(power));
  return {
    tile,
    reading: tile,
    rows: end - start,
    norm: norm < NORM_LEAST ? 0 : norm,
    output: (column) => sum(column, (code, voltage) => code * voltage),
    absProduct: (column) => sum(column, (code, voltage) => Math.abs(code) * Math.abs(voltage), magnitudeCodes),
    absPower: (column) => sum(column, (code, voltage) => Math.abs(code) * fround(voltage * voltage), magnitudeCodes),
  };
}
