import { createTileEngine } from '@ohmlight/tile-engine';
import { describe, expect, it } from 'vitest';
import { batchOf, random } from '../../../../tile-engine/testing/random.js';
import { frameOf, shardOf, validVariant, variant } from '../../../testing/profiles.js';
import { createDevice } from '../../create-device.js';
import { crossbarArray } from './array.js';
import type { Frame } from './parameters.js';
import { neurramCell } from '../neurram/neurram.js';
import { addSettled, awayShare, openTime, type Pairs, settlingTime } from './settled-lines.js';

const NAME = 'rram-neurram-130nm';
const p = frameOf(NAME);
const [rows, columns] = [5, 3];
const draw = random(41);
const conductances = () => Float64Array.from({ length: rows * columns }, () => p.g_max * draw.uniform());
const pairs: Pairs = { rows, columns, positive: conductances(), negative: conductances() };
const sumOf = (c: number): number => {
  let sum = 0;
  for (let at = c * rows; at < (c + 1) * rows; at++) sum += pairs.positive[at]! + pairs.negative[at]!;
  return sum;
};
const slowest = Math.min(...Array.from({ length: columns }, (_, c) => sumOf(c)));
const shown = (q: Frame): Float64Array => {
  const onLine = new Float64Array(rows);
  addSettled(q, pairs, () => true, onLine);
  return onLine;
};

/**
 * One output line as a network: every device is a resistor from a source of ±volts[i] to a capacitor. Runge and Kutta's
 * fourth order over `time`, from 0 V. Returns the line's voltage and what the sources have given, J.
 */
function network(c: number, volts: readonly number[], capacitance: number, time: number, steps = 4000) {
  const resistors = volts.flatMap((v, i) => [
    { source: v, g: pairs.positive[c * rows + i]! },
    { source: -v, g: pairs.negative[c * rows + i]! },
  ]);
  const slope = (line: number): readonly [number, number] => {
    let charge = 0;
    let power = 0;
    for (const { source, g } of resistors) {
      const current = g * (source - line);
      charge += current;
      power += source * current;
    }
    return [charge / capacitance, power];
  };
  let line = 0;
  let joules = 0;
  const h = time / steps;
  for (let step = 0; step < steps; step++) {
    const a = slope(line);
    const b = slope(line + (h / 2) * a[0]);
    const d = slope(line + (h / 2) * b[0]);
    const e = slope(line + h * d[0]);
    line += (h / 6) * (a[0] + 2 * b[0] + 2 * d[0] + e[0]);
    joules += (h / 6) * (a[1] + 2 * b[1] + 2 * d[1] + e[1]);
  }
  return { line, joules };
}

/** All lines of the tile. */
const drawn = (volts: readonly number[], capacitance: number, time: number): number =>
  Array.from({ length: columns }, (_, c) => network(c, volts, capacitance, time).joules).reduce((a, b) => a + b, 0);

const off = (ours: number, theirs: number): number => Math.abs(ours / theirs - 1);
/** J of the ledger for lines at `volts`: integration_time·Σ G·v². */
const booked = (q: Frame, volts: readonly number[]): number =>
  shown(q).reduce((sum, g, i) => sum + q.integration_time * g * volts[i]! ** 2, 0);

describe('a line that floats, beside a network of resistors and a capacitor', () => {
  const open = openTime(p, slowest);

  it('settles to the mean of its inputs, weighted by conductances, to half a step of settling_bits', () => {
    const volts = [0.5, -0.5, 0, 0.5, 0.5];
    for (let c = 0; c < columns; c++) {
      let weighted = 0;
      for (let i = 0; i < rows; i++)
        weighted += volts[i]! * (pairs.positive[c * rows + i]! - pairs.negative[c * rows + i]!);
      const settled = weighted / sumOf(c);
      const { line } = network(c, volts, p.line_capacitance, open);
      expect(Math.abs(line / settled - 1)).toBeLessThanOrEqual(2 ** -(p.settling_bits + 1) * (1 + 1e-6));
    }
    // The slowest takes all of the time.
    expect(off(Math.exp((-open * slowest) / p.line_capacitance), 2 ** -(p.settling_bits + 1))).toBeLessThan(1e-9);
  });

  it.each([
    ['settled', p],
    ['half way, word lines closing at integration_time', frameOf(NAME, { line_capacitance: 4e-10 })],
  ])('one line driven draws what the network draws: %s', (_, q) => {
    for (let i = 0; i < rows; i++) {
      const volts = Array.from({ length: rows }, (_, row) => (row === i ? q.read_voltage : 0));
      const theirs = drawn(volts, q.line_capacitance, openTime(q, slowest));
      expect(off(booked(q, volts), theirs)).toBeLessThan(1e-6);
    }
  });

  it('lines of all signs draw what the network draws in the mean over them', () => {
    const sizes = [0.5, 0.5, 0, 0.25, 0.5];
    let theirs = 0;
    for (let signs = 0; signs < 2 ** rows; signs++)
      theirs += drawn(
        sizes.map((v, i) => ((signs >> i) & 1 ? v : -v)),
        p.line_capacitance,
        open,
      );
    expect(off(booked(p, sizes), theirs / 2 ** rows)).toBeLessThan(1e-6);
  });

  it('is Σ G·(v − V)² while word lines are open and C·V² for the line, once settled', () => {
    const i = 2;
    const volt = p.read_voltage;
    let energy = 0;
    for (let c = 0; c < columns; c++) {
      const [plus, minus] = [pairs.positive[c * rows + i]!, pairs.negative[c * rows + i]!];
      const settled = (volt * (plus - minus)) / sumOf(c);
      const others = sumOf(c) - plus - minus;
      const cells = plus * (volt - settled) ** 2 + minus * (volt + settled) ** 2 + others * settled ** 2;
      energy += open * cells + p.line_capacitance * settled ** 2;
    }
    const volts = Array.from({ length: rows }, (_, row) => (row === i ? volt : 0));
    // Lines are within 2^−11 of settled.
    expect(off(booked(p, volts), energy)).toBeLessThan(1e-4);
  });
});

