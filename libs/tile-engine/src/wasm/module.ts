import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { type Module, WebAssembly } from './web-assembly.js';

/**
 * How V8 compiles the kernels: `portable` as written, 128 bits at a time; `wide` with pairs of 128-bit operations
 * joined to 256-bit ones (V8's WebAssembly revectorisation, x64 with AVX2).
 */
export type KernelPath = 'portable' | 'wide';

const KERNELS = new URL('../../wasm/kernels.wasm', import.meta.url);

let bytes: Uint8Array<ArrayBuffer> | undefined;
const modules = new Map<KernelPath, Module>();

/**
 * The kernels, compiled by the optimising compiler at once: V8 would otherwise begin with slow code and put the first
 * jobs through it. Two paths are two modules: V8 shares code between modules of equal bytes, so each carries its name.
 */
export function kernelModule(path: KernelPath): Module {
  const known = modules.get(path);
  if (known) return known;
  bytes ??= new Uint8Array(readFileSync(KERNELS));
  const flags = ['--no-liftoff', '--no-wasm-lazy-compilation'];
  if (path === 'wide') flags.push('--experimental-wasm-revectorize');
  try {
    for (const flag of flags) setFlagsFromString(flag);
    const module = new WebAssembly.Module(named(bytes, path));
    modules.set(path, module);
    return module;
  } finally {
    for (const flag of flags) setFlagsFromString(opposite(flag));
  }
}

/**
 * The kernels for a self-test to compare with: as written, each function compiled when it is first called and without
 * optimisation, which takes a tenth of the time. The bits are those of `portable`.
 */
export function comparisonModule(): Module {
  bytes ??= new Uint8Array(readFileSync(KERNELS));
  return new WebAssembly.Module(named(bytes, 'comparison'));
}

/** Whether this machine may have 256-bit integer vectors: x64, and AVX2 where Linux tells. */
export function offersWide(): boolean {
  if (process.arch !== 'x64') return false;
  if (process.platform !== 'linux') return true;
  try {
    return /\bavx2\b/.test(readFileSync('/proc/cpuinfo', 'latin1'));
  } catch {
    return true;
  }
}

const opposite = (flag: string): string => (flag.startsWith('--no-') ? `--${flag.slice(5)}` : `--no-${flag.slice(2)}`);

/** The module with a custom section that holds `name`. */
function named(module: Uint8Array, name: string): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(name);
  const section = [0, text.length + 1, text.length, ...text];
  const out = new Uint8Array(module.length + section.length);
  out.set(module);
  out.set(section, module.length);
  return out;
}
