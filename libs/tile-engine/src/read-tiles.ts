import type { RowBatch } from '@ohmlight/contracts';
import { checkBatch } from './checks.js';
import { convertInputs } from './convert-inputs.js';
import { applyTransfer, codeRange, convertOutputs } from './convert-output.js';
import type { NoiseKey, Reading, TileMatrix } from './engine.js';
import { DOMAIN, dynamicWord, seedWords } from './keys.js';
import { addGaussians, addShotNoise, type RowDraws, sumVariances } from './output-noise.js';
import { absPower, absProduct, integerProduct } from './product.js';
import { inputLimit, type Tiles } from './tiles.js';

/** Rows whose products are held at once. */
const CHUNK = 4;
const { fround } = Math;

/**
 * Runs a readout over a batch. Sums of codes are exact; from there on every step is f32, in this order: analog
 * value, noise, transfer table, code, contribution, added over ascending tiles, times the row's scale.
 */
export function readTiles(matrix: TileMatrix, batch: RowBatch, key: NoiseKey): Reading {
  const m = matrix as Tiles;
  const { k, n, tiles, tileRows, readout, variances, fullScale } = m;
  checkBatch(batch, k);
  const { rows, seeds, positions } = batch;
  const inputs = convertInputs(readout.input, batch, k);
  const inputUnit = 1 / inputLimit(readout.input.bits);
  const unit = fround(inputUnit / m.weightLimit);
  const hasTerms = Object.values(variances).some((values) => values !== null);
  const noisy = hasTerms || readout.shot !== null;
  const gaussianWord = dynamicWord(key, DOMAIN.gaussian);
  const countsWord = dynamicWord(key, DOMAIN.counts);
  const [least, greatest] = readout.output ? codeRange(readout.output) : [0, 0];
  const byNorm = readout.output?.range.kind === 'operand-norms';

  const y = new Float32Array(rows * n);
  const sums = new Float64Array(CHUNK * n);
  const clean = new Float64Array(CHUNK * n);
  const analog = new Float32Array(n);
  const variance = new Float32Array(n);
  const normals = new Float32Array(n);
  const weighted = weightedSums(m, unit);
  let adcSaturated = 0;
  let signalSquares = 0;
  let noiseSquares = 0;

  for (let first = 0; first < rows; first += CHUNK) {
    const count = Math.min(CHUNK, rows - first);
    const codes = inputs.codes.subarray(first * k, (first + count) * k);
    clean.fill(0);
    for (let tile = 0; tile < tiles; tile++) {
      const start = tile * tileRows;
      const end = Math.min(k, start + tileRows);
      const at = tile * n;
      integerProduct(m.codes, codes, sums, count, k, n, start, end);
      for (let r = 0; r < count; r++) {
        const row = first + r;
        if (inputs.scales[row] === 0) continue;
        toAnalog(sums, r * n, unit, analog, fullScale, at, clean);
        const norm = normOf(codes, r * k + start, r * k + end, inputUnit);
        if (noisy) {
          const [keyLow, keyHigh] = seedWords(seeds[row]!);
          const position = positions[row]!;
          const draws: RowDraws = {
            keyLow,
            keyHigh,
            position,
            gaussianWord,
            countsWord,
            tile,
            columnStart: key.columnStart,
          };
          sumVariances(variance, variances, at, analog, { norm, ...weighted(codes, r, start, end) });
          if (readout.shot) addShotNoise(analog, variance, readout.shot, m.weightNorm!, at, end - start, norm, draws);
          addGaussians(analog, variance, normals, draws);
        }
        if (readout.transfer) applyTransfer(analog, readout.transfer);
        if (m.step) adcSaturated += convertOutputs(analog, m.step, at, byNorm ? norm : 1, least, greatest);
        for (let c = 0, out = row * n; c < n; c++, out++) y[out]! += fround(analog[c]! * fullScale[at + c]!);
      }
    }
    for (let r = 0; r < count; r++) {
      const scale = inputs.scales[first + r]!;
      for (let out = (first + r) * n, c = r * n; c < (r + 1) * n; c++, out++) {
        const scaled = fround(y[out]! * scale);
        y[out] = scaled;
        const signal = clean[c]! * scale;
        const noise = scaled - signal;
        signalSquares += signal * signal;
        noiseSquares += noise * noise;
      }
    }
  }
  return {
    y,
    dacSaturated: inputs.saturated,
    adcSaturated,
    signalRms: Math.sqrt(signalSquares / (rows * n)),
    noiseRms: Math.sqrt(noiseSquares / (rows * n)),
  };
}

/** Sums of codes as f32 in analog units; `clean` gathers them, in units of weights, for the telemetry. */
function toAnalog(
  sums: Float64Array,
  from: number,
  unit: number,
  analog: Float32Array,
  fullScale: Float32Array,
  at: number,
  clean: Float64Array,
): void {
  for (let c = 0; c < analog.length; c++) {
    const s = fround(fround(sums[from + c]!) * unit);
    analog[c] = s;
    clean[from + c]! += s * fullScale[at + c]!;
  }
}

function normOf(codes: Float64Array, from: number, to: number, unit: number): number {
  let power = 0;
  for (let i = from; i < to; i++) power += codes[i]! * codes[i]!;
  return fround(Math.sqrt(power) * unit);
}

type Weighted = Readonly<Record<'absProduct' | 'absPower', Float32Array | null>>;

/** Sums over |w| in analog units, one more pass over the weights for each that a noise term asks for. */
function weightedSums(
  { codes: w, k, n, variances, readout }: Tiles,
  unit: number,
): (codes: Float64Array, row: number, start: number, end: number) => Weighted {
  const product = variances.absProduct && new Float32Array(n);
  const power = variances.absPower && new Float32Array(n);
  const powerUnit = unit / inputLimit(readout.input.bits);
  return (codes, row, start, end) => {
    if (product) absProduct(w, codes, product, row, k, start, end, unit);
    if (power) absPower(w, codes, power, row, k, start, end, powerUnit);
    return { absProduct: product, absPower: power };
  };
}
