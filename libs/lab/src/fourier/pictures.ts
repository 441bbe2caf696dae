import type { Kernel, Picture } from './correlator.js';

/** Letters of five columns and seven rows. */
const LETTERS = {
  O: ['.###.', '#...#', '#...#', '#...#', '#...#', '#...#', '.###.'],
  H: ['#...#', '#...#', '#...#', '#####', '#...#', '#...#', '#...#'],
  M: ['#...#', '##.##', '#.#.#', '#.#.#', '#...#', '#...#', '#...#'],
  L: ['#....', '#....', '#....', '#....', '#....', '#....', '#####'],
  I: ['#####', '..#..', '..#..', '..#..', '..#..', '..#..', '#####'],
  G: ['.###.', '#...#', '#....', '#.###', '#...#', '#...#', '.###.'],
  T: ['#####', '..#..', '..#..', '..#..', '..#..', '..#..', '..#..'],
} as const;
export type Letter = keyof typeof LETTERS;
export const LETTER_NAMES = Object.keys(LETTERS) as Letter[];

/** Words of the picture with the cell, in thirty-seconds of its side, that each begins at. */
const WORDS = [
  { text: 'OHM', row: 6, column: 7 },
  { text: 'LIGHT', row: 19, column: 2 },
] as const;
const PITCH = 6;

/** Place of a letter's middle, in places of the picture. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

const cells = (letter: Letter): readonly string[] => LETTERS[letter];

/** The picture: OHM over LIGHT, letters at 1 on 0. `size` is a multiple of 32. */
export function writing(size: number): Picture {
  const scale = size / 32;
  const values = new Float64Array(size * size);
  for (const { text, row, column } of WORDS)
    text.split('').forEach((letter, at) => {
      cells(letter as Letter).forEach((line, v) => {
        line.split('').forEach((mark, u) => {
          if (mark !== '#') return;
          for (let dy = 0; dy < scale; dy++)
            for (let dx = 0; dx < scale; dx++) {
              const y = (row + v) * scale + dy;
              const x = (column + at * PITCH + u) * scale + dx;
              values[y * size + x] = 1;
            }
        });
      });
    });
  return { size, values };
}

const odd = (length: number): number => length + 1 - (length % 2);

/** Where a letter stands: the middles that a kernel of it, of odd width and height, writes to. */
export function placesOf(letter: Letter, size: number): Place[] {
  const scale = size / 32;
  return WORDS.flatMap(({ text, row, column }) =>
    text.split('').flatMap((other, at) =>
      other === letter
        ? [
            {
              row: row * scale + (odd(7 * scale) >> 1),
              column: (column + at * PITCH) * scale + (odd(5 * scale) >> 1),
            },
          ]
        : [],
    ),
  );
}

/**
 * A kernel whose convolution is the correlation with a letter: the letter turned by half a turn, its mean taken away so
 * that plain brightness gives nothing.
 */
export function letterKernel(letter: Letter, size: number): Kernel {
  const scale = size / 32;
  const [width, height] = [odd(5 * scale), odd(7 * scale)];
  const values = new Float64Array(width * height);
  for (let v = 0; v < 7 * scale; v++)
    for (let u = 0; u < 5 * scale; u++)
      if (cells(letter)[Math.floor(v / scale)]![Math.floor(u / scale)] === '#')
        values[(height - 1 - v) * width + (width - 1 - u)] = 1;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { width, height, values: values.map((value) => value - mean) };
}

/** Laplace's operator on a place and its four neighbours: it keeps edges. */
export const EDGES: Kernel = {
  width: 3,
  height: 3,
  values: Float64Array.of(0, -1, 0, -1, 4, -1, 0, -1, 0),
};

/** Binomial weights, close to a Gaussian of one place's standard deviation. */
export function blur(): Kernel {
  const line = [1, 4, 6, 4, 1];
  return { width: 5, height: 5, values: Float64Array.from(line.flatMap((a) => line.map((b) => (a * b) / 256))) };
}
