import { join } from 'node:path';
import { type Calibrations, loadCalibrations } from '@ohmlight/calibration';
import { type Operation, OhmlightError, placedPhases, type Pool, profileFor, type RowBatch } from '@ohmlight/contracts';
import { createDevice, loadProfiles } from '@ohmlight/devices';
import { Checkpoint, type Matmul } from '@ohmlight/transformer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MatmulDeps, MatmulFactory } from '../../../services/gateway/src/matmul/index.js';
import { calibrationFile, writeCalibration } from '../../support/write-calibration.js';
import { type TestCheckpoint, writeCheckpoint } from '../../support/write-checkpoint.js';

/** One way to the cores, with the cores behind it. */
export interface MatmulHarness {
  /** @param calibrations Directory that other processes read calibrations from. */
  start(checkpoint: TestCheckpoint, calibrations: string): Promise<void>;
  /** A factory over real cores of every pool. */
  factory(options: Partial<MatmulDeps>): Promise<MatmulFactory>;
  /** A factory whose only core, or device, emulates `profile` and answers NaN. */
  nonsense(pool: Pool, profile: string): Promise<MatmulFactory>;
  stop(): Promise<void>;
  /** Least and most loads of weights that twelve calls take which come at once for one shard. */
  readonly loadsOfTwelve: readonly [least: number, most: number];
}

const PROFILES = ['digital-fp32', 'crossbar-basic', 'homodyne-basic'] as const;
const CHIP_SEED = 7n;
const K = 96;

/** Rows of a fixed sequence; row i is the same whatever the batch that it is part of. */
function rows(...ids: number[]): RowBatch {
  const x = new Float32Array(ids.length * K);
  ids.forEach((id, row) => {
    for (let i = 0; i < K; i++) x[row * K + i] = Math.sin(id * 131 + i * 0.7);
  });
  return {
    rows: ids.length,
    x,
    seeds: BigUint64Array.from(ids, (id) => (BigInt(id) * 0x9e37_79b9_7f4a_7c15n) & 0xffff_ffff_ffff_ffffn),
    positions: Uint32Array.from(ids, (id) => id * 3),
  };
}

