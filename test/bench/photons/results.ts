import type { ArrayName } from './arrays.ts';
import type { DocumentScore } from './measure.ts';
import type { Figures } from './operands.ts';

/** One checkpoint on one array at one light level. */
export interface WidthRow {
  readonly checkpoint: string;
  readonly width: number;
  readonly array: ArrayName;
  /** Photons of a full product (`homodyne`: of the mean one); null in the file for no noise at all. */
  readonly full: number | null;
  /** Detected photons per multiplication, mean over all products of the run. */
  readonly detected: number | null;
  /** Repeat by repeat. */
  readonly documents: readonly DocumentScore[];
  readonly operations: readonly (Figures & {
    readonly operation: string;
    readonly k: number;
    readonly products: number;
  })[];
}

export interface GaussianRow extends Figures {
  readonly array: ArrayName;
  readonly k: number;
  readonly full: number;
  readonly detected: number;
}

/** The file that widths.ts writes. */
export interface Results {
  readonly text: string;
  readonly documents: number;
  readonly repeats: number;
  readonly checkpoints: readonly {
    readonly name: string;
    readonly width: number;
    readonly parameters: number;
    readonly steps: number;
    readonly trainingTokens: number;
    readonly reference: readonly DocumentScore[];
  }[];
  readonly rows: readonly WidthRow[];
  readonly gaussians: readonly GaussianRow[];
}
