import type { Table } from '../experiment.js';
import type { ChipCost } from './chip.js';
import type { Mapped } from './mapping.js';
import type { MlpRow } from './run.js';

const percent = (share: number): string => (100 * share).toFixed(2);

const ERRORS: Record<string, string> = {
  none: 'its laws and converters alone',
  noise: 'with noise',
  mismatch: 'with mismatch',
  both: 'with mismatch and noise',
};

const nameOf = ({ network, training, errors }: MlpRow): string =>
  network === 'digital'
    ? 'digital, fp32'
    : `circuit${training === 'circuit' ? ', trained for it' : ''}, ${ERRORS[errors]!}`;

export function mlpTables(rows: readonly MlpRow[], cost: ChipCost, { layers, ranges }: Mapped): Table[] {
  return [
    {
      title: 'Accuracy',
      columns: ['network', 'chips', 'readings', 'train %', 'test %', '± %', 'worst %', 'as digital %', 'of area %'],
      rows: rows.map((row) => [
        nameOf(row),
        row.chips === 0 ? null : String(row.chips),
        String(row.readings),
        percent(row.train_accuracy),
        percent(row.test_accuracy),
        percent(row.test_accuracy_std),
        percent(row.test_accuracy_worst),
        percent(row.agreement),
        percent(row.area_agreement),
      ]),
    },
    {
      title: 'One classification on the device (modelled)',
      columns: ['multipliers', 'amplifiers', 'µs', 'mW', 'nJ', 'products at full swing, by layer'],
      rows: [
        [
          String(cost.multipliers),
          String(cost.amplifiers),
          cost.seconds * 1e6,
          cost.watts * 1e3,
          cost.joules * 1e9,
          ranges.map((range, l) => `${range.toFixed(2)} of ${layers[l]!.inputs + 1}`).join(', '),
        ],
      ],
    },
  ];
}
