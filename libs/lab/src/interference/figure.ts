import { intensity } from '@ohmlight/devices/optical';
import type { Figure, Mark, Panel } from '@ohmlight/plots';
import { logSpaced } from '../statistics.js';
import type { InterferenceOptions } from './experiment.js';
import { EXAMPLE, EXAMPLE_NAME, type Product } from './products.js';
import type { ErrorRow, VarianceRow } from './run.js';
import { SCHEMES } from './schemes.js';

interface Shown {
  readonly products: readonly Product[];
  readonly errors: readonly ErrorRow[];
  readonly spreads: readonly VarianceRow[];
  readonly options: InterferenceOptions;
}

const SHAPES = ['circle', 'square', 'triangle'] as const;
/** Products that a scatter shows. */
const PICTURED = 150;

/** Products of the figure lie within, of ‖x‖. */
const REACH = 2.5;

function blind({ products }: Shown): Panel {
  return {
    title: 'An intensity alone',
    x: { label: 'product Σ xw', unit: 'of ‖x‖', domain: [-REACH, REACH] },
    y: { label: '|S|²', unit: 'of ‖x‖²', domain: [0, REACH * REACH] },
    marks: [
      {
        kind: 'scatter',
        name: 'products: no sign, and Im S in it',
        size: 2.5,
        points: products.slice(0, PICTURED).map(({ s }) => ({ x: s.re, y: intensity(s) })),
      },
    ],
  };
}

function recovered({ errors, options }: Shown): Panel {
  const budget = options.photons[Math.floor((options.photons.length - 1) / 3)]!;
  const shown = errors.filter(({ photons }) => photons === budget);
  const ends = [-REACH, REACH];
  return {
    title: `Recovered from ${budget} photons`,
    x: { label: 'product Σ xw', unit: 'of ‖x‖', domain: [-REACH, REACH] },
    y: { label: 'recovered', unit: 'of ‖x‖', domain: [-REACH, REACH] },
    marks: [
      { kind: 'line', colour: 'muted', x: ends, y: ends },
      ...shown.toReversed().map(({ scheme, recovered: points }): Mark => ({
        kind: 'scatter',
        name: scheme.name,
        colour: SCHEMES.indexOf(scheme),
        shape: SHAPES[SCHEMES.indexOf(scheme)]!,
        size: 2.5,
        points: points.slice(0, PICTURED).map(({ exact, value }) => ({ x: exact, y: value })),
      })),
    ],
  };
}

function againstPhotons({ errors }: Shown): Panel {
  return {
    title: 'Error against photons',
    x: { label: 'photons of a product, in all', scale: 'log' },
    y: { label: 'rms error', unit: 'of ‖x‖', scale: 'log' },
    marks: SCHEMES.flatMap((scheme, colour): Mark[] => {
      const own = errors.filter((row) => row.scheme === scheme);
      return [
        {
          kind: 'line',
          colour,
          dash: scheme.name === 'three-exposure',
          x: own.map(({ photons }) => photons),
          y: own.map(({ equation }) => equation),
        },
        {
          kind: 'scatter',
          name: scheme.title,
          colour,
          shape: SHAPES[colour]!,
          points: own.map(({ photons, error }) => ({ x: photons, y: error })),
        },
      ];
    }),
  };
}

function againstReference({ spreads }: Shown): Panel {
  const references = logSpaced(5, 5000, 120);
  return {
    title: 'Variance against the reference',
    x: { label: 'reference amplitude R', unit: '√photons', scale: 'log' },
    y: { label: 'variance of Re S', unit: 'photons', scale: 'log', domain: [0.15, 5] },
    marks: [
      { kind: 'rule', y: 0.25, label: '¼' },
      { kind: 'rule', y: 0.5, label: '½' },
      ...SCHEMES.flatMap((scheme, colour): Mark[] => [
        {
          kind: 'line',
          colour,
          dash: scheme.name === 'four-step',
          x: references,
          y: references.map((reference) => scheme.variance(EXAMPLE, reference)),
        },
        {
          kind: 'scatter',
          name: scheme.name,
          colour,
          shape: SHAPES[colour]!,
          points: spreads.filter((row) => row.scheme === scheme).map((row) => ({ x: row.reference, y: row.variance })),
        },
      ]),
    ],
  };
}

export function interferenceFigure(shown: Shown): Figure {
  const { inputs, products, reference, draws, seed } = shown.options;
  return {
    title: 'A signed product from intensities',
    subtitle: `${products} products of ${inputs} inputs, reference ${reference} times the inputs’ light; variances of ${draws} readings of S = ${EXAMPLE_NAME}; seed ${seed}`,
    note: 'Points are Poisson counts put through the recovery, lines its variance: (|S|² + R²)/(4R²) against a reference, (2|S|² + 2a² + 2a·Re S)/(4a²) without a reference beam.',
    panels: [blind(shown), recovered(shown), againstPhotons(shown), againstReference(shown)],
    panelSize: { width: 400, height: 260 },
  };
}
