import { OhmlightError, shardId, type ShardSpec, totalJoules } from '@ohmlight/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeCore, FakeRegistry } from '../../../test/support/fake-core.js';
import { until } from '../../../test/support/until.js';
import { CoreDirectory } from './core-directory.js';
import { rank } from './placement.js';
import { ShardProgrammer } from './shard-programmer.js';
import { type RoutedJob, ShardRouter } from './shard-router.js';

const MASK = 'phase-mask';
const KEEPS = 'homodyne-basic';

const spec = (over: Partial<ShardSpec> = {}): ShardSpec => ({
  checkpoint: 'tiny',
  layer: 0,
  operation: 'qkv',
  k: 2,
  n: 4096,
  profile: MASK,
  columnStart: 0,
  columnEnd: 3,
  chipSeed: 1n,
  ...over,
});
/** A job of rows (first, 1), (first + 1, 1), … */
const job = (first: number, rows = 1, over: Partial<RoutedJob> = {}): RoutedJob => ({
  spec: spec(),
  pool: 'optical',
  batch: {
    rows,
    x: Float32Array.from({ length: 2 * rows }, (_, i) => (i % 2 === 0 ? first + i / 2 : 1)),
    seeds: BigUint64Array.from({ length: rows }, (_, i) => BigInt(first + i)),
    positions: new Uint32Array(rows),
  },
  requestId: `r${first}`,
  deadline: Date.now() + 5_000,
  ...over,
});
/** Its outputs, from the weights below. */
const outputs = (first: number, rows = 1): Float32Array =>
  Float32Array.from({ length: 3 * rows }, (_, i) => (first + Math.floor(i / 3)) * (2 * (i % 3) + 1) + 2 * (i % 3) + 2);

