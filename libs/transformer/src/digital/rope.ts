import type { Address, DigitalKernels } from '@ohmlight/tile-engine/digital';
import type { Llama3RopeScaling, LlamaConfig } from '../checkpoint/config.js';

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

/** cos and sin of each position and pair in the kernels' memory, filled as positions are first needed. */
export class RopeTables {
  /** Row-major, context × headDim / 2. */
  readonly cosines: Address;
  readonly sines: Address;
  private readonly frequencies: Float32Array;
  private filled = 0;

  /** @throws OhmlightError `capacity_exceeded` */
  constructor(
    private readonly kernels: DigitalKernels,
    { headDim, ropeTheta, ropeScaling, context }: LlamaConfig,
  ) {
    this.frequencies = inverseFrequencies(headDim, ropeTheta, ropeScaling);
    // Room for all positions: pages of memory that nobody has written take none.
    this.cosines = kernels.allocate(context * this.frequencies.length);
    this.sines = kernels.allocate(context * this.frequencies.length);
  }

  /** Fills the tables for positions below `positions`. */
  prepare(positions: number): void {
    if (positions <= this.filled) return;
    const { kernels, frequencies } = this;
    const half = frequencies.length;
    const cosines = kernels.view(this.cosines, positions * half);
    const sines = kernels.view(this.sines, positions * half);
    for (; this.filled < positions; this.filled++)
      for (let i = 0; i < half; i++) {
        const angle = f32(this.filled * frequencies[i]!);
        cosines[this.filled * half + i] = Math.cos(angle);
        sines[this.filled * half + i] = Math.sin(angle);
      }
  }
}
