import { createDevice } from '@ohmlight/devices';
import { inProcessFactory } from '../../support/digital-reference.js';
import { matmulContract } from './matmul.contract.js';

matmulContract('in-process', {
  start: async () => {},
  factory: inProcessFactory,
  nonsense: () =>
    inProcessFactory({
      createDevice: (profile) => {
        const device = createDevice(profile);
        return {
          name: device.name,
          pool: device.pool,
          program(spec, weights) {
            const { residentBytes, programLedger, ...shard } = device.program(spec, weights);
            const sane = device.program(spec, weights);
            return {
              ...shard,
              spec,
              residentBytes,
              programLedger,
              execute: (batch) => {
                const execution = sane.execute(batch);
                return { ...execution, y: execution.y.map(() => NaN) };
              },
            };
          },
        };
      },
    }),
  stop: async () => {},
  // Calls in one process take turns.
  loadsOfTwelve: [12, 12],
});
