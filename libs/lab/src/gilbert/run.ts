import { OhmlightError } from '@ohmlight/contracts';
import {
  type Cmos,
  cmosArray,
  exponentialCell,
  predistortedCell,
  tanh,
  thermalVoltage,
  valuesOf,
} from '@ohmlight/devices/electronic';
import type { LabContext, Outcome, Table } from '../experiment.js';
import { profileOf } from '../profile.js';
import { decibels, logSpaced } from '../statistics.js';
import { drivesOf, type MeasuredCell, measuredCell } from './cell.js';
import { linearRange, sumError, thirdHarmonic } from './distortion.js';
import type { GilbertOptions } from './experiment.js';
import { gilbertFigure } from './figure.js';
import { deviations } from './surface.js';

export interface CellRow {
  readonly cell: MeasuredCell['kind'];
  /** Largest deviation of the measured cell from the law without errors, from tanh·tanh, from x·w: of full scale. */
  readonly fromLaw: number;
  readonly fromTanh: number;
  readonly fromProduct: number;
  /** Third harmonic at full drive of the input, w at full scale. */
  readonly thirdHarmonic: number;
}

export interface RangeRow {
  readonly error: number;
  readonly volts: number;
}

export interface DriveRow {
  /** Full scale of both ports, in units of 2nV_T, and volts. */
  readonly drive: number;
  readonly volts: number;
  /** SNR of a sum of plain cells: its bend alone, its noise alone, both; and of straightened cells, dB. */
  readonly distortion: number;
  readonly noise: number;
  readonly total: number;
  readonly predistorted: number;
  /** Third harmonic of a port, and u²/12. */
  readonly thirdHarmonic: number;
  readonly thirdHarmonicLaw: number;
}

const LINEAR = [0.01, 0.05, 0.1] as const;
const largest = (values: Float64Array): number => values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);

function driveRow(p: Cmos, drive: number, { inputs, trials, seed }: GilbertOptions): DriveRow {
  const volts = drive * 2 * p.slope_factor * thermalVoltage(p.temperature);
  const plain = {
    ...p,
    drive_x: volts,
    drive_w: volts,
    predistortion: 'none',
    predistortion_residual: 0,
    tile_rows: inputs,
  } as const;
  const straight = { ...plain, predistortion: 'arctanh', predistortion_residual: p.predistortion_residual } as const;
  const bent = sumError(exponentialCell(drive, drive), inputs, trials, seed);
  const rest = sumError(predistortedCell(drive, drive, p.predistortion_residual), inputs, trials, seed);
  const noise = (of: Cmos): number => cmosArray(of).tree.noise ** 2 / bent.power;
  return {
    drive,
    volts,
    distortion: -decibels(bent.distortion),
    noise: -decibels(noise(plain)),
    total: -decibels(bent.distortion + noise(plain)),
    predistorted: -decibels(rest.distortion + noise(straight)),
    thirdHarmonic: thirdHarmonic(tanh, drive),
    thirdHarmonicLaw: (drive * drive) / 12,
  };
}

/** The levels of the table, and points between them for the curve. */
const TABLE_DRIVES = [0.05, 0.1, 0.17, 0.3, 0.5, 1];
const CURVE_DRIVES = logSpaced(0.02, 1.5, 17);

