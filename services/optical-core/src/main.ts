import { runCore } from '@ohmlight/core-server';

await runCore('optical-core', 'optical');
