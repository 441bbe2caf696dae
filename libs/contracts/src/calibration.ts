import type { Calibration as ProtoCalibration } from './generated/ohmlight/core/v1/core.js';
import { OhmlightError } from './errors.js';
import { bytesToFloats, FLOAT_BYTES, floatsToBytes } from './float-bytes.js';
import type { Operation } from './words.js';

/** What was measured beforehand for one shard; what is absent stays as the device profile has it. */
export interface Calibration {
  /** Activation that the largest DAC code stands for, for every row. */
  readonly inputRange?: number | undefined;
  /** ADC range of each column of the shard, in the units of the profile's own ADC range. */
  readonly adcBound?: Float32Array | undefined;
}

export function calibrationToProto({ inputRange, adcBound }: Calibration): ProtoCalibration {
  return { inputRange, adcBound: adcBound ? floatsToBytes(adcBound) : Buffer.alloc(0) };
}

/**
 * @param columns Columns of the shard.
 * @throws OhmlightError `invalid_shard` when a range is not a positive number or there is not one for each column.
 */
export function calibrationFromProto(message: ProtoCalibration | undefined, columns: number): Calibration | undefined {
  if (!message) return undefined;
  const { inputRange, adcBound: bytes } = message;
  if (bytes.length % FLOAT_BYTES !== 0)
    throw new OhmlightError('invalid_shard', `${bytes.length} bytes of ADC ranges are no whole number of float32`);
  const calibration: Calibration = {
    ...(inputRange !== undefined && { inputRange }),
    ...(bytes.length > 0 && { adcBound: bytesToFloats(bytes) }),
  };
  checkCalibration(calibration, columns);
  return calibration;
}

/** @throws OhmlightError `invalid_shard`, as `calibrationFromProto`. */
export function checkCalibration({ inputRange, adcBound }: Calibration, columns: number): void {
  if (inputRange !== undefined && !(inputRange > 0 && inputRange < Infinity))
    throw new OhmlightError('invalid_shard', `an input range of ${inputRange} is no positive number; calibrate again`);
  if (!adcBound) return;
  if (adcBound.length !== columns)
    throw new OhmlightError(
      'invalid_shard',
      `a shard of ${columns} columns takes as many ADC ranges, not ${adcBound.length}; calibrate again`,
    );
  const at = adcBound.findIndex((bound) => !(bound > 0 && bound < Infinity));
  if (at >= 0)
    throw new OhmlightError(
      'invalid_shard',
      `the ADC range of column ${at} is ${adcBound[at]}, no positive number; calibrate again`,
    );
}

/** What was found for a whole matrix on a device profile. */
export interface MatrixCalibration {
  /** Equal contents have equal digests; part of a shard's name. */
  readonly digest: string;
  readonly inputRange?: number | undefined;
  /**
   * Powers of two s, one per input: the device is programmed with w_k·s_k and driven with x_k/s_k. The division is
   * part of the preceding norm's weights.
   */
  readonly channelScale?: Float32Array | undefined;
  /** ADC range of each of the matrix's columns. */
  readonly adcBound?: Float32Array | undefined;
}

/** Where calibrations of matrices are found. */
export interface CalibrationSource {
  find(
    matrix: { readonly checkpoint: string; readonly layer: number; readonly operation: Operation },
    profile: string,
  ): MatrixCalibration | undefined;
}
