import { afterAll, describe, expect, it } from 'vitest';
import { batchOf, moments, random } from '../testing/random.js';
import { correlation, ksBound, ksDistance, normalCdf } from '../testing/statistics.js';
import { KEY, PLAIN, readOnce, uniformProgram } from '../testing/tiles.js';
import { createTileEngine } from './create-tile-engine.js';
import type { NoiseTerm, Readout } from './readout.js';

const engine = createTileEngine({ path: 'portable' });
afterAll(() => engine.close());

const fine: Readout = { ...PLAIN, input: { bits: 12, scale: { kind: 'abs-max', clip: 1 } } };

/** What the readout added to each output of the same row, drawn at many positions. */
function noiseOf(
  w: Float32Array,
  x: Float32Array,
  readout: Readout,
  draws: number,
  tileRows = x.length,
): Float64Array[] {
  const k = x.length;
  const n = w.length / k;
  const batch = {
    rows: draws,
    x: Float32Array.from({ length: draws * k }, (_, i) => x[i % k]!),
    seeds: new BigUint64Array(draws).fill(3n),
    positions: Uint32Array.from({ length: draws }, (_, row) => row),
  };
  const { y } = readOnce(engine, uniformProgram(w, k, n, tileRows, readout), batch);
  const quiet = uniformProgram(w, k, n, tileRows, { ...readout, noise: [], shot: null });
  const clean = readOnce(engine, quiet, batchOf(x, 1)).y;
  return Array.from({ length: n }, (_, column) =>
    Float64Array.from({ length: draws }, (_, row) => y[row * n + column]! - clean[column]!),
  );
}

describe('noise terms', () => {
  const draw = random(29);
  const k = 64;
  const w = draw.gaussians(4 * k, 0.3, 3);
  const x = draw.gaussians(k);
  const largest = Math.max(...x.map(Math.abs));
  const dot = (f: (w: number, x: number) => number, column: number): number =>
    x.reduce((sum, value, i) => sum + f(w[column * k + i]!, value / largest), 0);
  const norm = Math.sqrt(dot((_, v) => v * v, 0));
  const draws = 8_000;

  const LAWS: Record<NoiseTerm['kind'], (column: number) => number> = {
    constant: () => 1,
    signal: (column) => Math.abs(dot((a, b) => a * b, column)),
    'root-signal': (column) => Math.sqrt(Math.abs(dot((a, b) => a * b, column))),
    'input-norm': () => norm,
    'abs-product': (column) => Math.sqrt(dot((a, b) => Math.abs(a * b), column)),
    'abs-power': (column) => Math.sqrt(dot((a, b) => Math.abs(a) * b * b, column)),
  };
  const KINDS = Object.keys(LAWS) as NoiseTerm['kind'][];

  it.each(KINDS)('%s has its standard deviation, no bias and a normal shape', (kind) => {
    const coefficient = Float32Array.of(0.1, 0.2, 0.05, 0.3);
    const noise = noiseOf(w, x, { ...fine, noise: [{ kind, coefficient }] }, draws);
    noise.forEach((values, column) => {
      const sigma = coefficient[column]! * LAWS[kind](column) * largest;
      const { mean, variance, kurtosis } = moments(values);
      expect(Math.abs(mean)).toBeLessThan((4 * sigma) / Math.sqrt(draws));
      // Four standard errors, and 1 % for the rounding of codes.
      expect(Math.abs(Math.sqrt(variance) / sigma - 1)).toBeLessThan(4 / Math.sqrt(2 * draws) + 0.01);
      expect(Math.abs(kurtosis)).toBeLessThan(4 * Math.sqrt(24 / draws));
      const scaled = values.map((value) => value / Math.sqrt(variance));
      expect(ksDistance(scaled, normalCdf)).toBeLessThan(ksBound(draws));
    });
    expect(Math.abs(correlation(noise[0]!, noise[1]!))).toBeLessThan(5 / Math.sqrt(draws));
  });

  it('add their variances, whatever their kinds', () => {
    const noise = KINDS.map((kind, i) => ({ kind, coefficient: 0.05 + 0.02 * i }));
    noiseOf(w, x, { ...fine, noise }, draws).forEach((values, column) => {
      const law = noise.reduce((sum, { kind, coefficient }) => sum + (coefficient * LAWS[kind](column)) ** 2, 0);
      expect(Math.abs(moments(values).variance / (law * largest ** 2) - 1)).toBeLessThan(
        4 * Math.sqrt(2 / draws) + 0.01,
      );
    });
  });

  it('add their variances tile by tile, each tile drawn alone', () => {
    const noise: NoiseTerm[] = [
      { kind: 'constant', coefficient: 0.3 },
      { kind: 'constant', coefficient: 0.4 },
    ];
    const rows = 20_000;
    const program = uniformProgram(Float32Array.of(0, 0, 0, 0), 4, 1, 2, { ...PLAIN, noise });
    const { y, signalRms, noiseRms } = readOnce(engine, program, batchOf(new Float32Array(4 * rows).fill(1), rows));
    // Five standard errors.
    expect(Math.abs(moments(y).variance / 0.5 - 1)).toBeLessThan(5 * Math.sqrt(2 / rows));
    expect(Math.abs(noiseRms ** 2 / 0.5 - 1)).toBeLessThan(5 * Math.sqrt(2 / rows));
    expect(signalRms).toBe(0);
  });
});

