import { solveExactly } from './effective-matrix.js';
import { iterate, type Iterated, type IterateOptions } from './iterate.js';
import { lineFormOf } from './line-form.js';
import { inputLines, largestDrop, outputLines } from './lines.js';
import { networkOf, type Network, type Wires } from './network.js';
import { rankOneOf } from './rank-one.js';

/** Models that give one effective matrix for all inputs. */
export type MatrixKind = 'none' | 'rank-one' | 'line-form' | 'exact';

export type WireModelKind = MatrixKind | 'iterate';

export interface Crossbar {
  readonly rows: number;
  readonly columns: number;
  readonly wires: Wires;
  /** Largest conductance of a cell, siemens. */
  readonly gMax: number;
}

export interface WireModelOptions extends Pick<IterateOptions, 'cell' | 'source' | 'tolerance'> {
  /** This matrix instead of one by the rule. Nonlinear and gated cells are iterated all the same. */
  readonly kind?: MatrixKind;
  /** Largest error, relative to the outputs' root mean square, that an approximate form may have. Default 1e-3. */
  readonly accuracy?: number;
  /** Rows and columns up to which the exact matrix is worth its time. Default 256. */
  readonly exactUpTo?: number;
}

interface Choice {
  /** Why this model, in one line for a log. */
  readonly why: string;
  /**
   * Error of the outputs that the rule expects at worst, relative to their root mean square; 0 where the model is
   * exact. Of `none`, relative to the outputs that ideal wires give.
   */
  readonly expectedError: number;
}

export type WireModel =
  | (Choice & {
      readonly kind: MatrixKind;
      /** Effective matrix of cells g, siemens, row-major rows × columns; into `into` if given, which may be g itself. */
      readonly matrix: (g: Float64Array, into?: Float64Array) => Float64Array;
    })
  | (Choice & {
      readonly kind: 'iterate';
      /** Operating point of cells g at inputs x, volts. */
      readonly solve: (x: Float64Array, g: Float64Array) => Iterated;
    });

const MATRICES: Record<MatrixKind, (network: Network, into?: Float64Array) => Float64Array> = {
  none: copied,
  'rank-one': rankOneOf,
  'line-form': lineFormOf,
  exact: (network, into) => copied({ g: solveExactly(network) }, into),
};

/** Errors over the drops of a tile whose cells all have g_max; docs/reference/wires.md and test/bench/wires.ts. */
const RANK_ONE_SPREAD = 0.25;
const RANK_ONE_LIFT = 0.4;
const LINE_FORM_LIFT = 0.03;

/**
 * Chooses how a tile's wires are computed. With d_in, d_out the largest drops along an input line and an output line
 * whose cells are all at g_max:
 *
 * 1. `iterate`, where cells are nonlinear, or gated and wired: no effective matrix exists;
 * 2. `none`, where all wires are 0 Ω;
 * 3. `rank-one`, where 0.25·max(d_in, d_out) + 0.4·d_in·d_out is within the accuracy asked for;
 * 4. `line-form`, where 0.03·d_in·d_out is;
 * 5. `exact`, up to `exactUpTo` rows and columns; beyond, `line-form`, and `expectedError` says what that costs.
 */
export function wireModel(tile: Crossbar, options: WireModelOptions = {}): WireModel {
  const { rows, columns, wires, gMax } = tile;
  const { accuracy = 1e-3, exactUpTo = 256, cell, source } = options;
  if (cell !== undefined) return iterating('cells are nonlinear: no effective matrix exists', tile, options);
  const full = (cells: number): Float64Array => new Float64Array(cells).fill(gMax);
  const dIn = largestDrop(inputLines(networkOf(full(columns), 1, columns, wires)));
  const dOut = largestDrop(outputLines(networkOf(full(rows), rows, 1, wires)));
  const bare = dIn === 0 && dOut === 0;
  if (source === 'separate' && !bare)
    return iterating('inputs gate cells: each input vector meets another network', tile, options);
  const errors: Record<MatrixKind, number> = {
    none: dIn + dOut,
    'rank-one': RANK_ONE_SPREAD * Math.max(dIn, dOut) + RANK_ONE_LIFT * dIn * dOut,
    'line-form': LINE_FORM_LIFT * dIn * dOut,
    exact: 0,
  };
  const drops = `a full tile drops ${percent(dIn)} along an input line and ${percent(dOut)} along an output line`;
  const choose = (kind: MatrixKind, reason: string): WireModel => ({
    kind,
    why: `${reason}; ${drops}`,
    expectedError: errors[kind],
    matrix: (g, into) => MATRICES[kind](networkOf(g, rows, columns, wires), into),
  });
  if (options.kind !== undefined) return choose(options.kind, 'asked for');
  if (bare) return choose('none', 'no wire has resistance');
  if (errors['rank-one'] <= accuracy) return choose('rank-one', `average lines are within ${accuracy}`);
  if (errors['line-form'] <= accuracy) return choose('line-form', `each line's own drop is within ${accuracy}`);
  if (Math.max(rows, columns) <= exactUpTo) return choose('exact', `no approximate form is within ${accuracy}`);
  return choose('line-form', `too large to solve exactly (over ${exactUpTo} lines)`);
}

function iterating(why: string, { rows, columns, wires }: Crossbar, options: WireModelOptions): WireModel {
  return { kind: 'iterate', why, expectedError: 0, solve: (x, g) => iterate(x, g, rows, columns, wires, options) };
}

function copied({ g }: Pick<Network, 'g'>, into?: Float64Array): Float64Array {
  if (into === undefined) return g.slice();
  into.set(g);
  return into;
}

const percent = (part: number): string => `${(100 * part).toPrecision(2)} %`;
