import { GrpcCore } from '@ohmlight/core-client';
import { CONTRACT_CORE, contractDevices, describeCore } from '@ohmlight/core-client/testing';
import { CoreGrpcServer } from './grpc/core-grpc-server.js';
import { LocalCore } from './local-core.js';
import { ShardStore } from './shard-store.js';
import { WorkQueue } from './work-queue.js';

describeCore('GrpcCore', async () => {
  const queue = new WorkQueue();
  const { capacityBytes } = CONTRACT_CORE;
  const store = new ShardStore({ devices: contractDevices(), capacityBytes, queue });
  const observer = { done: () => undefined, failed: () => undefined };
  const server = new CoreGrpcServer({ identity: CONTRACT_CORE, store, queue, observer });
  const port = await server.listen('127.0.0.1', 0);
  const core = new GrpcCore({ address: `127.0.0.1:${port}`, coreId: CONTRACT_CORE.coreId });
  return {
    core,
    stop: async () => {
      core.close();
      await server.stop(1_000);
    },
  };
});

describeCore('LocalCore', async () => {
  const core = new LocalCore({ ...CONTRACT_CORE, devices: contractDevices() });
  return { core, stop: async () => core.close() };
});
