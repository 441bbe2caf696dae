import { setTimeout as wait } from 'node:timers/promises';
import { createTileEngine } from '../src/create-tile-engine.js';
import type { ChainReading, Reading, TileEngine } from '../src/engine.js';
import type { KernelPath } from '../src/wasm/module.js';
import { WasmEngine } from '../src/wasm/wasm-engine.js';

/** Every engine that is held to the reference: path and threads. */
export const ENGINES: readonly (readonly [KernelPath, number])[] = [
  ['portable', 1],
  ['wide', 1],
  ['portable', 2],
  ['wide', 3],
];

/** An engine that shares every job, however small, once its threads are up. */
export function engineOf(path: KernelPath | 'typescript', threads: number): TileEngine {
  return path === 'typescript' ? createTileEngine({ path }) : new WasmEngine(path, threads, 0);
}

/** Waits until all threads of an engine take part. */
export async function threadsUp(engine: TileEngine): Promise<void> {
  if (!(engine instanceof WasmEngine)) return;
  for (let i = 0; i < 3000 && engine.helpers < engine.threads - 1; i++) await wait(10);
  if (engine.helpers < engine.threads - 1) throw new Error('the threads of the engine did not start within 30 s');
}

/** What distinguishes two vectors of outputs to the bit (signed zeros count), in words; null where nothing does. */
export function difference(actual: Float32Array, expected: Float32Array, n: number): string | null {
  if (actual.length !== expected.length) return `${actual.length} outputs, not ${expected.length}`;
  const at = expected.findIndex((value, i) => !Object.is(value, actual[i]));
  if (at < 0) return null;
  const count = expected.reduce((sum, value, i) => sum + Number(!Object.is(value, actual[i])), 0);
  return `row ${Math.floor(at / n)}, column ${at % n}: ${actual[at]}, not ${expected[at]}; ${count} outputs differ`;
}

/** What distinguishes two readings; null where nothing does. */
export function readingDifference(
  actual: Reading & Partial<ChainReading>,
  expected: Reading & Partial<ChainReading>,
  n: number,
): string | null {
  const outputs = difference(actual.y, expected.y, n);
  if (outputs) return outputs;
  for (const field of ['dacSaturated', 'adcSaturated', 'signalRms', 'noiseRms', 'driveSquares'] as const)
    if (!Object.is(actual[field], expected[field])) return `${field} is ${actual[field]}, not ${expected[field]}`;
  const [again, expectedAgain] = [actual, expected].map(({ rereads }) => JSON.stringify(rereads ?? null));
  return again === expectedAgain ? null : `rereads are ${again}, not ${expectedAgain}`;
}
