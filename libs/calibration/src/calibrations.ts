import type { CalibrationSource, MatrixCalibration, MatrixRef, Operation } from '@ohmlight/contracts';

type MatrixName = Pick<MatrixRef, 'checkpoint' | 'layer' | 'operation'>;

/** Calibrations by checkpoint, device profile and matrix. */
export class Calibrations implements CalibrationSource {
  readonly #matrices = new Map<string, MatrixCalibration>();
  readonly #pairs: { checkpoint: string; profile: string }[] = [];

  add(
    checkpoint: string,
    profile: string,
    matrices: readonly { layer: number; operation: Operation; calibration: MatrixCalibration }[],
  ): void {
    this.#pairs.push({ checkpoint, profile });
    for (const { layer, operation, calibration } of matrices)
      this.#matrices.set(key({ checkpoint, layer, operation }, profile), calibration);
  }

  /** What is calibrated. */
  get pairs(): readonly { readonly checkpoint: string; readonly profile: string }[] {
    return this.#pairs;
  }

  find(matrix: MatrixName, profile: string): MatrixCalibration | undefined {
    return this.#matrices.get(key(matrix, profile));
  }
}

const key = ({ checkpoint, layer, operation }: MatrixName, profile: string): string =>
  `${checkpoint}/${layer}/${operation}@${profile}`;
