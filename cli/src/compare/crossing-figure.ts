import type { Figure, Panel } from '@ohmlight/plots';
import { opponentsIn, type ShapeRow } from './crossings.js';

/** Colours of a panel before lines are dashed. */
const COLOURS = 8;

/** Cost of a step over that of an opponent, against the batch: below 1 the placement takes less. */
export function crossingFigure(rows: readonly ShapeRow[], name: string): Figure {
  const opponents = opponentsIn(rows);
  const batches = rows[0]!.batches.map(({ batch }) => batch);
  return {
    title: `${name}: matmuls of a decode step against the digital pool, by batch`,
    subtitle:
      'From shapes, and the waiting for the digital unit; below 1 the placement takes less. A load is paid once a step',
    columns: 2,
    panels: opponents.flatMap((opponent) =>
      (['seconds', 'joules'] as const).map((what) => panelOf(rows, opponent, what, batches)),
    ),
  };
}

function panelOf(
  rows: readonly ShapeRow[],
  opponent: string,
  what: 'seconds' | 'joules',
  batches: readonly number[],
): Panel {
  const base = rows.find(({ placement }) => placement === opponent)!.batches;
  const others = rows.filter(({ placement }) => placement !== opponent);
  const ratios = others.map(({ batches: own }) => own.map((step, i) => step[what] / base[i]![what]));
  const all = ratios.flat();
  return {
    title: `${what === 'seconds' ? 'Time' : 'Energy'}, over ${opponent}`,
    x: { label: 'Sequences of the batch', scale: 'log', domain: [batches[0]!, batches.at(-1)!] },
    y: {
      label: what === 'seconds' ? 'Time of a step' : 'Energy of a step',
      unit: `of ${opponent}`,
      scale: 'log',
      domain: [10 ** Math.floor(Math.log10(Math.min(1, ...all))), 10 ** Math.ceil(Math.log10(Math.max(1, ...all)))],
    },
    size: { width: 420, height: 320 },
    marks: [
      { kind: 'rule', y: 1, colour: 'muted' },
      ...others.map((row, i) => ({
        kind: 'line' as const,
        name: row.placement,
        colour: i % COLOURS,
        dash: i >= COLOURS,
        x: batches,
        y: ratios[i]!,
      })),
    ],
  };
}
