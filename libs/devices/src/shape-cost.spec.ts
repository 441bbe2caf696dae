import { type Ledger, totalJoules } from '@ohmlight/contracts';
import { createTileEngine } from '@ohmlight/tile-engine';
import { describe, expect, it } from 'vitest';
import { batchOf, random } from '../../tile-engine/testing/random.js';
import { profiles, shardOf } from '../testing/profiles.js';
import { createDevice } from './create-device.js';

const engine = createTileEngine();
const [k, n, rows] = [300, 256, 16];
const draw = random(12);
const weights = draw.gaussians(n * k, 0.05);
const batch = batchOf(draw.gaussians(rows * k), rows);

const off = (ours: number, booked: number): number => (ours === booked ? 0 : Math.abs(ours / booked - 1));
/** All of a ledger but its joules. */
const counts = (ledger: Ledger) => ({ ...ledger, joules: {}, joulesBelow: 0, joulesAbove: 0 });

describe.each([...profiles.devices.keys()])('the cost by shape of %s', (name) => {
  const profile = profiles.devices.get(name)!;
  const device = createDevice(profile, engine);
  const shard = device.program(shardOf({ k, n }, name), weights);
  const booked = shard.execute(batch).ledger;
  const { execution, programming } = device.shapeCost!(k, n, rows);
  /** Whether cells draw what their operands make them draw. */
  const crossbar = 'weight_scheme' in profile.parameters || profile.kind === 'crossbar';

  it('is what a shard of that shape books; what operands decide is theirs to 8 % where they are normal', () => {
    expect(counts(execution)).toEqual(counts(booked));
    const { array: ours = 0, ...ourRest } = execution.joules;
    const { array = 0, ...rest } = booked.joules;
    expect(ourRest).toEqual(rest);
    expect(off(ours, array)).toBeLessThanOrEqual(crossbar ? 0.08 : 0);
    expect(off(execution.joulesAbove, booked.joulesAbove)).toBeLessThan(1e-9);
  });

  it('has the programming of such weights', () => {
    expect(off(programming.seconds, shard.programLedger.seconds)).toBeLessThanOrEqual(crossbar ? 0.03 : 0);
    const joules = [programming, shard.programLedger].map((ledger) => totalJoules(ledger.joules));
    expect(off(joules[0]!, joules[1]!)).toBeLessThanOrEqual(crossbar ? 0.03 : 0);
    expect(programming.bytesMoved).toBe(shard.programLedger.bytesMoved);
  });

  it('is the same again', () => {
    expect(device.shapeCost!(k, n, rows)).toEqual({ execution, programming });
  });
});
