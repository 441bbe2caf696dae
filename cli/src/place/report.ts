import { basename } from 'node:path';
import { VERSION } from '@ohmlight/contracts';
import { afterEdges, greedyPath, type Slot } from '@ohmlight/evaluation';
import { type Figure, renderFigure, renderReport, type ReportBlock } from '@ohmlight/plots';
import { counted } from '../counted.js';
import { nats } from '../compare/columns.js';
import type { Setting } from '../compare/setting.js';
import { significant } from '../table.js';
import { type PlaceResult, tableRows } from './print.js';

/** Below this, nats, a plot does not tell divergences apart. */
const LEAST_KL = 1e-9;

/** Divergence against the energy of the matrices: candidates as a whole, the path of the search, and what it found. */
export function placeFigure({ rows, budget }: Pick<PlaceResult, 'rows' | 'budget'>, slots: readonly Slot[]): Figure {
  const { start, edges } = greedyPath(slots);
  const path = [start, ...edges.map((_, i) => afterEdges(start, edges.slice(0, i + 1)))];
  const point = (row: PlaceResult['rows'][number]) => ({
    x: row.matmul_joules,
    y: Math.max(LEAST_KL, row.kl_nats),
    label: row.placement,
  });
  return {
    title: 'Divergence against the energy of the matrices',
    subtitle: 'A decode step of one sequence without the digital unit; down and to the left is better',
    panels: [
      {
        x: { label: 'Energy of the matrices', unit: 'J', scale: 'log' },
        y: { label: 'KL', unit: 'nats', scale: 'log' },
        size: { width: 800, height: 420 },
        marks: [
          ...(budget.kl_nats > 0
            ? [{ kind: 'rule' as const, y: budget.kl_nats, label: 'budget', colour: 'muted' as const }]
            : []),
          {
            kind: 'line',
            name: 'Steps of the search, divergences of single matrices added',
            colour: 'muted',
            x: path.map(({ joules }) => joules),
            y: path.map(({ klNats }) => Math.max(LEAST_KL, klNats)),
          },
          {
            kind: 'scatter',
            name: 'A candidate for everything',
            colour: 0,
            points: rows.filter(({ found }) => !found).map(point),
          },
          {
            kind: 'scatter',
            name: 'Found',
            colour: 1,
            shape: 'diamond',
            size: 6,
            points: rows.filter(({ found }) => found).map(point),
          },
        ],
      },
    ],
  };
}

/** The search as one HTML page. */
export function renderPlaceReport(
  result: PlaceResult,
  slots: readonly Slot[],
  { input, source, documents }: Pick<Setting, 'input' | 'source' | 'documents'>,
): string {
  const { rows, budget, placement, matrices, checks } = result;
  const right = (title: string) => ({ title, align: 'right' as const });
  const sections: { heading: string; blocks: ReportBlock[] }[] = [
    {
      heading: 'Placements',
      blocks: [
        {
          kind: 'table',
          columns: [
            { title: 'placement' },
            ...['KL, nats', 'within', 'top-1', 'ms/token', 'µJ/token', 'without digital unit, µJ'].map(right),
          ],
          rows: tableRows(rows),
        },
        { kind: 'figure', svg: renderFigure(placeFigure(result, slots)) },
      ],
    },
    {
      heading: 'Matrices of the placement that was found',
      blocks: [
        {
          kind: 'table',
          caption: 'Each alone on its device, all others on the reference.',
          columns: [right('layer'), { title: 'operation' }, { title: 'device' }, right('KL, nats'), right('nJ a row')],
          rows: matrices.map((matrix) => [
            matrix.layer,
            matrix.operation,
            matrix.profile,
            nats(matrix.kl_nats),
            significant(matrix.joules * 1e9),
          ]),
        },
      ],
    },
  ];
  if (checks.length > 0)
    sections.push({
      heading: 'Other chips, other documents',
      blocks: [
        {
          kind: 'table',
          columns: [right('chip seed'), ...['documents', 'tokens', 'KL, nats', 'within'].map(right)],
          rows: checks.map((check) => [
            check.chip_seed,
            check.documents,
            check.tokens,
            nats(check.kl_nats),
            check.within_budget ? 'yes' : 'no',
          ]),
        },
      ],
    });
  return renderReport({
    title: `${placement}: ${input.checkpoint.name} within ${budget.kl_nats} nats`,
    summary: `The placement of least energy that was found, on ${counted(documents, 'document')} of ${basename(source)} and chip seed ${input.chipSeed}.`,
    sections,
    footer: `Ohmlight ${VERSION}, npx ohmlight place --html.`,
  });
}
