import { totalJoules } from '@ohmlight/contracts';
import { Hardware, knownModel, matricesOf, Projector } from '@ohmlight/projection';
import type { Bench } from '../bench.js';
import type { Figure } from '../figure.js';
import type { Family } from './family.js';

/** 10⁹ weights as one matrix. */
const [INPUTS, OUTPUTS] = [31_250, 32_000];

/** Steps of Llama 3.1 8B's 129 matrices in bf16, as `python3 test/bench/gpu_roofline.py` measured them; misses as known. */
const MEASURED = [
  { profile: 'h100', rows: 1, seconds: 5.6295e-3, joules: 2.7728 },
  { profile: 'h200', rows: 1, seconds: 4.044e-3, joules: 2.3238 },
  { profile: 'h100', rows: 1024, seconds: 23.405e-3, joules: 16.259, misses: { seconds: -0.3225, joules: -0.348 } },
  { profile: 'h200', rows: 1024, seconds: 23.221e-3, joules: 16.098, misses: { seconds: -0.317, joules: -0.4255 } },
];

/** What a profile books for those matrices, one after the other. */
function stepOf(bench: Bench, profile: string, rows: number): { seconds: number; joules: number } {
  const device = bench.device(profile);
  const sum = { seconds: 0, joules: 0 };
  for (const { k, n } of matricesOf(knownModel('llama-3.1-8b'), { name: profile, rules: [{ profile }] })) {
    const { execution } = device.shapeCost!(k, n, rows);
    sum.seconds += execution.seconds;
    sum.joules += totalJoules(execution.joules);
  }
  return sum;
}

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
    const step = new Projector(
      knownModel('llama-3.1-8b'),
      { name: 'h100', rules: [{ profile: 'h100' }] },
      hardware,
      bench.profiles.digitalUnit,
      { elementBytes: 2, devices: 1, amortisedOver: Infinity },
    ).at({ batch: 1, context: 1024 });
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
    for (const { profile, rows, seconds, joules, misses } of MEASURED) {
      const ours = stepOf(bench, profile, rows);
      const on = `${profile.toUpperCase()} SXM`;
      const batch = `${on}, ${rows === 1 ? 'one row' : `${rows} rows`}`;
      const watts = Math.round(joules / seconds);
      const common = {
        source: `measured on an ${on}, docs/reference/devices/digital.md`,
        kind: 'held out' as const,
        tolerance: 0.2,
      };
      yield {
        ...common,
        name: `matrices of Llama 3.1 8B in bf16, ${batch}`,
        unit: 'ms',
        published: seconds * 1e3,
        ours: ours.seconds * 1e3,
        ...(misses && { miss: misses.seconds }),
        note: misses
          ? 'a roofline is charged for the peak of the data sheet, of which cuBLAS reaches 0.7, with the card at its limit of 700 W'
          : 'a roofline is charged for the bandwidth of the data sheet, of which cuBLAS reaches 0.85',
      };
      yield {
        ...common,
        name: `the same, energy, ${batch}`,
        unit: 'J',
        published: joules,
        ours: ours.joules,
        ...(misses && { miss: misses.joules }),
        note: `the profile's power under load is one figure, published under vLLM; the card drew ${watts} W${misses ? ', and for longer than a roofline has it' : ''}`,
      };
    }
  },
};
