import { type MatrixRef, OhmlightError, type Operation } from '@ohmlight/contracts';
import type { Device, DeviceProfile } from '@ohmlight/devices';
import { calibrateMatrix, type DerivedCalibration } from './calibrate-matrix.js';
import type { CapturedMatrix } from './capture.js';
import { type Bench, rowWeightsOf } from './trial.js';

/** Where the weights come from. */
export interface WeightReader {
  readMatrix(layer: number, operation: Operation, columnStart: number, columnEnd: number): Promise<Float32Array>;
}

export interface ProfileOptions {
  readonly checkpoint: WeightReader;
  readonly captured: readonly CapturedMatrix[];
  /** The profile's device. */
  readonly device: Device;
  readonly profile: DeviceProfile;
  /** A device that multiplies in f32: what the others are measured against. */
  readonly reference: Device;
  readonly chipSeed: bigint;
  readonly quantiles: readonly number[];
  readonly lambdas: readonly number[];
  readonly onMatrix?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export interface CalibratedMatrix {
  readonly matrix: MatrixRef;
  readonly derived: DerivedCalibration;
}

/** Parameters that state a fixed range of the ADC, by their names in the kinds of devices. */
const ADC_RANGES = ['adc_bound', 'adc_range'] as const;

/**
 * Range from which ADC ranges are searched; undefined where the profile has no converter. A converter that ranges
 * itself over operand norms (`adc_clip` root mean squares) is searched from full-scale operands on.
 */
export function ownAdcRange({ parameters }: DeviceProfile): number | undefined {
  const number = (name: string): number | undefined => {
    const value = parameters[name]?.value;
    return typeof value === 'number' && value > 0 ? value : undefined;
  };
  if (!number('adc_bits')) return undefined;
  const [clip, rows] = [number('adc_clip'), number('tile_rows')];
  return number(ADC_RANGES[0]) ?? number(ADC_RANGES[1]) ?? (clip && rows && clip * Math.sqrt(rows));
}

/**
 * Calibrates every matrix of a checkpoint on a profile's device.
 * @throws OhmlightError of the device; the abort reason.
 */
export async function calibrateProfile(options: ProfileOptions): Promise<CalibratedMatrix[]> {
  const { captured, device, profile, quantiles, lambdas, onMatrix, signal } = options;
  const adcRange = ownAdcRange(profile);
  const columnScale = profile.parameters['weight_scale']?.value !== 'tile';
  const found: CalibratedMatrix[] = [];
  for (const [done, capture] of captured.entries()) {
    onMatrix?.(done, captured.length);
    // Programming is synchronous: an interrupt is heard between matrices.
    await new Promise<void>((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
    const bench = await benchOf(capture, options);
    found.push({
      matrix: capture.matrix,
      derived: calibrateMatrix(device, bench, capture, { quantiles, lambdas, adcRange, columnScale }),
    });
  }
  onMatrix?.(captured.length, captured.length);
  return found;
}

async function benchOf(
  { matrix, batch }: CapturedMatrix,
  { checkpoint, profile, reference, chipSeed }: ProfileOptions,
): Promise<Bench> {
  const { layer, operation, n } = matrix;
  const weights = await checkpoint.readMatrix(layer, operation, 0, n);
  const range = { columnStart: 0, columnEnd: n, chipSeed };
  const shard = reference.program({ ...matrix, ...range, profile: reference.name }, weights);
  try {
    const { y } = shard.execute(batch);
    if (y.some((value) => !Number.isFinite(value)))
      throw new OhmlightError('internal_error', `the reference of ${layer}/${operation} is not finite`);
    return {
      matrix,
      ...range,
      profile: profile.name,
      weights,
      batch,
      reference: y,
      rowWeights: rowWeightsOf(y, batch.rows),
    };
  } finally {
    shard.release?.();
  }
}
