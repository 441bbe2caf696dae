import { OhmlightError, shardId, type ShardSpec } from '@ohmlight/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeCore, FakeRegistry } from '../../../test/support/fake-core.js';
import { until } from '../../../test/support/until.js';
import { CoreDirectory } from './core-directory.js';
import { rank } from './placement.js';
import { ShardProgrammer } from './shard-programmer.js';
import { type RoutedJob, ShardRouter } from './shard-router.js';
import { ShardWarmer } from './shard-warmer.js';

const spec = (columnStart = 0): ShardSpec => ({
  checkpoint: 'tiny',
  layer: 0,
  operation: 'qkv',
  k: 2,
  n: 4096,
  profile: 'crossbar-basic',
  columnStart,
  columnEnd: columnStart + 3,
  chipSeed: 1n,
});
const job = (over: Partial<RoutedJob> = {}): RoutedJob => ({
  spec: spec(),
  pool: 'electronic',
  batch: { rows: 1, x: Float32Array.of(2, 3), seeds: BigUint64Array.of(1n), positions: Uint32Array.of(0) },
  requestId: 'r',
  deadline: Date.now() + 5_000,
  ...over,
});
const Y = Float32Array.of(2 * 1 + 3 * 2, 2 * 3 + 3 * 4, 2 * 5 + 3 * 6);

