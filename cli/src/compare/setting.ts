import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { calibrationsDirectory, loadCalibrations } from '@ohmlight/calibration';
import { OhmlightError } from '@ohmlight/contracts';
import { loadProfiles, type Profiles } from '@ohmlight/devices';
import {
  documentsOf,
  type EvaluationInput,
  FileCache,
  referenceOf,
  type ResultCache,
  type Subject,
  subjectOf,
  windowsOf,
} from '@ohmlight/evaluation';
import { checkpointEnvironment, readEnvironment } from '@ohmlight/telemetry';
import { Checkpoint, Tokenizer } from '@ohmlight/transformer';
import { interruption } from '../commands/interrupt.js';
import { Failure } from '../failure.js';
import { ROOT } from '../paths.js';
import type { CompareOptions, EvaluationOptions } from './options.js';

/** The text that is scored where none is named: stories that nano was not trained on. */
export const HELD_OUT = join(ROOT, 'models', 'nano', 'heldout.txt');

/** Everything a comparison rests on. */
export interface Setting {
  readonly profiles: Profiles;
  /** Where they were read from. */
  readonly profileDirectory: string;
  readonly subjects: readonly Subject[];
  readonly input: EvaluationInput;
  readonly checkpoint: Checkpoint;
  readonly tokenizer: Tokenizer;
  /** Names the text. */
  readonly source: string;
  /** Documents of it that are scored. */
  readonly documents: number;
  /** Those behind them. */
  readonly unread: readonly string[];
  readonly cache: ResultCache | undefined;
}

/**
 * Work on what the options name, until it is done or interrupted.
 * @throws Failure or OhmlightError as `readSetting`, and what the work throws
 */
export async function withSetting(
  options: Parameters<typeof readSetting>[0],
  placementsOf: Parameters<typeof readSetting>[1],
  work: (setting: Setting, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const signal = interruption();
  const setting = await readSetting(options, placementsOf);
  try {
    await work(setting, signal);
  } finally {
    await setting.checkpoint.close();
  }
}

/**
 * @param placementsOf Names of what is evaluated.
 * @throws Failure or OhmlightError naming what is wrong and what to do
 */
async function readSetting(
  options: EvaluationOptions & Pick<CompareOptions, 'prompt'>,
  placementsOf: (profiles: Profiles) => readonly string[],
): Promise<Setting> {
  const environment = readSharding();
  const profileDirectory = resolve(process.env['OHMLIGHT_PROFILES'] ?? join(ROOT, 'profiles'));
  const profiles = loadProfiles(profileDirectory);
  const names = placementsOf(profiles);
  // A name that does not exist is told before a checkpoint is opened.
  for (const placement of names) subjectOf(profiles, placement);
  const { name, directory } = options.checkpoint;
  const checkpoint = await Checkpoint.open(name, directory);
  const calibrations = await loadCalibrations(
    calibrationsDirectory({ ...process.env, OHMLIGHT_PROFILES: profileDirectory }),
    [checkpoint],
    profiles.devices,
    ({ file, reason }) => process.stderr.write(`calibration not used: ${file}: ${reason}\n`),
  );
  const subjects = names.map((placement) => subjectOf(profiles, placement, { calibrations, checkpoint: name }));
  const tokenizer = await Tokenizer.load(directory);
  const source = options.text ?? HELD_OUT;
  const all = options.prompt === undefined ? await readDocuments(source) : [];
  const documents = all.slice(0, options.documents);
  const windows =
    documents.length === 0 ? [] : windowsOf(documents, tokenizer, checkpoint.config, checkpoint.generationConfig);
  return {
    profiles,
    profileDirectory,
    subjects,
    input: {
      checkpoint: options.checkpoint,
      windows,
      reference: referenceOf(profiles),
      ...environment,
      ...(options.deviceTime !== undefined && { conditions: { deviceTime: options.deviceTime } }),
    },
    checkpoint,
    tokenizer,
    source,
    documents: documents.length,
    unread: all.slice(documents.length),
    cache: options.cache ? new FileCache(cacheDirectory()) : undefined,
  };
}

/** The services' own variables: shards are planned and chips are drawn as theirs. */
export function readSharding(): { shardColumns: number; chipSeed: bigint } {
  const { OHMLIGHT_SHARD_COLUMNS, OHMLIGHT_CHIP_SEED } = checkpointEnvironment;
  try {
    const environment = readEnvironment({ OHMLIGHT_SHARD_COLUMNS, OHMLIGHT_CHIP_SEED });
    return { shardColumns: environment.OHMLIGHT_SHARD_COLUMNS, chipSeed: environment.OHMLIGHT_CHIP_SEED };
  } catch (error) {
    throw new Failure((error as Error).message.replaceAll('\n', '; '));
  }
}

async function readDocuments(file: string): Promise<string[]> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw new Failure(
      `${file} cannot be read (${(error as NodeJS.ErrnoException).code}); name a text file with --text`,
    );
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new OhmlightError('invalid_value', `${file} is not UTF-8 text; name a text file with --text`);
  }
  return documentsOf(text, file);
}

const cacheDirectory = (): string =>
  join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'ohmlight', 'compare');
