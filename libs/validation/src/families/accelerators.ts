import { Hardware, knownModel, project } from '@ohmlight/projection';
import type { Figure } from '../figure.js';
import type { Family } from './family.js';

/** 10⁹ weights as one matrix. */
const [INPUTS, OUTPUTS] = [31_250, 32_000];

/** Rooflines of digital accelerators. */
export const accelerators: Family = {
  name: 'Digital accelerators',
  *figures(bench): Generator<Figure> {
    const alone = bench.device('h200', { launch_overhead: 0 }).shapeCost!(INPUTS, OUTPUTS, 1).execution;
    const { array = 0, memory = 0, idle = 0 } = alone.joules;
    const h200 = { kind: 'components' as const, tolerance: 0.02 };
    yield {
      ...h200,
      name: 'H200, 10⁹ weights of 2 bytes at batch 1',
      source: 'NVIDIA H200 SXM data sheet: 4.8 TB/s',
      unit: 'ms',
      published: 0.417,
      ours: alone.seconds * 1e3,
    };
    yield {
      ...h200,
      name: 'the same, energy',
      source: 'Serial Alice, GPU Energy Benchmark, 2026: 592.8 W under load',
      unit: 'J',
      published: 0.247,
      ours: array + memory + idle,
    };
    const hardware = new Map([['h100', new Hardware(bench.profile('h100'), bench.engine)]]);
    const step = project(
      knownModel('llama-3.1-8b'),
      { name: 'h100', rules: [{ profile: 'h100' }] },
      hardware,
      bench.profiles.digitalUnit,
      { batch: 1, context: 1024 },
      { elementBytes: 2, devices: 1, amortisedOver: Infinity },
    );
    yield {
      name: 'H100, decode step of Llama 3.1 8B in bf16 at batch 1',
      source: 'cloudai.pt, CUDA Graphs + torch.compile, H100 SXM5, measured',
      kind: 'held out',
      unit: 'ms',
      published: 5.1,
      ours: step.seconds * 1e3,
      tolerance: 0.1,
      note: 'by projection at a context of 1024, digital unit included; a roofline is what no kernel quite reaches',
    };
  },
};
