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

/** Positions that the tables have room for at first. */
const INITIAL_POSITIONS = 64;

/** cos and sin of each position and pair in the kernels' memory, filled as positions are first needed. */
export class RopeTables {
  private readonly half: number;
  private readonly frequencies: Float32Array;
  /** Row-major, positions × half: cosines, and from `room` positions on the sines. */
  private table: Address | undefined;
  private room = 0;
  private filled = 0;

  constructor(
    private readonly kernels: DigitalKernels,
    { headDim, ropeTheta, ropeScaling }: LlamaConfig,
  ) {
    this.half = headDim / 2;
    this.frequencies = inverseFrequencies(headDim, ropeTheta, ropeScaling);
  }

  /**
   * Fills the tables for positions below `positions`.
   * @throws OhmlightError `capacity_exceeded`
   */
  prepare(positions: number): void {
    if (positions > this.room) this.grow(Math.max(positions, 2 * this.room, INITIAL_POSITIONS));
    if (positions <= this.filled) return;
    const { half, frequencies } = this;
    const cosines = this.kernels.view(this.cosines(0), positions * half);
    const sines = this.kernels.view(this.sines(0), positions * half);
    for (; this.filled < positions; this.filled++)
      for (let i = 0; i < half; i++) {
        const angle = f32(this.filled * frequencies[i]!);
        cosines[this.filled * half + i] = Math.cos(angle);
        sines[this.filled * half + i] = Math.sin(angle);
      }
  }

  cosines(position: number): Address {
    return this.table! + 4 * position * this.half;
  }

  sines(position: number): Address {
    return this.table! + 4 * (this.room + position) * this.half;
  }

  private grow(room: number): void {
    const { kernels, half } = this;
    const table = kernels.allocate(2 * room * half);
    if (this.table !== undefined) {
      const length = this.filled * half;
      kernels.view(table, length).set(kernels.view(this.cosines(0), length));
      kernels.view(table + 4 * room * half, length).set(kernels.view(this.sines(0), length));
      kernels.free(this.table);
    }
    this.table = table;
    this.room = room;
  }
}
