import { basename } from 'node:path';
import { type Operation, type PlacementRules, profilesOf, totalJoules } from '@ohmlight/contracts';
import { type DeviceProfile, standbyWatts } from '@ohmlight/devices';
import {
  type Assignment,
  compactRules,
  type Evaluation,
  evaluate,
  type Outcome,
  type PlacedMatrix,
  searchWholePlacement,
  sensitivities,
  type Sensitivity,
  type Slot,
  type Subject,
  windowsOf,
} from '@ohmlight/evaluation';
import { counted } from '../counted.js';
import { failWith } from '../compare/outcomes.js';
import { type Setting, withSetting } from '../compare/setting.js';
import { Failure } from '../failure.js';
import { ProgressBar } from '../progress-bar.js';
import type { Terminal } from '../terminal.js';
import { mustBeWritable, writeFileOrFail } from '../compare/write-file.js';
import { candidatesOf } from './candidates.js';
import type { PlaceOptions } from './options.js';
import { assertFree, placementText, writePlacement } from './placement-file.js';
import { printPlace } from './print.js';
import { renderPlaceReport } from './report.js';
import { type CheckRow, matrixRows, type PlaceRow, placeRow } from './rows.js';

/** `ohmlight place`. @throws Failure or OhmlightError with one line */
export async function place(options: PlaceOptions, terminal: Terminal): Promise<void> {
  await mustBeWritable(options.html);
  await withSetting(
    options,
    (profiles) => candidatesOf(profiles, options.candidates),
    (setting, signal) => placeOn(setting, options, terminal, signal),
  );
}

async function placeOn(
  setting: Setting,
  options: PlaceOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const { budget, workers } = options;
  const { input, cache, profiles, profileDirectory } = setting;
  const name = options.name ?? `placed-${input.checkpoint.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`;
  await assertFree(profiles, profileDirectory, name, options.force === true);
  const run = { cache, signal, workers };

  const alone = await withBar('matrices alone', (onProgress) =>
    sensitivities({ ...run, input, subjects: setting.subjects, onProgress }),
  );
  const left = alone.flatMap((outcome) =>
    'error' in outcome ? [{ candidate: outcome.subject.placement.name, reason: outcome.error.message }] : [],
  );
  const done = alone.flatMap((outcome) => ('result' in outcome ? [outcome] : []));
  if (done.length === 0) failWith(alone);
  for (const { candidate, reason } of left) process.stderr.write(`candidate left out: ${candidate}: ${reason}\n`);
  const slots = slotsOf(done.map(({ result }) => result));
  const uniform = await withBar('candidates as a whole', (onProgress) =>
    evaluate({ ...run, input, subjects: done.map(({ subject }) => subject), onProgress }),
  );
  failWith(uniform);
  const wholes = uniform.map(resultOf);

  const subjectFor = (assignment: Assignment): Subject =>
    mixedSubject(
      name,
      compactRules(matricesOf(slots, assignment)),
      done.map(({ subject }) => subject),
    );
  const search = await withBar('mixtures', async (onProgress) =>
    searchWholePlacement(
      slots,
      budget,
      async (assignments) => {
        const outcomes = await evaluate({ ...run, input, subjects: assignments.map(subjectFor), onProgress });
        failWith(outcomes);
        return outcomes.map(resultOf);
      },
      { waits: (profile) => waitsAlone(profiles.devices.get(profile)!), joules: joulesOf },
    ),
  );
  if ('best' in search)
    throw new Failure(
      `no placement of ${done.map(({ subject }) => subject.placement.name).join(', ')} keeps KL within ${budget} nats: the most accurate device for every matrix has ${search.best.klNats.toPrecision(3)}; raise --budget or name a more accurate device with --candidates`,
    );

  const cheapest = cheaper(search, wholes, slots, budget);
  const rules = compactRules(matricesOf(slots, cheapest.assignment));
  const rows: PlaceRow[] = [
    placeRow({ ...cheapest.measured, placement: name }, budget, true),
    ...wholes.map((whole) => placeRow(whole, budget, false)),
  ];
  const checks = await checksOf(setting, options, subjectFor(cheapest.assignment), signal);
  const notes = notesOf(setting, options, rows[0]!, checks);
  const description = `Least energy within ${budget} nats of KL for ${input.checkpoint.name}, matrix by matrix among ${done.length} device profiles`;
  const matrices = matricesOf(slots, cheapest.assignment);
  const file = await writePlacement(profileDirectory, name, placementText(name, description, rules, notes), matrices);

  const result = {
    budget: { kl_nats: budget },
    placement: name,
    file,
    rows,
    matrices: matrixRows(slots, cheapest.assignment),
    checks,
    measurements: search.measurements,
    left_out: left,
  };
  if (options.json) terminal.line(JSON.stringify(result, null, 2));
  else for (const line of printPlace(result, rules, setting, terminal.columns)) terminal.line(line);
  if (options.html !== undefined) await writeFileOrFail(options.html, renderPlaceReport(result, slots, setting));
}

/** Of a decode step of one sequence. */
const joulesOf = (evaluation: Evaluation): number => placeRow(evaluation, 0, false).joules_per_token;

/** Whether a device waits at a power that does not follow from how much it holds. */
function waitsAlone(profile: DeviceProfile): boolean {
  const matrix = { k: 256, n: 256 };
  const watts = standbyWatts(profile, [matrix]);
  return watts > 0 && standbyWatts(profile, [matrix, matrix]) === watts;
}

