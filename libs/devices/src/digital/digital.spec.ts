import { totalJoules } from '@ohmlight/contracts';
import { createTileEngine } from '@ohmlight/tile-engine';
import { DigitalKernels } from '@ohmlight/tile-engine/digital';
import { describe, expect, it } from 'vitest';
import { batchOf, random } from '../../../tile-engine/testing/random.js';
import { digitalFp32, ffnShardOf, profiles, shardOf } from '../../testing/profiles.js';
import { createDevice } from '../create-device.js';
import { valuesOf } from '../profile/quantity.js';
import { roofline } from './digital-fp32.js';
import { digitalUnitLedger } from './digital-unit.js';

const p = valuesOf(digitalFp32.parameters);

describe('the roofline of an H100', () => {
  it('binds one row by bandwidth and many rows by arithmetic', () => {
    const weights = 4 * 8192 * 8192;
    const one = roofline(p, 8192 * 8192, weights, 0);
    expect(one.seconds - p.launch_overhead).toBeCloseTo(weights / 3.35e12, 12);
    const many = roofline(p, 4096 * 8192 * 8192, weights, 0);
    expect(many.seconds - p.launch_overhead).toBeCloseTo((2 * 4096 * 8192 * 8192) / 66.9e12, 9);
  });

  it('draws the load power while it works, and the idle power while it starts', () => {
    const { seconds, joules } = roofline(p, 1e9, 4e9, 0);
    const busy = seconds - p.launch_overhead;
    expect(totalJoules(joules)).toBeCloseTo(700 * busy + 77 * p.launch_overhead, 9);
    expect(joules.memory).toBeCloseTo(4e9 * 48e-12, 9);
    expect(joules.idle).toBeCloseTo(77 * seconds, 9);
  });

  it('takes the 250 pJ for a weight at batch 1 that a 2-byte model takes on an H200', () => {
    // 2 bytes a weight at 4.8 TB/s and 593 W.
    const h200 = { ...p, memory_bandwidth: 4.8e12, load_power: 593, launch_overhead: 0 };
    const { seconds, joules } = roofline(h200, 1e9, 2e9, 0);
    expect(seconds * 1e3).toBeCloseTo(0.417, 3);
    expect((totalJoules(joules) / 1e9) * 1e12).toBeCloseTo(247, 0);
  });

  it('never books more to memory than was drawn', () => {
    const { joules } = roofline({ ...p, load_power: 80 }, 1, 1e9, 0);
    expect(joules.array).toBe(0);
    expect(joules.memory).toBeLessThan(1e9 * p.memory_energy);
  });
});

describe('the digital unit', () => {
  it('takes the longer of arithmetic and traffic, and pays for both', () => {
    const { parameters } = profiles.digitalUnit;
    const ledger = digitalUnitLedger(profiles.digitalUnit, { flops: 1e6, bytes: 1e3 });
    expect(ledger.seconds).toBe(1e6 / parameters.peak_rate.value);
    expect(ledger.joules.digital_unit).toBe(1e6 * parameters.flop_energy.value);
    expect(ledger.joules.memory).toBe(1e3 * parameters.memory_energy.value);
    expect(digitalUnitLedger(profiles.digitalUnit, { flops: 1, bytes: 1e9 }).seconds).toBe(
      1e9 / parameters.memory_bandwidth.value,
    );
  });
});

describe('the fused feed-forward part of the reference', () => {
  const [k, inner, n, rows] = [60, 70, 300, 5];
  const draw = random(3);
  const [gateUp, down] = [draw.gaussians(2 * inner * k, 0.2), draw.gaussians(n * inner, 0.2)];
  const batch = batchOf(draw.gaussians(rows * k), rows);
  const device = createDevice(profiles.devices.get('digital-fp32')!, createTileEngine());

  it('has the bits of gate_up, the digital unit and down apart', () => {
    const up = device.program(shardOf({ k, n: 2 * inner }, 'digital-fp32'), gateUp).execute(batch).y;
    const kernels = new DigitalKernels();
    const [from, to] = [kernels.place(up), kernels.place(new Float32Array(rows * inner))];
    kernels.call([['gatedSilu', from, rows, inner, to]]);
    const x = kernels.view(to, rows * inner).slice();
    const apart = device.program(shardOf({ k: inner, n }, 'digital-fp32'), down).execute({ ...batch, x }).y;
    const weights = Float32Array.from([...gateUp, ...down]);
    const fused = device.program(ffnShardOf({ k, inner, n }, 'digital-fp32'), weights).execute(batch);
    expect(fused.y).toEqual(apart);
    expect(fused.ledger.macs).toBe(rows * inner * (2 * k + n));
    const half = device.program(
      ffnShardOf({ k, inner, n }, 'digital-fp32', 256),
      Float32Array.from([...gateUp, ...down.subarray(256 * inner)]),
    );
    expect(half.execute(batch).y.subarray(0, n - 256)).toEqual(apart.subarray(256, n));
  });
});
