import {
  type CalibrationFile,
  calibrationFileSchema,
  Calibrations,
  calibratedMatrices,
  encodeBytes,
  FILE_VERSION,
  scoreMatmuls,
  shifted,
  type CalibratedMatrix,
  type Score,
} from '@ohmlight/calibration';
import { VERSION } from '@ohmlight/contracts';
import { profileDigest, type DeviceProfile } from '@ohmlight/devices';
import type { Checkpoint, LlamaModel, Matmul } from '@ohmlight/transformer';
import type { Workbench } from './bench.js';

/** What is written into every file of a run. */
export type Provenance = Omit<CalibrationFile['provenance'], 'ohmlight'>;

/** A calibration that was found, and what it buys on the judges' text. */
export interface Judged {
  /** The calibrated matrices; empty where nothing saves anything. */
  readonly matrices: CalibrationFile['matrices'];
  readonly before: Score;
  readonly after: Score;
}

/**
 * Steps of 3 dB that are added to the ADC ranges of every column. A range that leaves a sample of rows the least error
 * clips what is rare, and what is rare may matter most: the model's own answers choose.
 */
const MARGINS = [1, 2, 3];

/** The entries of a file from what was found; those without anything are left out. */
export function entriesOf(found: readonly CalibratedMatrix[], margin: number): CalibrationFile['matrices'] {
  return found
    .filter(({ derived: { exponents, inputRange, adcSteps } }) => exponents || adcSteps || inputRange !== undefined)
    .map(({ matrix: { layer, operation, k, n }, derived }) => ({
      layer,
      operation,
      k,
      n,
      ...(derived.lambda !== undefined && { lambda: derived.lambda }),
      ...(derived.inputRange !== undefined && { input_range: derived.inputRange }),
      ...(derived.exponents && { channel_exponents: encodeBytes(derived.exponents) }),
      ...(derived.adcSteps && { adc_steps: encodeBytes(shifted(derived.adcSteps, margin)) }),
      error_before: derived.errorBefore,
      error_after: derived.errorAfter,
    }));
}

/** Chooses by the KL divergence from the reference's answers, on documents that no range was taken from. */
export async function judge(options: {
  readonly model: LlamaModel;
  readonly checkpoint: string;
  readonly profile: string;
  readonly found: readonly CalibratedMatrix[];
  readonly bench: Workbench;
  readonly reference: Matmul;
  readonly documents: readonly (readonly number[])[];
  readonly onDocument: (done: number, total: number) => void;
  readonly signal: AbortSignal;
}): Promise<Judged> {
  const { model, checkpoint, profile, found, bench, reference, documents, onDocument, signal } = options;
  const variants: CalibrationFile['matrices'][] = [[], ...MARGINS.map((margin) => entriesOf(found, margin))];
  // Without ADC ranges the margins are all alike.
  const distinct = variants.filter(
    (entries, i) => i === 0 || JSON.stringify(entries) !== JSON.stringify(variants[i - 1]),
  );
  // Side by side, so that the reference answers once for all.
  const programmed = distinct.map((entries) => {
    const calibrations = new Calibrations();
    calibrations.add(checkpoint, profile, calibratedMatrices(entries));
    return bench.matmul(profile, calibrations);
  });
  const matmuls = programmed.map(({ matmul }) => matmul);
  let scores: Score[];
  try {
    scores = await scoreMatmuls(model, reference, matmuls, documents, { signal, onDocument });
  } finally {
    for (const matmul of programmed) await matmul.close();
  }
  const best = scores.reduce((least, { klNats }, i) => (klNats < scores[least]!.klNats ? i : least), 0);
  return { matrices: distinct[best]!, before: scores[0]!, after: scores[best]! };
}

/** The file of a calibration; checked as it will be when it is read. */
export async function fileOf(
  checkpoint: Checkpoint,
  profile: DeviceProfile,
  { matrices, before, after }: Judged,
  provenance: Provenance,
): Promise<CalibrationFile> {
  const file: CalibrationFile = {
    version: FILE_VERSION,
    checkpoint: checkpoint.name,
    checkpoint_fingerprint: await checkpoint.fingerprint(),
    profile: profile.name,
    profile_digest: profileDigest(profile),
    provenance: { ohmlight: VERSION, ...provenance },
    before: scoreFields(before),
    after: scoreFields(after),
    matrices,
  };
  calibrationFileSchema.parse(file);
  return file;
}

export const scoreFields = ({ perplexity, klNats, agreement }: Score): CalibrationFile['before'] => ({
  perplexity,
  kl_nats: klNats,
  agreement,
});
