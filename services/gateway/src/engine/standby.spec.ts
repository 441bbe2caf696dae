import { totalJoules } from '@ohmlight/contracts';
import { loadProfiles } from '@ohmlight/devices';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeEngine, metricSum, type TestEngine, tokensOf } from '../../testing/engine.js';

let t: TestEngine;
beforeEach(async () => {
  t = await makeEngine();
});
afterEach(() => t.remove());

it('a step books what its devices take while they wait, whole in the metrics and by rows in the requests', async () => {
  const idle = (
    loadProfiles('profiles').devices.get('digital-fp32')!.parameters as unknown as Record<string, { value: number }>
  ).idle_power!.value;
  const generations = [
    [290, 39],
    [68, 75, 75],
  ].map((prompt, i) => t.submit(prompt, i, { maxTokens: 4 }, { placement: 'digital-fp32' }));
  await Promise.all(generations.map((generation) => tokensOf(generation)));
  const standby = await metricSum(t.metrics, 'ohmlight_modelled_energy_joules_total', {
    op: 'standby',
    component: 'idle',
  });
  // One accelerator waits for the digital unit, and for nothing else: its phases follow each other.
  const digital = await metricSum(t.metrics, 'ohmlight_modelled_device_busy_seconds_total', { op: 'digital_unit' });
  expect(standby / (idle * digital)).toBeCloseTo(1, 9);
  const all = await metricSum(t.metrics, 'ohmlight_modelled_energy_joules_total');
  const requests = generations.reduce((sum, { cost }) => sum + totalJoules(cost.ledger.joules), 0);
  expect(all / requests).toBeCloseTo(1, 9);
});
