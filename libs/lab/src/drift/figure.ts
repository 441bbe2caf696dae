import type { Axis, Figure, LineMark } from '@ohmlight/plots';
import type { DriftOptions } from './experiment.js';
import type { ArrayRow, LevelRow } from './run.js';

const NAMES = { none: 'not compensated', global: 'one factor a tile', column: 'a factor a column' } as const;

export function driftFigure(
  levels: readonly LevelRow[],
  arrays: readonly ArrayRow[],
  profile: string,
  { rows, columns, seed, days }: DriftOptions,
): Figure {
  // A log axis has no 0: the array as programmed is left to the tables.
  const aged = <T extends { readonly seconds: number }>(list: readonly T[]): T[] =>
    list.filter(({ seconds }) => seconds > 0);
  const x: Axis = { label: 'time since programming', unit: 's', scale: 'log' };
  const steps = [...new Set(levels.map(({ level }) => level))];
  const devices = steps.flatMap((level, colour): LineMark[] => {
    const own = aged(levels.filter((row) => row.level === level));
    const times = own.map(({ seconds }) => seconds);
    return [
      {
        kind: 'line',
        name: `${level} g_max, ± σ`,
        colour,
        x: times,
        y: own.map(({ mean }) => mean * 1e6),
        band: {
          low: own.map((row) => (row.mean - row.sigma) * 1e6),
          high: own.map((row) => (row.mean + row.sigma) * 1e6),
        },
      },
      {
        kind: 'line',
        ...(colour === 0 ? { name: 'equations' } : {}),
        colour: 'ink',
        dash: true,
        x: times,
        y: own.map(({ meanLaw }) => meanLaw * 1e6),
      },
    ];
  });
  const curves = (value: (row: ArrayRow) => number): LineMark[] =>
    (['none', 'global', 'column'] as const).map((compensation) => {
      const own = aged(arrays.filter((row) => row.compensation === compensation));
      return {
        kind: 'line',
        name: NAMES[compensation],
        x: own.map(({ seconds }) => seconds),
        y: own.map(value),
        // The two compensations lie on each other where columns are alike.
        ...(compensation === 'column' ? { dash: true } : { points: true }),
      };
    });
  const bare = aged(arrays.filter((row) => row.gainLaw !== null));
  return {
    title: 'Drift of a phase-change array',
    subtitle: `${profile}, ${rows} × ${columns} pairs, ${days} days, seed ${seed}`,
    note: 'Bands and curves are drawn devices; dashed lines are the equations without a draw.',
    panels: [
      { title: 'Devices of three levels', x, y: { label: 'conductance', unit: 'µS', zero: true }, marks: devices },
      {
        title: 'Gain of the array',
        x,
        y: { label: 'stored weight over meant weight' },
        marks: [
          ...curves(({ gain }) => gain),
          {
            kind: 'line',
            name: 'equation',
            colour: 'ink',
            dash: true,
            x: bare.map(({ seconds }) => seconds),
            y: bare.map(({ gainLaw }) => gainLaw!),
          },
        ],
      },
      {
        title: 'Spread about the gain',
        x,
        y: { label: 'rms deviation, of the rms weight', ticks: 'percent', zero: true },
        marks: curves(({ spread }) => spread),
      },
      {
        title: 'Error of the weights',
        x,
        y: { label: '‖W′ − W‖/‖W‖', ticks: 'percent', zero: true },
        marks: curves(({ error }) => error),
      },
    ],
    panelSize: { width: 380, height: 240 },
  };
}
