import { comparisonModule, type KernelPath, kernelModule, offersWide } from '../wasm/module.js';
import type { Module } from '../wasm/web-assembly.js';
import { DigitalKernels } from './kernels.js';
import { KvPages } from './kv-pages.js';

/** Width of the self-test's rows: whole vectors and a tail. */
const WIDTH = 77;
/** Shape of its attention: whole and partial steps over the values of a head, two pages of positions. */
const SHAPE = { layers: 1, kvHeads: 1, headDim: 42, context: 32 };
const POSITIONS = 21;

let chosen: Module | undefined;

/**
 * The kernels, compiled: on `path`, or on the 256-bit one where it gives the bits of the portable one on this machine.
 */
export function digitalKernelModule(path?: KernelPath): Module {
  if (path !== undefined) return kernelModule(path);
  chosen ??= agree() ? kernelModule('wide') : kernelModule('portable');
  return chosen;
}

function agree(): boolean {
  if (!offersWide()) return false;
  const portable = answers(comparisonModule());
  try {
    const wide = answers(kernelModule('wide'));
    return portable.every((word, i) => word === wide[i]);
  } catch {
    return false;
  }
}

/** Bits of every kernel's answer to fixed inputs. */
function answers(module: Module): Uint32Array {
  const kernels = new DigitalKernels({ module });
  const { run } = kernels;
  const wave = (step: number): number =>
    kernels.place(Float32Array.from({ length: 2 * WIDTH }, (_, i) => 3 * Math.sin(step * i)));
  const [a, b, c] = [wave(0.37), wave(0.91), wave(1.3)];
  const out: Float32Array[] = [];
  const room = kernels.place(new Float32Array(WIDTH));
  const keep = (): void => void out.push(kernels.view(room, WIDTH).slice());
  run.rmsNorm(a, 1, WIDTH, b, 1e-5, room);
  keep();
  run.layerNorm(a, 1, WIDTH, b, c, 1e-5, room);
  keep();
  run.gatedSilu(a, 1, WIDTH, room);
  keep();
  run.geluTanhInto(a, WIDTH, room);
  keep();
  run.geluErfInto(a, WIDTH, room);
  keep();
  run.addRow(room, b, WIDTH);
  keep();
  const { headDim } = SHAPE;
  run.turn(a, b, c, room, 1, headDim / 2);
  keep();
  const pages = new KvPages(kernels, SHAPE);
  pages.reserve(POSITIONS);
  const [step, scores] = [4 * 4, kernels.allocate(SHAPE.context)];
  for (let p = 0; p < POSITIONS; p++) pages.store(0, p, b + (p % 8) * step, c + (p % 7) * step);
  pages.attend(0, 0, POSITIONS, a, 1, scores, room);
  keep();
  return new Uint32Array(Float32Array.from(out.flatMap((values) => [...values])).buffer);
}
