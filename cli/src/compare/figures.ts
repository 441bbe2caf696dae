import { type Component, COMPONENTS, OPERATIONS } from '@ohmlight/contracts';
import { REFERENCE_PLACEMENT } from '@ohmlight/devices';
import { type Figure, type LineMark, type Panel } from '@ohmlight/plots';
import type { CompareRow } from './rows.js';

/** Related components have related colours: conversion, array, light, weights, movement, the rest. */
export const COMPONENT_COLOURS: Readonly<Record<Component, string>> = {
  dac: '#1f77b4',
  adc: '#9ecae1',
  array: '#2ca02c',
  driver: '#a1d99b',
  laser: '#e6550d',
  modulator: '#fdae6b',
  detector: '#d62728',
  tia: '#ff9896',
  program: '#9467bd',
  memory: '#8c564b',
  interconnect: '#c49c94',
  digital_unit: '#636363',
  idle: '#d9d9d9',
};

/** Height of a lying bar with its gap, pixels. */
const BAR = 22;

/** Energy of a token: how much, and of which components. */
export function energyFigure(rows: readonly CompareRow[]): Figure {
  const categories = rows.map(({ placement }) => placement);
  const size = { width: 330, height: Math.max(120, BAR * rows.length) };
  const components = COMPONENTS.filter((component) => rows.some((row) => row.joules_by_component[component]));
  const total = rows.map(({ joules_per_token: joules }) => joules);
  const low = 10 ** Math.floor(Math.log10(Math.min(...total)) - 0.2);
  const high = 10 ** Math.ceil(Math.log10(Math.max(...total)));
  return {
    title: 'Modelled energy of a token, by component',
    subtitle: 'A decode step of one sequence, digital unit included',
    panels: [
      {
        title: 'Energy',
        x: { label: 'Energy of a token', unit: 'J', scale: 'log', domain: [low, high] },
        y: { label: 'Placement', scale: 'category' },
        marks: [{ kind: 'bars', categories, layout: 'grouped', series: [{ name: 'Total', values: total }] }],
        legend: false,
        size,
      },
      {
        title: 'Share of each component',
        x: { label: 'Share of the energy', domain: [0, 1], ticks: 'percent' },
        y: { label: 'Placement', scale: 'category' },
        marks: [
          {
            kind: 'bars',
            categories,
            layout: 'stacked',
            series: components.map((name) => ({
              name,
              colour: COMPONENT_COLOURS[name],
              values: rows.map((row) => (row.joules_by_component[name] ?? 0) / row.joules_per_token),
            })),
          },
        ],
        size,
      },
    ],
  };
}

/** Beyond this a plot does not tell ratios apart. */
const MOST_DECIBELS = 60;

/** Error of every matrix, a panel per placement; none where all are the reference itself. */
export function errorFigure(rows: readonly CompareRow[]): Figure | undefined {
  const others = rows.filter(({ placement }) => placement !== REFERENCE_PLACEMENT);
  const errors = others.flatMap((row) => row.errors);
  if (errors.length === 0) return undefined;
  const values = errors.map((error) => error.snr_decibels);
  // What is nearly exact would flatten the rest: it is drawn at the top.
  const top = Math.min(MOST_DECIBELS, Math.ceil((Math.max(10, ...values) + 2) / 10) * 10);
  const bottom = Math.floor((Math.min(0, ...values) - 1) / 10) * 10;
  const layers = Math.max(...errors.map(({ layer }) => layer));
  return {
    title: 'Signal-to-noise ratio of every matrix, by layer and operation',
    subtitle: `Given the placement's own activations; more than ${top} dB is drawn at ${top}; lm_head stands behind the last layer`,
    columns: 3,
    panels: others.map((row): Panel => ({
      title: row.placement,
      x: { label: 'Layer', domain: [-0.25, layers + 0.25] },
      y: { label: 'SNR', unit: 'dB', domain: [bottom, top] },
      size: { width: 230, height: 150 },
      marks: OPERATIONS.flatMap((operation, colour): LineMark[] => {
        const own = row.errors.filter((error) => error.operation === operation);
        if (own.length === 0) return [];
        const y = own.map((error) => Math.min(top, error.snr_decibels));
        return [{ kind: 'line', name: operation, colour, x: own.map(({ layer }) => layer), y, points: true }];
      }),
    })),
  };
}

/** Colours of a panel before lines are dashed. */
const COLOURS = 8;

/** Time of a decode step against the sequences that share it, a panel per pool. */
export function latencyFigure(rows: readonly CompareRow[]): Figure {
  const pools = [...new Set(rows.map(({ pool }) => pool))];
  const seconds = rows.flatMap(({ batches }) => batches.map((batch) => batch.seconds));
  const domain = [
    10 ** Math.floor(Math.log10(Math.min(...seconds))),
    10 ** Math.ceil(Math.log10(Math.max(...seconds))),
  ] as const;
  return {
    title: 'Modelled time of a decode step against its batch',
    subtitle: 'One row of each sequence through all phases and the digital unit',
    panels: pools.map((pool): Panel => ({
      title: pool,
      x: { label: 'Sequences of the batch', scale: 'log', domain: [1, 64] },
      y: { label: 'Time of a step', unit: 's', scale: 'log', domain, ticks: 'si' },
      marks: rows
        .filter((row) => row.pool === pool)
        .map((row, i) => ({
          kind: 'line' as const,
          name: row.placement,
          colour: i % COLOURS,
          dash: i >= COLOURS,
          x: row.batches.map(({ batch }) => batch),
          y: row.batches.map((batch) => batch.seconds),
          points: true,
        })),
    })),
  };
}

/** Below this, nats, a plot does not tell divergences apart. */
const LEAST_KL = 1e-5;

/** What accuracy costs: divergence and perplexity against energy, with the front that nothing beats. */
export function tradeFigure(rows: readonly CompareRow[]): Figure {
  const pools = [...new Set(rows.map(({ pool }) => pool))];
  const shapes = ['circle', 'square', 'triangle', 'diamond'] as const;
  const point = (row: CompareRow, y: number) => ({ x: row.joules_per_token, y, label: row.placement });
  const panel = (title: string, y: Panel['y'], value: (row: CompareRow) => number): Panel => ({
    title,
    x: { label: 'Energy of a token', unit: 'J', scale: 'log' },
    y,
    size: { width: 800, height: 360 },
    marks: [
      {
        kind: 'front',
        name: 'Front',
        colour: 'muted',
        points: rows.map((row) => point(row, value(row))),
        better: { x: 'low', y: 'low' },
      },
      ...pools.map((pool, i) => ({
        kind: 'scatter' as const,
        name: pool,
        colour: i,
        shape: shapes[i % shapes.length]!,
        points: rows.filter((row) => row.pool === pool).map((row) => point(row, value(row))),
      })),
    ],
  });
  const perplexities = rows.map(({ perplexity }) => perplexity);
  // Within a decade a log axis has hardly a tick.
  const scale = Math.max(...perplexities) > 10 * Math.min(...perplexities) ? 'log' : 'linear';
  return {
    title: 'Quality against energy',
    subtitle: 'Down and to the left is better',
    columns: 1,
    panels: [
      panel('Perplexity', { label: 'Perplexity', scale }, ({ perplexity }) => perplexity),
      panel(
        `Divergence from the reference; less than ${LEAST_KL} nats is drawn there`,
        { label: 'KL', unit: 'nats', scale: 'log' },
        ({ kl_nats: kl }) => Math.max(LEAST_KL, kl),
      ),
    ],
  };
}
