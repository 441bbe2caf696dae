import { type CellLaw, type Cmos, tanh, thermalVoltage } from '@ohmlight/devices/electronic';
import type { Figure, HeatMark, Panel } from '@ohmlight/plots';
import { logSpaced } from '../statistics.js';
import type { MeasuredCell } from './cell.js';
import type { GilbertOptions } from './experiment.js';
import type { DriveRow, RangeRow } from './run.js';
import { deviations, surface } from './surface.js';

interface Shown {
  readonly p: Cmos;
  readonly measured: readonly MeasuredCell[];
  readonly bipolar: CellLaw;
  readonly ranges: readonly RangeRow[];
  readonly drives: readonly DriveRow[];
  readonly profile: string;
  readonly options: GilbertOptions;
}

function heat(title: string, values: Float64Array, mark: Pick<HeatMark, 'label' | 'unit'>): Panel {
  const side = Math.sqrt(values.length);
  const most = values.reduce((largest, v) => Math.max(largest, Math.abs(v)), 0);
  // Values stand at the ends of the axes too: the outer half of the outer cells lies beyond.
  const edge = 1 + 1 / (side - 1);
  return {
    title,
    x: { label: 'input x', unit: 'of full scale', domain: [-1, 1] },
    y: { label: 'weight w', unit: 'of full scale', domain: [-1, 1] },
    marks: [
      {
        kind: 'heat',
        style: 'smooth',
        field: { columns: side, rows: side, values },
        x: [-edge, edge],
        y: [-edge, edge],
        colours: 'diverging',
        domain: [-most, most],
        levels: 21,
        ...mark,
      },
    ],
  };
}

const percent = (values: Float64Array): Float64Array => values.map((v) => 100 * v);

function linearPanel({ p, ranges }: Shown): Panel {
  const volts = logSpaced(1e-3, 0.1, 60);
  const unit = 2 * p.slope_factor * thermalVoltage(p.temperature);
  return {
    title: 'Linear range of a port',
    x: { label: 'input', unit: 'mV', scale: 'log' },
    y: { label: 'tanh below its tangent', unit: '%', scale: 'log' },
    marks: [
      {
        kind: 'line',
        x: volts.map((v) => v * 1e3),
        y: volts.map((v) => 100 * (1 - tanh(v / unit) / (v / unit))),
      },
      {
        kind: 'scatter',
        colour: 1,
        points: ranges.map(({ error, volts: v }) => ({
          x: v * 1e3,
          y: error * 100,
          label: `${(v * 1e3).toFixed(2)} mV: ${error * 100} %`,
        })),
      },
    ],
  };
}

function snrPanel({ drives, options }: Shown): Panel {
  const x = drives.map(({ drive }) => drive);
  return {
    title: `Sum of ${options.inputs} products`,
    x: { label: 'full scale of the ports', unit: '2nV_T', scale: 'log' },
    y: { label: 'SNR', unit: 'dB' },
    marks: [
      { kind: 'line', name: 'bend alone', x, y: drives.map(({ distortion }) => distortion), dash: true },
      { kind: 'line', name: 'noise alone', x, y: drives.map(({ noise }) => noise), dash: true },
      { kind: 'line', name: 'plain cells', x, y: drives.map(({ total }) => total) },
      { kind: 'line', name: 'with arctanh', x, y: drives.map(({ predistorted }) => predistorted) },
    ],
  };
}

const harmonicPanel = ({ drives }: Shown): Panel => ({
  title: 'Third harmonic of a port',
  x: { label: 'amplitude', unit: '2nV_T', scale: 'log' },
  y: { label: 'of the fundamental', unit: '%', scale: 'log' },
  marks: [
    {
      kind: 'line',
      name: 'tanh',
      x: drives.map(({ drive }) => drive),
      y: drives.map(({ thirdHarmonic }) => 100 * thirdHarmonic),
    },
    {
      kind: 'line',
      name: 'u²/12',
      colour: 'ink',
      dash: true,
      x: drives.map(({ drive }) => drive),
      y: drives.map(({ thirdHarmonicLaw }) => 100 * thirdHarmonicLaw),
    },
  ],
});

export function gilbertFigure(shown: Shown): Figure {
  const { measured, bipolar, profile, options } = shown;
  const plain = measured[0]!;
  const last = measured.at(-1)!;
  const { fromTanh } = deviations(plain, bipolar);
  const { fromProduct } = deviations(last, bipolar);
  return {
    title: 'A Gilbert cell: transfer, distortion, noise',
    subtitle: `Cell ${options.cell} of chip ${options.seed}, ${profile}, at its own drive; sums and harmonics against drive`,
    note: 'Upper row: the cell with its offsets, gain and tolerance. The plain cell differs from tanh·tanh by mismatch alone.',
    panels: [
      heat('Plain cell, measured', surface(plain.output), { label: 'ΔI', unit: 'I_EE' }),
      heat('… minus tanh·tanh', percent(fromTanh), { label: 'of full scale', unit: '%' }),
      heat(last.kind === 'arctanh' ? 'With arctanh, minus x·w' : 'Plain cell, minus x·w', percent(fromProduct), {
        label: 'of full scale',
        unit: '%',
      }),
      linearPanel(shown),
      harmonicPanel(shown),
      snrPanel(shown),
    ],
    columns: 3,
    panelSize: { width: 290, height: 250 },
  };
}
