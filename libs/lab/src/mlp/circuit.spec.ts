import { createCmosChain, diodeOutput, valuesOf } from '@ohmlight/devices/electronic';
import { createTypescriptEngine } from '@ohmlight/tile-engine';
import { describe, expect, it } from 'vitest';
import { context } from '../../testing/context.js';
import { Draws } from '../draws.js';
import { profileOf } from '../profile.js';
import { buildChip } from './chip.js';
import { designOf } from './design.js';
import { circuitNetwork, type Mapped, mapNetwork } from './mapping.js';
import { digitalNetwork, forward } from './network.js';

const SMOOTH = [
  { name: 'weight_bits', value: '16' },
  { name: 'input_bits', value: '12' },
  { name: 'adc_bits', value: '14' },
];
const PLAIN = [
  { name: 'predistortion', value: 'none' },
  { name: 'predistortion_residual', value: '0' },
];
const profile = (name: string, changes: readonly { name: string; value: string }[] = []) =>
  profileOf(context.profiles, name, ['gilbert-cmos', 'gilbert-board'], changes);
const draws = new Draws(7n, 'spec');
const ROWS = 50;
const x = Float32Array.from({ length: 2 * ROWS }, (_, i) => 2 * draws.uniform(i) - 1);

function relative(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [error, signal] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    error += (a[i]! - b[i]!) ** 2;
    signal += b[i]! ** 2;
  }
  return Math.sqrt(error / signal);
}

describe('a network brought into the circuit', () => {
  const network = digitalNetwork([2, 12, 12, 1], 3n);
  const mapped = mapNetwork(network, x);
  const digital = forward(network, x).logits;

  it('keeps its function where the circuit has neither errors nor bends', () => {
    const straight = profile('gilbert-opamp-cmos', [{ name: 'predistortion_residual', value: '0' }, ...SMOOTH]);
    const design = designOf(straight, { rectifier: 'ideal', mismatch: 0, noise: 0 });
    expect(relative(forward(circuitNetwork(mapped, design), x).logits, digital)).toBeLessThan(2e-3);
    expect(relative(buildChip(mapped, design, 1n).run(x, 0), digital)).toBeLessThan(5e-3);
  });

  it.each(['gilbert-opamp-cmos', 'gilbert-board-ad633'])(
    'on %s is as a chip what its laws say, and errs by its mismatch and noise',
    (name) => {
      const still = designOf(profile(name, SMOOTH.slice(0, name.endsWith('cmos') ? 3 : 0)), {
        rectifier: 'clamp',
        mismatch: 0,
        noise: 0,
      });
      const laws = forward(circuitNetwork(mapped, still), x).logits;
      expect(relative(buildChip(mapped, still, 1n).run(x, 0), laws)).toBeLessThan(5e-3);
      const real = designOf(profile(name), { rectifier: 'clamp', mismatch: 1, noise: 1 });
      const chip = buildChip(mapped, real, 1n);
      const [first, again, other] = [chip.run(x, 0), chip.run(x, 0), chip.run(x, 1)];
      expect(first).toEqual(again);
      expect(relative(other, first)).toBeGreaterThan(0);
      expect(relative(buildChip(mapped, real, 2n).run(x, 0), first)).toBeGreaterThan(relative(other, first) / 10);
      expect(relative(first, laws)).toBeLessThan(0.5);
    },
  );

  it('does not pass a bare diode at the voltages of an integrated circuit', () => {
    const design = designOf(profile('gilbert-opamp-cmos'), { rectifier: 'diode', mismatch: 0, noise: 0 });
    expect(relative(forward(circuitNetwork(mapped, design), x).logits, digital)).toBeGreaterThan(0.5);
  });

  it('refuses cells whose law is no one product', () => {
    const square = profile('gilbert-opamp-cmos', PLAIN);
    const p = { ...square, parameters: { ...square.parameters, law: { value: 'square-law', unit: '1', source: 's' } } };
    const design = designOf(p, { rectifier: 'clamp', mismatch: 0, noise: 0 });
    expect(() => circuitNetwork(mapped, design)).toThrow(/law exponential/);
  });

  it('costs what its parts take', () => {
    const design = designOf(profile('gilbert-opamp-cmos'), { rectifier: 'clamp', mismatch: 1, noise: 1 });
    const { cost } = buildChip(mapped, design, 1n);
    expect(cost.multipliers).toBe(3 * 12 + 13 * 12 + 13);
    // 10 µA at 1 V a cell, 50 µW an amplifier.
    expect(cost.watts).toBeCloseTo(cost.multipliers * 10e-6 + cost.amplifiers * 50e-6, 12);
    expect(cost.seconds).toBeGreaterThan(0);
  });
});

describe('a chip of two layers', () => {
  it("is the device's own chain of two matrices, which the tile engine runs", () => {
    const [k, hidden] = [3, 9];
    const range = 2;
    const circuit = profile('gilbert-opamp-cmos', [
      ...PLAIN,
      { name: 'adc_range', value: String(range) },
      { name: 'swing', value: '2' },
      // So slow that there is no noise to speak of.
      { name: 'gain_bandwidth', value: '1e-9' },
      { name: 'output_trim', value: '0' },
      { name: 'adc_bits', value: '14' },
      { name: 'weight_trim', value: '0' },
    ]);
    const first = Float32Array.from({ length: hidden * k }, (_, i) => draws.normal(i, 1) / 3);
    const second = Float32Array.from({ length: hidden }, (_, i) => draws.normal(i, 2) / 3);
    const most = (values: Float32Array): number => values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    // The chain has no line of its own for a bias: inputs of the last line are held at full scale.
    const rows = Float32Array.from({ length: ROWS * k }, (_, i) =>
      i % k === k - 1 ? 1 : x[2 * Math.floor(i / k) + (i % k)]!,
    );
    const chain = createCmosChain(
      valuesOf(circuit.parameters as never) as never,
      {
        checkpoint: 'lab',
        layer: 0,
        chipSeed: 1n,
        k,
        hidden,
        n: 1,
        first,
        second,
        activation: (volts) =>
          diodeOutput(volts, { saturationCurrent: 2.52e-9, emission: 1.752, load: 1e4, temperature: 300 }),
        inputRange: 1,
        hiddenRange: range * most(first),
      },
      createTypescriptEngine(),
    );
    const seeds = new BigUint64Array(ROWS).fill(1n);
    const positions = Uint32Array.from({ length: ROWS }, (_, i) => i);
    const { y } = chain.execute({ rows: ROWS, x: rows, seeds, positions });
    const withBias = Float32Array.from({ length: hidden + 1 }, (_, i) => (i < hidden ? second[i]! / most(second) : 0));
    const mapped: Mapped = {
      layers: [
        { inputs: k - 1, outputs: hidden, weights: first.map((w) => w / most(first)) },
        { inputs: hidden, outputs: 1, weights: withBias },
      ],
      ranges: [range, range],
      logitScale: most(second) * range * most(first),
    };
    const design = designOf(circuit, { rectifier: 'diode', mismatch: 1, noise: 0 });
    expect(relative(buildChip(mapped, design, 1n).run(x, 0), y)).toBeLessThan(0.01);
  });
});
