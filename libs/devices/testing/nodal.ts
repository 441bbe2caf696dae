/**
 * Nodal analysis of any network of resistors by dense Gaussian elimination with pivoting: a reference for solvers that
 * know a network's structure. Node 0 … n − 1 are unknown; fixed nodes are given as negative numbers −1 … −f.
 */
export class NodalNetwork {
  readonly #resistors: [from: number, to: number, siemens: number][] = [];
  readonly #nodes: number;

  constructor(nodes: number) {
    this.#nodes = nodes;
  }

  add(from: number, to: number, siemens: number): void {
    this.#resistors.push([from, to, siemens]);
  }

  /** Volts of the unknown nodes; `fixed[k]` is the voltage of node −1 − k. */
  solve(fixed: readonly number[]): Float64Array {
    const n = this.#nodes;
    const a = Array.from({ length: n }, () => new Float64Array(n + 1));
    for (const [from, to, siemens] of this.#resistors)
      for (const [here, there] of [
        [from, to],
        [to, from],
      ] as const) {
        if (here < 0) continue;
        a[here]![here]! += siemens;
        if (there >= 0) a[here]![there]! -= siemens;
        else a[here]![n]! += siemens * fixed[-1 - there]!;
      }
    return eliminated(a, n);
  }
}

function eliminated(a: Float64Array[], n: number): Float64Array {
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(a[i]![k]!) > Math.abs(a[pivot]![k]!)) pivot = i;
    [a[k], a[pivot]] = [a[pivot]!, a[k]!];
    for (let i = k + 1; i < n; i++) {
      const factor = a[i]![k]! / a[k]![k]!;
      if (factor !== 0) for (let j = k; j <= n; j++) a[i]![j]! -= factor * a[k]![j]!;
    }
  }
  const v = new Float64Array(n);
  for (let k = n - 1; k >= 0; k--) {
    let sum = a[k]![n]!;
    for (let j = k + 1; j < n; j++) sum -= a[k]![j]! * v[j]!;
    v[k] = sum / a[k]![k]!;
  }
  return v;
}

interface WiredTile {
  readonly g: Float64Array;
  readonly rows: number;
  readonly columns: number;
  readonly wires: { inputSegment: number; outputSegment: number; driver: number; sense: number };
}

/** Currents into the sense nodes of a crossbar whose input lines source them; all four resistances above 0. */
export function nodalCurrents({ g, rows, columns, wires }: WiredTile, x: Float64Array): Float64Array {
  const input = (i: number, j: number): number => i * columns + j;
  const output = (i: number, j: number): number => rows * columns + i * columns + j;
  const network = new NodalNetwork(2 * rows * columns);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) {
      network.add(input(i, j), output(i, j), g[i * columns + j]!);
      if (j > 0) network.add(input(i, j - 1), input(i, j), 1 / wires.inputSegment);
      else network.add(-1 - i, input(i, 0), 1 / (wires.inputSegment + wires.driver));
      if (i < rows - 1) network.add(output(i, j), output(i + 1, j), 1 / wires.outputSegment);
      else network.add(output(i, j), -1 - rows, 1 / (wires.outputSegment + wires.sense));
    }
  const v = network.solve([...x, 0]);
  return Float64Array.from(
    { length: columns },
    (_, j) => v[output(rows - 1, j)]! / (wires.outputSegment + wires.sense),
  );
}

/** The same where a source line at `volts` runs along each output line from row 0, and the inputs gate cells. */
export function gatedNodalCurrents({ g, rows, columns, wires }: WiredTile, on: boolean[], volts: number): Float64Array {
  return Float64Array.from({ length: columns }, (_, j) => {
    const network = new NodalNetwork(2 * rows);
    for (let i = 0; i < rows; i++) {
      if (on[i]) network.add(i, rows + i, g[i * columns + j]!);
      if (i === 0) network.add(-1, 0, 1 / (wires.inputSegment + wires.driver));
      else network.add(i - 1, i, 1 / wires.inputSegment);
      if (i < rows - 1) network.add(rows + i, rows + i + 1, 1 / wires.outputSegment);
      else network.add(rows + i, -2, 1 / (wires.outputSegment + wires.sense));
    }
    return network.solve([volts, 0])[2 * rows - 1]! / (wires.outputSegment + wires.sense);
  });
}