describe('ShardRouter', () => {
  let registry: FakeRegistry;
  let cores: Map<string, FakeCore>;
  let directory: CoreDirectory;
  let programmer: ShardProgrammer;
  let router: ShardRouter;
  let reads: number;

  const up = async (...added: FakeCore[]): Promise<void> => {
    for (const core of added) {
      cores.set(core.id, core);
      await registry.publish(core.record);
    }
  };
  /** The pool's cores as fakes, best-ranked for the shard first. */
  const ranked = (id = shardId(spec())): FakeCore[] => rank(id, [...cores.values()]);

  beforeEach(() => {
    registry = new FakeRegistry();
    cores = new Map();
    reads = 0;
    directory = new CoreDirectory(registry, (address) => cores.get(address)!.client());
    programmer = new ShardProgrammer({
      async *weights() {
        reads++;
        yield Float32Array.of(1, 2, 3, 4);
        yield Float32Array.of(5, 6);
      },
    });
    router = new ShardRouter(directory, programmer);
  });
  afterEach(() => directory.stop());

  it('programs a core on demand, once for many jobs at a time', async () => {
    await up(new FakeCore('a'));
    await directory.start();
    const replies = await Promise.all([1, 2, 3].map(() => router.execute(job())));
    for (const reply of replies) expect(reply).toMatchObject({ y: Y, coreId: 'a', attempts: 1 });
    expect(reads).toBe(1);
    expect(cores.get('a')!.programmed).toEqual([shardId(spec())]);
  });

  it('waits for a core of the pool and runs as soon as one is up', async () => {
    await directory.start();
    const reply = router.execute(job());
    await up(new FakeCore('late'));
    expect((await reply).coreId).toBe('late');
  });

  it('says which pool has no core and what to do, at the deadline', async () => {
    await up(new FakeCore('light', 'optical', ['homodyne-basic']));
    await directory.start();
    const failure = router.execute(job({ deadline: Date.now() + 50 }));
    await expect(failure).rejects.toMatchObject({
      code: 'core_unavailable',
      message: expect.stringMatching(/electronic pool.*start one/),
    });
  });

  it('goes on to another core when one is lost in mid-job', async () => {
    await up(new FakeCore('a'), new FakeCore('b'));
    await directory.start();
    const [first, second] = ranked() as [FakeCore, FakeCore];
    first.gate = new Promise(() => {});
    first.weights.set(shardId(spec()), { spec: spec(), w: Float32Array.of(1, 2, 3, 4, 5, 6) });
    directory
      .cores('electronic')
      .find((c) => c.id === first.id)!
      .hold(shardId(spec()));
    const reply = router.execute(job());
    await until(() => first.executed.length === 1, 'the execution to begin');
    first.kill();
    expect(await reply).toMatchObject({ y: Y, coreId: second.id, attempts: 2 });
    expect(directory.cores('electronic').map((core) => core.id)).toEqual([second.id]);
  });

  it('ends what a core has under way when its heartbeat ceases, though its connection stands', async () => {
    await up(new FakeCore('a'));
    await directory.start();
    const hung = cores.get('a')!;
    hung.gate = new Promise(() => {});
    const reply = router.execute(job());
    await up(new FakeCore('b'));
    await registry.remove('a');
    expect((await reply).coreId).toBe('b');
  });

  it('programs anew where a core denies holding the shard', async () => {
    await up(new FakeCore('a'));
    await directory.start();
    await router.execute(job());
    cores.get('a')!.weights.clear();
    expect(await router.execute(job())).toMatchObject({ y: Y, attempts: 2 });
    expect(cores.get('a')!.programmed).toHaveLength(2);
  });

  it('passes over a full core, and fails with its reason when all are full', async () => {
    await up(new FakeCore('a'), new FakeCore('b'));
    await directory.start();
    const [first, second] = ranked() as [FakeCore, FakeCore];
    first.full = true;
    expect((await router.execute(job())).coreId).toBe(second.id);
    second.full = true;
    await expect(router.execute(job({ spec: spec(512) }))).rejects.toMatchObject({ code: 'capacity_exceeded' });
  });

  it.each(['core_bad_reply', 'invalid_job', 'invalid_shard', 'profile_not_found'] as const)(
    'fails at once with %s, which no other core would mend',
    async (code) => {
      await up(new FakeCore('a'), new FakeCore('b'));
      await directory.start();
      for (const core of cores.values()) core.fault = new OhmlightError(code, 'no');
      await expect(router.execute(job())).rejects.toMatchObject({ code, message: 'no' });
      expect([...cores.values()].flatMap((core) => core.executed)).toHaveLength(1);
    },
  );

  it('tries a defect on one core on the others before it gives up', async () => {
    await up(new FakeCore('a'), new FakeCore('b'));
    await directory.start();
    for (const core of cores.values()) core.fault = new OhmlightError('internal_error', 'a defect');
    await expect(router.execute(job())).rejects.toMatchObject({ code: 'internal_error' });
    expect([...cores.values()].map((core) => core.executed.length)).toEqual([1, 1]);
  });

  it('never begins a job whose deadline has passed', async () => {
    await up(new FakeCore('a'));
    await directory.start();
    await expect(router.execute(job({ deadline: Date.now() - 1 }))).rejects.toMatchObject({
      code: 'deadline_exceeded',
    });
    expect(cores.get('a')!.programmed).toEqual([]);
    expect(cores.get('a')!.executed).toEqual([]);
  });

  it('ends at the deadline though the core never answers', async () => {
    await up(new FakeCore('a'));
    await directory.start();
    await router.execute(job());
    cores.get('a')!.gate = new Promise(() => {});
    await expect(router.execute(job({ deadline: Date.now() + 30 }))).rejects.toMatchObject({
      code: 'deadline_exceeded',
    });
  });

  it('rejects with the abort reason', async () => {
    await directory.start();
    const abort = new AbortController();
    const reason = new Error('the client left');
    const reply = router.execute(job({ signal: abort.signal }));
    abort.abort(reason);
    await expect(reply).rejects.toBe(reason);
  });

  it('spreads shards over the cores of a pool', async () => {
    await up(new FakeCore('a'), new FakeCore('b'));
    await directory.start();
    await Promise.all(Array.from({ length: 12 }, (_, i) => router.execute(job({ spec: spec(i * 256) }))));
    for (const core of cores.values()) expect(core.programmed.length).toBeGreaterThan(2);
  });

  it('moves a shard to its owner beside the jobs when a core joins', async () => {
    const [owner, other] = rank(shardId(spec()), [new FakeCore('a'), new FakeCore('b')]) as [FakeCore, FakeCore];
    await up(other);
    await directory.start();
    expect((await router.execute(job())).coreId).toBe(other.id);
    await up(owner);
    await until(() => directory.cores('electronic').length === 2, 'the core to join');
    expect((await router.execute(job())).coreId).toBe(other.id);
    const live = directory.cores('electronic').find((core) => core.id === owner.id)!;
    await until(() => live.holds(shardId(spec())), 'the owner to be programmed');
    expect((await router.execute(job())).coreId).toBe(owner.id);
  });

  it('takes a lost core back once it answers again, with what it then holds', async () => {
    await up(new FakeCore('a'));
    await directory.start();
    await router.execute(job());
    const core = cores.get('a')!;
    core.kill();
    const reply = router.execute(job());
    await until(() => directory.cores('electronic').length === 0, 'the core to be dropped');
    core.revive();
    expect(await reply).toMatchObject({ y: Y, coreId: 'a' });
    expect(core.programmed).toHaveLength(2);
  });

  it('tells once of a core that announced itself and cannot be reached', async () => {
    const silent = new FakeCore('a');
    silent.alive = false;
    await up(silent);
    const told: string[] = [];
    directory.listen({ unreachable: ({ id }, { code }) => told.push(`${id}: ${code}`) });
    await directory.start();
    await directory.refresh();
    silent.revive();
    expect((await router.execute(job())).coreId).toBe('a');
    expect(told).toEqual(['a: core_unavailable']);
  });

  it('keeps its cores while the registry is away', async () => {
    await up(new FakeCore('a'));
    await directory.start();
    const told: string[] = [];
    directory.listen({ unreadable: (error) => told.push(error.code) });
    registry.broken = true;
    await directory.refresh();
    await directory.refresh();
    expect((await router.execute(job())).coreId).toBe('a');
    expect(told).toEqual(['queue_unavailable']);
  });

  describe('ShardWarmer', () => {
    it('programs every shard ahead, tells of progress, and warms a core that joins', async () => {
      await up(new FakeCore('a'));
      await directory.start();
      const progress: string[] = [];
      const shards = Array.from({ length: 8 }, (_, i) => ({ spec: spec(i * 256), pool: 'electronic' as const }));
      const warmer = new ShardWarmer({
        directory,
        programmer,
        shards,
        onProgress: ({ done, total }) => progress.push(`${done}/${total}`),
        onError: (id, error) => progress.push(`${id}: ${error.message}`),
      });
      warmer.start();
      await warmer.settled();
      expect(progress).toEqual(['0/8', '1/8', '2/8', '3/8', '4/8', '5/8', '6/8', '7/8', '8/8']);
      expect(cores.get('a')!.programmed).toHaveLength(8);

      await up(new FakeCore('b'));
      const owned = shards.filter(({ spec }) => ranked(shardId(spec))[0]!.id === 'b').length;
      expect(owned).toBeGreaterThan(0);
      await until(() => cores.get('b')!.programmed.length === owned, 'the joined core to be warmed');
      warmer.stop();
    });
  });
});
