import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import {
  calibrateProfile,
  type CalibrationFile,
  calibrationPath,
  calibrationsDirectory,
  CapturingMatmul,
  readCalibration,
  scoreMatmuls,
} from '@ohmlight/calibration';
import { OhmlightError } from '@ohmlight/contracts';
import { loadProfiles, profileDigest } from '@ohmlight/devices';
import { Checkpoint, LlamaModel, Tokenizer } from '@ohmlight/transformer';
import { interruption } from '../commands/interrupt.js';
import { Failure } from '../failure.js';
import { ROOT } from '../paths.js';
import { renderTable } from '../table.js';
import type { Terminal } from '../terminal.js';
import { Workbench } from './bench.js';
import type { CalibrateOptions } from './options.js';
import { fileOf, judge, type Provenance, scoreFields } from './profile-run.js';
import { readText, splitText } from './text.js';

/** The profile whose answers the others are measured against. */
const REFERENCE = 'digital-fp32';

export interface CalibrateRow {
  readonly profile: string;
  /** `written`; `none`: nothing was better than the profile as it is; `kept`: the same run had been made before. */
  readonly outcome: 'written' | 'none' | 'kept';
  readonly file: string | null;
  /** Calibrated matrices, and how many of them have a static input range, scales of channels, ADC ranges. */
  readonly matrices: number;
  readonly input_ranges: number;
  readonly channel_scales: number;
  readonly adc_ranges: number;
  readonly before: CalibrationFile['before'];
  readonly after: CalibrationFile['after'];
  readonly seconds: number;
}

/** `ohmlight calibrate`. */
export async function calibrate(options: CalibrateOptions, terminal: Terminal): Promise<void> {
  try {
    await run(options, terminal, interruption());
  } catch (error) {
    if (error instanceof OhmlightError) throw new Failure(`${error.code}: ${error.message}`);
    throw error;
  }
}

async function run(options: CalibrateOptions, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const directory = resolve(process.env['OHMLIGHT_PROFILES'] ?? join(ROOT, 'profiles'));
  const profiles = loadProfiles(directory);
  const [name, checkpointDirectory] = checkpointOf(options.checkpoint);
  const names = options.profiles.includes('all')
    ? [...profiles.devices.values()].filter(({ pool }) => pool !== 'digital').map((profile) => profile.name)
    : options.profiles;
  for (const profile of names)
    if (!profiles.devices.has(profile))
      throw new Failure(
        `there is no device profile "${profile}": choose among ${[...profiles.devices.keys()].join(', ')}`,
      );
  const checkpoint = await Checkpoint.open(name, checkpointDirectory);
  const [model, tokenizer] = await Promise.all([LlamaModel.load(checkpoint), Tokenizer.load(checkpointDirectory)]);
  const path = resolve(options.text ?? join(checkpointDirectory, 'calibration.txt'));
  if (!options.text && !existsSync(path))
    throw new Failure(`checkpoint ${name} has no calibration.txt beside it: name a text with --text`);
  const inside = relative(ROOT, path);
  const text = readText(path, inside.startsWith('..') ? path : inside, tokenizer);
  const { seen, judge: judges } = splitText(text);
  const target = options.out ?? calibrationsDirectory({ ...process.env, OHMLIGHT_PROFILES: directory });
  if (target === undefined)
    throw new Failure('OHMLIGHT_CALIBRATIONS is off: name a directory to write to with --out, or unset it');
  const out = resolve(target);
  const say = (what: string): void => (options.json ? undefined : terminal.status(what));

  const bench = new Workbench(checkpoint, profiles, options.chipSeed);
  const reference = bench.matmul(REFERENCE);
  say(`${name}: ${text.tokens} tokens through the reference`);
  const capture = new CapturingMatmul(reference.matmul, checkpoint.matrices(), options.rows);
  await scoreMatmuls(model, capture, [], seen, { signal });
  const captured = capture.captured();

  const rows: CalibrateRow[] = [];
  for (const [i, profileName] of names.entries()) {
    const profile = profiles.devices.get(profileName)!;
    const where = `${profileName} (${i + 1} of ${names.length})`;
    const file = join(out, calibrationPath(name, profileName));
    const startedAt = performance.now();
    const provenance: Provenance = {
      command: commandOf(options, name, profileName),
      text: { file: text.file, sha256: text.sha256, documents: text.documents.length, tokens: text.tokens },
      rows: options.rows,
      quantiles: [...options.quantile],
      lambdas: [...options.lambda],
      chip_seed: options.chipSeed.toString(),
    };
    const kept = options.force ? undefined : await sameRun(file, provenance, profileDigest(profile), checkpoint);
    if (kept) {
      rows.push(rowOf(profileName, 'kept', file, kept, 0));
      continue;
    }
    const found = await calibrateProfile({
      checkpoint,
      captured,
      profile,
      chipSeed: options.chipSeed,
      signal,
      device: bench.device(profileName),
      reference: bench.device(REFERENCE),
      quantiles: options.quantile,
      lambdas: options.lambda,
      onMatrix: (done, total) => say(`${where}: matrix ${done} of ${total}`),
    });
    const judged = await judge({
      model,
      checkpoint: name,
      profile: profileName,
      found,
      bench,
      signal,
      reference: reference.matmul,
      documents: judges,
      onDocument: (done, total) => say(`${where}: document ${done} of ${total} judges`),
    });
    const better = judged.matrices.length > 0;
    if (better) write(file, await fileOf(checkpoint, profile, judged, provenance));
    // What an earlier run wrote would be used, though this one found nothing better than the profile as it is.
    else rmSync(file, { force: true });
    const seconds = (performance.now() - startedAt) / 1000;
    const { matrices, before, after } = judged;
    const contents = { matrices, before: scoreFields(before), after: scoreFields(after) };
    rows.push(rowOf(profileName, better ? 'written' : 'none', better ? file : null, contents, seconds));
  }
  say('');
  await reference.close();
  await model.close();
  await checkpoint.close();
  if (options.json)
    terminal.line(JSON.stringify({ rows, checkpoint: name, text: { file: text.file, tokens: text.tokens } }, null, 2));
  else for (const line of render(rows, terminal.columns)) terminal.line(line);
}

