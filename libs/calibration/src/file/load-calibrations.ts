import { type MatrixCalibration, type MatrixRef, OhmlightError } from '@ohmlight/contracts';
import { type DeviceProfile, profileDigest } from '@ohmlight/devices';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CalibratedMatrixOf, Calibrations } from '../calibrations.js';
import {
  boundsOf,
  type CalibrationFile,
  calibrationFileSchema,
  matrixDigest,
  matrixSchema,
  type ParsedCalibration,
  scaleOf,
} from './calibration-file.js';

/** What a calibration's checkpoint has to be. */
export interface CalibratedCheckpoint {
  readonly name: string;
  matrices(): readonly MatrixRef[];
  fingerprint(): Promise<string>;
}

/** Why a calibration is not used. */
export type StaleReporter = (stale: { readonly file: string; readonly reason: string }) => void;

/** Folder of the calibrations among the profiles. */
export const CALIBRATIONS_FOLDER = 'calibrations';

/** The directory that OHMLIGHT_CALIBRATIONS and OHMLIGHT_PROFILES name; undefined where calibrations are off. */
export function calibrationsDirectory(environment: {
  readonly OHMLIGHT_CALIBRATIONS?: string | undefined;
  readonly OHMLIGHT_PROFILES: string;
}): string | undefined {
  const { OHMLIGHT_CALIBRATIONS: directory, OHMLIGHT_PROFILES: profiles } = environment;
  return directory === 'off' ? undefined : (directory ?? join(profiles, CALIBRATIONS_FOLDER));
}

/** Path of a calibration below the directory. */
export const calibrationPath = (checkpoint: string, profile: string): string => join(checkpoint, `${profile}.json`);

/**
 * Reads `<checkpoint>/<profile>.json` of the checkpoints and profiles that there are. A file whose checkpoint or
 * profile has changed since is reported and left out: the placement is then served as its profile is, which every
 * process that reads the same files decides alike. A directory that is not there, or
 * that is undefined, holds none.
 *
 * @throws OhmlightError `invalid_calibration`, naming file and field.
 */
export async function loadCalibrations(
  directory: string | undefined,
  checkpoints: Iterable<CalibratedCheckpoint>,
  devices: ReadonlyMap<string, DeviceProfile>,
  onStale: StaleReporter = () => {},
): Promise<Calibrations> {
  const calibrations = new Calibrations();
  if (directory === undefined) return calibrations;
  for (const checkpoint of checkpoints) {
    const folder = join(directory, checkpoint.name);
    if (!existsSync(folder)) continue;
    for (const entry of readdirSync(folder).sort()) {
      if (!entry.endsWith('.json')) continue;
      const file = join(folder, entry);
      const parsed = readCalibration(file);
      const profile = devices.get(entry.slice(0, -'.json'.length));
      const reason = profile ? await staleness(parsed, checkpoint, profile) : 'no device profile has its name';
      if (reason) onStale({ file, reason: `${reason}: calibrate again, or remove the file` });
      else calibrations.add(checkpoint.name, profile!.name, parsed.matrices.map(placed));
    }
  }
  return calibrations;
}

/** @throws OhmlightError `invalid_calibration`. */
export function readCalibration(file: string): ParsedCalibration {
  const refuse = (reason: string, cause?: unknown): OhmlightError =>
    new OhmlightError('invalid_calibration', `${file}: ${reason}`, null, { cause });
  let data: unknown;
  try {
    data = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw refuse((error as Error).message, error);
  }
  const parsed = calibrationFileSchema.safeParse(data);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw refuse(`${issue.path.join('.') || '(top)'}: ${issue.message}`);
}

async function staleness(
  parsed: ParsedCalibration,
  checkpoint: CalibratedCheckpoint,
  profile: DeviceProfile,
): Promise<string | undefined> {
  if (parsed.checkpoint !== checkpoint.name || parsed.profile !== profile.name)
    return `it is of ${parsed.checkpoint} on ${parsed.profile}`;
  if (parsed.profile_digest !== profileDigest(profile)) return `the profile ${profile.name} has changed since`;
  if (parsed.checkpoint_fingerprint !== (await checkpoint.fingerprint()))
    return `the checkpoint ${checkpoint.name} has changed since`;
  const strange = parsed.matrices.find(
    ({ layer, operation, k, n }) =>
      !checkpoint.matrices().some((m) => m.layer === layer && m.operation === operation && m.k === k && m.n === n),
  );
  return strange && `the checkpoint has no matrix ${strange.layer}/${strange.operation} of ${strange.n} × ${strange.k}`;
}

/** What the entries of a file stand for. */
export const calibratedMatrices = (entries: CalibrationFile['matrices']): CalibratedMatrixOf[] =>
  entries.map((entry) => placed(matrixSchema.parse(entry)));

function placed(matrix: ParsedCalibration['matrices'][number]): CalibratedMatrixOf {
  const { layer, operation, input_range: inputRange } = matrix;
  const calibration: MatrixCalibration = {
    digest: matrixDigest(matrix),
    inputRange,
    channelScale: scaleOf(matrix),
    adcBound: boundsOf(matrix),
  };
  return { layer, operation, calibration };
}
