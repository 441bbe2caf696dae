import { OhmlightError } from '@ohmlight/contracts';
import type { ChainStage, GateCircuit } from './engine.js';
import { POISSON_LIMIT } from './noise.js';
import type { BoundManagement, InputConverter, OutputConverter, PerOutput, Readout, Transfer } from './readout.js';

/**
 * Largest magnitude of a coefficient in analog units. No output is larger than 1024; with coefficients below this no
 * f32 of a readout overflows.
 */
export const ANALOG_MOST = 2 ** 20;

/** Largest count of a detector: f32 holds it, and what a thousand inputs make of it. */
const COUNTS_MOST = 2 ** 100;

export const refuse = (message: string): OhmlightError => new OhmlightError('invalid_shard', message);

/** @throws OhmlightError `invalid_shard` when a number of a readout is out of its range, or parts do not fit. */
export function checkReadout({ input, noise, shot, transfer, output, bound }: Readout): void {
  if (input) checkInput(input);
  for (const { kind, coefficient } of noise) analog(`a coefficient of the noise term ${kind}`, coefficient);
  if (shot) {
    if ('gain' in shot) {
      within('counts of an output of 1', shot.gain, 1e-12, COUNTS_MOST);
      counts('dark counts', shot.dark);
      counts("counts of the inputs' power", shot.power);
      counts('counts of the product of magnitudes', shot.product);
    } else within('photons per MAC', shot.photonsPerMac, 1e-12, 1e30);
    within(`the mean below which counts are Poisson's`, shot.poissonBelow, 0, POISSON_LIMIT);
  }
  if (transfer) checkTransfer(transfer);
  if (output) checkOutput(output);
  if (bound) checkBound(bound, input, output);
}

/** @throws OhmlightError `invalid_shard` when a number of a chain's stage is out of its range. */
export function checkStage({ range, noise, gated, circuit }: ChainStage, hidden: number): void {
  within("the range of a chain's stage", range, 2 ** -100, 2 ** 100);
  within("the noise of a chain's stage", noise, 0, ANALOG_MOST);
  if (!circuit) return;
  if (!gated) throw refuse('a gate circuit takes a gated stage');
  checkCircuit(circuit, hidden);
}

function checkCircuit({ gate, steering, activated, up, statics }: GateCircuit, hidden: number): void {
  for (const { range, values } of [gate, steering, activated, up]) checkTransfer({ kind: 'table', range, values });
  if (statics.length !== 6 * hidden)
    throw refuse(`a gate circuit of ${hidden} hidden values takes ${6 * hidden} statics, not ${statics.length}`);
  analog('a static of a gate circuit', statics);
}

function checkInput({ bits, scale }: InputConverter): void {
  whole('the bits of a DAC', bits, 2, 12);
  if (scale.kind === 'percentile') return within('the share of a percentile', scale.share, Number.MIN_VALUE, 1);
  const [name, factor] =
    scale.kind === 'fixed'
      ? (['a fixed input range', scale.range] as const)
      : (['the clip of abs-max', scale.clip] as const);
  within(name, factor, Number.MIN_VALUE, Number.MAX_VALUE);
}

function checkTransfer(transfer: Transfer): void {
  switch (transfer.kind) {
    case 'table':
      within('the range of a transfer table', transfer.range, 1 / ANALOG_MOST, ANALOG_MOST);
      if (transfer.values.length < 2) throw refuse('a transfer table takes at least two values');
      return analog('a value of a transfer table', transfer.values);
    case 'clamp':
      analog('a bound of a clamp', transfer.low);
      return within('the high bound of a clamp', transfer.high, transfer.low, ANALOG_MOST);
    case 'compressive':
      return analog('the knee of a compressive transfer', transfer.knee);
    case 'cubic':
      return analog('the third-order coefficient of a transfer', transfer.third);
  }
}

function checkOutput({ bits, range }: OutputConverter): void {
  whole('the bits of an ADC', bits, 3, 14);
  if (range.kind === 'operand-norms') within('the clip of an ADC range', range.clip, 1 / ANALOG_MOST, ANALOG_MOST);
  else if (typeof range.range === 'number') within('an ADC range', range.range, 0, ANALOG_MOST);
  else for (const value of range.range) within('an ADC range', value, 0, ANALOG_MOST);
}

function checkBound(
  { rounds, columns }: BoundManagement,
  input: InputConverter | null,
  output: OutputConverter | null,
): void {
  if (!output || (input?.encoding ?? { kind: 'parallel' }).kind !== 'parallel')
    throw refuse('bound management takes parallel inputs and an output converter');
  whole('the rounds of bound management', rounds, 1, 16);
  if (![64, 128, 256].includes(columns))
    throw refuse(`bound management works on groups of 64, 128 or 256 columns, not ${columns}`);
}

function counts(name: string, values: PerOutput): void {
  for (const value of typeof values === 'number' ? [values] : values) within(name, value, 0, COUNTS_MOST);
}

function analog(name: string, values: PerOutput): void {
  for (const value of typeof values === 'number' ? [values] : values) within(name, value, -ANALOG_MOST, ANALOG_MOST);
}

function within(name: string, value: number, least: number, most: number): void {
  // NaN is within nothing.
  if (!(value >= least && value <= most)) throw refuse(`${name} is ${value}; it lies between ${least} and ${most}`);
}

function whole(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value)) throw refuse(`${name} is ${value}; it is a whole number`);
  within(name, value, least, most);
}
