import { type Conditions, OhmlightError, type RowBatch, shardId, type ShardSpec } from '@ohmlight/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Core } from '../core-client.js';

/** A core under test, fresh for each test. */
export interface CoreHarness {
  readonly core: Core;
  stop(): Promise<void>;
}

/** What a harness's core is made with; the suite expects to find it so. */
export const CONTRACT_CORE = {
  coreId: 'contract-core',
  pool: 'digital',
  /** Computes y = x · Wᵀ in f64, rounded once. */
  exact: 'exact',
  /** Answers each row's key: seed modulo 2^16, seed / 2^48, position, over and over along the columns. */
  keyed: 'keyed',
  /** Answers what the shard is calibrated with: the input range, then the ADC ranges of the further columns. */
  ranges: 'ranges',
  /** Answers the device time and the time of the last measurement of drift, over and over; -1 where none is stated. */
  aged: 'aged',
  /** Answers one value too few. */
  short: 'short',
  /** Answers NaN in the last place. */
  nan: 'nan',
  /** Throws what is no OhmlightError. */
  faulty: 'faulty',
  capacityBytes: 1_000_000,
  enginePath: 'contract',
} as const;

const spec = (changes: Partial<ShardSpec> = {}): ShardSpec => ({
  checkpoint: 'contract',
  layer: 2,
  operation: 'gate_up',
  profile: CONTRACT_CORE.exact,
  k: 6,
  n: 300,
  columnStart: 256,
  columnEnd: 300,
  chipSeed: 0xffff_ffff_ffff_fffen,
  ...changes,
});

/** Numbers that depend on their place alone, exact in f32. */
const numbers = (length: number, salt: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => ((i * 37 + salt * 11) % 101) / 8 - 6);

const weightsOf = (shard: ShardSpec): Float32Array => numbers((shard.columnEnd - shard.columnStart) * shard.k, 5);

const batchOf = (rows: number, k: number, salt = 1): RowBatch => ({
  rows,
  x: numbers(rows * k, salt),
  seeds: BigUint64Array.from({ length: rows }, (_, row) => 0xffff_ffff_ffff_ffffn - BigInt(row)),
  positions: Uint32Array.from({ length: rows }, (_, row) => 4_294_967_295 - row),
});

function product(shard: ShardSpec, batch: RowBatch): Float32Array {
  const columns = shard.columnEnd - shard.columnStart;
  const weights = weightsOf(shard);
  return Float32Array.from({ length: batch.rows * columns }, (_, i) => {
    const row = Math.floor(i / columns);
    let sum = 0;
    for (let j = 0; j < shard.k; j++) sum += batch.x[row * shard.k + j]! * weights[(i % columns) * shard.k + j]!;
    return sum;
  });
}

const soon = (): number => Date.now() + 10_000;

/** Rejects with this code. */
const code = (code: string): unknown => expect.objectContaining({ name: 'OhmlightError', code });

