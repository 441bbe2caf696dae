import { emptyLedger } from '@ohmlight/contracts';
import { loadProfiles } from '@ohmlight/devices';
import { createTileEngine } from '@ohmlight/tile-engine';
import { Checkpoint, type LlamaConfig } from '@ohmlight/transformer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crossingOf, rangesBelow, rowCost, type StepCost } from './crossing.js';
import { PlacedMatmul } from './placed-matmul.js';
import { shapeCosts } from './shape-cost.js';
import { subjectOf } from './subject.js';

const profiles = loadProfiles('profiles');
const engine = createTileEngine();
const powers = Array.from({ length: 13 }, (_, i) => 2 ** i);

/** A step of `first` seconds and joules, and `row` for every row. */
const linear =
  (first: number, row: number): StepCost =>
  (batch) => ({
    ...emptyLedger(),
    seconds: first + row * batch,
    joules: { array: 2 * (first + row * batch) },
  });

describe('rangesBelow', () => {
  it('finds changes to the last sequence, however many', () => {
    expect(rangesBelow((batch) => batch >= 77, powers)).toEqual([{ from: 77, to: null }]);
    expect(rangesBelow((batch) => batch < 77, powers)).toEqual([{ from: 1, to: 76 }]);
    expect(rangesBelow((batch) => batch > 3 && batch < 1000, powers)).toEqual([{ from: 4, to: 999 }]);
    expect(rangesBelow((batch) => batch < 5 || batch > 500, powers)).toEqual([
      { from: 1, to: 4 },
      { from: 501, to: null },
    ]);
    expect(rangesBelow(() => true, powers)).toEqual([{ from: 1, to: null }]);
    expect(rangesBelow(() => false, powers)).toEqual([]);
    expect(rangesBelow((batch) => batch === 8, [8])).toEqual([{ from: 8, to: null }]);
  });
});

describe('crossingOf', () => {
  it('is where a load and its rows undercut rows alone: first/(row − row)', () => {
    // 1000 + B < 5B from B = 250 on, which is no longer a tie.
    const { seconds, joules } = crossingOf(linear(1000, 1), linear(0, 5), powers);
    expect(seconds.ranges).toEqual([{ from: 251, to: null }]);
    expect(joules.ranges).toEqual(seconds.ranges);
    expect(seconds.rowRatio).toBeCloseTo(0.2, 12);
    expect(seconds.ratio).toBeCloseTo(5096 / (5 * 4096), 12);
  });

  it('is nowhere where a row costs more, and says so', () => {
    const { seconds } = crossingOf(linear(1000, 5), linear(10, 1), powers);
    expect(seconds.ranges).toEqual([]);
    expect(seconds.rowRatio).toBeCloseTo(5, 12);
    expect(rowCost(linear(1000, 5), 'joules', 64)).toBeCloseTo(10, 12);
  });
});

describe('shapeCosts', () => {
  let checkpoint: Checkpoint;
  beforeAll(async () => {
    checkpoint = await Checkpoint.open('nano', 'models/nano');
  });
  afterAll(() => checkpoint.close());

  it.each([
    ['digital-fp32', 512],
    ['optical-converters', 1024],
    ['optical-ideal', 256],
  ])('is what %s books for the matrices of nano in shards of %i columns', async (name, shardColumns) => {
    const subject = subjectOf(profiles, name);
    const batch = 3;
    const cost = shapeCosts(subject, { config: checkpoint.config, shardColumns }, engine)!(batch);
    const placed = new PlacedMatmul(checkpoint, subject, engine, { shardColumns, chipSeed: 1n });
    let [seconds, macs, moved, laser] = [0, 0, 0, 0];
    for (const { layer, operation, k } of checkpoint.matrices()) {
      const x = new Float32Array(batch * k).fill(0.5);
      const rows = { rows: batch, x, seeds: new BigUint64Array(batch), positions: new Uint32Array(batch) };
      const { ledger } = await placed.matmul.execute({ layer, operation, batch: rows });
      seconds += ledger.seconds;
      macs += ledger.macs;
      moved += ledger.bytesMoved;
      laser += ledger.joules.laser ?? 0;
    }
    await placed.close();
    expect(cost.seconds / seconds).toBeCloseTo(1, 12);
    expect(cost.macs).toBe(macs);
    expect(cost.joules.laser ?? 0).toBeCloseTo(laser, 12);
    expect(cost.bytesMoved).toBe(moved);
  });

  it('pays a load once for all rows of a step', () => {
    const cost = shapeCosts(
      subjectOf(profiles, 'phase-mask'),
      { config: checkpoint.config, shardColumns: 1024 },
      engine,
    )!;
    const [one, many] = [cost(1), cost(1000)];
    expect(one.reloadSeconds).toBeCloseTo((4 * checkpoint.config.layers + 1) / 60, 9);
    expect([many.reloads, many.reloadSeconds]).toEqual([one.reloads, one.reloadSeconds]);
  });

  it('has nothing for what follows from operands', () => {
    const shapes = { config: checkpoint.config as LlamaConfig, shardColumns: 1024 };
    for (const name of ['pcm-standard', 'fused-pcm', 'hybrid'])
      expect(shapeCosts(subjectOf(profiles, name), shapes, engine)).toBeUndefined();
  });
});
