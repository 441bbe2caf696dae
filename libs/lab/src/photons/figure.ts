import { exp } from '@ohmlight/tile-engine';
import type { Figure, Mark, Panel } from '@ohmlight/plots';
import { logSpaced } from '../statistics.js';
import type { LitDevice } from './device.js';
import type { PhotonsOptions } from './experiment.js';
import type { PhotonRow } from './run.js';
import type { Differences } from './skellam.js';

interface Shown {
  readonly devices: readonly LitDevice[];
  readonly rows: readonly PhotonRow[];
  readonly few: Differences;
  readonly options: PhotonsOptions;
}

const SHAPES = ['circle', 'square', 'triangle', 'diamond'] as const;
const X = { label: 'detected photons per multiply-accumulate', scale: 'log' } as const;
const Y = { label: 'rms error, of the rms product', scale: 'log' } as const;

function shotPanel({ devices, rows, options }: Shown): Panel {
  const range = logSpaced(options.photons[0]!, Math.max(options.photons.at(-1)!, options.photons[0]! * 10), 40);
  return {
    title: 'Shot noise alone: lines are equations, slope −½',
    x: X,
    y: Y,
    marks: [
      { kind: 'rule', x: 1, label: 'one photon' },
      ...devices.flatMap((device, colour): Mark[] => {
        const own = rows.filter((row) => row.device === device);
        const [first] = own;
        return [
          {
            kind: 'line',
            colour,
            x: range,
            y: range.map((photons) => first!.equation * Math.sqrt(first!.photons / photons)),
          },
          {
            kind: 'scatter',
            name: device.profile.name,
            colour,
            shape: SHAPES[colour % SHAPES.length]!,
            points: own.filter(({ shipped }) => !shipped).map(({ photons, shot }) => ({ x: photons, y: shot })),
          },
        ];
      }),
    ],
  };
}

function wholePanel({ devices, rows }: Shown): Panel {
  return {
    title: 'With electronics, converters and static errors',
    x: X,
    y: { ...Y, domain: [0.01, 100] },
    marks: [
      { kind: 'rule', x: 1, label: 'one photon' },
      ...devices.map((device, colour): Mark => {
        const own = rows.filter((row) => row.device === device && !row.shipped);
        return {
          kind: 'line',
          name: device.profile.name,
          colour,
          points: true,
          x: own.map(({ photons }) => photons),
          y: own.map(({ all }) => all),
        };
      }),
      {
        kind: 'scatter',
        name: 'laser as shipped',
        colour: 'ink',
        shape: 'diamond',
        size: 5,
        points: rows.filter(({ shipped }) => shipped).map(({ photons, all }) => ({ x: photons, y: all })),
      },
    ],
  };
}

function laserPanel({ devices, rows }: Shown): Panel {
  return {
    title: 'What a photon takes of the laser',
    x: { label: 'laser power of an array', unit: 'W', scale: 'log' },
    y: { label: 'photons per multiply-accumulate', scale: 'log' },
    marks: [
      ...devices.map((device, colour): Mark => {
        const own = rows.filter((row) => row.device === device && !row.shipped);
        return {
          kind: 'line',
          name: device.profile.name,
          colour,
          x: own.map(({ photons }) => photons / device.photonsPerWatt),
          y: own.map(({ photons }) => photons),
        };
      }),
      {
        kind: 'scatter',
        name: 'as shipped',
        colour: 'ink',
        shape: 'diamond',
        size: 5,
        points: rows.filter(({ shipped }) => shipped).map(({ device, photons }) => ({ x: device.power, y: photons })),
      },
    ],
  };
}

function countsPanel({ few: { means, reach, shares, law, readings } }: Shown): Panel {
  const d = Array.from({ length: 2 * reach + 1 }, (_, i) => i - reach);
  const total = means[0] + means[1];
  const centre = means[0] - means[1];
  const fine = Array.from({ length: 20 * reach + 1 }, (_, i) => i / 10 - reach);
  return {
    title: `A homodyne sum of 256 products, ${Number(total.toPrecision(3))} photon in all`,
    x: { label: 'difference of both detectors', unit: 'photons', domain: [-reach, reach] },
    y: { label: 'part of the readings', domain: [0, 1.25 * law.reduce((most, value) => Math.max(most, value), 0)] },
    marks: [
      {
        kind: 'line',
        name: 'Gaussian of that variance',
        colour: 'muted',
        dash: true,
        x: fine,
        y: fine.map((at) => exp(-((at - centre) ** 2) / (2 * total)) / Math.sqrt(2 * Math.PI * total)),
      },
      { kind: 'line', name: 'Poisson − Poisson (Skellam)', colour: 0, x: d, y: law },
      {
        kind: 'scatter',
        name: `${readings} readings`,
        colour: 1,
        size: 3,
        points: d.map((at, i) => ({ x: at, y: shares[i]! })),
      },
    ],
  };
}

export function photonsFigure(shown: Shown): Figure {
  const { inputs, outputs, rows, seed } = shown.options;
  return {
    title: 'Error against photons',
    subtitle: `Products of ${rows} rows with a ${inputs} × ${outputs} matrix, normal operands; seed ${seed}`,
    note: 'Only the laser’s power is turned. Photons are all that detectors count: of inputs, weight trains or a reference, of both rails and all planes.',
    panels: [shotPanel(shown), wholePanel(shown), laserPanel(shown), countsPanel(shown)],
    panelSize: { width: 420, height: 280 },
  };
}
