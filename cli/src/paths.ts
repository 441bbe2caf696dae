import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServiceName } from '@ohmlight/contracts';

/** Root of the working copy; this file lies two levels below it, in src/ as in dist/. */
export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** What a service's process runs. */
export const serviceEntry = (service: ServiceName): string => join(ROOT, 'services', service, 'dist', 'main.js');

/** Where a running installation keeps its state and logs. */
export const defaultRunDirectory = (): string => process.env['OHMLIGHT_RUN_DIRECTORY'] ?? join(ROOT, '.ohmlight');
