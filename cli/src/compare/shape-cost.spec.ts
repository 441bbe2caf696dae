import { totalJoules } from '@ohmlight/contracts';
import { digitalUnitLedger, loadProfiles } from '@ohmlight/devices';
import { PlacedMatmul, type StepPhase, stepLedger, subjectOf } from '@ohmlight/evaluation';
import { shapeCosts, type Shapes } from '@ohmlight/projection';
import { createTileEngine } from '@ohmlight/tile-engine';
import { Checkpoint, digitalWorkOfRow } from '@ohmlight/transformer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SERVED_ELEMENT_BYTES } from './crossings.js';

const profiles = loadProfiles('profiles');
const engine = createTileEngine();
const batch = 3;
const context = 200;

describe('shapeCosts', () => {
  let checkpoint: Checkpoint;
  let shapes: Shapes;
  beforeAll(async () => {
    checkpoint = await Checkpoint.open('nano', 'models/nano');
    shapes = { shape: checkpoint.config, shardColumns: 1024, context, elementBytes: SERVED_ELEMENT_BYTES };
  });
  afterAll(() => checkpoint.close());

  it.each([
    ['digital-fp32', 512],
    ['digital-bf16', 1024],
    ['optical-converters', 1024],
    ['optical-ideal', 256],
  ])('is what %s books for a step of nano in shards of %i columns, waiting in it', async (name, shardColumns) => {
    const subject = subjectOf(profiles, name);
    const cost = shapeCosts(subject, { ...shapes, shardColumns }, engine)!(batch);
    const placed = new PlacedMatmul(checkpoint, subject, engine, { shardColumns, chipSeed: 1n });
    const phases: StepPhase[] = [];
    for (const { layer, operation, k } of checkpoint.matrices()) {
      const x = new Float32Array(batch * k).fill(0.5);
      const rows = { rows: batch, x, seeds: new BigUint64Array(batch), positions: new Uint32Array(batch) };
      phases.push({ layer, operation, reply: await placed.matmul.execute({ layer, operation, batch: rows }) });
    }
    const { flops, bytes } = digitalWorkOfRow(checkpoint.config, context - 1, true);
    const unit = digitalUnitLedger(profiles.digitalUnit, { flops: batch * flops, bytes: batch * bytes });
    const booked = stepLedger(phases, placed.standby, unit.seconds);
    await placed.close();
    expect(cost.seconds / booked.seconds).toBeCloseTo(1, 12);
    expect(totalJoules(cost.joules) / totalJoules(booked.joules)).toBeCloseTo(1, 12);
    expect((cost.joules.idle ?? 0) - (booked.joules.idle ?? 0)).toBeCloseTo(0, 15);
    expect([cost.macs, cost.bytesMoved, cost.reloads]).toEqual([booked.macs, booked.bytesMoved, booked.reloads]);
  });

  it('has the idle power of an accelerator while attention goes over more positions', () => {
    const subject = subjectOf(profiles, 'digital-fp32');
    const [short, long] = [1, 512].map((positions) =>
      shapeCosts(subject, { ...shapes, context: positions }, engine)!(1),
    );
    const unit = (position: number): number =>
      digitalUnitLedger(profiles.digitalUnit, digitalWorkOfRow(checkpoint.config, position, true)).seconds;
    const { idle_power: idle } = profiles.devices.get('digital-fp32')!.parameters as unknown as {
      idle_power: { value: number };
    };
    const waited = totalJoules(long!.joules) - totalJoules(short!.joules);
    expect(waited / (idle.value * (unit(511) - unit(0)))).toBeCloseTo(1, 9);
    expect(long!.seconds).toBe(short!.seconds);
  });

  it('pays a load once for all rows of a step', () => {
    const cost = shapeCosts(subjectOf(profiles, 'phase-mask'), shapes, engine)!;
    const [one, many] = [cost(1), cost(1000)];
    expect(one.reloadSeconds).toBeCloseTo((4 * checkpoint.config.layers + 1) / 60, 9);
    expect([many.reloads, many.reloadSeconds]).toEqual([one.reloads, one.reloadSeconds]);
  });

  it('has nothing for what follows from operands', () => {
    for (const name of ['pcm-standard', 'fused-pcm', 'hybrid'])
      expect(shapeCosts(subjectOf(profiles, name), shapes, engine)).toBeUndefined();
  });
});
