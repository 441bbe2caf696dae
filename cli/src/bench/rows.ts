import type { Measurement } from './measure.js';
import type { KernelPath } from './options.js';
import { spreadOf } from './statistics.js';
import { type Kernel, NOISE } from './subject.js';
import { type Noise, operations, type Shape } from './workload.js';

/** One line of the result; docs/reference/cli.md describes the fields. */
export interface BenchRow {
  readonly kernel: Kernel;
  readonly path: KernelPath | null;
  readonly rows: number;
  readonly k: number;
  readonly n: number;
  readonly threads: number;
  readonly gops: number;
  readonly ratio_openblas: number | null;
  readonly ratio_aihwkit: number | null;
  readonly gops_p10: number;
  readonly gops_p90: number;
  readonly gops_best: number;
  readonly seconds: number;
  readonly samples: number;
  readonly calls_per_sample: number;
  readonly tile_rows: number | null;
  readonly noise: Noise | null;
  readonly bytes_per_weight: number | null;
  readonly detail: string | null;
}

/** AIHWKIT's tile with the non-idealities of a kernel. */
const SAME_AS: Partial<Record<Kernel, Kernel>> = {
  readout: 'aihwkit-constant',
  call: 'aihwkit-constant',
  'readout-pcm': 'aihwkit',
};
const TILED: ReadonlySet<Kernel> = new Set(['product', 'readout', 'readout-pcm', 'call']);

/** Six significant digits: more than any measurement has. */
const short = (value: number): number => Number(value.toPrecision(6));

/** The rows of one shape, with ratios to the peers that were measured beside them. */
export function rowsOf(shape: Shape, measurements: readonly Measurement[]): BenchRow[] {
  const rates = measurements.map((measurement) => ({
    ...measurement,
    rates: spreadOf(measurement.seconds.map((seconds) => operations(shape) / seconds / 1e9)),
  }));
  const median = (kernel: Kernel | undefined): number | undefined =>
    rates.find(({ subject }) => subject.kernel === kernel)?.rates.median;
  const ratio = (value: number, to: number | undefined): number | null => (to === undefined ? null : short(value / to));
  return rates.map(({ subject, callsPerSample, seconds, rates }) => ({
    kernel: subject.kernel,
    path: subject.path,
    rows: shape.rows,
    k: shape.k,
    n: shape.n,
    threads: subject.threads,
    gops: short(rates.median),
    ratio_openblas: ratio(rates.median, median('openblas')),
    ratio_aihwkit: ratio(rates.median, median(SAME_AS[subject.kernel])),
    gops_p10: short(rates.p10),
    gops_p90: short(rates.p90),
    gops_best: short(rates.best),
    seconds: short(operations(shape) / rates.median / 1e9),
    samples: seconds.length,
    calls_per_sample: callsPerSample,
    tile_rows: TILED.has(subject.kernel) ? shape.tileRows : null,
    noise: NOISE[subject.kernel] ?? null,
    bytes_per_weight: subject.bytesPerWeight === null ? null : short(subject.bytesPerWeight),
    detail: subject.detail,
  }));
}