function tablesOf(
  cells: readonly CellRow[],
  ranges: readonly RangeRow[],
  drives: readonly DriveRow[],
  inputs: number,
): Table[] {
  return [
    {
      title: 'A cell of the chip at its drive, largest deviation in % of full scale',
      columns: ['cell', 'from its own law', 'from tanh·tanh', 'from x·w', '3rd harmonic %'],
      rows: cells.map((row) => [
        row.cell,
        row.fromLaw * 100,
        row.fromTanh * 100,
        row.fromProduct * 100,
        row.thirdHarmonic * 100,
      ]),
    },
    {
      title: 'Linear range of one port without predistortion',
      columns: ['below the tangent by %', 'mV'],
      rows: ranges.map(({ error, volts }) => [String(error * 100), (volts * 1e3).toFixed(2)]),
    },
    {
      title: `SNR of a sum of ${inputs} products against drive, dB`,
      columns: ['u (2nV_T)', 'mV', 'bend alone', 'noise alone', 'both', 'with arctanh', '3rd harmonic %', 'u²/12 %'],
      rows: drives
        .filter(({ drive }) => TABLE_DRIVES.includes(drive))
        .map((row) => [
          String(row.drive),
          row.volts * 1e3,
          row.distortion.toFixed(1),
          row.noise.toFixed(1),
          row.total.toFixed(1),
          row.predistorted.toFixed(1),
          row.thirdHarmonic * 100,
          row.thirdHarmonicLaw * 100,
        ]),
    },
  ];
}

export function runGilbert(options: GilbertOptions, { profiles, progress }: LabContext): Outcome {
  const profile = profileOf(profiles, options.profile, ['gilbert-cmos'], options.set);
  const p = valuesOf(profile.parameters as never) as unknown as Cmos;
  if (p.law !== 'exponential')
    throw new OhmlightError('invalid_profile', 'this experiment takes exponential cells: law exponential', 'set');
  const bipolar = exponentialCell(...drivesOf(p));
  const kinds = p.predistortion === 'arctanh' ? (['plain', 'arctanh'] as const) : (['plain'] as const);
  const measured = kinds.map((kind) => measuredCell(p, kind, options.seed, options.cell));
  const cells = measured.map((cell): CellRow => {
    const { fromLaw, fromTanh, fromProduct } = deviations(cell, bipolar);
    return {
      cell: cell.kind,
      fromLaw: largest(fromLaw),
      fromTanh: largest(fromTanh),
      fromProduct: largest(fromProduct),
      thirdHarmonic: thirdHarmonic((x) => cell.nominal(x, 1), 1),
    };
  });
  const ranges = LINEAR.map((error) => ({ error, volts: linearRange(error, p.slope_factor, p.temperature) }));
  const drives = [...TABLE_DRIVES, ...CURVE_DRIVES]
    .toSorted((a, b) => a - b)
    .map((drive) => {
      progress(`sums at a drive of ${drive.toFixed(2)}`);
      return driveRow(p, drive, options);
    });
  const row = {
    profile: profile.name,
    cell: null,
    from_law: null,
    from_tanh: null,
    from_product: null,
    linear_error: null,
  };
  const empty = {
    ...row,
    volts: null,
    drive: null,
    snr_distortion_db: null,
    snr_noise_db: null,
    snr_db: null,
    snr_predistorted_db: null,
    third_harmonic: null,
    third_harmonic_equation: null,
  };
  return {
    rows: [
      ...cells.map((cell) => ({
        ...empty,
        what: 'cell',
        cell: cell.cell,
        from_law: cell.fromLaw,
        from_tanh: cell.fromTanh,
        from_product: cell.fromProduct,
        third_harmonic: cell.thirdHarmonic,
      })),
      ...ranges.map(({ error, volts }) => ({ ...empty, what: 'linear_range', linear_error: error, volts })),
      ...drives.map((drive) => ({
        ...empty,
        what: 'drive',
        drive: drive.drive,
        volts: drive.volts,
        snr_distortion_db: drive.distortion,
        snr_noise_db: drive.noise,
        snr_db: drive.total,
        snr_predistorted_db: drive.predistorted,
        third_harmonic: drive.thirdHarmonic,
        third_harmonic_equation: drive.thirdHarmonicLaw,
      })),
    ],
    tables: tablesOf(cells, ranges, drives, options.inputs),
    figure: gilbertFigure({ p, measured, bipolar, ranges, drives, profile: profile.name, options }),
    remarks: [
      'Operands of sums are Gaussian with three standard deviations at full scale; mismatch is not in the SNR.',
    ],
  };
}
