import type { Network } from './network.js';

/** Where the lines of one kind lie in an array of cells: node p of line l, counted from the port, is first + l·between + p·step. */
export interface Layout {
  readonly count: number;
  readonly length: number;
  readonly first: number;
  readonly between: number;
  readonly step: number;
}

/** Input lines of a row-major crossbar: one per row, the port before column 0. */
export function inputLayout(rows: number, columns: number): Layout {
  return { count: rows, length: columns, first: 0, between: columns, step: 1 };
}

/** Output lines of a row-major crossbar: one per column, the port after the last row. */
export function outputLayout(rows: number, columns: number): Layout {
  return { count: columns, length: rows, first: (rows - 1) * columns, between: 1, step: -columns };
}

/** Source lines beside the output lines: one per column, the port before row 0. */
export function sourceLayout(rows: number, columns: number): Layout {
  return { count: columns, length: rows, first: 0, between: 1, step: columns };
}

/**
 * All lines of one kind, each as a chain from its far end to its port (driver or sense node), with the lines that
 * cross it at ground. Per cell; y is what a node sees away from the port, its own cell included, in siemens, and r the
 * segment towards the port:
 *
 *   y = g + y_before·ratio_before        ratio = 1/(1 + r·y)
 *   ratio: voltage of a node over that of its neighbour towards the port
 *   rise = r·ratio: voltage of a node per ampere that arrives there, that neighbour at ground; ohms
 *   profile: voltage of a node over that of the port, the product of the ratios between
 *
 * Sums of positive terms and quotients alone: no digits cancel, and resistances of 0 need no case of their own.
 */
export interface Lines extends Layout {
  readonly y: Float64Array;
  readonly ratio: Float64Array;
  readonly rise: Float64Array;
  readonly profile: Float64Array;
}

export function inputLines({ g, rows, columns, s }: Network): Lines {
  return chains(g, s, inputLayout(rows, columns));
}

export function outputLines({ g, rows, columns, t }: Network): Lines {
  return chains(g, t.toReversed(), outputLayout(rows, columns));
}

/** @param segments ohms, from the port outwards, one per node */
export function chains(g: Float64Array, segments: Float64Array, layout: Layout): Lines {
  const y = new Float64Array(g.length);
  const ratio = new Float64Array(g.length);
  const rise = new Float64Array(g.length);
  const profile = new Float64Array(g.length);
  const { count, length, first, between, step } = layout;
  for (let l = 0; l < count; l++) {
    const port = first + l * between;
    let passed = 0;
    for (let p = length - 1; p >= 0; p--) {
      const at = port + p * step;
      const here = g[at]! + passed;
      const quotient = 1 / (1 + segments[p]! * here);
      y[at] = here;
      ratio[at] = quotient;
      rise[at] = segments[p]! * quotient;
      passed = here * quotient;
    }
    let v = 1;
    for (let p = 0; p < length; p++) {
      v *= ratio[port + p * step]!;
      profile[port + p * step] = v;
    }
  }
  return { ...layout, y, ratio, rise, profile };
}

/** Largest part of its port's voltage that a node lacks, the lines across at ground: 1 − the least profile. */
export function largestDrop({ profile }: Lines): number {
  let least = 1;
  for (const v of profile) if (v < least) least = v;
  return 1 - least;
}

/**
 * Voltages of all lines' nodes, in place: on entry the amperes that arrive at each node besides those of its own
 * grounded cell, on return volts.
 *
 * @param ports voltage of each line's port; none for ground
 */
export function solveLines(lines: Lines, nodes: Float64Array, ports?: Float64Array): void {
  const { count, length, first, between, step, ratio, rise } = lines;
  for (let l = 0; l < count; l++) {
    const port = first + l * between;
    let arriving = 0;
    let passed = 0;
    for (let p = length - 1; p >= 0; p--) {
      const at = port + p * step;
      arriving = nodes[at]! + passed * arriving;
      nodes[at] = arriving;
      passed = ratio[at]!;
    }
    let v = ports?.[l] ?? 0;
    for (let p = 0; p < length; p++) {
      const at = port + p * step;
      v = ratio[at]! * v + rise[at]! * nodes[at]!;
      nodes[at] = v;
    }
  }
}
