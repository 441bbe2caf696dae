import type { Network } from './network.js';

/** Neighbouring lines taken together. */
export interface Grouping {
  /** Number of groups. */
  readonly count: number;
  /** Mean number of lines in a group. */
  readonly size: number;
  /** First line of each group, and the number of lines after the last. */
  readonly start: Int32Array;
  /** Group whose centre is the left one of the two that a line is interpolated between. */
  readonly left: Int32Array;
  /** The line's place between the two centres; beyond 0 … 1 outside the outermost ones. */
  readonly part: Float64Array;
}

export function grouping(lines: number, groups: number): Grouping {
  const count = Math.min(groups, lines);
  const start = Int32Array.from({ length: count + 1 }, (_, k) => Math.ceil((k * lines) / count));
  const centre = Float64Array.from({ length: count }, (_, k) => (start[k]! + start[k + 1]! - 1) / 2);
  const left = new Int32Array(lines);
  const part = new Float64Array(lines);
  if (count === 1) return { count, size: lines, start, left, part };
  for (let i = 0, k = 0; i < lines; i++) {
    while (k < count - 2 && i >= centre[k + 1]!) k++;
    left[i] = k;
    part[i] = (i - centre[k]!) / (centre[k + 1]! - centre[k]!);
  }
  return { count, size: lines / count, start, left, part };
}

export interface Blocks {
  /** A node for each block of cells: lines in parallel, cells summed, nodes at the mean distance from their ports. */
  readonly network: Network;
  /** Conductance of each line over the mean of its group. */
  readonly rowShare: Float64Array;
  readonly columnShare: Float64Array;
}

export function blocksOf({ g, rows, columns, s, t }: Network, down: Grouping, across: Grouping): Blocks {
  const m = down.count;
  const n = across.count;
  const blocks = new Float64Array(m * n);
  const ofRow = new Float64Array(rows);
  const ofColumn = new Float64Array(columns);
  for (let k = 0; k < m; k++)
    for (let i = down.start[k]!; i < down.start[k + 1]!; i++)
      for (let l = 0; l < n; l++) {
        let sum = 0;
        for (let j = across.start[l]!; j < across.start[l + 1]!; j++) {
          const value = g[i * columns + j]!;
          sum += value;
          ofColumn[j]! += value;
        }
        blocks[k * n + l]! += sum;
        ofRow[i]! += sum;
      }
  for (let k = 0; k < m; k++)
    for (let l = 0; l < n; l++) blocks[k * n + l]! *= (down.size / length(down, k)) * (across.size / length(across, l));
  const network = {
    g: blocks,
    rows: m,
    columns: n,
    s: between(s, across).map((ohms) => ohms / down.size),
    t: between(t.toReversed(), mirrored(down))
      .map((ohms) => ohms / across.size)
      .toReversed(),
  };
  return { network, rowShare: shares(ofRow, down), columnShare: shares(ofColumn, across) };
}

function length({ start }: Grouping, k: number): number {
  return start[k + 1]! - start[k]!;
}

function mirrored(lines: Grouping): Grouping {
  const last = lines.start[lines.count]!;
  return { ...lines, start: lines.start.map((at) => last - at).toReversed() };
}

/** Ohms from the port to the first group's centre, and from each centre to the next, of one line. */
function between(segments: Float64Array, groups: Grouping): Float64Array {
  let distance = 0;
  let previous = 0;
  return Float64Array.from({ length: groups.count }, (_, k) => {
    let centre = 0;
    for (let at = groups.start[k]!; at < groups.start[k + 1]!; at++) {
      distance += segments[at]!;
      centre += distance / length(groups, k);
    }
    const ohms = centre - previous;
    previous = centre;
    return ohms;
  });
}

function shares(conductance: Float64Array, groups: Grouping): Float64Array {
  const share = new Float64Array(conductance.length);
  for (let k = 0; k < groups.count; k++) {
    let sum = 0;
    for (let i = groups.start[k]!; i < groups.start[k + 1]!; i++) sum += conductance[i]!;
    for (let i = groups.start[k]!; i < groups.start[k + 1]!; i++)
      share[i] = sum === 0 ? 0 : (conductance[i]! * length(groups, k)) / sum;
  }
  return share;
}