describe('jobs of a device that loads weights for every execution', () => {
  let registry: FakeRegistry;
  let cores: Map<string, FakeCore>;
  let directory: CoreDirectory;
  let router: ShardRouter;

  const up = async (...added: FakeCore[]): Promise<void> => {
    for (const core of added) {
      cores.set(core.id, core);
      core.booked = { seconds: 0.02, reloadSeconds: 0.016, reloads: 1, joules: { laser: 3, program: 1 } };
      await registry.publish(core.record);
    }
    await directory.refresh();
    await until(() => directory.cores('optical').length === cores.size, 'the cores to join');
  };
  const optical = (id: string): FakeCore => new FakeCore(id, 'optical', [MASK, KEEPS]);
  /** Programs a shard, then holds what is executed on the core until the answer is called. */
  const held = async (core: FakeCore, ...specs: ShardSpec[]): Promise<() => void> => {
    for (const shard of specs) await router.execute(job(0, 1, { spec: shard }));
    core.executed.length = core.executedRows.length = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    core.gate = promise;
    return () => {
      core.gate = undefined;
      resolve();
    };
  };

  beforeEach(async () => {
    registry = new FakeRegistry();
    cores = new Map();
    directory = new CoreDirectory(registry, (address) => cores.get(address)!.client());
    const programmer = new ShardProgrammer({
      async *weights() {
        yield Float32Array.of(1, 2, 3, 4, 5, 6);
      },
    });
    router = new ShardRouter(directory, programmer, new Map([[MASK, 1 / 60]]));
    await directory.start();
  });
  afterEach(() => directory.stop());

  it('share a load where they wait for it: each its own outputs, the whole time, its rows of the rest', async () => {
    await up(optical('a'));
    const core = cores.get('a')!;
    const go = await held(core, spec());
    const first = router.execute(job(10));
    await until(() => core.executed.length === 1, 'the first to have the device');
    const others = [router.execute(job(20, 3)), router.execute(job(30))];
    go();
    const [a, b, c] = await Promise.all([first, ...others]);
    expect(core.executedRows).toEqual([1, 4]);
    expect([a!.y, b!.y, c!.y]).toEqual([outputs(10), outputs(20, 3), outputs(30)]);
    expect([a!.share, b!.share, c!.share]).toEqual([1, 0.75, 0.25]);
    expect(b!.ledger).toMatchObject({ seconds: 0.02, reloadSeconds: 0.016, reloads: 0.75 });
    const all = [a!, b!, c!].map(({ ledger }) => ledger);
    expect(all.reduce((sum, { reloads }) => sum + reloads, 0)).toBe(2);
    expect(all.reduce((sum, { joules }) => sum + totalJoules(joules), 0)).toBe(8);
  });

  it('wait for nothing where the device is free', async () => {
    await up(optical('a'));
    const core = cores.get('a')!;
    for (const first of [1, 2]) expect((await router.execute(job(first))).share).toBe(1);
    expect(core.executedRows).toEqual([1, 1]);
  });

  it('have the device in the order of their oldest, a shard at a time', async () => {
    await up(optical('a'));
    const core = cores.get('a')!;
    const [one, two, three] = [0, 1, 2].map((layer) => spec({ layer })) as [ShardSpec, ShardSpec, ShardSpec];
    const go = await held(core, one, two, three);
    const jobs = [one, two, three, two, one, three].map((shard, i) => router.execute(job(i, 1, { spec: shard })));
    await until(() => core.executed.length === 2, 'the lanes to be full');
    go();
    await Promise.all(jobs);
    expect(core.executed).toEqual([one, two, three, two, one].map(shardId));
    expect(core.executedRows).toEqual([1, 1, 2, 1, 1]);
  });

  it('stay apart where they are read at different device times', async () => {
    await up(optical('a'));
    const core = cores.get('a')!;
    const go = await held(core, spec());
    const jobs = [{}, { deviceTime: 1 }, { deviceTime: 2 }, { deviceTime: 1 }].map((conditions, i) =>
      router.execute(job(i, 1, { conditions })),
    );
    await until(() => core.executed.length === 1, 'the first to have the device');
    go();
    expect((await Promise.all(jobs)).map(({ share }) => share)).toEqual([1, 0.5, 1, 0.5]);
    expect(core.executedRows).toEqual([1, 2, 1]);
  });

  it('fail alone, where one of them is at fault', async () => {
    await up(optical('a'));
    const core = cores.get('a')!;
    const go = await held(core, spec());
    core.faultOf = ({ x }) => (x.includes(66) ? new OhmlightError('invalid_job', 'a wrong value') : undefined);
    const jobs = [1, 2, 66, 3].map((first) => router.execute(job(first)));
    await until(() => core.executed.length === 1, 'the first to have the device');
    go();
    const [, before, wrong, after] = await Promise.allSettled(jobs);
    expect(wrong).toMatchObject({ status: 'rejected', reason: { code: 'invalid_job' } });
    expect(before).toMatchObject({ value: { y: outputs(2), share: 1 } });
    expect(after).toMatchObject({ value: { y: outputs(3), share: 1 } });
  });

  it('leave without those whose callers left', async () => {
    await up(optical('a'));
    const core = cores.get('a')!;
    const go = await held(core, spec());
    const leaving = new AbortController();
    const jobs = [1, 2, 3].map((first) => router.execute(job(first, 1, first === 2 ? { signal: leaving.signal } : {})));
    await until(() => core.executed.length === 1, 'the first to have the device');
    const reason = new Error('the client left');
    leaving.abort(reason);
    await expect(jobs[1]).rejects.toBe(reason);
    go();
    expect((await jobs[2])!.share).toBe(1);
    expect(core.executedRows).toEqual([1, 1]);
  });

  it('go on to another core together when theirs is lost, with the same outputs', async () => {
    const [first, second] = rank(shardId(spec()), [optical('a'), optical('b')]) as [FakeCore, FakeCore];
    await up(first, second);
    await held(first, spec());
    const jobs = [1, 2, 3].map((x) => router.execute(job(x)));
    await until(() => first.executed.length === 1, 'the first to have the device');
    first.kill();
    const replies = await Promise.all(jobs);
    expect(replies.map(({ coreId }) => coreId)).toEqual([second.id, second.id, second.id]);
    expect(replies.map(({ y }) => y)).toEqual([1, 2, 3].map((x) => outputs(x)));
  });

  it('run where the shard is being shown, though its owner has it too', async () => {
    const [owner, other] = rank(shardId(spec()), [optical('a'), optical('b')]) as [FakeCore, FakeCore];
    await up(other);
    const go = await held(other, spec());
    const first = router.execute(job(1));
    await until(() => other.executed.length === 1, 'the first to have the device');
    await up(owner);
    const live = directory.cores('optical').find(({ id }) => id === owner.id)!;
    await live.client.program(spec(), [Float32Array.of(1, 2, 3, 4, 5, 6)]);
    live.hold(shardId(spec()));
    const joining = router.execute(job(2));
    go();
    expect([(await first).coreId, (await joining).coreId]).toEqual([other.id, other.id]);
    // Nothing is shown any more: the owner has it from now on.
    expect((await router.execute(job(3))).coreId).toBe(owner.id);
  });

  it('are no matter of profiles that keep or stream their weights', async () => {
    await up(optical('a'));
    const core = cores.get('a')!;
    const kept = spec({ profile: KEEPS });
    const go = await held(core, kept);
    const jobs = [1, 2, 3].map((first) => router.execute(job(first, 1, { spec: kept })));
    await until(() => core.executed.length === 3, 'all to be on their way');
    go();
    expect((await Promise.all(jobs)).map(({ share }) => share)).toEqual([1, 1, 1]);
    expect(core.executedRows).toEqual([1, 1, 1]);
  });
});
