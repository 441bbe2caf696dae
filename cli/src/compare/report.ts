import { basename } from 'node:path';
import { VERSION } from '@ohmlight/contracts';
import { type Figure, renderFigure, renderReport, type ReportBlock } from '@ohmlight/plots';
import { counted } from '../counted.js';
import { reportTable } from '../table-of-rows.js';
import { accuracyColumns, costColumns, energyColumns, PLACEMENT } from './columns.js';
import { crossingBlocks } from './crossing-blocks.js';
import type { ShapeRow } from './crossings.js';
import { energyFigure, errorFigure, latencyFigure, tradeFigure } from './figures.js';
import type { CompareRow } from './rows.js';
import type { Setting } from './setting.js';

/** The comparison as one HTML page. */
export function renderCompareReport(
  rows: readonly CompareRow[],
  { input, source, documents }: Pick<Setting, 'input' | 'source' | 'documents'>,
  crossings: readonly ShapeRow[] = [],
): string {
  const text = `${counted(documents, 'document')} of ${basename(source)}, ${rows[0]?.tokens ?? 0} tokens scored`;
  const errors = errorFigure(rows);
  return renderReport({
    title: `${input.checkpoint.name} on ${rows.length} placements`,
    summary: `What each placement's physics does to the answers, and what a token would cost on it. ${text}.`,
    sections: [
      { heading: 'Accuracy', blocks: [reportTable([PLACEMENT, ...accuracyColumns(rows)], rows), list()] },
      {
        heading: 'Cost',
        blocks: [
          reportTable([PLACEMENT, ...costColumns(rows)], rows),
          reportTable([PLACEMENT, ...energyColumns], rows, 'What of mJ/token it is, and what programming would add.'),
          ...figure(energyFigure(rows)),
        ],
      },
      { heading: 'Quality against energy', blocks: figure(tradeFigure(rows)) },
      { heading: 'Latency against batch', blocks: figure(latencyFigure(rows)) },
      ...(crossings.some(({ placement }) => rows.some((row) => row.placement === placement && row.crossing.length > 0))
        ? [{ heading: 'Against the digital pool', blocks: crossingBlocks(crossings, input.checkpoint.name) }]
        : []),
      ...(errors ? [{ heading: 'Error by layer and operation', blocks: figure(errors) }] : []),
      { heading: 'The run itself', blocks: [ledgerTable(rows)] },
      { heading: 'Placements', blocks: [descriptions(rows)] },
    ],
    footer: `Ohmlight ${VERSION}, npx ohmlight compare --html; chip seed ${input.chipSeed}, shards of ${input.shardColumns} columns.`,
  });
}

const figure = (description: Figure): ReportBlock[] => [{ kind: 'figure', svg: renderFigure(description) }];

const list = (): ReportBlock => ({
  kind: 'list',
  items: [
    'Perplexity: e to the mean negative log likelihood of a token, given the true tokens before it.',
    'KL: mean divergence of the placement’s distribution from the reference’s, KL(reference ‖ placement).',
    'Top-1: share of positions whose likeliest token is the reference’s.',
    'dB: signal-to-noise ratio of an operation against the reference on the same activations, mean over layers.',
    'Cost: a decode step of one sequence, all phases and the digital unit; TOPS/W counts two operations per multiply and add of the matmuls.',
  ],
});

/** Sums of the teacher-forced run: components add to the total. */
function ledgerTable(rows: readonly CompareRow[]): ReportBlock {
  const exponential = (value: number): string => (value === 0 ? '0' : value.toExponential(3));
  return {
    kind: 'table',
    caption: 'Ledgers of the run that scored the text, in steps of up to 128 rows; programming stands apart.',
    columns: [
      { title: 'placement' },
      ...[
        'phases, J',
        'digital unit, J',
        'phases, s',
        'MACs',
        'DAC conversions',
        'ADC conversions',
        'programming, J',
        'programming, s',
      ].map((title) => ({ title, align: 'right' as const })),
    ],
    rows: rows.map(({ placement, run, digital_unit: unit, programming }) => [
      placement,
      ...[run.joules, unit.joules, run.seconds, run.macs, run.dac_conversions, run.adc_conversions].map(exponential),
      ...[programming.joules, programming.seconds].map(exponential),
    ]),
  };
}

const descriptions = (rows: readonly CompareRow[]): ReportBlock => ({
  kind: 'table',
  columns: [{ title: 'placement' }, { title: 'pool' }, { title: 'what it is' }],
  rows: rows.map(({ placement, pool, description }) => [placement, pool, description]),
});
