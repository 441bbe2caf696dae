import type { LabContext, Outcome, Table } from '../experiment.js';
import { mean } from '../statistics.js';
import { errorsAt, litDevice, type LitDevice } from './device.js';
import type { PhotonsOptions } from './experiment.js';
import { photonsFigure } from './figure.js';
import { operandsOf, rms } from './operands.js';
import { type Differences, differences } from './skellam.js';

export interface PhotonRow {
  readonly device: LitDevice;
  /** Per multiply-accumulate, detected. */
  readonly photons: number;
  /** rms error over rms product: shot noise by its equation and drawn; the whole device. */
  readonly equation: number;
  readonly shot: number;
  readonly all: number;
  /** Whether this is the profile's own laser power. */
  readonly shipped: boolean;
}

/** Photons of the product whose single counts are pictured. */
const FEW = 1;

/** Slope of log error against log photons, least squares. */
function slopeOf(rows: readonly PhotonRow[]): number | null {
  if (rows.length < 2) return null;
  const [x, y] = [rows.map(({ photons }) => Math.log(photons)), rows.map(({ shot }) => Math.log(shot))];
  const [mx, my] = [mean(x), mean(y)];
  const along = x.reduce((sum, value, i) => sum + (value - mx) * (y[i]! - my), 0);
  return along / x.reduce((sum, value) => sum + (value - mx) ** 2, 0);
}

/** Σ(observed − expected)²/expected over differences that are expected five times or more, and how many they are. */
export function chiSquared({ readings, shares, law }: Differences): {
  readonly value: number;
  readonly classes: number;
} {
  let [value, classes] = [0, 0];
  law.forEach((probability, i) => {
    const expected = readings * probability;
    if (expected < 5) return;
    value += (readings * shares[i]! - expected) ** 2 / expected;
    classes += 1;
  });
  return { value, classes };
}

function tablesOf(devices: readonly LitDevice[], rows: readonly PhotonRow[]): Table[] {
  const of = (device: LitDevice): PhotonRow[] => rows.filter((row) => row.device === device);
  return [
    {
      title: 'Devices as shipped',
      columns: ['profile', 'laser W', 'photons/MAC', 'shot noise', 'error', 'slope of shot noise'],
      rows: devices.map((device) => {
        const own = of(device).find(({ shipped }) => shipped)!;
        return [
          device.profile.name,
          device.power,
          own.photons,
          own.shot,
          own.all,
          slopeOf(of(device).filter(({ shipped }) => !shipped))?.toFixed(3) ?? null,
        ];
      }),
    },
    {
      title: 'rms error over rms product against detected photons per multiply-accumulate',
      columns: ['profile', 'photons/MAC', 'laser W', 'shot noise, equation', 'drawn', 'with all errors'],
      rows: devices.flatMap((device) =>
        of(device)
          .filter(({ shipped }) => !shipped)
          .map(({ photons, equation, shot, all }) => [
            device.profile.name,
            String(photons),
            photons / device.photonsPerWatt,
            equation,
            shot,
            all,
          ]),
      ),
    },
  ];
}

export function runPhotons(options: PhotonsOptions, { profiles, progress }: LabContext): Outcome {
  const { seed, inputs, outputs, rows: count } = options;
  const operands = operandsOf(seed, inputs, outputs, count);
  const signal = rms(operands.exact);
  const devices = options.profiles.map((name) => litDevice(profiles, name, operands, seed));
  const rows = devices.flatMap((device) => {
    const row = (photons: number, shipped: boolean): PhotonRow => {
      progress(`${device.profile.name} at ${photons.toPrecision(3)} photons`);
      const equation = device.noiseOfOne / Math.sqrt(photons) / signal;
      return { device, photons, equation, ...errorsAt(device, photons, operands, seed), shipped };
    };
    return [...options.photons.map((photons) => row(photons, false)), row(device.power * device.photonsPerWatt, true)];
  });
  const few = differences(profiles, FEW, options.readings, seed);
  const { value, classes } = chiSquared(few);
  return {
    rows: rows.map(({ device, photons, equation, shot, all, shipped }) => ({
      profile: device.profile.name,
      shipped,
      photons_per_mac: photons,
      laser_watts: photons / device.photonsPerWatt,
      shot_error_equation: equation,
      shot_error: shot,
      error: all,
    })),
    tables: tablesOf(devices, rows),
    figure: photonsFigure({ devices, rows, few, options }),
    remarks: [
      'Photons are all that detectors count: of inputs, of weight trains or a reference, of both rails and all planes.',
      `Where ${FEW} photon is shared by 256 products, both detectors' difference follows Skellam's law: χ² is ${value.toFixed(1)} of ${classes} classes, ${options.readings} readings.`,
    ],
  };
}
