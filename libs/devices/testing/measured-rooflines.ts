import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { totalJoules } from '@ohmlight/contracts';
import { createTileEngine } from '@ohmlight/tile-engine';
import { createDevice } from '../src/create-device.js';
import type { DigitalProfile } from '../src/profile/profile.js';
import { valuesOf } from '../src/profile/quantity.js';
import { profiles } from './profiles.js';

const rooflines = join(import.meta.dirname, '../../../test/bench/rooflines');
const engine = createTileEngine();

/** A point of test/bench/gpu_roofline.py; refused where the library has no kernel for it. */
interface Point {
  readonly format: string;
  readonly rows: number;
  readonly multiplied_rows: number;
  readonly seconds?: number;
  readonly joules?: number;
  readonly refused?: string;
}

/** Inputs and outputs. */
type Matrix = readonly [number, number];

/** What test/bench/gpu_roofline.py wrote of an accelerator. */
export interface Measured {
  readonly device: { readonly name: string; readonly driver: string; readonly torch: string };
  readonly idle_watts: { readonly no_context: number; readonly context: number };
  readonly ceilings: { readonly copy_bytes_per_second: number; readonly bf16_flops: number };
  readonly overhead: Readonly<
    Record<'add' | 'matmul', { readonly graph_seconds: number; readonly launched_seconds: number }>
  >;
  readonly matrices: readonly (Point & { readonly k: number; readonly n: number; readonly relative_error: number })[];
  /** Matrices of each layer, and `lm_head`. */
  readonly models: Readonly<
    Record<string, { readonly layer: readonly Matrix[]; readonly layers: number; readonly head: Matrix }>
  >;
  readonly steps: readonly (Point & { readonly model: string })[];
}

/** Profiles of the accelerators that were measured. */
export const NAMES = ['h100', 'h200'] as const;
export const MEASURED: readonly Measured[] = NAMES.map(
  (name) => JSON.parse(readFileSync(join(rooflines, `${name}.json`), 'utf8')) as Measured,
);

/** Matrices of a model's decode step. */
export function matricesOf({ models }: Measured, model: string): Matrix[] {
  const { layer, layers, head } = models[model]!;
  return [...Array.from({ length: layers }, () => layer).flat(), head];
}

/** What an accelerator's profile books for products one after the other, its kind the format's. */
export function modelled(
  name: string,
  format: string,
  shapes: readonly Matrix[],
  rows: number,
): { seconds: number; joules: number } {
  const profile = { ...profiles.devices.get(name)!, kind: `digital-${format}` };
  const device = createDevice(profile, engine);
  let [seconds, joules] = [0, 0];
  for (const [k, n] of shapes) {
    const { execution } = device.shapeCost!(k, n, rows);
    seconds += execution.seconds;
    joules += totalJoules(execution.joules);
  }
  return { seconds, joules };
}

const three = (value: number): string => {
  const text = value.toPrecision(3);
  return text.includes('e') ? String(Number(text)) : text;
};
const rowsOf = ({ rows, multiplied_rows: multiplied }: Point): string =>
  multiplied === rows ? String(rows) : `${rows} (as ${multiplied})`;

/** Seconds and joules of one point of each accelerator: measured, and the model's part of them. */
function cells(points: readonly Point[], shapes: readonly Matrix[], scale: number): string[] {
  return points.flatMap((point, index) => {
    const model = modelled(NAMES[index]!, point.format, shapes, point.rows);
    return [
      three(point.seconds! * scale),
      (model.seconds / point.seconds!).toFixed(2),
      three(point.joules! * 1e3),
      (model.joules / point.joules!).toFixed(2),
    ];
  });
}

const HEADS = (unit: string): string =>
  NAMES.map((name) => name.toUpperCase())
    .map((name) => `${name}, ${unit} | roofline over it | mJ | model over it`)
    .join(' | ');

const line = (parts: readonly string[]): string => `| ${parts.join(' | ')} |`;

function ceilingsTable(): string {
  const each = (pick: (measured: Measured, index: number) => string): string[] => MEASURED.map(pick);
  const p = (index: number) => valuesOf((profiles.devices.get(NAMES[index]!) as unknown as DigitalProfile).parameters);
  const share = (value: number, of: number): string => `${Math.round((100 * value) / of)} %`;
  return [
    '| | H100 | H200 |',
    '|---|--:|--:|',
    line(['idle, no process has a CUDA context, W', ...each(({ idle_watts: idle }) => idle.no_context.toFixed(1))]),
    line(['idle, with the context of one process, W', ...each(({ idle_watts: idle }) => idle.context.toFixed(1))]),
    line([
      'copy of 4 GiB, TB/s read and written, and of the data sheet',
      ...each(
        ({ ceilings: { copy_bytes_per_second: copy } }, i) =>
          `${(copy / 1e12).toFixed(2)}, ${share(copy, p(i).memory_bandwidth)}`,
      ),
    ]),
    line([
      'product of 8192³ in bf16, TFLOP/s, and of the data sheet',
      ...each(
        ({ ceilings: { bf16_flops: flops } }, i) => `${(flops / 1e12).toFixed(0)}, ${share(flops, p(i).bf16_rate)}`,
      ),
    ]),
    ...(['add', 'matmul'] as const).map((name) =>
      line([
        `${name === 'add' ? '256 additions' : 'product of 1 × 256 and 256 × 256 in bf16'}: µs in a CUDA graph; launched from Python`,
        ...each(
          ({ overhead }) =>
            `${(overhead[name].graph_seconds * 1e6).toFixed(2)}; ${(overhead[name].launched_seconds * 1e6).toFixed(1)}`,
        ),
      ]),
    ),
  ].join('\n');
}

function matrixTable(k: number, n: number): string {
  const [first] = MEASURED;
  const shown = first!.matrices.filter((point) => point.k === k && point.n === n && ![4, 1024].includes(point.rows));
  const rows = shown.map((point) => {
    const same = MEASURED.map(({ matrices }) =>
      matrices.find((p) => p.format === point.format && p.k === k && p.n === n && p.rows === point.rows)!,
    );
    return line([point.format, rowsOf(point), ...cells(same, [[k, n]], 1e6)]);
  });
  return [`| format | rows | ${HEADS('µs')} |`, '|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|', ...rows].join('\n');
}

function stepTable(): string {
  const rows = MEASURED[0]!.steps.map((point) => {
    const same = MEASURED.map(({ steps }) =>
      steps.find((p) => p.model === point.model && p.format === point.format && p.rows === point.rows)!,
    );
    return line([
      `${point.model}, ${point.format}`,
      rowsOf(point),
      ...cells(same, matricesOf(MEASURED[0]!, point.model), 1e3),
    ]);
  });
  return [`| step | rows | ${HEADS('ms')} |`, '|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|', ...rows].join('\n');
}

/** Tables of the page of digital devices, by the name of their block. */
export const MEASURED_BLOCKS: Readonly<Record<string, () => string>> = {
  ceilings: ceilingsTable,
  'measured matrix': () => matrixTable(4096, 28_672),
  'measured steps': stepTable,
};
