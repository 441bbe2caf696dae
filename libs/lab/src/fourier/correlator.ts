import { type Draws, unitVector } from '../draws.js';
import { emptyPlane, lens, type Plane } from './fft.js';

/** Real values on a square, row by row. */
export interface Picture {
  readonly size: number;
  readonly values: Float64Array;
}

/** A kernel of odd width and height, its middle the place that it writes to. */
export interface Kernel {
  readonly width: number;
  readonly height: number;
  readonly values: Float64Array;
}

const fieldOf = ({ size, values }: Picture): Plane => ({ size, re: values.slice(), im: new Float64Array(size * size) });

const wrapped = (index: number, size: number): number => ((index % size) + size) % size;

/** The kernel about place 0 of a square, its further half on the other side. */
export function spread({ width, height, values }: Kernel, size: number): Picture {
  const out = new Float64Array(size * size);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const at = wrapped(row - (height >> 1), size) * size + wrapped(column - (width >> 1), size);
      out[at]! += values[row * width + column]!;
    }
  return { size, values: out };
}

/** g(x) = Σ k(u)·f(x − u), directly; the square's edges meet. */
export function convolved(picture: Picture, { width, height, values }: Kernel): Picture {
  const { size } = picture;
  const out = new Float64Array(size * size);
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      let sum = 0;
      for (let v = 0; v < height; v++)
        for (let u = 0; u < width; u++) {
          const from = wrapped(row - (v - (height >> 1)), size) * size + wrapped(column - (u - (width >> 1)), size);
          sum += values[v * width + u]! * picture.values[from]!;
        }
      out[row * size + column] = sum;
    }
  return { size, values: out };
}

/** A mask of the Fourier plane, and what it divides the convolution by: it has no light to add. */
export interface Mask {
  readonly field: Plane;
  readonly gain: number;
}

/**
 * The mask that convolves with a kernel: its Fourier transform, scaled to a largest transmission of 1; or the phase of
 * that alone, `phase`, which keeps all light (Horner and Gianino, 1984).
 */
export function maskOf(kernel: Kernel, size: number, sort: 'full' | 'phase'): Mask {
  const { re, im } = lens(fieldOf(spread(kernel, size)));
  // The transform that convolves has no 1/√(size²).
  const magnitudes = re.map((value, i) => size * Math.sqrt(value * value + im[i]! * im[i]!));
  const most = magnitudes.reduce((largest, value) => Math.max(largest, value), 0);
  const field = emptyPlane(size);
  magnitudes.forEach((magnitude, i) => {
    // Where the kernel has nothing, to rounding, a phase mask has no phase to give.
    const nothing = magnitude <= 1e-12 * most;
    const scale = size / (sort === 'full' ? most : magnitude);
    field.re[i] = nothing && sort === 'phase' ? 1 : re[i]! * scale;
    field.im[i] = nothing && sort === 'phase' ? 0 : im[i]! * scale;
  });
  return { field, gain: sort === 'full' ? 1 / most : 1 };
}

/** The same mask with a phase error of its own at each place, standard deviation σ. */
export function roughened({ field, gain }: Mask, sigma: number, draws: Draws, sample: number): Mask {
  const out = emptyPlane(field.size);
  field.re.forEach((re, i) => {
    const im = field.im[i]!;
    const [c, s] = unitVector((sigma * draws.normal(i, sample)) / (2 * Math.PI));
    out.re[i] = re * c - im * s;
    out.im[i] = re * s + im * c;
  });
  return { field: out, gain };
}

/** What passes a mask. */
export function passed(light: Plane, { field }: Mask): Plane {
  const out = emptyPlane(light.size);
  light.re.forEach((re, i) => {
    const im = light.im[i]!;
    out.re[i] = re * field.re[i]! - im * field.im[i]!;
    out.im[i] = re * field.im[i]! + im * field.re[i]!;
  });
  return out;
}

/** Turns a picture about its place 0: two lenses show it upside down and mirrored. */
export function turned({ size, re, im }: Plane): Plane {
  const out = emptyPlane(size);
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      const from = wrapped(-row, size) * size + wrapped(-column, size);
      out.re[row * size + column] = re[from]!;
      out.im[row * size + column] = im[from]!;
    }
  return out;
}

/** All planes of a 4f arrangement: picture, lens, mask, lens, screen. */
export interface Correlation {
  readonly input: Plane;
  /** Behind the first lens: the diffraction pattern's field. */
  readonly spectrum: Plane;
  readonly filtered: Plane;
  /** Behind the second lens, turned as the picture was. */
  readonly output: Plane;
}

export function correlate(picture: Picture, mask: Mask): Correlation {
  const input = fieldOf(picture);
  const spectrum = lens(input);
  const filtered = passed(spectrum, mask);
  return { input, spectrum, filtered, output: turned(lens(filtered)) };
}

/**
 * The field of one place of the first lens's focal plane as the sum of the picture's wavelets, each a path of its own:
 * Σ f(x, y)·e^(−2πi(ux + vy)/n)/n.
 */
export function diffracted(
  { size, values }: Picture,
  u: number,
  v: number,
): { readonly re: number; readonly im: number } {
  let [re, im] = [0, 0];
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      const [c, s] = unitVector(-((u * column + v * row) % size) / size);
      re += values[row * size + column]! * c;
      im += values[row * size + column]! * s;
    }
  return { re: re / size, im: im / size };
}
