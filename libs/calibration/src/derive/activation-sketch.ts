import { MOST_EXPONENT } from '../ranges.js';

/** Bins of an octave; a bin is 4 to 6 % wide. */
const BINS_PER_OCTAVE = 16;
const LOW_OCTAVE = -20;
const OCTAVES = 40;
const BINS = OCTAVES * BINS_PER_OCTAVE;
/** Place of a bin's number in the bits of an f32: sign and exponent before it, 4 bits of the fraction in it. */
const SHIFT = 19;
const FIRST = (127 + LOW_OCTAVE) * BINS_PER_OCTAVE;

/**
 * Magnitudes of the inputs of a matrix, channel by channel: a histogram on a logarithmic scale. A scale that is a power
 * of two moves a channel's histogram by whole octaves, so one pass over the text serves every scale.
 */
export class ActivationSketch {
  /** max|x_k|. */
  readonly largest: Float32Array;
  readonly #counts: Uint32Array;
  #rows = 0;

  /**
   * @param channels Inputs of the matrix.
   * @param apart Whether channels may be scaled: each then has a histogram of its own.
   */
  constructor(
    readonly channels: number,
    readonly apart: boolean,
  ) {
    this.largest = new Float32Array(channels);
    this.#counts = new Uint32Array((apart ? channels : 1) * BINS);
  }

  get rows(): number {
    return this.#rows;
  }

  /** @param x Row-major, rows × channels. */
  add(x: Float32Array): void {
    const { channels, largest, apart } = this;
    const bits = new Uint32Array(x.buffer, x.byteOffset, x.length);
    for (let i = 0; i < x.length; i++) {
      const channel = i % channels;
      const row = apart ? channel : 0;
      const magnitude = Math.abs(x[i]!);
      if (magnitude > largest[channel]!) largest[channel] = magnitude;
      const bin = ((bits[i]! & 0x7fff_ffff) >>> SHIFT) - FIRST;
      this.#counts[row * BINS + Math.max(0, Math.min(BINS - 1, bin))]!++;
    }
    this.#rows += x.length / channels;
  }

  /**
   * Magnitude of x_k/2^e_k that a share of all values does not exceed: the upper end of the bin that holds it, and
   * never more than the largest value. 0 where nothing was seen.
   */
  quantile(share: number, exponents: Int8Array = new Int8Array(this.channels)): number {
    const { channels, largest, apart } = this;
    let most = 0;
    for (let c = 0; c < channels; c++) most = Math.max(most, largest[c]! * 2 ** -exponents[c]!);
    const spread = BINS_PER_OCTAVE * MOST_EXPONENT;
    const counts = new Float64Array(BINS + 2 * spread);
    for (let c = 0; c < (apart ? channels : 1); c++) {
      const start = spread - exponents[c]! * BINS_PER_OCTAVE;
      for (let bin = 0; bin < BINS; bin++) counts[start + bin]! += this.#counts[c * BINS + bin]!;
    }
    const values = this.#rows * channels;
    // Whole, so that no rounding of the share moves it by one.
    let above = values - Math.ceil(values * share * (1 - Number.EPSILON));
    for (let bin = counts.length - 1; bin >= 0; bin--) {
      above -= counts[bin]!;
      if (above < 0) return Math.min(most, upperEnd(bin - spread));
    }
    return most;
  }
}

/** Upper end of a bin. */
function upperEnd(bin: number): number {
  const next = bin + 1;
  const octave = Math.floor(next / BINS_PER_OCTAVE);
  return 2 ** (LOW_OCTAVE + octave) * (1 + (next - octave * BINS_PER_OCTAVE) / BINS_PER_OCTAVE);
}
