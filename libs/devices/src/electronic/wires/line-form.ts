import { blocksOf, grouping } from './blocks.js';
import { eliminate } from './elimination.js';
import { networkOf, type Network, type Wires } from './network.js';

/** Sides of the network of mean blocks, at most. */
const BLOCKS = 16;

/**
 * Effective matrix with the drops of every line's own cells, and the lift that all inputs together give the output
 * lines:
 *
 *   w_ij ≈ g_ij·a_ij·b_ij + u_ij
 *
 * - a_ij: profile of input line i with the output lines at ground, b_ij that of output line j with the input lines at
 *   ground. g·a·b is the first term of the exact series of passes (see `sweep`).
 * - u: what the exact matrix has beyond that term. It varies slowly along the lines, so it is solved for exactly in a
 *   network of at most 16 × 16 blocks of cells, interpolated between the blocks' centres, and scaled by the shares
 *   that line i and line j have in their blocks' conductance.
 *
 * Some 20 operations per cell. Tiles of up to 16 × 16 come out exact. Lines that take more than 1e300 of their voltage
 * are beyond f64; `effectiveMatrix` is not limited.
 *
 * @param g siemens, row-major rows × columns
 * @param into where the result goes, a new array if left out; may be g itself
 * @returns siemens, rows × columns
 */
export function lineForm(
  g: Float64Array,
  rows: number,
  columns: number,
  wires: Wires,
  into?: Float64Array,
): Float64Array {
  return lineFormOf(networkOf(g, rows, columns, wires), into);
}

export function lineFormOf(network: Network, into: Float64Array = new Float64Array(network.g.length)): Float64Array {
  const { rows, columns } = network;
  const down = grouping(rows, BLOCKS);
  const across = grouping(columns, BLOCKS);
  const { network: blocks, rowShare, columnShare } = blocksOf(network, down, across);
  const first = firstTerm(blocks, new Float64Array(blocks.g.length));
  const w = firstTerm(network, into);
  const lift = eliminate(blocks).map((exact, at) => (exact - first[at]!) / (down.size * across.size));
  const n = across.count;
  const line = new Float64Array(n);
  const { left, part } = across;
  const right = left.map((k) => Math.min(k + 1, n - 1));
  for (let i = 0; i < rows; i++) {
    const above = down.left[i]!;
    const below = Math.min(above + 1, down.count - 1);
    for (let l = 0; l < n; l++)
      line[l] = rowShare[i]! * (lift[above * n + l]! + down.part[i]! * (lift[below * n + l]! - lift[above * n + l]!));
    for (let j = 0; j < columns; j++) {
      const u = line[left[j]!]!;
      w[i * columns + j]! += columnShare[j]! * (u + part[j]! * (line[right[j]!]! - u));
    }
  }
  return w;
}

/**
 * g·a·b. A line's profile is its voltages with 1 V at the far end, over that at the port: v rises by r·i towards the
 * port, i by g·v. That takes one division per line where `chains` takes one per cell.
 */
function firstTerm({ g, rows, columns, s, t }: Network, w: Float64Array): Float64Array {
  const along = new Float64Array(columns);
  const down = new Float64Array(columns).fill(1);
  const current = new Float64Array(columns);
  for (let i = 0; i < rows; i++) {
    const row = i * columns;
    let v = 1;
    let sum = 0;
    for (let j = columns - 1; j >= 0; j--) {
      along[j] = v;
      sum += g[row + j]! * v;
      v += s[j]! * sum;
    }
    const scale = 1 / v;
    const r = t[i]!;
    for (let j = 0; j < columns; j++) {
      const siemens = g[row + j]!;
      const volts = down[j]!;
      w[row + j] = siemens * (along[j]! * scale) * volts;
      current[j]! += siemens * volts;
      down[j] = volts + r * current[j]!;
    }
  }
  for (let j = 0; j < columns; j++) down[j] = 1 / down[j]!;
  for (let at = 0; at < w.length; at += columns) for (let j = 0; j < columns; j++) w[at + j]! *= down[j]!;
  return w;
}
