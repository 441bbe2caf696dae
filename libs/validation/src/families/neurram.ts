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

type Joules = ReturnType<typeof joulesOf>;

/** 48 cores of RRAM, read by voltage, 130 nm. */
export const neurram: Family = {
  name: 'NeuRRAM, RRAM at 130 nm',
  *figures(bench): Generator<Figure> {
    const eight = joulesOf(bench, 8, 6);
    const three = joulesOf(bench, 3, 2);
    const five = joulesOf(bench, 5, 3);
    const ten = joulesOf(bench, 10, 8);
    const p = bench.values(PROFILE) as Lines;
    /** Charge of the two lines of an input by every other of its bits, J: the part of `dac` that comes with input pulses. */
    const inputLines = (bits: number): number => bits * INPUTS * p.line_capacitance * p.read_voltage ** 2;
    const pulses = ({ array = 0 }: Joules, bits: number): number => femto(array + inputLines(bits));
    yield {
      name: 'word lines and neurons, 8 bits out, 6 in',
      source: SOURCE,
      unit: 'fJ/OP',
      kind: 'fitted',
      published: 37.22 + 52.48,
      ours: femto(sumOf(eight, ['dac', 'adc', 'driver']) - inputLines(5)),
      tolerance: 0.02,
    };
    for (const [name, joules, bits, published] of [
      ['3 bits out, 1 in', three, 1, 3.446],
      ['5 bits out, 3 in', five, 2, 7.732],
      ['8 bits out, 6 in', eight, 5, 19.24],
      ['10 bits out, 8 in', ten, 7, 27.51],
    ] as const)
      yield {
        name: `input pulses, ${name}`,
        source: SOURCE,
        unit: 'fJ/OP',
        kind: 'held out',
        published,
        ours: pulses(joules, bits),
        tolerance: 0.1,
        ...(bits === 5 && {
          note: 'charge of input lines, cells, output lines: from the settling of lines whose capacitance is an assumption, CiMLoop’s of a word line',
        }),
      };
    yield {
      name: 'lines alone, 3 bits out, 1 in',
      source: SOURCE,
      unit: 'fJ/OP',
      kind: 'held out',
      published: 8.99 + 3.446,
      ours: femto(sumOf(three, ['dac', 'array'])),
      tolerance: 0.1,
      miss: -0.104,
      note: 'Word lines are fitted to 7.4 fJ a bit at (8, 6). Of the chip they take 7.2 to 7.7 a bit from (5, 3) on, 8.3 and 9.0 where one bit is all.',
    };
    yield {
      name: 'all, 10 bits out, 8 in',
      source: SOURCE,
      unit: 'fJ/OP',
      kind: 'held out',
      published: 50.5 + 75.9 + 27.5,
      ours: femto(sumOf(ten, TILE)),
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
    for (const [name, joules, kind, published] of [
      ['3 bits out, 1 in', three, 'held out', 43.08],
      ['5 bits out, 3 in', five, 'held out', 23.09],
      ['8 bits out, 6 in, one phase', eight, 'fitted', 9.12],
    ] as const)
      yield {
        name: `efficiency, cells included, ${name}`,
        source: SOURCE,
        unit: 'TOPS/W',
        kind,
        published,
        ours: OPERATIONS / sumOf(joules, TILE) / 1e12,
        tolerance: 0.1,
        ...(kind === 'fitted' && {
          note: 'all but the input pulses, a sixth, is fitted to parts of the same measurement',
        }),
      };
  },
};

/** What input lines are charged by. */
interface Lines {
  readonly line_capacitance: number;
  readonly read_voltage: number;
}
