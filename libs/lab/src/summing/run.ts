import { type Board, type Cmos, valuesOf } from '@ohmlight/devices/electronic';
import type { Axis, Figure, LineMark, Panel } from '@ohmlight/plots';
import type { LabContext, Outcome, Table } from '../experiment.js';
import { profileOf } from '../profile.js';
import type { SummingOptions } from './experiment.js';
import { type Parts, type SumRow, sumOf } from './node.js';

const partsOf = (p: Board | Cmos): Parts => ({
  amplifier: {
    gain: p.open_loop_gain,
    gainBandwidth: p.gain_bandwidth,
    slewRate: p.slew_rate,
    voltageNoise: p.amplifier_noise,
    currentNoise: p.amplifier_current_noise,
  },
  offset: p.amplifier_offset,
  resistance: p.summing_resistance,
  swing: p.swing,
  temperature: p.temperature,
});

function tableOf(rows: readonly SumRow[], bits: number): Table {
  return {
    title: 'A sum of equal inputs, R_f/R_i = 1 from each input to the output',
    columns: [
      'sum',
      'inputs',
      'amps',
      'noise gain',
      'noise µV',
      'offset mV',
      'BW MHz',
      `to ${bits} bit µs`,
      'gain error %',
      'SNR dB',
    ],
    rows: rows.map((row) => [
      row.structure,
      String(row.inputs),
      String(row.amplifiers),
      row.noise_gain,
      row.noise_volts * 1e6,
      row.offset_volts * 1e3,
      row.bandwidth_hz / 1e6,
      row.settling_seconds * 1e6,
      row.gain_error * 100,
      row.snr_db,
    ]),
  };
}

function figureOf(rows: readonly SumRow[], profile: string, { fanIn, bits }: SummingOptions): Figure {
  const of = (structure: SumRow['structure']): SumRow[] => rows.filter((row) => row.structure === structure);
  const lines = (value: (row: SumRow) => number): LineMark[] =>
    (['flat', 'tree'] as const).map((structure) => ({
      kind: 'line',
      name: structure === 'flat' ? 'one amplifier' : `tree of ${fanIn}`,
      x: of(structure).map(({ inputs }) => inputs),
      y: of(structure).map(value),
      points: true,
    }));
  const x: Axis = { label: 'inputs', scale: 'log' };
  const panel = (title: string, y: Axis, value: (row: SumRow) => number): Panel => ({
    title,
    x,
    y: { scale: 'log', ...y },
    marks: lines(value),
  });
  return {
    title: 'A summing amplifier against its number of inputs',
    subtitle: `Amplifiers and resistors of ${profile}; R_f/R_i = 1 to the output`,
    note: 'Fan-in multiplies offset and noise and divides bandwidth alike: noise gain is 1 + N.',
    panels: [
      panel('Noise over its bandwidth', { label: 'output noise', unit: 'µV rms' }, (row) => row.noise_volts * 1e6),
      panel('Offset', { label: 'output offset, σ', unit: 'mV' }, (row) => row.offset_volts * 1e3),
      panel('Bandwidth', { label: '−3 dB of the slowest node', unit: 'MHz' }, (row) => row.bandwidth_hz / 1e6),
      panel(`Settling to ${bits} bit`, { label: 'time', unit: 'µs' }, (row) => row.settling_seconds * 1e6),
    ],
    panelSize: { width: 380, height: 240 },
  };
}

export function runSumming(options: SummingOptions, { profiles }: LabContext): Outcome {
  const profile = profileOf(profiles, options.profile, ['gilbert-cmos', 'gilbert-board'], options.set);
  const parts = partsOf(valuesOf(profile.parameters as never));
  const rows = (['flat', 'tree'] as const).flatMap((structure) =>
    options.inputs.map((inputs) => sumOf(parts, inputs, options.fanIn, options.bits, structure)),
  );
  return {
    rows: rows.map((row) => ({ profile: profile.name, ...row })),
    tables: [tableOf(rows, options.bits)],
    figure: figureOf(rows, profile.name, options),
    remarks: ['Offset and noise are at the output; SNR is a sine at full swing over the noise.'],
  };
}
