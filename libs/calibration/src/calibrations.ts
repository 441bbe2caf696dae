import type { CalibrationSource, MatrixCalibration, MatrixRef, Operation } from '@ohmlight/contracts';

type MatrixName = Pick<MatrixRef, 'checkpoint' | 'layer' | 'operation'>;

/** What a matrix is calibrated with; plain data. */
export interface CalibratedMatrixOf {
  readonly layer: number;
  readonly operation: Operation;
  readonly calibration: MatrixCalibration;
}

/** Calibrations by checkpoint, device profile and matrix. */
export class Calibrations implements CalibrationSource {
  readonly #matrices = new Map<string, MatrixCalibration>();
  readonly #pairs: { checkpoint: string; profile: string; matrices: readonly CalibratedMatrixOf[] }[] = [];

  add(checkpoint: string, profile: string, matrices: readonly CalibratedMatrixOf[]): void {
    this.#pairs.push({ checkpoint, profile, matrices });
    for (const { layer, operation, calibration } of matrices)
      this.#matrices.set(key({ checkpoint, layer, operation }, profile), calibration);
  }

  /** What is calibrated. */
  get pairs(): readonly { readonly checkpoint: string; readonly profile: string }[] {
    return this.#pairs.map(({ checkpoint, profile }) => ({ checkpoint, profile }));
  }

  /** All that a checkpoint has on a profile. */
  of(checkpoint: string, profile: string): readonly CalibratedMatrixOf[] {
    return this.#pairs.flatMap((pair) =>
      pair.checkpoint === checkpoint && pair.profile === profile ? pair.matrices : [],
    );
  }

  find(matrix: MatrixName, profile: string): MatrixCalibration | undefined {
    return this.#matrices.get(key(matrix, profile));
  }
}

const key = ({ checkpoint, layer, operation }: MatrixName, profile: string): string =>
  `${checkpoint}/${layer}/${operation}@${profile}`;
