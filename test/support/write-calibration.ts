import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type CalibrationFile, calibrationPath, encodeBytes } from '../../libs/calibration/src/index.js';
import type { Operation } from '../../libs/contracts/src/index.js';
import { type DeviceProfile, profileDigest } from '../../libs/devices/src/index.js';
import type { Checkpoint } from '../../libs/transformer/src/index.js';

/** A calibration of one matrix of a checkpoint: scales, an input range and ADC ranges of a fixed pattern. */
export async function calibrationFile(
  checkpoint: Checkpoint,
  profile: DeviceProfile,
  operation: Operation = 'gate_up',
): Promise<CalibrationFile> {
  const { layer, k, n } = checkpoint.matrix(0, operation);
  const score = { perplexity: 2, kl_nats: 0.1, agreement: 0.9 };
  return {
    version: 1,
    checkpoint: checkpoint.name,
    checkpoint_fingerprint: await checkpoint.fingerprint(),
    profile: profile.name,
    profile_digest: profileDigest(profile),
    provenance: {
      ohmlight: '0.0.0',
      command: 'npx ohmlight calibrate',
      text: { file: 'text.txt', sha256: '0'.repeat(64), documents: 1, tokens: 10 },
      rows: 10,
      quantiles: [0.999],
      lambdas: [0.5],
      chip_seed: '7',
    },
    before: score,
    after: score,
    matrices: [
      {
        layer,
        operation,
        k,
        n,
        lambda: 0.5,
        input_range: 1.75,
        channel_exponents: encodeBytes(Int8Array.from({ length: k }, (_, i) => (i % 5) - 2)),
        adc_steps: encodeBytes(Int8Array.from({ length: n }, (_, c) => 2 + (c % 7))),
        error_before: 0.1,
        error_after: 0.05,
      },
    ],
  };
}

/** Writes a calibration where a directory of calibrations has it; gives its path. */
export function writeCalibration(directory: string, file: CalibrationFile): string {
  const path = join(directory, calibrationPath(file.checkpoint, file.profile));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(file));
  return path;
}