/** The contract of the Core port. Every implementation passes it. */
export function describeCore(name: string, make: () => Promise<CoreHarness>): void {
  describe(`${name} keeps the contract of a core`, () => {
    let harness: CoreHarness;
    let core: Core;
    beforeEach(async () => {
      harness = await make();
      core = harness.core;
    });
    afterEach(() => harness.stop());

    const execute = (shard: ShardSpec, batch: RowBatch, deadline = soon(), conditions?: Conditions) =>
      core.execute({ shardId: shardId(shard), batch, conditions, requestId: 'request', deadline });

    it('describes itself', async () => {
      const { coreId, pool, enginePath, capacityBytes } = CONTRACT_CORE;
      expect(await core.describe()).toEqual({
        coreId,
        pool,
        enginePath,
        capacityBytes,
        version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
        profiles: ['aged', 'exact', 'faulty', 'keyed', 'nan', 'ranges', 'short'],
        shards: [],
        residentBytes: 0,
      });
    });

    it('executes at the device time that a job states, and at none where it states none', async () => {
      const aged = spec({ profile: CONTRACT_CORE.aged });
      await core.program(aged, [weightsOf(aged)]);
      const at = async (conditions?: Conditions) =>
        (await execute(aged, batchOf(1, 6), soon(), conditions)).y.subarray(0, 2);
      expect(await at()).toEqual(Float32Array.of(-1, -1));
      expect(await at({ deviceTime: 86_400 })).toEqual(Float32Array.of(86_400, -1));
      expect(await at({ deviceTime: 86_400, calibratedAt: 0 })).toEqual(Float32Array.of(86_400, 0));
    });

    it('refuses a device time before programming, whatever the device', async () => {
      for (const shard of [spec(), spec({ profile: CONTRACT_CORE.aged })]) {
        await core.program(shard, [weightsOf(shard)]);
        for (const conditions of [{ deviceTime: -1 }, { deviceTime: NaN }, { deviceTime: 1, calibratedAt: 2 }])
          await expect(execute(shard, batchOf(1, 6), soon(), conditions)).rejects.toEqual(code('invalid_value'));
      }
    });

    it('tells what a measurement of drift takes on the shards that it holds, by operation', async () => {
      const shards = [0, 1].map((layer) => spec({ profile: CONTRACT_CORE.aged, layer }));
      const other = spec({ profile: CONTRACT_CORE.aged, operation: 'o' });
      for (const shard of [...shards, other, spec()]) await core.program(shard, [weightsOf(shard)]);
      const taken = await core.recalibrate(CONTRACT_CORE.aged, 3);
      expect(taken.map(({ operation, shards }) => [operation, shards])).toEqual([
        ['o', 1],
        ['gate_up', 2],
      ]);
      // Layers 2, 0 and 1 take 2, 0 and 1 s more than the device time: the slowest counts, and the joules of all.
      expect(taken[0]!.ledger).toMatchObject({ seconds: 5, joules: { adc: 0.5 } });
      expect(taken[1]!.ledger).toMatchObject({ seconds: 4, joules: { adc: 1 } });
    });

    it('refuses to measure what does not drift, and what it does not emulate', async () => {
      await expect(core.recalibrate(CONTRACT_CORE.exact, 3)).rejects.toEqual(code('invalid_value'));
      await expect(core.recalibrate(CONTRACT_CORE.exact, 3)).rejects.toThrow(/exact does not drift/);
      await expect(core.recalibrate('of-dreams', 3)).rejects.toEqual(code('profile_not_found'));
      await expect(core.recalibrate(CONTRACT_CORE.aged, -1)).rejects.toEqual(code('invalid_value'));
      expect(await core.recalibrate(CONTRACT_CORE.aged, 3)).toEqual([]);
    });

    it.each([
      ['one piece', (all: Float32Array) => [all]],
      [
        'odd pieces',
        (all: Float32Array) => [all.subarray(0, 1), all.subarray(1, 8), all.subarray(8, 8), all.subarray(8)],
      ],
      ['single values', (all: Float32Array) => Array.from(all, (value) => Float32Array.of(value))],
    ])('programs a shard from %s and multiplies by it', async (_, split) => {
      const shard = spec();
      const programmed = await core.program(shard, split(weightsOf(shard)));
      expect(programmed).toEqual({
        shard: { shardId: shardId(shard), spec: shard, residentBytes: 44 * 6 * 4 },
        ledger: expect.objectContaining({ seconds: 0.5, joules: { program: 0.25 }, reloads: 1 }),
        alreadyHeld: false,
      });
      expect(await core.describe()).toMatchObject({ shards: [programmed.shard], residentBytes: 44 * 6 * 4 });

      const batch = batchOf(3, shard.k);
      const reply = await execute(shard, batch);
      expect(reply.y).toEqual(product(shard, batch));
      expect(reply.ledger).toEqual({
        seconds: 3e-6,
        joules: { adc: 0.125, array: 0.5 },
        macs: 3 * 44 * 6,
        dacConversions: 18,
        adcConversions: 132,
        bytesMoved: 7,
        joulesBelow: 0.25,
        joulesAbove: 0.75,
        reloads: 2,
        reloadSeconds: 0.75e-6,
      });
      expect(reply.telemetry).toEqual({ dacSaturated: 1, adcSaturated: 2, signalRms: 1.5, noiseRms: 0.0625 });
      expect(reply.engineSeconds).toBeGreaterThan(0);
      expect(reply.coreSeconds).toBeGreaterThanOrEqual(reply.engineSeconds);
    });

    it('takes weights as they are read', async () => {
      const shard = spec();
      const all = weightsOf(shard);
      async function* read() {
        for (let at = 0; at < all.length; at += 100) {
          await new Promise((go) => setImmediate(go));
          yield all.subarray(at, at + 100);
        }
      }
      await core.program(shard, read());
      const batch = batchOf(1, shard.k);
      expect((await execute(shard, batch)).y).toEqual(product(shard, batch));
    });

    it('programs a shard with its calibration', async () => {
      const shard = spec({ profile: CONTRACT_CORE.ranges, calibration: 'c0ffee' });
      const adcBound = numbers(44, 3).map((value) => Math.abs(value) + 0.5);
      const programmed = await core.program(shard, [weightsOf(shard)], { inputRange: 2.5, adcBound });
      expect(programmed.shard.shardId).toContain('@ranges~c0ffee#');
      expect(programmed.shard.spec).toEqual(shard);
      const { y } = await execute(shard, batchOf(1, shard.k));
      expect([...y]).toEqual([2.5, ...adcBound.subarray(1)]);
    });

    it('programs a shard without one beside it', async () => {
      const [plain, calibrated] = [
        spec({ profile: CONTRACT_CORE.ranges }),
        spec({ profile: CONTRACT_CORE.ranges, calibration: 'a' }),
      ];
      await core.program(plain, [weightsOf(plain)]);
      await core.program(calibrated, [weightsOf(calibrated)], { inputRange: 4 });
      expect((await execute(plain, batchOf(1, plain.k))).y).toEqual(new Float32Array(44));
      expect([...(await execute(calibrated, batchOf(1, plain.k))).y].slice(0, 2)).toEqual([4, 0]);
    });

    it.each([
      ['an input range of 0', { inputRange: 0 }],
      ['an ADC range too few', { adcBound: new Float32Array(43).fill(1) }],
      ['an ADC range that is not finite', { adcBound: new Float32Array(44).fill(Infinity) }],
    ])('refuses a calibration with %s', async (_, calibration) => {
      const shard = spec({ calibration: 'bad' });
      await expect(core.program(shard, [weightsOf(shard)], calibration)).rejects.toEqual(code('invalid_shard'));
      expect(await core.describe()).toMatchObject({ shards: [] });
    });

    it('programs a shard of many chunks', async () => {
      const shard = spec({ k: 1000, n: 200, columnStart: 0, columnEnd: 200 });
      await core.program(shard, [weightsOf(shard)]);
      const batch = batchOf(2, shard.k);
      expect((await execute(shard, batch)).y).toEqual(product(shard, batch));
    });

    it('does not program a shard that it holds', async () => {
      const shard = spec({ k: 1000, n: 200, columnStart: 0, columnEnd: 200 });
      const first = await core.program(shard, [weightsOf(shard)]);
      const other = numbers(200_000, 9);
      const second = await core.program(shard, [other, other]);
      expect(second).toMatchObject({ shard: first.shard, alreadyHeld: true, ledger: { seconds: 0, joules: {} } });
      const batch = batchOf(1, shard.k);
      expect((await execute(shard, batch)).y).toEqual(product(shard, batch));
    });

    it('programs a shard once for callers that want it at the same time', async () => {
      const shard = spec({ k: 500 });
      const all = await Promise.all([1, 2, 3].map(() => core.program(shard, [weightsOf(shard)])));
      expect(all.filter(({ alreadyHeld }) => !alreadyHeld)).toHaveLength(1);
      expect((await core.describe()).shards).toHaveLength(1);
    });

    it('keeps shards that differ in any word of their name apart', async () => {
      const shards = [
        spec(),
        spec({ checkpoint: 'other' }),
        spec({ layer: 3 }),
        spec({ operation: 'down' }),
        spec({ profile: CONTRACT_CORE.keyed }),
        spec({ chipSeed: 1n }),
        spec({ columnStart: 0, columnEnd: 256 }),
      ];
      for (const shard of shards) await core.program(shard, [weightsOf(shard)]);
      const { shards: held } = await core.describe();
      expect(new Set(held.map(({ shardId }) => shardId))).toEqual(new Set(shards.map(shardId)));
    });

    it.each([
      ['too few', (all: Float32Array) => [all.subarray(1)]],
      ['too many', (all: Float32Array) => [all, all.subarray(0, 1)]],
      ['no', () => []],
      ['NaN among the', (all: Float32Array) => [all.with(263, Number.NaN)]],
      ['infinite', (all: Float32Array) => [all.with(0, Number.NEGATIVE_INFINITY)]],
    ])('refuses %s weights and holds nothing of them', async (_, broken) => {
      const shard = spec();
      await expect(core.program(shard, broken(weightsOf(shard)))).rejects.toEqual(code('invalid_shard'));
      expect(await core.describe()).toMatchObject({ shards: [], residentBytes: 0 });
      expect(await core.program(shard, [weightsOf(shard)])).toMatchObject({ alreadyHeld: false });
    });

    it.each([{ columnEnd: 256 }, { columnEnd: 301 }, { k: 0 }, { checkpoint: '' }])(
      'refuses a shard with %j',
      async (wrong) => {
        await expect(core.program(spec(wrong), [])).rejects.toEqual(code('invalid_shard'));
      },
    );

    it('names the profiles it has when asked for another', async () => {
      const program = core.program(spec({ profile: 'magic' }), [weightsOf(spec())]);
      await expect(program).rejects.toEqual(code('profile_not_found'));
      await expect(program).rejects.toThrow(/magic.*exact, faulty, keyed/);
    });

    it('passes on what the source of the weights throws, and holds nothing', async () => {
      const shard = spec();
      function* source() {
        yield weightsOf(shard).subarray(0, 100);
        throw new OhmlightError('invalid_checkpoint', 'the file ends here');
      }
      await expect(core.program(shard, source())).rejects.toEqual(code('invalid_checkpoint'));
      // The next caller does not depend on when the core notices.
      expect(await core.program(shard, [weightsOf(shard)])).toMatchObject({ alreadyHeld: false });
    });

    it('refuses what exceeds its capacity until there is room', async () => {
      const large = spec({ k: 600, n: 400, columnStart: 0, columnEnd: 400 });
      await core.program(large, [weightsOf(large)]);
      const next = { ...large, layer: 9 };
      await expect(core.program(next, [weightsOf(next)])).rejects.toEqual(code('capacity_exceeded'));
      const huge = spec({ k: 4_294_967_295, n: 4_294_967_295, columnStart: 0, columnEnd: 4_294_967_295 });
      await expect(core.program(huge, [])).rejects.toEqual(code('capacity_exceeded'));
      expect(await core.evict(shardId(large))).toBe(true);
      expect(await core.program(next, [weightsOf(next)])).toMatchObject({ alreadyHeld: false });
    });

    it('forgets an evicted shard', async () => {
      const shard = spec();
      await core.program(shard, [weightsOf(shard)]);
      expect(await core.evict(shardId(shard))).toBe(true);
      expect(await core.evict(shardId(shard))).toBe(false);
      expect(await core.describe()).toMatchObject({ shards: [], residentBytes: 0 });
      await expect(execute(shard, batchOf(1, shard.k))).rejects.toEqual(code('shard_not_held'));
    });

    it('hands each row its key, to the last bit', async () => {
      const shard = spec({ profile: CONTRACT_CORE.keyed, n: 3, columnStart: 0, columnEnd: 3 });
      await core.program(shard, [weightsOf(shard)]);
      const batch = {
        ...batchOf(2, shard.k),
        seeds: BigUint64Array.of(0xfedc_0000_0000_1234n, 1n),
        positions: Uint32Array.of(7, 0x0100_0000),
      };
      expect([...(await execute(shard, batch)).y]).toEqual([0x1234, 0xfedc, 7, 1, 0, 0x0100_0000]);
    });

    it('answers many jobs in flight, each with its own result', async () => {
      const shards = [spec(), spec({ layer: 3, k: 10 })];
      for (const shard of shards) await core.program(shard, [weightsOf(shard)]);
      const jobs = Array.from({ length: 200 }, (_, i) => {
        const shard = shards[i % 2]!;
        return { shard, batch: batchOf(1 + (i % 5), shard.k, i) };
      });
      const replies = await Promise.all(jobs.map(({ shard, batch }) => execute(shard, batch)));
      expect(replies.map(({ y }) => y)).toEqual(jobs.map(({ shard, batch }) => product(shard, batch)));
    });

    it('carries more than the 4 MiB that gRPC takes of itself, each way', async () => {
      const shard = spec({ profile: CONTRACT_CORE.keyed, k: 300, n: 300, columnStart: 0, columnEnd: 300 });
      await core.program(shard, [weightsOf(shard)]);
      const { y } = await execute(shard, batchOf(4000, shard.k));
      expect(y).toHaveLength(4000 * 300);
      expect(y.at(-1)).toBe(Math.fround(4_294_967_295 - 3999));
    });

    it('fails a job without failing those beside it', async () => {
      const shard = spec();
      await core.program(shard, [weightsOf(shard)]);
      const batch = batchOf(2, shard.k);
      const [before, unknown, short, keyless, after] = await Promise.allSettled([
        execute(shard, batch),
        execute(spec({ layer: 8 }), batch),
        execute(shard, { ...batch, x: batch.x.subarray(1) }),
        execute(shard, { ...batch, rows: 0, x: new Float32Array(0) }),
        execute(shard, batch),
      ]);
      expect(before).toMatchObject({ value: { y: product(shard, batch) } });
      expect(unknown).toEqual({ status: 'rejected', reason: code('shard_not_held') });
      expect(short).toEqual({ status: 'rejected', reason: code('invalid_job') });
      expect(keyless).toEqual({ status: 'rejected', reason: code('invalid_job') });
      expect(after).toMatchObject({ value: { y: product(shard, batch) } });
    });

    it.each([
      [CONTRACT_CORE.short, 'core_bad_reply'],
      [CONTRACT_CORE.nan, 'core_bad_reply'],
      [CONTRACT_CORE.faulty, 'internal_error'],
    ])('fails a job on a %s device as %s and lives on', async (profile, expected) => {
      const [bad, good] = [spec({ profile }), spec()];
      for (const shard of [bad, good]) await core.program(shard, [weightsOf(shard)]);
      const batch = batchOf(2, good.k);
      await expect(execute(bad, batch)).rejects.toEqual(code(expected));
      expect((await execute(good, batch)).y).toEqual(product(good, batch));
    });

    it('names core and shard where a reply is nonsense', async () => {
      const bad = spec({ profile: CONTRACT_CORE.nan });
      await core.program(bad, [weightsOf(bad)]);
      const job = execute(bad, batchOf(2, bad.k));
      await expect(job).rejects.toThrow(shardId(bad));
      await expect(job).rejects.toThrow(CONTRACT_CORE.coreId);
      await expect(job).rejects.toThrow(/NaN at row 1, column 43/);
    });

    it('does not begin a job whose deadline has passed', async () => {
      const shard = spec();
      await core.program(shard, [weightsOf(shard)]);
      await expect(execute(shard, batchOf(1, shard.k), Date.now() - 1)).rejects.toEqual(code('deadline_exceeded'));
    });

    it('is unavailable once closed', async () => {
      const shard = spec();
      await core.program(shard, [weightsOf(shard)]);
      const underWay = execute(shard, batchOf(1, shard.k));
      core.close();
      await expect(underWay).rejects.toEqual(code('core_unavailable'));
      await expect(execute(shard, batchOf(1, shard.k))).rejects.toEqual(code('core_unavailable'));
      await expect(core.describe()).rejects.toEqual(code('core_unavailable'));
      await expect(core.evict('x')).rejects.toEqual(code('core_unavailable'));
      await expect(core.program(shard, [])).rejects.toEqual(code('core_unavailable'));
      core.close();
    });
  });
}
