/**
 * Wall time of one phase (one row, one shard) through each implementation of the Matmul port, with Redis, the
 * dispatcher and the core as processes of their own. Prints a table. After a build:
 *
 *   node test/bench/phase-latency.ts [calls]
 */
import { loadProfiles } from '@ohmlight/devices';
import { connectRedis, RedisRegistry } from '@ohmlight/registry';
import { createLogger } from '@ohmlight/telemetry';
import { Checkpoint, type MatmulWall } from '@ohmlight/transformer';
import { createMatmulFactory, MATMUL_KINDS } from '../../services/gateway/dist/matmul/index.js';
import { startRedis } from '../support/redis.ts';
import { startService } from '../support/service.ts';
import { until } from '../support/until.ts';
import { SHAPE, writeCheckpoint } from '../support/write-checkpoint.ts';

const CALLS = Number(process.argv[2] ?? 2_000);
const WARM_UP = 300;

const redis = await startRedis();
const files = await writeCheckpoint();
const env = { REDIS_URL: redis.url, OHMLIGHT_CHECKPOINTS: `test=${files.directory}` };
const services = [startService('digital-pool', env), startService('dispatcher', env)];
const connection = connectRedis(redis.url, { patient: true, name: 'bench', onError: () => {} });
const registry = new RedisRegistry(connection, 'ohmlight');
try {
  const ready = async (): Promise<boolean> =>
    (await registry.list()).filter(({ state }) => state === 'ready').length === services.length;
  await until(ready, 'the services to be ready', 30_000).catch((error: unknown) => {
    throw new Error(`${String(error)}: ${services.map((service) => service.log()).join('')}`);
  });
  const checkpoint = await Checkpoint.open('test', files.directory);
  const profiles = loadProfiles('profiles');
  const batch = {
    rows: 1,
    x: new Float32Array(SHAPE.hidden).fill(0.5),
    seeds: BigUint64Array.of(1n),
    positions: Uint32Array.of(0),
  };
  const milliseconds = (values: number[], share: number): string =>
    (values.toSorted((a, b) => a - b)[Math.floor(values.length * share)]! * 1000).toFixed(3).padStart(8);
  console.log(
    `${CALLS} phases of 1 row × ${SHAPE.hidden} → ${SHAPE.hidden} columns, one shard, digital-fp32; milliseconds`,
  );
  console.log('way            p50      p90      p99   queue p50   gRPC p50   engine p50');
  for (const kind of MATMUL_KINDS) {
    const factory = await createMatmulFactory(kind, {
      redisUrl: redis.url,
      namespace: 'ohmlight',
      gatewayId: 'bench',
      profiles,
      shardColumns: 1024,
      chipSeed: 1n,
      jobDeadlineMs: 10_000,
      logger: createLogger('bench', 'bench', 'warn'),
      registry,
    });
    const matmul = factory.forPlacement(checkpoint, profiles.placements.get('digital-fp32')!);
    const walls: MatmulWall[] = [];
    for (let i = 0; i < WARM_UP + CALLS; i++) {
      const { wall } = await matmul.execute({ layer: 0, operation: 'o', batch });
      if (i >= WARM_UP) walls.push(wall);
    }
    const of = (part: 'total' | 'queue' | 'grpc' | 'engine', share: number) =>
      milliseconds(
        walls.map((wall) => wall[part]),
        share,
      );
    console.log(
      `${kind.padEnd(10)} ${of('total', 0.5)} ${of('total', 0.9)} ${of('total', 0.99)}    ${of('queue', 0.5)}   ${of('grpc', 0.5)}     ${of('engine', 0.5)}`,
    );
    await factory.close();
  }
  await checkpoint.close();
} finally {
  connection.disconnect();
  await Promise.all(services.map((service) => service.stop()));
  await redis.stop();
  await files.remove();
}
