import { basename } from 'node:path';
import { VERSION } from '@ohmlight/contracts';
import { type Figure, type Mark, type Panel, renderFigure, renderReport } from '@ohmlight/plots';
import { counted } from '../counted.js';
import type { Setting } from '../compare/setting.js';
import { type Axis, pointName } from './axis.js';
import { sweepCells, sweepColumns } from './print.js';
import { type DoneRow, isDone, type SweepRow } from './rows.js';

/** Below this, nats, a plot does not tell divergences apart. */
const LEAST_KL = 1e-9;

/** Values of a field that colours tell apart. */
const COLOURS = 8;

/** Energy against divergence: every point, coloured by the first field with few values, and the front. */
export function paretoFigure(profile: string, axes: readonly Axis[], rows: readonly SweepRow[]): Figure {
  const done = rows.filter(isDone);
  const coloured = axes.find(({ values }) => values.length > 1 && values.length <= COLOURS);
  const shapes = ['circle', 'square', 'triangle', 'diamond'] as const;
  const panel = (title: string, label: string, joules: (row: DoneRow) => number): Panel => {
    const point = (row: DoneRow) => ({ x: joules(row), y: Math.max(LEAST_KL, row.kl_nats) });
    const groups = coloured
      ? coloured.values.map((value) => ({
          name: `${coloured.field} = ${value}`,
          own: done.filter((row) => row.point[coloured.field] === value),
        }))
      : [{ name: 'Points', own: done }];
    const xs = done.map(joules);
    // Within a third of a decade a log axis has hardly a tick.
    const scale = Math.max(...xs) > 2 * Math.min(...xs) ? 'log' : 'linear';
    return {
      title,
      x: { label, unit: 'J', scale, ticks: 'si' },
      y: { label: 'KL', unit: 'nats', scale: 'log' },
      size: { width: 800, height: 360 },
      marks: [
        { kind: 'front', name: 'Front', colour: 'muted', points: done.map(point), better: { x: 'low', y: 'low' } },
        ...groups
          .filter(({ own }) => own.length > 0)
          .map(({ name, own }, i): Mark => ({
            kind: 'scatter',
            name,
            colour: i % COLOURS,
            shape: shapes[i % shapes.length]!,
            points: own.map((row) => ({ ...point(row), ...(row.front && { label: pointName(row.point) }) })),
          })),
      ],
    };
  };
  return {
    title: `${profile}: divergence against energy`,
    subtitle: 'A decode step of one sequence; down and to the left is better',
    columns: 1,
    panels: [
      panel('All of it', 'Energy of a token', (row) => row.joules_per_token),
      panel('Without the digital unit, which no field changes', 'Energy of the matrices', (row) => row.matmul_joules),
    ],
  };
}

/** The sweep as one HTML page. */
export function renderSweepReport(
  profile: string,
  axes: readonly Axis[],
  rows: readonly SweepRow[],
  { input, source, documents }: Pick<Setting, 'input' | 'source' | 'documents'>,
): string {
  const fields = axes.map(({ field }) => field);
  const tokens = rows.find(isDone)?.tokens ?? 0;
  return renderReport({
    title: `${profile}: ${rows.length} points`,
    summary: `${input.checkpoint.name} on ${counted(documents, 'document')} of ${basename(source)}, ${tokens} tokens scored, for every combination of ${fields.join(', ')}.`,
    sections: [
      {
        heading: 'Divergence against energy',
        blocks: rows.some(isDone) ? [{ kind: 'figure', svg: renderFigure(paretoFigure(profile, axes, rows)) }] : [],
      },
      {
        heading: 'Points',
        blocks: [
          {
            kind: 'table',
            caption: '* no other point is better in both energy and KL.',
            columns: sweepColumns(fields).map(({ title, align }) => ({ title, ...(align && { align }) })),
            rows: rows.map((row) => sweepCells(fields, row)),
          },
        ],
      },
    ],
    footer: `Ohmlight ${VERSION}, npx ohmlight sweep; chip seed ${input.chipSeed}, shards of ${input.shardColumns} columns.`,
  });
}
