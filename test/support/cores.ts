import { Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js';
import {
  emptyLedger,
  ledgerToProto,
  type Pool,
  proto,
  type ServiceRecord,
  toProtoPool,
  VERSION,
} from '@ohmlight/contracts';
import { CoreGrpcServer, loadDevices, ShardStore, WorkQueue } from '@ohmlight/core-server';
import { Heartbeat, type Registry } from '@ohmlight/registry';

const SERVICE = { electronic: 'analog-crossbar', optical: 'optical-core', digital: 'digital-pool' } as const;

export interface TestCore {
  readonly id: string;
  readonly store?: ShardStore;
  stop(): Promise<void>;
}

async function announce(
  registry: Registry,
  pool: Pool,
  id: string,
  port: number,
  profiles: string[],
): Promise<Heartbeat> {
  const record: ServiceRecord = {
    service: SERVICE[pool],
    id,
    pid: process.pid,
    version: VERSION,
    startedAt: Date.now(),
    httpAddress: '127.0.0.1:0',
    state: 'ready',
    core: {
      grpcAddress: `127.0.0.1:${port}`,
      pool,
      profiles,
      shards: 0,
      residentBytes: 0,
      capacityBytes: 1e9,
      enginePath: 'test',
    },
  };
  const heartbeat = new Heartbeat(
    registry,
    () => record,
    () => {},
  );
  await heartbeat.start();
  return heartbeat;
}

/** A real core in this process: real devices, real gRPC, a real heartbeat. */
export async function startCore(registry: Registry, pool: Pool, id: string): Promise<TestCore> {
  const { devices, enginePath } = loadDevices('profiles', pool);
  const queue = new WorkQueue();
  const store = new ShardStore({ devices, capacityBytes: 1e9, queue });
  const observer = { done: () => {}, failed: () => {} };
  const server = new CoreGrpcServer({ identity: { coreId: id, pool, enginePath }, store, queue, observer });
  const port = await server.listen('127.0.0.1', 0);
  const heartbeat = await announce(registry, pool, id, port, store.profiles);
  return {
    id,
    store,
    async stop() {
      await heartbeat.stop();
      await server.stop(100);
    },
  };
}

/** A core that programs anything and answers every job with NaN. */
export async function startNonsenseCore(
  registry: Registry,
  pool: Pool,
  id: string,
  profile: string,
): Promise<TestCore> {
  const server = new Server();
  const held = (header: proto.ProgramHeader) => ({ shardId: header.shardId, shard: header.shard, residentBytes: 0n });
  const service: proto.CoreServiceServer = {
    describe: (_call, callback) =>
      callback(null, {
        coreId: id,
        pool: toProtoPool(pool),
        version: VERSION,
        profiles: [profile],
        shards: [],
        residentBytes: 0n,
        capacityBytes: 1n,
        enginePath: 'test',
      }),
    program: (call, callback) => {
      let header: proto.ProgramHeader | undefined;
      call.on('data', ({ message }: proto.ProgramRequest) => {
        if (message?.$case === 'header') header = message.header;
      });
      call.on('end', () =>
        callback(null, { shard: header && held(header), ledger: ledgerToProto(emptyLedger()), alreadyHeld: false }),
      );
    },
    execute: (call: ServerDuplexStream<proto.ExecuteRequest, proto.ExecuteResponse>) => {
      call.on('data', ({ correlationId, rowKeys, shardId }: proto.ExecuteRequest) => {
        const [, start, end] = /\/(\d+)-(\d+)@/.exec(shardId)!;
        const outputs = new Float32Array(rowKeys.length * (Number(end) - Number(start))).fill(NaN);
        call.write({
          correlationId,
          outcome: {
            $case: 'result',
            result: {
              outputs: Buffer.from(outputs.buffer),
              ledger: ledgerToProto(emptyLedger()),
              telemetry: { dacSaturated: 0n, adcSaturated: 0n, signalRms: 0, noiseRms: 0 },
              engineSeconds: 0,
            },
          },
        });
      });
      call.on('end', () => call.end());
    },
    evict: (_call, callback) => callback(null, { evicted: false }),
    recalibrate: (_call, callback) => callback(null, { recalibrations: [] }),
  };
  server.addService(proto.CoreServiceService, service);
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  const heartbeat = await announce(registry, pool, id, port, [profile]);
  return {
    id,
    async stop() {
      await heartbeat.stop();
      server.forceShutdown();
    },
  };
}
