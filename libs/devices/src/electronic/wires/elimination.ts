import { attenuate, shrink } from './dense.js';
import { outputLines, type Lines } from './lines.js';
import { reciprocal, reversedTranspose, type Network } from './network.js';

/**
 * Effective matrix W (siemens, rows × columns: sense current j per volt on driver i, all other drivers and all sense
 * nodes at ground) by exact block elimination, one output line after the other from the last to the first. Y is the
 * admittance (rows × rows) that the input lines see to their right, k_j what sense node j picks up:
 *
 *   K_j = D − D·G_j·D,  D = diag(g_ij over i),  G_j = (D + T)⁻¹ of output line j with its segments T
 *   k_j = g_ij·profile_ij
 *   F = s_j·Y·(I + s_j·Y)⁻¹,  w ← w − F·w for every w,  Y ← F/s_j
 *
 * Works for any resistances and conductances, in M³·N/2 + M²·N²/2 multiplications, M the smaller side.
 */
export function eliminate(network: Network): Float64Array {
  if (network.rows > network.columns)
    return reversedTranspose(eliminate(reciprocal(network)), network.columns, network.rows);
  const { g, rows, columns, s } = network;
  const n = Math.ceil(rows / 4) * 4;
  const count = Math.ceil(columns / 4) * 4;
  const lines = outputLines(network);
  const e = new Float64Array(n * n);
  const w = new Float64Array(count * n);
  for (let j = columns - 1; j >= 0; j--) {
    addColumn(e, n, network, j, lines);
    for (let i = 0; i < rows; i++) w[j * n + i] = g[i * columns + j]! * lines.profile[i * columns + j]!;
    if (s[j] === 0) continue;
    scale(e, s[j]!);
    shrink(e, n);
    attenuate(w, j, count, e, n);
    scale(e, 1 / s[j]!);
  }
  const effective = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) effective[i * columns + j] = w[j * n + i]!;
  return effective;
}

/** Y += K_j. G_j is semiseparable: G_bb = z_b/(1 + y_b·z_b), and G_ab = G_bb·∏ ratio from a to b − 1 for a < b. */
function addColumn(e: Float64Array, n: number, { g, rows, columns, t }: Network, j: number, { y, ratio }: Lines): void {
  let z = 0;
  for (let b = rows - 1; b >= 0; b--) {
    const at = b * columns + j;
    // Ohms from node b to ground by way of the sense node.
    z += t[b]!;
    let green = z / (1 + y[at]! * z);
    e[b * n + b]! += g[at]! - g[at]! * green * g[at]!;
    for (let a = b - 1; a >= 0; a--) {
      green *= ratio[a * columns + j]!;
      const entry = g[at]! * green * g[a * columns + j]!;
      e[b * n + a]! -= entry;
      e[a * n + b]! -= entry;
    }
    z /= 1 + g[at]! * z;
  }
}

function scale(values: Float64Array, factor: number): void {
  for (let i = 0; i < values.length; i++) values[i]! *= factor;
}
