import { runCore } from '@ohmlight/core-server';

await runCore('analog-crossbar', 'electronic');
