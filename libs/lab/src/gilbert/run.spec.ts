import { type Cmos, cmosArray, programGilbert, tanh, valuesOf } from '@ohmlight/devices/electronic';
import { describe, expect, it } from 'vitest';
import { context, optionsOf } from '../../testing/context.js';
import { measuredCell } from './cell.js';
import { linearRange, sumError, thirdHarmonic } from './distortion.js';
import { gilbert } from './experiment.js';
import { runGilbert } from './run.js';

const p = valuesOf(context.profiles.devices.get('gilbert-opamp-cmos')!.parameters as never) as unknown as Cmos;

describe('distortion', () => {
  it('puts the linear range where it is published', () => {
    expect(linearRange(0.01, 1, 300) * 1e3).toBeCloseTo(9.01, 2);
    expect(linearRange(0.05, 1, 300) * 1e3).toBeCloseTo(20.65, 2);
    expect(linearRange(0.1, 1, 300) * 1e3).toBeCloseTo(30.19, 2);
    // Below threshold the slope factor stretches it.
    expect(linearRange(0.05, 1.4, 300) / linearRange(0.05, 1, 300)).toBeCloseTo(1.4, 9);
  });

  it('has the third harmonic u²/12 of tanh at small drives, and none of a straight law', () => {
    expect(thirdHarmonic(tanh, 0.05) / (0.05 ** 2 / 12)).toBeCloseTo(1, 2);
    expect(thirdHarmonic((x) => 3 * x, 1)).toBeLessThan(1e-12);
    // x³ of a sine: 3/4 of the fundamental, 1/4 of the third.
    expect(thirdHarmonic((x) => x ** 3, 2)).toBeCloseTo(1 / 3, 12);
  });

  it('is nothing in sums of products, whose power is that of the operands', () => {
    const { distortion, power } = sumError((x, w) => 0.3 * x * w, 256, 400, 1n);
    expect(distortion).toBeLessThan(1e-12);
    // The variance of a normal clipped at three deviations is 0.9930 of it… over nine for full scale, squared.
    expect(Math.abs(power / (256 * (0.9949 / 9) ** 2) - 1)).toBeLessThan(0.15);
  });
});

describe('a measured cell', () => {
  it('is that of the device, with the same draws', () => {
    const cell = measuredCell(p, 'arctanh', 5n, 3);
    const array = { ...cmosArray({ ...p, tile_rows: 8 }), weightBits: 24, nodeSpread: 0, outputTrim: 0 };
    for (const w of [-1, -0.4, 0.3, 1]) {
      const weights = new Float32Array(8);
      weights[3] = w;
      const programmed = programGilbert(
        array,
        { k: 8, n: 1, columnStart: 0, weights, chipSeed: 5n, matrix: 'lab/gilbert', fullScale: 1 },
        0,
      );
      // What of the cell depends on x: both ports' laws are odd about the offsets.
      const port = array.separated.terms[0]!.x;
      const expected = (programmed.weights[3]! / array.gain) * (port(0.7) - port(-0.7));
      const offset = 1e-9;
      const device = cell.output(0.7, w) - cell.output(-0.7, w);
      // The device counts an input's offset at its slope at 0; the cell moves along its law.
      expect(Math.abs(device - expected)).toBeLessThan(3e-4 + offset);
    }
  });

  it('without errors is its law', () => {
    const still = { ...p, offset_x: 0, offset_w: 0, gain_spread: 0, weight_tolerance: 0 };
    const { output, nominal } = measuredCell(still, 'plain', 1n, 0);
    for (const [x, w] of [
      [1, 1],
      [-0.3, 0.8],
      [0, 0.5],
    ] as const)
      expect(output(x, w)).toBeCloseTo(nominal(x, w), 14);
    expect(nominal(1, 1)).toBeCloseTo(Math.tanh(0.0568 / 0.0517037) ** 2, 4);
  });
});

describe('lab gilbert', () => {
  const { rows, figure } = runGilbert(optionsOf(gilbert, { trials: 60 }), context);

  it.each([
    [0.05, 70.8],
    [0.1, 58.8],
    [0.17, 49.7],
    [0.3, 39.9],
    [0.5, 31.3],
    [1, 20.6],
  ])('driven to %d · 2V_T has the published SNR of %d dB by its bend', (drive, published) => {
    const row = rows.find((candidate) => candidate['drive'] === drive)!;
    expect(Math.abs((row['snr_distortion_db'] as number) - published)).toBeLessThan(1);
    expect(row['snr_db']).toBeLessThan(row['snr_distortion_db'] as number);
  });

  it('shows the dilemma of the plain cell: a drive at which bend and noise together are least', () => {
    const snr = rows.filter(({ what }) => what === 'drive').map((row) => row['snr_db'] as number);
    const best = snr.indexOf(Math.max(...snr));
    expect(best).toBeGreaterThan(0);
    expect(best).toBeLessThan(snr.length - 1);
  });

  it('measures a plain and a straightened cell', () => {
    const cells = rows.filter(({ what }) => what === 'cell');
    expect(cells.map(({ cell }) => cell)).toEqual(['plain', 'arctanh']);
    const [plain, straight] = cells as [Record<string, number>, Record<string, number>];
    expect(straight['from_product']).toBeLessThan(plain['from_product']! / 3);
    expect(plain['from_tanh']).toBeCloseTo(plain['from_law']!, 12);
    expect(figure.panels).toHaveLength(6);
  });

  it('takes exponential cells', () => {
    expect(() => runGilbert(optionsOf(gilbert, { profile: 'gilbert-board-ad633' }), context)).toThrow(
      /this experiment takes gilbert-opamp-cmos/,
    );
  });
});