describe('limits of the law', () => {
  it('a line too slow to leave its place is a virtual ground for all of integration_time', () => {
    const onLine = shown(frameOf(NAME, { line_capacitance: 1 }));
    for (let i = 0; i < rows; i++) {
      let sum = 0;
      for (let c = 0; c < columns; c++) sum += pairs.positive[c * rows + i]! + pairs.negative[c * rows + i]!;
      expect(off(onLine[i]!, sum)).toBeLessThan(1e-8);
    }
  });

  it('awayShare goes from u/2 to 1', () => {
    expect(awayShare(1e-9)).toBeCloseTo(5e-10, 15);
    expect(off(awayShare(1.01e-6), 0.505e-6)).toBeLessThan(1e-4);
    expect(awayShare(1)).toBeCloseTo(Math.exp(-1), 12);
    expect(awayShare(1e6)).toBeCloseTo(1, 5);
  });

  it('a line of 1 pF behind 1 mS settles to 8 bits in 6.24 ns', () => {
    expect(settlingTime(8, 1e-12, 1e-3)).toBeCloseTo(9 * Math.LN2 * 1e-9, 18);
  });

  it('outputs without weights are waited for by none, and a tile without any draws nothing', () => {
    const first = new Float64Array(rows);
    addSettled(p, pairs, (c) => sumOf(c) !== slowest, first);
    const all = shown(p);
    for (let i = 0; i < rows; i++) expect(first[i]!).toBeLessThan(all[i]!);
    const none = new Float64Array(rows);
    addSettled(p, pairs, () => false, none);
    expect([...none]).toEqual([0, 0, 0, 0, 0]);
  });
});

describe('an array whose lines float', () => {
  const [k, n] = [200, 300];
  const weights = random(42).gaussians(k * n);
  const array = (values: Record<string, unknown>) => {
    const q = frameOf(NAME, values) as never as Frame & Parameters<typeof neurramCell>[0];
    const shard = { k, n, columnStart: 0, weights, chipSeed: 1n, matrix: 'm' };
    return crossbarArray(q, neurramCell(q), shard).at(q.read_time);
  };
  const floating = array({});
  const grounded = array({ sense: 'current' });

  it('has the weights, ranges and sums of one whose lines are virtual grounds, to the bit', () => {
    const { rowConductance: _, ...ours } = floating;
    const { rowConductance: __, ...theirs } = grounded;
    expect(ours).toEqual(theirs);
  });

  it('opens its word lines for 3 to 10 ns of 2.4 µs', () => {
    const slowest = Math.min(...floating.columnConductance);
    expect(openTime(p, slowest)).toBeGreaterThan(3e-9);
    // The tile of 72 inputs has a fraction of the conductance of the other, on lines as long.
    expect(openTime(p, slowest)).toBeLessThan(10e-9);
  });

  it('draws as much from any conductances: twice as many settle lines in half the time', () => {
    const half = array({ g_max: p.g_max / 2, sigma_first: [0], sigma_second: [0], sigma_third: [0] });
    const whole = array({ sigma_first: [0], sigma_second: [0], sigma_third: [0] });
    for (let i = 0; i < k; i++) expect(off(half.rowConductance[i]!, whole.rowConductance[i]!)).toBeLessThan(1e-9);
  });

  it('answers as one whose lines are virtual grounds, and takes its time', () => {
    const engine = createTileEngine();
    const batch = batchOf(random(43).gaussians(2 * k), 2);
    const [ours, theirs] = [{}, { sense: 'current' }].map((values) =>
      createDevice(variant(NAME, values), engine).program(shardOf({ k, n }, NAME), weights).execute(batch),
    );
    expect(ours!.y).toEqual(theirs!.y);
    expect(ours!.ledger.seconds).toBe(theirs!.ledger.seconds);
    expect(ours!.ledger.joules.array!).toBeLessThan(0.01 * theirs!.ledger.joules.array!);
  });
});

describe('a profile whose lines float is refused', () => {
  it.each([
    ['without their capacitance', { line_capacitance: 0 }, 'line_capacitance'],
    ['without bits to settle to', { settling_bits: 0 }, 'settling_bits'],
    ['with devices on lines of their own', { weight_scheme: 'differential-digital' }, 'sense'],
    ['with an offset', { weight_scheme: 'offset-column' }, 'sense'],
    ['with weights in slices', { weight_bits: 5, cell_bits: 2 }, 'sense'],
    ['with pulses of many lengths', { input_encoding: 'pulse-width' }, 'sense'],
    ['with cells that are not ohmic', { iv_third: [1e-6] }, 'sense'],
  ])('%s', (_, values, parameter) => {
    expect(() => validVariant(NAME, values)).toThrow(`${NAME}: ${parameter}: `);
  });
});