describe('balanced shot noise', () => {
  const draw = random(31);
  const k = 256;
  const w = draw.gaussians(8 * k, 0.3, 3);
  const x = draw.gaussians(k);
  const norm = Math.hypot(...x);
  const draws = 4_000;
  const photon = (column: number, photonsPerMac: number): number =>
    (Math.hypot(...w.subarray(column * k, column * k + k)) * norm) / (k * photonsPerMac);

  const measure = (photonsPerMac: number): number[] =>
    noiseOf(w, x, { ...fine, shot: { photonsPerMac, poissonBelow: 50 } }, draws).map((values, column) => {
      const { mean, variance } = moments(values);
      const sigma = Math.sqrt(variance);
      const law = photon(column, photonsPerMac) * Math.sqrt(k * photonsPerMac);
      expect(Math.abs(mean)).toBeLessThan((4 * sigma) / Math.sqrt(draws));
      // Four standard errors of a standard deviation, and 1 % for the rounding of codes.
      expect(Math.abs(sigma / law - 1)).toBeLessThan(4 / Math.sqrt(2 * draws) + 0.01);
      return sigma;
    });

  it('is ‖w‖‖x‖/√n, unbiased, with slope −½ from Poisson counts to Gaussian', () => {
    const [dim, middle, bright] = [0.1, 1, 10].map(measure);
    dim!.forEach((sigma, column) => {
      expect(Math.log10(bright![column]! / sigma) / 2).toBeCloseTo(-0.5, 1.5);
      expect(Math.log10(middle![column]! / sigma)).toBeCloseTo(-0.5, 1.5);
    });
  });

  it('counts whole photons where there are few', () => {
    const shot = { photonsPerMac: 0.1, poissonBelow: 50 };
    const { y } = readOnce(engine, uniformProgram(w, k, 8, k, { ...fine, shot }), batchOf(x, 1));
    y.forEach((value, column) => {
      const count = value / photon(column, 0.1);
      expect(Math.abs(count - Math.round(count))).toBeLessThan(0.002 * (1 + Math.abs(count)));
    });
  });

  it('adds to the other terms', () => {
    const readout: Readout = {
      ...fine,
      shot: { photonsPerMac: 1, poissonBelow: 0 },
      noise: [{ kind: 'constant', coefficient: 0.5 }],
    };
    const largest = Math.max(...x.map(Math.abs));
    noiseOf(w, x, readout, draws).forEach((values, column) => {
      const law = photon(column, 1) ** 2 * k + (0.5 * largest) ** 2;
      expect(Math.abs(moments(values).variance / law - 1)).toBeLessThan(4 * Math.sqrt(2 / draws) + 0.02);
    });
  });

  it('has the photons of each tile: inputs of a short tile share fewer', () => {
    const noise = noiseOf(
      w.subarray(0, 96),
      x.subarray(0, 96),
      { ...fine, shot: { photonsPerMac: 2, poissonBelow: 0 } },
      draws,
      64,
    );
    const law = [
      [0, 64],
      [64, 96],
    ].reduce((sum, [start, end]) => {
      const product = Math.hypot(...w.subarray(start, end)) * Math.hypot(...x.subarray(start, end));
      return sum + product ** 2 / (2 * (end! - start!));
    }, 0);
    expect(Math.abs(moments(noise[0]!).variance / law - 1)).toBeLessThan(4 * Math.sqrt(2 / draws) + 0.02);
  });
});

describe('draws', () => {
  const noise: NoiseTerm[] = [{ kind: 'constant', coefficient: 1 }];
  const dark = uniformProgram(new Float32Array(64 * 2), 2, 64, 1, { ...PLAIN, noise });
  const batch = batchOf(new Float32Array(2).fill(1), 1);

  it('are those of the columns of the whole matrix', () => {
    const { y } = readOnce(engine, dark, batch, { ...KEY, columnStart: 256 });
    const further = readOnce(engine, dark, batch, { ...KEY, columnStart: 256 + 17 }).y;
    expect(further.subarray(0, 47)).toEqual(y.subarray(17));
  });

  it('differ with layer, operation, seed and position', () => {
    const first = readOnce(engine, dark, batch).y;
    for (const other of [
      readOnce(engine, dark, batch, { ...KEY, layer: 3 }),
      readOnce(engine, dark, batch, { ...KEY, operation: 'down' }),
      readOnce(engine, dark, { ...batch, seeds: BigUint64Array.of(batch.seeds[0]! ^ (1n << 63n)) }),
      readOnce(engine, dark, { ...batch, positions: Uint32Array.of(0xffff_ffff) }),
    ])
      expect(other.y.filter((value, i) => value === first[i]).length).toBe(0);
  });
});
