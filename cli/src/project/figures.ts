import { type Component, COMPONENTS } from '@ohmlight/contracts';
import type { Figure, LineMark, Panel } from '@ohmlight/plots';
import type { Projection } from '@ohmlight/projection';
import { COMPONENT_COLOURS } from '../compare/figures.js';
import type { Projected } from './run.js';

/** Colours of a panel before lines are dashed. */
const COLOURS = 7;
const POOLS = { electronic: 'Electronic', optical: 'Optical', mixed: 'Mixed placements' } as const;

type Value = (point: Projection) => number;

/** Digital rivals, which every panel shows in dashed grey. */
const rivalMarks = (rivals: readonly Projected[], pick: (of: Projected) => readonly Projection[], x: Value, y: Value) =>
  rivals.map((rival, i): LineMark => ({
    kind: 'line',
    name: rival.placement,
    colour: ['#111111', '#666666', '#999999', '#bbbbbb'][i % 4]!,
    dash: true,
    x: pick(rival).map(x),
    y: pick(rival).map(y),
  }));

/** What a plot shows: placements, and the digital ones beside all of them. */
export interface Plotted {
  readonly model: string;
  readonly projected: readonly Projected[];
  readonly rivals: readonly Projected[];
}

interface Sweep {
  readonly x: Panel['x'];
  readonly xOf: Value;
  readonly pick: (of: Projected) => readonly Projection[];
}

function panels({ projected, rivals }: Plotted, sweep: Sweep, y: Panel['y'], value: Value): Panel[] {
  return (Object.keys(POOLS) as (keyof typeof POOLS)[]).flatMap((pool): Panel[] => {
    const own = projected.filter((one) => one.pool === pool);
    if (own.length === 0) return [];
    const values = [...own, ...rivals].flatMap((one) => sweep.pick(one).map(value));
    const domain = [
      10 ** Math.floor(Math.log10(Math.min(...values))),
      10 ** Math.ceil(Math.log10(Math.max(...values))),
    ] as const;
    return [
      {
        title: POOLS[pool],
        x: sweep.x,
        y: { ...y, scale: 'log', domain, ticks: 'si' },
        marks: [
          ...rivalMarks(rivals, sweep.pick, sweep.xOf, value),
          ...own.map((one, i): LineMark => ({
            kind: 'line',
            name: one.placement,
            colour: i % COLOURS,
            dash: i >= COLOURS,
            x: sweep.pick(one).map(sweep.xOf),
            y: sweep.pick(one).map(value),
          })),
        ],
      },
    ];
  });
}

const alongBatch = (index: number): Sweep => ({
  x: { label: 'Sequences of the batch', scale: 'log' },
  xOf: ({ batch }) => batch,
  pick: ({ alongBatch: sweeps }) => sweeps[index]!,
});
const alongContext = (index: number): Sweep => ({
  x: { label: 'Context', scale: 'log' },
  xOf: ({ context }) => context,
  pick: ({ alongContext: sweeps }) => sweeps[index]!,
});
const ENERGY = { label: 'Energy of a token', unit: 'J' } as const;
const TIME = { label: 'Time of a step', unit: 's' } as const;

/** Energy of a token and time of a step against batch, a row each, a panel per pool. */
export function batchFigure(plotted: Plotted): Figure {
  const { model, projected } = plotted;
  const energy = panels(plotted, alongBatch(0), ENERGY, ({ joulesPerToken }) => joulesPerToken);
  const time = panels(plotted, alongBatch(0), TIME, ({ seconds }) => seconds);
  return {
    title: `${model}: energy and time against batch`,
    subtitle: `Decode steps from shapes alone, context ${projected[0]!.alongBatch[0]![0]!.context}, digital unit and KV cache included`,
    columns: energy.length,
    panels: [...energy, ...time],
    panelSize: { width: 380, height: 260 },
  };
}

/** Energy of a token against context, a panel per pool. */
export function contextFigure(plotted: Plotted): Figure {
  const { model, projected } = plotted;
  const energy = panels(plotted, alongContext(0), ENERGY, ({ joulesPerToken }) => joulesPerToken);
  return {
    title: `${model}: energy against context`,
    subtitle: `Batch ${projected[0]!.alongContext[0]![0]!.batch}; attention over the KV cache is the same for all`,
    columns: energy.length,
    panels: energy,
    panelSize: { width: 380, height: 260 },
  };
}

/** Height of a lying bar with its gap, pixels. */
const BAR = 22;

/** What the energy of a token goes to, at the first batch and context asked for. */
export function shareFigure({ model, projected }: Plotted): Figure {
  const points = projected.map(({ asked }) => asked[0]!);
  const share = ({ joulesByComponent, joulesPerToken }: Projection, component: Component): number =>
    (joulesByComponent[component] ?? 0) / joulesPerToken;
  return {
    title: `${model}: where the energy of a token goes`,
    subtitle: `Batch ${points[0]!.batch}, context ${points[0]!.context}`,
    panels: [
      {
        x: { label: 'Share of the energy', domain: [0, 1], ticks: 'percent' },
        y: { label: 'Placement', scale: 'category' },
        size: { width: 620, height: Math.max(120, BAR * points.length) },
        marks: [
          {
            kind: 'bars',
            categories: points.map(({ placement }) => placement),
            layout: 'stacked',
            series: COMPONENTS.filter((component) => points.some((point) => share(point, component) > 0)).map(
              (name) => ({
                name,
                colour: COMPONENT_COLOURS[name],
                values: points.map((point) => share(point, name)),
              }),
            ),
          },
        ],
      },
    ],
  };
}