/** The mixture, or a candidate as a whole where one keeps to the budget for less. */
function cheaper(
  { assignment, measured }: { readonly assignment: Assignment; readonly measured: Evaluation },
  wholes: readonly Evaluation[],
  slots: readonly Slot[],
  budget: number,
): { readonly assignment: Assignment; readonly measured: Evaluation } {
  let best = { assignment, measured };
  for (const whole of wholes)
    if (whole.klNats <= budget && joulesOf(whole) < joulesOf(best.measured)) {
      const choices = slots.map((slot) => slot.choices.find(({ profile }) => profile === whole.placement)!);
      best = { assignment: { ...assignment, choices }, measured: whole };
    }
  return best;
}

/** The choices of every matrix: each candidate that was measured. */
function slotsOf(results: readonly Sensitivity[]): Slot[] {
  return results[0]!.matrices.map(({ layer, operation }, i) => ({
    layer,
    operation,
    choices: results.map(({ placement, matrices }) => ({
      profile: placement,
      klNats: Math.max(0, matrices[i]!.klNats),
      joules: totalJoules(matrices[i]!.ledger.joules),
    })),
  }));
}

const matricesOf = (slots: readonly Slot[], { choices }: Assignment): PlacedMatrix[] =>
  slots.map(({ layer, operation }, i) => ({
    layer,
    operation: operation as Exclude<Operation, 'ffn'>,
    profile: choices[i]!.profile,
  }));

/** A placement of these rules, with the devices and calibrations of the candidates that they name. */
function mixedSubject(name: string, rules: PlacementRules, candidates: readonly Subject[]): Subject {
  const used = new Set(profilesOf(rules));
  const pick = <V>(groups: readonly Readonly<Record<string, V>>[]): Record<string, V> =>
    Object.fromEntries(groups.flatMap((group) => Object.entries(group).filter(([profile]) => used.has(profile))));
  return {
    ...candidates[0]!,
    placement: { name, description: '', rules, calibrated: true },
    devices: pick(candidates.map(({ devices }) => devices)),
    calibrations: pick(candidates.map(({ calibrations }) => calibrations)),
  };
}

/** The placement on other chips, on documents that the search did not read; on the same ones where there are no others. */
async function checksOf(
  { input, cache, unread, tokenizer, checkpoint, documents }: Setting,
  { budget, workers, checkChips, checkDocuments }: PlaceOptions,
  subject: Subject,
  signal: AbortSignal,
): Promise<CheckRow[]> {
  const fresh = unread.slice(0, checkDocuments);
  const windows =
    fresh.length > 0 ? windowsOf(fresh, tokenizer, checkpoint.config, checkpoint.generationConfig) : input.windows;
  const seeds = Array.from({ length: checkChips }, (_, i) => BigInt.asUintN(64, input.chipSeed + BigInt(i + 1)));
  return withBar('other chips', (onProgress) => {
    const shares = seeds.map(() => 0);
    return Promise.all(
      seeds.map(async (chipSeed, chip): Promise<CheckRow> => {
        const outcomes = await evaluate({
          input: { ...input, chipSeed, windows },
          subjects: [subject],
          cache,
          signal,
          workers,
          onProgress(progress) {
            shares[chip] = progress.share;
            const share = shares.reduce((sum, one) => sum + one, 0) / seeds.length;
            onProgress({ share, finished: shares.filter((one) => one === 1).length, total: seeds.length, running: [] });
          },
        });
        failWith(outcomes);
        const { klNats, agreement, tokens } = resultOf(outcomes[0]!);
        return {
          chip_seed: String(chipSeed),
          documents: fresh.length || documents,
          tokens,
          kl_nats: klNats,
          agreement,
          within_budget: klNats <= budget,
        };
      }),
    );
  });
}

/** What a reader of the file wants to know. */
function notesOf(
  { input, source, documents, unread }: Setting,
  options: PlaceOptions,
  row: PlaceRow,
  checks: readonly CheckRow[],
): string[] {
  const words = [
    `npx ohmlight place --budget kl=${options.budget}`,
    `--documents ${documents}`,
    ...(options.candidates ? [`--candidates ${options.candidates.join(',')}`] : []),
    ...(options.name === undefined ? [] : [`--name ${options.name}`]),
  ];
  const nats = (value: number): string => value.toPrecision(3);
  const others = checks.map(({ kl_nats: kl }) => nats(kl)).join(', ');
  const checkedOn =
    unread.length > 0 && options.checkDocuments > 0
      ? counted(checks[0]?.documents ?? 0, 'other document')
      : `the same ${counted(checks[0]?.documents ?? 0, 'document')}`;
  return [
    words.join(' '),
    `${counted(documents, 'document')} of ${basename(source)}, chip seed ${input.chipSeed}: KL ${nats(row.kl_nats)} nats, ${row.joules_per_token.toPrecision(3)} J/token, of it the digital unit ${row.digital_unit_joules.toPrecision(3)}.`,
    ...(checks.length > 0
      ? [
          `Chip ${checks.length === 1 ? 'seed' : 'seeds'} ${checks.map((check) => check.chip_seed).join(', ')} on ${checkedOn}: KL ${others} nats.`,
        ]
      : []),
  ];
}

/** Of an outcome that is no error. */
const resultOf = (outcome: Outcome<Evaluation>): Evaluation => (outcome as { readonly result: Evaluation }).result;

async function withBar<T>(
  what: string,
  work: (
    onProgress: (progress: { share: number; finished: number; total: number; running: readonly string[] }) => void,
  ) => Promise<T>,
): Promise<T> {
  const bar = new ProgressBar(what, process.stderr);
  try {
    return await work(({ share, finished, total, running }) =>
      bar.show(share, `${finished}/${total} ${running.join(', ')}`),
    );
  } finally {
    bar.end();
  }
}