/** Name and directory of `name=directory`, or of a name of OHMLIGHT_CHECKPOINTS; nano is always there. */
function checkpointOf(text: string): [string, string] {
  const [name, ...rest] = text.split('=');
  if (rest.length > 0) return [name!, resolve(rest.join('='))];
  const entry = (process.env['OHMLIGHT_CHECKPOINTS'] ?? '')
    .split(',')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${name}=`));
  if (entry) return [name!, resolve(ROOT, entry.slice(name!.length + 1))];
  if (name === 'nano') return [name, join(ROOT, 'models', 'nano')];
  throw new Failure(`there is no checkpoint "${name}": write --checkpoint ${name}=<directory>`);
}

/** The command that makes a file again. */
function commandOf(
  { quantile, lambda, rows, chipSeed }: CalibrateOptions,
  checkpoint: string,
  profile: string,
): string {
  const list = (values: readonly number[]): string => values.join(',') || 'none';
  return `npx ohmlight calibrate --checkpoint ${checkpoint} --profiles ${profile} --quantile ${list(quantile)} --lambda ${list(lambda)} --rows ${rows} --chip-seed ${chipSeed}`;
}

/** The file of the same run on the same checkpoint and profile, so that a run that was cut off goes on. */
async function sameRun(
  file: string,
  provenance: Provenance,
  digest: string,
  checkpoint: Checkpoint,
): Promise<(Pick<CalibrateRow, 'before' | 'after'> & { matrices: readonly object[] }) | undefined> {
  if (!existsSync(file)) return undefined;
  try {
    const parsed = readCalibration(file);
    const { ohmlight: _, ...made } = parsed.provenance;
    const same =
      JSON.stringify(made) === JSON.stringify(provenance) &&
      parsed.profile_digest === digest &&
      parsed.checkpoint_fingerprint === (await checkpoint.fingerprint());
    return same ? parsed : undefined;
  } catch {
    // A file at fault is made anew.
    return undefined;
  }
}

/** Whole or not at all: a service that starts meanwhile never reads half a file. */
function write(file: string, contents: CalibrationFile): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.part`, `${JSON.stringify(contents, null, 2)}\n`);
  renameSync(`${file}.part`, file);
}

function rowOf(
  profile: string,
  outcome: CalibrateRow['outcome'],
  file: string | null,
  { matrices, before, after }: { matrices: readonly object[] } & Pick<CalibrateRow, 'before' | 'after'>,
  seconds: number,
): CalibrateRow {
  const having = (field: string): number =>
    matrices.filter((matrix) => (matrix as Record<string, unknown>)[field] !== undefined).length;
  return {
    profile,
    outcome,
    file,
    matrices: matrices.length,
    input_ranges: having('input_range'),
    channel_scales: having('channel_exponents'),
    adc_ranges: having('adc_steps'),
    before,
    after,
    seconds,
  };
}

function render(rows: readonly CalibrateRow[], columns: number): string[] {
  const right = { align: 'right' } as const;
  return renderTable(
    [
      { title: 'profile' },
      { title: 'outcome' },
      { title: 'matrices', ...right },
      { title: 'inputs', ...right },
      { title: 'scales', ...right },
      { title: 'ADCs', ...right },
      { title: 'KL before', ...right },
      { title: 'KL after', ...right },
      { title: 'perplexity', ...right },
    ],
    rows.map(({ profile, outcome, matrices, input_ranges, channel_scales, adc_ranges, before, after }) => [
      profile,
      outcome,
      String(matrices),
      String(input_ranges),
      String(channel_scales),
      String(adc_ranges),
      before.kl_nats.toFixed(5),
      after.kl_nats.toFixed(5),
      `${before.perplexity.toFixed(4)} → ${after.perplexity.toFixed(4)}`,
    ]),
    columns,
  );
}
