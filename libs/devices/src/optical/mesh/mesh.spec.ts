import { describe, expect, it } from 'vitest';
import { random } from '../../../../tile-engine/testing/random.js';
import { haar, meanErrors, MeshMaker, unitarity } from '../../../testing/mesh.js';
import { correctedError, correctedRealError, fidelityOf, lossError, programmingError } from './closed-forms.js';
import { configure } from './configure.js';
import { Clements } from './clements.js';
import { nothingCarried } from './mesh.js';
import { settingsOf } from './settings.js';
import { Splitters } from './splitters.js';

describe('the error of a mesh', () => {
  it.each([
    [8, 200, 0.01, 0],
    [8, 200, 0, 0.01],
    [8, 200, 0.01, 0.01],
    [32, 60, 0.01, 0],
    [32, 60, 0, 0.01],
    [32, 60, 0.01, 0.01],
  ])('of %d modes, mean of %d draws, is Nσφ² + 2(N − 1)σ² to 5 % (σφ %d, σ %d)', (n, draws, phase, splitter) => {
    const { square, fidelity } = meanErrors(n, { phaseError: phase, splitterError: splitter }, draws, n);
    const law = programmingError(n, phase, splitter);
    expect(Math.abs(square / law - 1)).toBeLessThan(0.05);
    // A phase that all outputs share, σφ² of E², is no loss of fidelity.
    expect(Math.abs((1 - fidelity) / (1 - fidelityOf(law - phase * phase)) - 1)).toBeLessThan(0.05);
  });

  it('of 64 modes with σ = 0.02 and σφ = 0.01 leaves a fidelity of 0.945', () => {
    const { fidelity } = meanErrors(64, { phaseError: 0.01, splitterError: 0.02 }, 4, 64);
    expect(Math.abs(fidelity - 0.9448)).toBeLessThan(0.01);
  });

  it('leaves a mesh without loss unitary, whatever its phases and splitters', () => {
    const draw = random(5);
    const maker = new MeshMaker(16, { phaseError: 0.3, splitterError: 0.2 }, draw);
    expect(unitarity(maker.matrixOf(haar(16, draw)), 16)).toBeLessThan(1e-12);
  });

  it.each([4, 6, 8])('of %d-bit phases is that of a phase error of 2π/2^b/√12', (bits) => {
    const { square } = meanErrors(16, { phaseBits: bits }, 60, bits);
    const law = programmingError(16, (2 * Math.PI) / 2 ** bits / Math.sqrt(12), 0);
    // θ of an N-mode mesh crowds at few codes where they are coarse.
    expect(Math.abs(square / law - 1)).toBeLessThan(bits === 4 ? 0.15 : 0.07);
  });
});

describe('self-configuration', () => {
  it('is exact where every split is within reach', () => {
    const draw = random(8);
    const splitters = new Splitters(1);
    const fields = new MeshMaker(2, { splitterError: 0.05, selfConfigured: true }, draw);
    const c = Math.SQRT1_2;
    const half = { re: Float64Array.of(c, c, c, -c), im: new Float64Array(4) };
    const made = fields.matrixOf(half);
    made.re.forEach((value, i) => expect(Math.hypot(value - half.re[i]!, made.im[i]!)).toBeLessThan(1e-12));
    expect(splitters.sinP[0]).toBe(0);
  });

  it('limits an interferometer to splits of sin²(α + β) … cos²(α − β)', () => {
    const splitters = new Splitters(1);
    splitters.set(0, 0.03, 0.02);
    for (const [split, theta] of [
      [0, 0],
      [1, Math.PI],
    ] as const) {
      const [s, c] = [split, 1 - split];
      const rotations = new Clements(2).decompose(Float64Array.of(s, c, c, -s));
      const settings = settingsOf(1, 2);
      configure(rotations, splitters, settings, nothingCarried(new Float64Array(4)));
      expect(settings.theta[0]).toBeCloseTo(theta, 12);
    }
  });

  it.each([
    [8, 1500],
    [16, 400],
    [32, 60],
  ])('of %d modes falls with σ⁴ in E², a random unitary being split as it is', (n, draws) => {
    const errors = [0.02, 0.04].map(
      (splitterError) => meanErrors(n, { splitterError, selfConfigured: true }, draws, n).square,
    );
    // Few interferometers miss, and one that does may miss by much: draws scatter.
    expect(Math.log2(errors[1]! / errors[0]!)).toBeGreaterThan(3.2);
    expect(Math.log2(errors[1]! / errors[0]!)).toBeLessThan(4.8);
    expect(Math.abs(Math.sqrt(errors[1]! / correctedError(n, 0.04)) - 1)).toBeLessThan(0.15);
  });

  it('has √(2/3)·N·σ² of error for many modes: 0.0052 for 64 and σ = 0.01, of 0.112 before', () => {
    expect(Math.sqrt(correctedError(64, 0.01))).toBeCloseTo(Math.sqrt(2 / 3) * 64 * 1e-4, 4);
    const { square } = meanErrors(64, { splitterError: 0.02, selfConfigured: true }, 4, 3);
    expect(Math.abs(Math.sqrt(square / correctedError(64, 0.02)) - 1)).toBeLessThan(0.15);
  });

  it.each([
    [16, 80],
    [32, 20],
  ])('of %d modes falls with σ³ alone for real matrices, whose splits crowd at nothing', (n, draws) => {
    const errors = [0.01, 0.04].map(
      (splitterError) => meanErrors(n, { splitterError, selfConfigured: true }, draws, n, 'real').square,
    );
    const slope = Math.log2(errors[1]! / errors[0]!) / 2;
    expect(slope).toBeGreaterThan(2.6);
    expect(slope).toBeLessThan(3.4);
    expect(Math.abs(Math.sqrt(errors[1]! / correctedRealError(n, 0.04)) - 1)).toBeLessThan(0.15);
    expect(correctedRealError(n, 0.01)).toBeGreaterThan(correctedError(n, 0.01));
  });
});

