import type { Llama3RopeScaling } from '../checkpoint/config.js';

const f32 = Math.fround;

/**
 * Turns of RoPE per position, one per pair of a head's dimensions: θ^(−2i/headDim), scaled as Llama 3 does
 * where asked. Rounded to f32 step by step as the reference implementation computes them, since at long
 * positions the rounding of a frequency is a visible angle.
 */
export function inverseFrequencies(headDim: number, theta: number, scaling: Llama3RopeScaling | null): Float32Array {
  const frequencies = new Float32Array(headDim / 2);
  for (let i = 0; i < frequencies.length; i++) {
    const frequency = f32(1 / f32(theta ** f32((2 * i) / headDim)));
    frequencies[i] = scaling ? scaleLlama3(frequency, scaling) : frequency;
  }
  return frequencies;
}

/** Divides low frequencies by the factor, keeps high ones and blends between: Llama 3.1's context extension. */
function scaleLlama3(frequency: number, scaling: Llama3RopeScaling): number {
  const { factor, lowFreqFactor, highFreqFactor, originalContext } = scaling;
  const wavelength = f32((2 * Math.PI) / frequency);
  if (wavelength < originalContext / highFreqFactor) return frequency;
  if (wavelength > originalContext / lowFreqFactor) return f32(frequency / factor);
  const smooth = f32((originalContext / wavelength - lowFreqFactor) / (highFreqFactor - lowFreqFactor));
  return f32(((1 - smooth) * frequency) / factor + smooth * frequency);
}

/** Rotary position embedding of the Llama form: dimension i turns with dimension i + headDim / 2. */
export class Rope {
  private readonly half: number;
  private readonly frequencies: Float32Array;
  /** cos and sin of each position, row-major, positions × half; filled as positions are first needed. */
  private cosines = new Float32Array(0);
  private sines = new Float32Array(0);
  private filled = 0;

  constructor(headDim: number, theta: number, scaling: Llama3RopeScaling | null) {
    this.half = headDim / 2;
    this.frequencies = inverseFrequencies(headDim, theta, scaling);
  }

  /** Fills the tables for positions below `positions`. */
  prepare(positions: number): void {
    const { half } = this;
    if (positions * half > this.cosines.length) {
      const room = Math.max(positions, 2 * this.filled, 64) * half;
      this.cosines = grown(this.cosines, room);
      this.sines = grown(this.sines, room);
    }
    for (; this.filled < positions; this.filled++)
      for (let i = 0; i < half; i++) {
        const angle = f32(this.filled * this.frequencies[i]!);
        this.cosines[this.filled * half + i] = Math.cos(angle);
        this.sines[this.filled * half + i] = Math.sin(angle);
      }
  }

  /**
   * Turns the `heads` heads that start at `source[sourceStart]` by `position` and writes them to
   * `target[targetStart]`; source and target may be the same. `prepare` has covered the position.
   */
  turn(
    source: Float32Array,
    sourceStart: number,
    target: Float32Array,
    targetStart: number,
    heads: number,
    position: number,
  ): void {
    const { half, cosines, sines } = this;
    const table = position * half;
    for (let head = 0; head < heads; head++) {
      const from = sourceStart + head * 2 * half;
      const to = targetStart + head * 2 * half;
      for (let i = 0; i < half; i++) {
        const cos = cosines[table + i]!;
        const sin = sines[table + i]!;
        const low = source[from + i]!;
        const high = source[from + half + i]!;
        target[to + i] = low * cos - high * sin;
        target[to + half + i] = high * cos + low * sin;
      }
    }
  }
}

function grown(array: Float32Array, length: number): Float32Array<ArrayBuffer> {
  const larger = new Float32Array(length);
  larger.set(array);
  return larger;
}
