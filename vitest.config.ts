import { defineConfig } from 'vitest/config';

// Packages resolve to their sources, so a unit test needs no build; the end-to-end tests start built processes.
export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['libs/*/src/**/*.spec.ts', 'services/*/src/**/*.spec.ts', 'cli/src/**/*.spec.ts', 'test/**/*.spec.ts'],
    // Two cores: more workers only take turns.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
