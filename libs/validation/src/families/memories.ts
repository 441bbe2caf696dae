import {
  bring,
  type Cell,
  columnNormals,
  DOMAIN,
  lawsAt,
  neurramCell,
  NORMALS_PER_CELL,
  pcmCell,
  staticKey,
} from '@ohmlight/devices/electronic';
import type { Figure } from '../figure.js';
import type { Family } from './family.js';

/** Devices of each statistic: three standard errors of its spread are 1 %. */
const COUNT = 40_000;
const [SECOND, HOUR, DAY, YEAR] = [1, 3600, 86_400, 31_536_000];
const AGES = new Map([
  [SECOND, '1 s'],
  [HOUR, '1 h'],
  [DAY, '1 d'],
  [YEAR, '1 y'],
]);

interface Statistic {
  readonly mean: number;
  readonly sigma: number;
}

/** Normals of COUNT cells under a name. */
function normals(name: string): Float32Array {
  const z = new Float32Array(COUNT * NORMALS_PER_CELL);
  columnNormals(z, staticKey(5n, name, DOMAIN.cells), 0, 0, 0, COUNT);
  return z;
}

/** Mean and standard deviation of devices of one target at an age, each read once where `read`, in parts of g_max. */
function devicesAt(
  cell: Cell,
  gMax: number,
  part: number,
  t: number,
  cells: Float32Array,
  reads?: Float32Array,
): Statistic {
  const devices = {
    target: new Float64Array(COUNT).fill(part * gMax),
    g: new Float64Array(COUNT),
    variance: new Float64Array(COUNT),
  };
  bring(lawsAt(cell, gMax, t, 1), devices, 0, COUNT, cells, 0);
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < COUNT; i++) {
    const noise = reads ? Math.sqrt(devices.variance[i]!) * reads[NORMALS_PER_CELL * i]! : 0;
    const g = Math.max(0, devices.g[i]! + noise) / gMax;
    sum += g;
    squares += g * g;
  }
  const mean = sum / COUNT;
  return { mean, sigma: Math.sqrt(squares / COUNT - mean * mean) };
}

/** g/g_max ± standard deviation at each age, by AIHWKIT's code. */
const PCM: readonly (readonly [part: number, t: number, mean: number, sigma: number])[] = [
  [0.1, DAY, 0.0615, 0.0205],
  [0.5, SECOND, 0.4988, 0.0478],
  [0.5, HOUR, 0.3879, 0.0423],
  [0.5, DAY, 0.3326, 0.0411],
  [0.5, YEAR, 0.2501, 0.0396],
  [1, YEAR, 0.5003, 0.066],
];
const HERMES: typeof PCM = [
  [1, DAY, 0.9063, 0.0775],
  [1, YEAR, 0.8191, 0.0842],
];

/** Statistics of programmed devices as they age. */
export const memories: Family = {
  name: 'Devices and their age',
  *figures(bench): Generator<Figure> {
    const cells = normals('statistics');
    const reads = normals('reads');
    const pcm = function* (profile: string, source: string, points: typeof PCM): Generator<Figure> {
      const p = bench.values(profile) as Parameters<typeof pcmCell>[0];
      for (const [part, t, mean, sigma] of points) {
        const ours = devicesAt(pcmCell(p), p.g_max, part, t, cells, reads);
        const common = { source, kind: 'equation' as const, unit: 'g_max' };
        const what = `${profile}, g = ${part} g_max, ${AGES.get(t)}`;
        yield { ...common, name: `${what}: mean`, published: mean, ours: ours.mean, tolerance: 0.01 };
        yield { ...common, name: `${what}: spread`, published: sigma, ours: ours.sigma, tolerance: 0.02 };
      }
    };
    yield* pcm('pcm-standard', 'AIHWKIT, PCMLikeNoiseModel, 400 000 draws of its own code', PCM);
    yield* pcm('pcm-hermes-14nm', 'AIHWKIT, HermesNoiseModel of two devices, 400 000 draws of its own code', HERMES);
    const p = bench.values('rram-neurram-130nm') as Parameters<typeof neurramCell>[0];
    for (const [part, t, sigma] of [
      [0.1, SECOND, 1.553],
      [1, SECOND, 1.103],
      [1, DAY, 2.647],
    ] as const)
      yield {
        name: `rram-neurram-130nm, g = ${part} g_max, ${AGES.get(t)}: spread`,
        source: 'AIHWKIT, ReRamWan2022NoiseModel, 400 000 draws of its own code',
        kind: 'equation',
        unit: 'µS',
        published: sigma,
        ours: devicesAt(neurramCell(p), p.g_max, part, t, cells).sigma * p.g_max * 1e6,
        tolerance: 0.02,
      };
  },
};
