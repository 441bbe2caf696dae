import { exp } from '@ohmlight/tile-engine';
import type { Field, Figure, Panel, Point } from '@ohmlight/plots';
import type { Points } from './spirals.js';

/** Points along a side of the picture. */
const SIDE = 72;
/** The pictured square: −1 … 1 on both axes, at the centres of its cells. */
export const GRID = Float32Array.from({ length: 2 * SIDE * SIDE }, (_, at) => {
  const cell = at >> 1;
  const index = at % 2 === 0 ? cell % SIDE : Math.floor(cell / SIDE);
  return (2 * (index + 0.5)) / SIDE - 1;
});

export interface Boundary {
  /** Probability of class 1 over the square. */
  readonly field: Field;
  readonly classes: readonly [readonly Point[], readonly Point[]];
  /** Test points that land in the wrong class. */
  readonly wrong: readonly Point[];
}

export interface Picture extends Boundary {
  readonly title: string;
}

/** What a network makes of the square and of the test points, from its logits. */
export function boundary(grid: Float32Array, logits: Float32Array, test: Points): Boundary {
  const points = Array.from({ length: test.count }, (_, i) => ({ x: test.x[2 * i]!, y: test.x[2 * i + 1]! }));
  const of = (label: number): Point[] => points.filter((_, i) => test.labels[i] === label);
  return {
    // Behind ±4 a probability is as good as certain; so much of the bend stays visible.
    field: { columns: SIDE, rows: SIDE, values: grid.map((z) => 1 / (1 + exp(-Math.max(-4, Math.min(4, z))))) },
    classes: [of(0), of(1)],
    wrong: points.filter((_, i) => logits[i]! > 0 !== (test.labels[i] === 1)),
  };
}

const panelOf = ({ title, field, classes, wrong }: Picture, test: number, last: boolean): Panel => ({
  title: `${title}: ${(100 * (1 - wrong.length / test)).toFixed(1)} %`,
  x: { label: 'x₁', domain: [-1, 1] },
  y: { label: 'x₂', domain: [-1, 1] },
  marks: [
    {
      kind: 'heat',
      style: 'smooth',
      field,
      x: [-1, 1],
      y: [-1, 1],
      colours: 'diverging',
      domain: [0, 1],
      levels: 9,
      contours: [0.5],
      ...(last ? { label: 'probability of class 1' } : {}),
    },
    { kind: 'scatter', name: 'class 0', colour: '#a64b00', size: 2.4, points: classes[0] },
    { kind: 'scatter', name: 'class 1', colour: '#4b2a91', size: 2.4, shape: 'triangle', points: classes[1] },
    { kind: 'scatter', name: 'wrong', colour: 'ink', size: 5, shape: 'cross', points: wrong },
  ],
});

export function mlpFigure(
  pictures: readonly Picture[],
  profile: string,
  options: { readonly seed: bigint; readonly rectifier: string; readonly hidden: number; readonly points: number },
): Figure {
  return {
    title: 'A perceptron in Gilbert cells, summing amplifiers and rectifiers',
    subtitle: `Two spirals, ${options.points} test points, 2–${options.hidden}–${options.hidden}–1, ${profile}, rectifier ${options.rectifier}, seed ${options.seed}`,
    note: 'The line is where a network is undecided. The analog panels are one chip with its own mismatch, read once with noise.',
    panels: pictures.map((picture, i) => panelOf(picture, options.points, i === pictures.length - 1)),
    columns: pictures.length,
    panelSize: { width: 340, height: 340 },
  };
}