describe('loss', () => {
  const barred = (n: number, loss: number) => {
    const re = new Float64Array(n * n);
    for (let i = 0; i < n; i++) re[i * n + i] = 1;
    return new MeshMaker(n, { loss }, random(1)).matrixOf({ re, im: new Float64Array(n * n) });
  };
  const decibels = (made: { re: Float64Array; im: Float64Array }, at: number): number =>
    -10 * Math.log10(made.re[at]! ** 2 + made.im[at]! ** 2);

  it.each([
    [16, 0.99, 15.8],
    [64, 0.99, 63.4],
    [64, 0.1, 6.4],
  ])('of %d modes with %d dB an interferometer is %d dB, and half of it along an edge', (n, loss, total) => {
    const made = barred(n, loss);
    for (let m = 0; m < n; m++) {
      const edge = m === 0 || m === n - 1;
      expect(decibels(made, m * n + m)).toBeCloseTo((edge ? n / 2 : n) * loss, 9);
    }
    expect(Math.abs(n * loss - total)).toBeLessThan(0.05);
  });

  // Xoreus' fork of neuroptica has 10^(−dB/10), a power, on the amplitudes, and on the bar terms alone.
  it('of an interferometer takes 10^(−dB/10) of the power at bar and cross alike', () => {
    const c = Math.SQRT1_2;
    const re = Float64Array.of(c, c, c, -c);
    const made = new MeshMaker(2, { loss: 3 }, random(1)).matrixOf({ re, im: new Float64Array(4) });
    for (let at = 0; at < 4; at++) expect(decibels(made, at)).toBeCloseTo(3 + 10 * Math.log10(2), 9);
  });

  // There, loss is drawn from a Gaussian and may turn into gain.
  it('is never gain: no output of a lossy mesh has more power than its inputs', () => {
    const draw = random(7);
    const maker = new MeshMaker(8, { loss: 0.2, phaseError: 0.1, splitterError: 0.1 }, draw);
    for (let trial = 0; trial < 20; trial++) {
      const { re, im } = maker.matrixOf(haar(8, draw));
      for (let input = 0; input < 8; input++) {
        let power = 0;
        for (let m = 0; m < 8; m++) power += re[m * 8 + input]! ** 2 + im[m * 8 + input]! ** 2;
        expect(power).toBeLessThan(1);
        expect(power).toBeGreaterThan(10 ** -(0.2 * 0.8 * 1.001));
      }
    }
  });

  it.each([8, 16, 32])(
    'of %d modes, unbalanced, errs by a²·(½·log₂N − 0.6), a = IL·ln10/20, on random unitaries',
    (n) => {
      const loss = 0.1;
      const draw = random(n);
      const maker = new MeshMaker(n, { loss }, draw);
      const gain = 10 ** ((loss * (n - 1)) / 20);
      const draws = 1200 / n;
      let sum = 0;
      for (let trial = 0; trial < draws; trial++) {
        const unitary = haar(n, draw);
        const { re, im } = maker.matrixOf(unitary);
        for (let i = 0; i < n * n; i++)
          sum += ((gain * re[i]! - unitary.re[i]!) ** 2 + (gain * im[i]! - unitary.im[i]!) ** 2) / n / draws;
      }
      expect(Math.abs(sum / lossError(n, loss) - 1)).toBeLessThan(0.15);
    },
  );
});
