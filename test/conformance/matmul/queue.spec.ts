import type { INestApplicationContext } from '@nestjs/common';
import { readDispatcherConfig } from '../../../services/dispatcher/src/config/environment.js';
import { startDispatcher } from '../../../services/dispatcher/src/start-dispatcher.js';
import { Stack } from './harness.js';
import { matmulContract } from './matmul.contract.js';

const stack = new Stack();
const dispatchers: INestApplicationContext[] = [];
let checkpoints = '';
let calibrations = '';

const dispatch = async (namespace: string): Promise<void> => {
  const config = readDispatcherConfig({
    REDIS_URL: stack.server.url,
    OHMLIGHT_NAMESPACE: namespace,
    OHMLIGHT_CHECKPOINTS: checkpoints,
    OHMLIGHT_CALIBRATIONS: calibrations,
    OHMLIGHT_LOG_LEVEL: 'silent',
  });
  dispatchers.push(await startDispatcher(config));
};

matmulContract('queue', {
  start: async ({ directory }, calibrated) => {
    calibrations = calibrated;
    checkpoints = `test=${directory}`;
    await stack.start();
    await dispatch('sane');
  },
  factory: (options) => stack.factory('queue', 'sane', options),
  nonsense: async (pool, profile) => {
    await stack.addNonsense(pool, profile);
    await dispatch('mad');
    return stack.factory('queue', 'mad', {});
  },
  stop: async () => {
    await Promise.all(dispatchers.map((dispatcher) => dispatcher.close()));
    await stack.stop();
  },
  // Jobs leave the queue one after the other: how many meet at the device is a matter of timing.
  loadsOfTwelve: [1, 12],
});