/** What every implementation of the Matmul port must do; each runs it with its own harness. */
export function matmulContract(name: string, harness: MatmulHarness): void {
  describe(`Matmul contract: ${name}`, () => {
    const profiles = loadProfiles('profiles');
    const operation: Operation = 'gate_up';
    const call = (batch: RowBatch) => ({ layer: 0, operation, batch });
    const open: MatmulFactory[] = [];
    let files: TestCheckpoint;
    let checkpoint: Checkpoint;
    let directory: string;
    let calibrations: Calibrations;
    let factory: MatmulFactory;

    const bind = (to: MatmulFactory, placement: string): Matmul =>
      to.forPlacement(checkpoint, profiles.placements.get(placement)!);
    const another = async (options: Partial<MatmulDeps>): Promise<MatmulFactory> => {
      const made = await harness.factory({ chipSeed: CHIP_SEED, ...options });
      open.push(made);
      return made;
    };

    beforeAll(async () => {
      files = await writeCheckpoint();
      checkpoint = await Checkpoint.open('test', files.directory);
      directory = join(files.directory, 'calibrations');
      for (const profile of PROFILES)
        writeCalibration(directory, await calibrationFile(checkpoint, profiles.devices.get(profile)!));
      calibrations = await loadCalibrations(directory, [checkpoint], profiles.devices);
      await harness.start(files, directory);
      factory = await another({});
    });
    afterAll(async () => {
      await Promise.all(open.map((made) => made.close()));
      await harness.stop();
      await checkpoint.close();
      await files.remove();
    });

    describe.each(PROFILES)('%s', (profile) => {
      it('gives what the device gives, bit for bit, with its ledger', async () => {
        const matrix = checkpoint.matrix(0, operation);
        const spec = { ...matrix, profile, columnStart: 0, columnEnd: matrix.n, chipSeed: CHIP_SEED };
        const weights = await checkpoint.readMatrix(0, operation, 0, matrix.n);
        const batch = rows(1, 2, 3);
        const device = createDevice(profiles.devices.get(profile)!).program(spec, weights).execute(batch);
        const reply = await bind(factory, profile).execute(call(batch));
        expect(reply.y).toEqual(device.y);
        expect(reply.ledger.macs).toBe(3 * matrix.k * matrix.n);
        expect(reply.ledger).toEqual(device.ledger);
        expect(reply.telemetry.signalRms).toBeCloseTo(device.telemetry.signalRms, 6);
        expect(reply.jobs).toBe(1);
        const { total, engine, grpc, queue } = reply.wall;
        expect(Math.min(engine, grpc, queue)).toBeGreaterThanOrEqual(0);
        expect(engine + grpc + queue).toBeCloseTo(total, 9);
      });

      it('gives what the calibrated device gives, bit for bit, from one shard and from four', async () => {
        const matrix = checkpoint.matrix(0, operation);
        const { digest, inputRange, adcBound, channelScale } = calibrations.find(matrix, profile)!;
        const spec = {
          ...matrix,
          profile,
          columnStart: 0,
          columnEnd: matrix.n,
          chipSeed: CHIP_SEED,
          calibration: digest,
        };
        const weights = await checkpoint.readMatrix(0, operation, 0, matrix.n);
        const batch = rows(6, 7);
        const scaled = { ...batch, x: batch.x.map((value, i) => value / channelScale![i % K]!) };
        const device = createDevice(profiles.devices.get(profile)!)
          .program(
            spec,
            weights.map((weight, i) => weight * channelScale![i % K]!),
            { inputRange, adcBound },
          )
          .execute(scaled);
        for (const shardColumns of [1024, 256]) {
          const calibrated = await another({ calibrations, shardColumns });
          const { y } = await bind(calibrated, profile).execute(call(batch));
          expect(y).toEqual(device.y);
          const plain = await bind(factory, profile).execute(call(batch));
          // In f32 scales that are powers of two change no bit.
          expect(y.every((value, i) => value === plain.y[i])).toBe(profile === 'digital-fp32');
          const placement = { ...profiles.placements.get(profile)!, calibrated: false };
          const off = await calibrated.forPlacement(checkpoint, placement).execute(call(batch));
          expect(off.y).toEqual(plain.y);
        }
      });

      it('gives the same bits from one, two and four shards', async () => {
        const batch = rows(4, 5);
        const [one, two, four] = await Promise.all(
          [1024, 512, 256].map(async (shardColumns) =>
            bind(await another({ shardColumns }), profile).execute(call(batch)),
          ),
        );
        expect([one!.jobs, two!.jobs, four!.jobs]).toEqual([1, 2, 4]);
        expect(two!.y).toEqual(one!.y);
        expect(four!.y).toEqual(one!.y);
        expect(four!.ledger.macs).toBe(one!.ledger.macs);
      });

      it('gives a row the same bits alone and among many', async () => {
        const matmul = bind(factory, profile);
        const ids = Array.from({ length: 50 }, (_, i) => i + 10);
        const { y } = await matmul.execute(call(rows(...ids)));
        for (const [i, id] of [...ids.entries()].filter(([i]) => i % 16 === 0)) {
          const alone = await matmul.execute(call(rows(id)));
          expect(alone.y).toEqual(y.subarray(i * 1024, (i + 1) * 1024));
        }
      });
    });

    it('pays a load of weights once for all rows of a call, and shares it among calls that wait for it', async () => {
      const profile = 'phase-mask';
      const matrix = checkpoint.matrix(0, operation);
      const spec = { ...matrix, profile, columnStart: 0, columnEnd: matrix.n, chipSeed: CHIP_SEED };
      const weights = await checkpoint.readMatrix(0, operation, 0, matrix.n);
      const device = createDevice(profiles.devices.get(profile)!).program(spec, weights);
      const matmul = bind(factory, profile);
      const whole = await matmul.execute(call(rows(1, 2, 3, 4)));
      expect(whole.ledger).toEqual(device.execute(rows(1, 2, 3, 4)).ledger);
      expect(whole.ledger.reloads).toBe(1);
      const calls = Array.from({ length: 12 }, (_, i) =>
        rows(...Array.from({ length: 1 + (i % 3) }, (_, r) => 3 * i + r)),
      );
      const replies = await Promise.all(calls.map((batch) => matmul.execute(call(batch))));
      replies.forEach(({ y }, i) => expect(y).toEqual(device.execute(calls[i]!).y));
      const loads = replies.reduce((sum, { ledger }) => sum + ledger.reloads, 0);
      // As many loads as executions, whoever shared them: a whole number, and never more than calls.
      expect(loads).toBeCloseTo(Math.round(loads), 9);
      const [least, most] = harness.loadsOfTwelve;
      expect(Math.round(loads)).toBeGreaterThanOrEqual(least);
      expect(Math.round(loads)).toBeLessThanOrEqual(most);
      const macs = replies.reduce((sum, { ledger }) => sum + ledger.macs, 0);
      expect(macs / (24 * matrix.k * matrix.n)).toBeCloseTo(1, 9);
      for (const { ledger, share = 1 } of replies) {
        expect(ledger.reloads).toBeCloseTo(share, 12);
        expect(ledger.reloadSeconds).toBeCloseTo(whole.ledger.reloadSeconds, 12);
      }
    });

    it('reads a device at the time that a call states: the same bits alone and beside other times', async () => {
      const profile = 'pcm-standard';
      const matrix = checkpoint.matrix(0, operation);
      const spec = { ...matrix, profile, columnStart: 0, columnEnd: matrix.n, chipSeed: CHIP_SEED };
      const weights = await checkpoint.readMatrix(0, operation, 0, matrix.n);
      const batch = rows(6, 7);
      const device = createDevice(profiles.devices.get(profile)!).program(spec, weights);
      const times = [
        {},
        { deviceTime: 3600 },
        { deviceTime: 2_592_000 },
        { deviceTime: 2_592_000, calibratedAt: 3600 },
      ];
      const alone = times.map((conditions) => device.execute(batch, conditions).y);
      expect(new Set(alone.map((y) => y.join())).size).toBe(times.length);
      const matmul = bind(factory, profile);
      const order = [0, 1, 2, 3, 1, 0, 3, 2, 1, 2];
      const together = await Promise.all(
        order.map((i) => matmul.execute({ ...call(batch), conditions: times[i]! }).then(({ y }) => y)),
      );
      expect(together).toEqual(order.map((i) => alone[i]));
    });

    it('measures drift on the shards that are held, and tells what each takes', async () => {
      const profile = 'pcm-standard';
      const matrix = checkpoint.matrix(0, operation);
      const spec = { ...matrix, profile, columnStart: 0, columnEnd: matrix.n, chipSeed: 99n };
      const own = await another({ chipSeed: 99n });
      const matmul = bind(own, profile);
      await matmul.execute(call(rows(1)));
      const before = await own.recalibrate(profile, 60);
      expect(before.cores).toBeGreaterThanOrEqual(1);
      const weights = await checkpoint.readMatrix(0, operation, 0, matrix.n);
      const device = createDevice(profiles.devices.get(profile)!).program(spec, weights);
      const one = device.recalibrate!(60);
      const { shards, ledger } = before.recalibrations.find((part) => part.operation === operation)!;
      // Shards of other chips, where this way keeps them, are of one shape: they take the same time.
      expect(shards).toBeGreaterThanOrEqual(1);
      expect(ledger.seconds).toBe(one.seconds);
      expect(ledger.adcConversions).toBe(shards * one.adcConversions);
    });

    it('refuses a device time before programming', async () => {
      const failure = bind(factory, 'pcm-standard').execute({ ...call(rows(1)), conditions: { deviceTime: -1 } });
      await expect(failure).rejects.toMatchObject({ code: 'invalid_value' });
    });

    it.each(['fused-pcm', 'fused-gilbert'])('runs a fused ffn of %s as one shard, as its device does', async (name) => {
      const { k, n, inner } = checkpoint.matrix(0, 'ffn');
      const profile = profileFor(profiles.placements.get(name)!.rules, 0, 'ffn')!;
      const spec = { ...checkpoint.matrix(0, 'ffn'), profile, columnStart: 0, columnEnd: n, chipSeed: CHIP_SEED };
      const weights = await checkpoint.readMatrix(0, 'ffn', 0, n);
      expect(weights).toHaveLength(2 * inner! * k + n * inner!);
      const batch = rows(1, 2, 3);
      const device = createDevice(profiles.devices.get(profile)!).program(spec, weights).execute(batch);
      const matmul = bind(await another({ shardColumns: 256 }), name);
      expect(matmul.fused!(0)).toBe(true);
      const reply = await matmul.execute({ layer: 0, operation: 'ffn', batch });
      expect(reply.y).toEqual(device.y);
      expect(reply.ledger).toEqual(device.ledger);
      expect(reply.jobs).toBe(1);
    });

    it('fuses nothing on a placement without a rule for ffn', async () => {
      const matmul = bind(factory, 'pcm-standard');
      expect(matmul.fused!(0)).toBe(false);
      const failure = matmul.execute({ layer: 0, operation: 'ffn', batch: rows(1) });
      await expect(failure).rejects.toMatchObject({ code: 'profile_not_found' });
    });

    it('runs each matrix of a placement with rules for layers on the device that holds there', async () => {
      const rules = [
        { profile: 'crossbar-basic' },
        { operation: 'o' as const, profile: 'homodyne-basic' },
        { operation: 'ffn' as const, layers: { first: 1, last: 1 }, profile: 'pcm-standard' },
        { layers: { first: 0, last: 0 }, profile: 'digital-fp32' },
        { operation: 'down' as const, layers: { first: 0, last: 0 }, profile: 'homodyne-basic' },
      ];
      const matmul = factory.forPlacement(checkpoint, { name: 'layered', rules });
      const phases = placedPhases(rules, checkpoint.config.layers);
      expect(phases.slice(0, 7).map(({ profile }) => profile)).toEqual([
        'digital-fp32',
        'digital-fp32',
        'digital-fp32',
        'homodyne-basic',
        'crossbar-basic',
        'homodyne-basic',
        'pcm-standard',
      ]);
      expect([0, 1].map((layer) => matmul.fused!(layer))).toEqual([false, true]);
      for (const { layer, operation: op, profile } of phases) {
        const matrix = checkpoint.matrix(layer, op);
        const spec = { ...matrix, profile: profile!, columnStart: 0, columnEnd: matrix.n, chipSeed: CHIP_SEED };
        const weights = await checkpoint.readMatrix(layer, op, 0, matrix.n);
        const x = Float32Array.from({ length: 2 * matrix.k }, (_, i) => Math.sin(layer + 0.3 * i));
        const batch = { ...rows(1, 2), x };
        const device = createDevice(profiles.devices.get(profile!)!).program(spec, weights).execute(batch);
        expect((await matmul.execute({ layer, operation: op, batch })).y).toEqual(device.y);
      }
    });

    it('refuses rules for layers that the checkpoint does not have', () => {
      const { layers } = checkpoint.config;
      const rules = [{ profile: 'digital-fp32' }, { layers: { first: 0, last: layers }, profile: 'crossbar-basic' }];
      expect(() => factory.forPlacement(checkpoint, { name: 'deep', rules })).toThrow(
        expect.objectContaining({ code: 'model_not_found', message: expect.stringContaining(`0-${layers}`) }),
      );
    });

    it('runs every matrix of the checkpoint', async () => {
      const matmul = bind(factory, 'digital-fp32');
      for (const { layer, operation, k, n } of checkpoint.matrices()) {
        const batch = { ...rows(1), x: new Float32Array(k).fill(0.5) };
        expect((await matmul.execute({ layer, operation, batch })).y).toHaveLength(n);
      }
    });

    it('does not mix concurrent calls', async () => {
      const matmul = bind(factory, 'crossbar-basic');
      const ids = Array.from({ length: 24 }, (_, i) => i + 100);
      const alone = await Promise.all(ids.map((id) => matmul.execute(call(rows(id)))));
      for (const [i, id] of ids.entries()) expect((await matmul.execute(call(rows(id)))).y).toEqual(alone[i]!.y);
    });

    it('rejects at once with the abort reason, before and during a call', async () => {
      const matmul = bind(factory, 'digital-fp32');
      const reason = new Error('the client left');
      await expect(matmul.execute(call(rows(1)), AbortSignal.abort(reason))).rejects.toBe(reason);
      const abort = new AbortController();
      const reply = matmul.execute(call(rows(1)), abort.signal);
      abort.abort(reason);
      await expect(reply).rejects.toBe(reason);
      expect((await matmul.execute(call(rows(1)))).y).toHaveLength(1024);
    });

    it('refuses a profile that does not exist, listing those that do', async () => {
      const rules = [{ profile: 'digital-fp32' }, { operation, profile: 'crossbar-of-dreams' }];
      const matmul = factory.forPlacement(checkpoint, { name: 'dreams', rules });
      await expect(matmul.execute(call(rows(1)))).rejects.toMatchObject({
        code: 'profile_not_found',
        message: expect.stringMatching(/crossbar-of-dreams.*digital-fp32/),
      });
    });

    it.each([
      ['NaN', { x: new Float32Array(K).fill(NaN) }],
      ['infinity', { x: new Float32Array(K).fill(-Infinity) }],
      ['too few activations', { x: new Float32Array(K - 1) }],
      ['no seed', { seeds: new BigUint64Array(0) }],
      ['two positions', { positions: new Uint32Array(2) }],
      ['no rows', { rows: 0, x: new Float32Array(0) }],
    ])('refuses a batch with %s', async (_, fault) => {
      const failure = bind(factory, 'digital-fp32').execute(call({ ...rows(1), ...fault }));
      await expect(failure).rejects.toMatchObject({ code: 'invalid_job' });
    });

    it('fails with core_bad_reply when a core answers nonsense, and lives', async () => {
      const mad = await harness.nonsense('digital', 'digital-fp32');
      open.push(mad);
      const failure = bind(mad, 'digital-fp32').execute(call(rows(1)));
      await expect(failure).rejects.toMatchObject({ code: 'core_bad_reply' });
      await expect(failure).rejects.toBeInstanceOf(OhmlightError);
      expect((await bind(factory, 'digital-fp32').execute(call(rows(1)))).y).toHaveLength(1024);
    });

    it('ends calls under way when it is closed', async () => {
      const closing = await another({});
      const reply = bind(closing, 'digital-fp32').execute(call(rows(...Array.from({ length: 64 }, (_, i) => i))));
      reply.catch(() => {});
      await closing.close();
      const outcome = await reply.then(
        () => 'done',
        (error: OhmlightError) => error.code,
      );
      expect(['done', 'shutting_down']).toContain(outcome);
      await expect(bind(closing, 'digital-fp32').execute(call(rows(1)))).rejects.toMatchObject({
        code: 'shutting_down',
      });
    });
  });
}
