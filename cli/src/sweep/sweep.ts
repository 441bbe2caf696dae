import { basename } from 'node:path';
import { OhmlightError, profilesOf } from '@ohmlight/contracts';
import { type DeviceProfile, variantOf } from '@ohmlight/devices';
import { evaluate, type Subject } from '@ohmlight/evaluation';
import { counted } from '../counted.js';
import { type Setting, withSetting } from '../compare/setting.js';
import { Failure } from '../failure.js';
import { ProgressBar } from '../progress-bar.js';
import type { Terminal } from '../terminal.js';
import { mustBeWritable, writeFileOrFail } from '../compare/write-file.js';
import { type Point, pointName, pointsOf, resolveAxes } from './axis.js';
import type { SweepOptions } from './options.js';
import { printSweep } from './print.js';
import { renderSweepReport } from './report.js';
import { doneRow, isDone, sweepCsv, type SweepRow, withFront } from './rows.js';

/** Most points of a sweep. */
const MOST_POINTS = 100_000;

/** `ohmlight sweep`. @throws Failure or OhmlightError with one line */
export async function sweep(options: SweepOptions, terminal: Terminal): Promise<void> {
  await mustBeWritable(options.csv, options.html);
  await withSetting(
    options,
    ({ devices }) => {
      if (!devices.has(options.profile))
        throw new Failure(
          `there is no device profile "${options.profile}"; there are ${[...devices.keys()].sort().join(', ')}`,
        );
      resolveAxes(devices.get(options.profile)!, options.vary);
      return [options.placement ?? options.profile];
    },
    (setting, signal) => sweepOn(setting, options, terminal, signal),
  );
}

async function sweepOn(
  setting: Setting,
  { profile: name, vary, csv, html, json, workers }: SweepOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const { profiles, input, cache } = setting;
  const base = setting.subjects[0]!;
  const profile = profiles.devices.get(name)!;
  if (!profilesOf(base.placement.rules).includes(name))
    throw new Failure(
      `placement "${base.placement.name}" does not name ${name}; it has ${profilesOf(base.placement.rules).join(', ')}`,
    );
  const axes = resolveAxes(profile, vary);
  const fields = axes.map(({ field }) => field);
  const count = axes.reduce((product, { values }) => product * values.length, 1);
  if (count > MOST_POINTS)
    throw new Failure(`these are ${count} points; at most ${MOST_POINTS} are tried: vary fewer fields or values`);

  const points = pointsOf(axes);
  const rows = new Map<Point, SweepRow>();
  const subjects = new Map<Subject, Point>();
  for (const point of points) {
    const made = subjectOf(base, profile, point);
    if ('reason' in made) rows.set(point, { point, front: false, outcome: 'invalid', reason: made.reason });
    else subjects.set(made, point);
  }
  const inOrder = (): SweepRow[] => withFront(points.flatMap((point) => rows.get(point) ?? []));
  if (subjects.size === 0)
    throw new Failure(
      `no point of the sweep is valid: ${pointName(points[0]!)}: ${inOrder()[0]!.reason}; vary other values`,
    );

  const bar = new ProgressBar('sweeping', process.stderr);
  await evaluate({
    input,
    subjects: [...subjects.keys()],
    cache,
    signal,
    workers,
    onProgress: ({ share, finished, total, running }) => bar.show(share, `${finished}/${total} ${running.join(', ')}`),
    async onOutcome(outcome) {
      const point = subjects.get(outcome.subject)!;
      rows.set(
        point,
        'result' in outcome
          ? doneRow(point, outcome.result)
          : { point, front: false, outcome: 'failed', reason: outcome.error.message },
      );
      // Whole after every point: a sweep that is cut off leaves what it had.
      if (csv !== undefined) await writeFileOrFail(csv, sweepCsv(fields, inOrder()));
    },
  }).finally(() => bar.end());

  const all = inOrder();
  if (json) terminal.line(JSON.stringify({ profile: name, placement: base.placement.name, rows: all }, null, 2));
  else {
    terminal.line(
      `${name} for ${input.checkpoint.name} on ${counted(setting.documents, 'document')} of ${basename(setting.source)}; * no other point is better in both energy and KL:\n`,
    );
    for (const line of printSweep(fields, all, terminal.columns)) terminal.line(line);
  }
  if (html !== undefined) await writeFileOrFail(html, renderSweepReport(name, axes, all, setting));
  if (!all.some(isDone)) throw new Failure(`no point of the sweep could be run: ${all[0]!.reason}`);
}

/** The placement with the profile as a point has it; calibrations belong to the profile as it is, and are left out. */
function subjectOf(base: Subject, profile: DeviceProfile, point: Point): Subject | { readonly reason: string } {
  let variant;
  try {
    variant = variantOf(profile, point, 'varied by a sweep');
  } catch (error) {
    if (error instanceof OhmlightError && error.code === 'invalid_profile') return { reason: error.message };
    throw error;
  }
  return {
    ...base,
    placement: { ...base.placement, name: pointName(point), calibrated: false },
    devices: { ...base.devices, [profile.name]: variant },
    calibrations: {},
  };
}
