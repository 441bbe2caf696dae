import { describe, expect, it } from 'vitest';
import { context } from '../../testing/context.js';
import { profileOf } from '../profile.js';
import { designOf } from './design.js';
import { circuitNetwork, mapNetwork } from './mapping.js';
import { accuracy, digitalNetwork, forward, type Network } from './network.js';
import { twoSpirals } from './spirals.js';
import { backward, train } from './train.js';

const points = twoSpirals({ count: 60, turns: 0.5, spread: 0.02 }, 1n, 'training');

const loss = (network: Network): number => {
  const { logits } = forward(network, points.x);
  return logits.reduce((sum, z, i) => sum + Math.log1p(Math.exp(points.labels[i] === 1 ? -z : z)), 0) / points.count;
};

/** Largest difference of ∂loss/∂w from its central difference, over the largest slope. */
function gradientError(network: Network, step: number): number {
  const gradients = backward(network, forward(network, points.x), points.labels);
  let [worst, most] = [0, 0];
  network.layers.forEach(({ weights }, l) => {
    weights.forEach((w, i) => {
      weights[i] = w + step;
      const [above, high] = [loss(network), weights[i]];
      weights[i] = w - step;
      const [below, low] = [loss(network), weights[i]];
      weights[i] = w;
      worst = Math.max(worst, Math.abs(gradients[l]![i]! - (above - below) / (high - low)));
      most = Math.max(most, Math.abs(gradients[l]![i]!));
    });
  });
  return worst / most;
}

describe('two spirals', () => {
  it('are the same for the same seed, others for another, half of them in each class', () => {
    const options = { count: 200, turns: 1.5, spread: 0 };
    const points = twoSpirals(options, 5n, 'training');
    expect(twoSpirals(options, 5n, 'training')).toEqual(points);
    expect(twoSpirals(options, 5n, 'test').x).not.toEqual(points.x);
    expect(points.labels.filter((label) => label === 1)).toHaveLength(100);
    for (let i = 0; i < points.count; i++) {
      const [a, b] = [points.x[2 * i]!, points.x[2 * i + 1]!];
      // On an arm the angle follows from the radius.
      const turns = 1.5 * ((Math.hypot(a, b) - 0.1) / 0.8) + points.labels[i]! / 2;
      const off = Math.atan2(b, a) / (2 * Math.PI) - turns;
      expect(Math.abs(off - Math.round(off))).toBeLessThan(1e-5);
    }
  });
});

describe('training', () => {
  it('follows the gradient of the loss, in fp32 and with the laws of a circuit', () => {
    const network = digitalNetwork([2, 6, 5, 1], 2n);
    expect(gradientError(network, 1e-3)).toBeLessThan(0.02);
    const plain = [
      { name: 'predistortion', value: 'none' },
      { name: 'predistortion_residual', value: '0' },
    ];
    const profile = profileOf(context.profiles, 'gilbert-opamp-cmos', ['gilbert-cmos'], plain);
    const design = designOf(profile, { rectifier: 'clamp', mismatch: 0, noise: 0 });
    const circuit = circuitNetwork(mapNetwork(network, points.x), design);
    circuit.layers.forEach(({ weights }) => weights.forEach((w, i) => (weights[i] = 0.9 * w)));
    expect(gradientError(circuit, 1e-3)).toBeLessThan(0.03);
  });

  it('learns to tell the arms apart, the same way every time', () => {
    const start = digitalNetwork([2, 12, 12, 1], 1n);
    const training = { epochs: 250, learningRate: 0.02, decay: 1e-4, limit: Infinity };
    const trained = train(start, points, training, () => {});
    expect(accuracy(forward(start, points.x).logits, points.labels)).toBeLessThan(0.9);
    expect(accuracy(forward(trained, points.x).logits, points.labels)).toBeGreaterThan(0.98);
    expect(train(start, points, training, () => {})).toEqual(trained);
  });
});
