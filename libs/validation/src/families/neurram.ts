import type { Bench } from '../bench.js';
import type { Figure } from '../figure.js';
import { type Family, sumOf, TILE } from './family.js';

const SOURCE = 'Wan et al., Nature 608, 504 (2022); energies as in CiMLoop’s NeuRRAM macro';
const PROFILE = 'rram-neurram-130nm';
const [INPUTS, OUTPUTS] = [128, 256];
/** An operation is half of a multiplication, and cells stand in pairs: four to a weight of ours. */
const OPERATIONS = 2 * INPUTS * OUTPUTS;
const CORES = 48;

/** `inputs` counts the bits that are driven; ours has the sign beside them where the chip has it within. */
const joulesOf = (bench: Bench, outputs: number, inputs: number) =>
  bench.rowOf(PROFILE, INPUTS, OUTPUTS, { adc_bits: outputs, input_bits: inputs }).joules;
const femto = (joules: number): number => (joules / OPERATIONS) * 1e15;

/** 48 cores of RRAM, read by voltage, 130 nm. */
export const neurram: Family = {
  name: 'NeuRRAM, RRAM at 130 nm',
  *figures(bench): Generator<Figure> {
    const periphery = ['dac', 'adc', 'driver'];
    const eight = joulesOf(bench, 8, 6);
    const three = joulesOf(bench, 3, 2);
    const ten = joulesOf(bench, 10, 8);
    yield {
      name: 'lines and neurons, 8 bits out, 6 in',
      source: SOURCE,
      unit: 'fJ/OP',
      kind: 'fitted',
      published: 37.2 + 52.5 + 19.2,
      ours: femto(sumOf(eight, periphery)),
      tolerance: 0.02,
    };
    yield {
      name: 'lines alone, 3 bits out, 1 in',
      source: SOURCE,
      unit: 'fJ/OP',
      kind: 'held out',
      published: 8.99 + 3.45,
      ours: femto(three.dac ?? 0),
      tolerance: 0.1,
      note: 'from the energy of a driven bit at (8, 6)',
    };
    yield {
      name: 'lines and neurons, 10 bits out, 8 in',
      source: SOURCE,
      unit: 'fJ/OP',
      kind: 'held out',
      published: 50.5 + 75.9 + 27.5,
      ours: femto(sumOf(ten, periphery)),
      tolerance: 0.1,
    };
    yield {
      name: 'chip, 8 bits out, 6 in, one phase',
      source: SOURCE,
      unit: 'TOPS',
      kind: 'fitted',
      published: 0.261,
      ours: ((CORES * OPERATIONS) / bench.rowOf(PROFILE, INPUTS, OUTPUTS, {}, 1).seconds) * 1e-12,
      tolerance: 0.02,
      note: 'integration_time is taken from it',
    };
    yield {
      name: 'efficiency, cells included, 8 bits out, 6 in, one phase',
      source: SOURCE,
      unit: 'TOPS/W',
      kind: 'held out',
      published: 9.12,
      ours: OPERATIONS / sumOf(eight, TILE) / 1e12,
      tolerance: 0.1,
      miss: -0.9881,
      note: 'Our cells draw current into virtual grounds for all of integration_time. The chip senses voltages: its cells conduct while a line settles and no longer. The array component of this profile is an upper bound.',
    };
  },
};
