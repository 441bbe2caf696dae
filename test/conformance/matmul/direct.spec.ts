import { Stack } from './harness.js';
import { matmulContract } from './matmul.contract.js';

const stack = new Stack();

matmulContract('direct', {
  start: () => stack.start(),
  factory: (options) => stack.factory('direct', 'sane', options),
  nonsense: async (pool, profile) => {
    await stack.addNonsense(pool, profile);
    return stack.factory('direct', 'mad', {});
  },
  stop: () => stack.stop(),
  // The first has the device, the others wait for it and share the next load.
  loadsOfTwelve: [2, 2],
});
