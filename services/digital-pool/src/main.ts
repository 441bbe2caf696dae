import { runCore } from '@ohmlight/core-server';

await runCore('digital-pool', 'digital');
