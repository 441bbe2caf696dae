import { Draws } from '../draws.js';
import type { Outcome, Table } from '../experiment.js';
import { deviation } from '../statistics.js';
import type { InterferenceOptions } from './experiment.js';
import { interferenceFigure } from './figure.js';
import { EXAMPLE, EXAMPLE_NAME, productsOf, type Recovered, recoverAll, rmsError } from './products.js';
import { type Scheme, SCHEMES } from './schemes.js';

export interface ErrorRow {
  readonly scheme: Scheme;
  readonly photons: number;
  /** rms error of a product over ‖x‖, drawn and by the equation. */
  readonly error: number;
  readonly equation: number;
  readonly recovered: readonly Recovered[];
}

export interface VarianceRow {
  readonly scheme: Scheme;
  /** R, √photons. */
  readonly reference: number;
  readonly variance: number;
  readonly equation: number;
}

/** References at which the variance is measured, √photons. */
const REFERENCES = [5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];
/** Those that the table shows. */
const SHOWN = [20, 100, 1000];

function variances(scheme: Scheme, readings: number, seed: bigint): VarianceRow[] {
  return REFERENCES.map((reference, i) => {
    const draws = new Draws(seed, `variance ${scheme.name} ${i}`);
    const means = scheme.counts(EXAMPLE, reference);
    const values = Float64Array.from({ length: readings }, (_, reading) =>
      scheme.recover(
        means.map((mean, exposure) => draws.count(mean, reading, exposure)),
        reference,
      ),
    );
    return { scheme, reference, variance: deviation(values) ** 2, equation: scheme.variance(EXAMPLE, reference) };
  });
}

const tablesOf = (errors: readonly ErrorRow[], spreads: readonly VarianceRow[]): Table[] => [
  {
    title: 'Error of a product, of ‖x‖, against photons of inputs and reference in all exposures',
    columns: ['recovery', 'photons', 'by the equation', 'drawn'],
    rows: errors.map(({ scheme, photons, equation, error }) => [scheme.name, String(photons), equation, error]),
  },
  {
    title: `Variance of Re S in photons, S = ${EXAMPLE_NAME}`,
    columns: ['recovery', 'R', 'by the equation', 'drawn'],
    rows: spreads
      .filter(({ reference }) => SHOWN.includes(reference))
      .map(({ scheme, reference, equation, variance }) => [
        scheme.name,
        String(reference),
        equation.toFixed(4),
        variance.toFixed(4),
      ]),
  },
];

export function runInterference(options: InterferenceOptions): Outcome {
  const { seed, inputs, reference, photons, draws: readings } = options;
  const products = productsOf(options.products, inputs, seed);
  const errors = SCHEMES.flatMap((scheme) =>
    photons.map((budget, i): ErrorRow => {
      const draws = new Draws(seed, `errors ${scheme.name} ${i}`);
      const { recovered, law } = recoverAll(scheme, products, budget, reference, draws);
      return { scheme, photons: budget, error: rmsError(recovered), equation: law, recovered };
    }),
  );
  const spreads = SCHEMES.flatMap((scheme) => variances(scheme, readings, seed));
  const blank = {
    photons: null,
    error: null,
    error_equation: null,
    reference: null,
    variance: null,
    variance_equation: null,
  };
  return {
    rows: [
      ...errors.map((row) => ({
        what: 'error',
        recovery: row.scheme.name,
        ...blank,
        photons: row.photons,
        error: row.error,
        error_equation: row.equation,
      })),
      ...spreads.map((row) => ({
        what: 'variance',
        recovery: row.scheme.name,
        ...blank,
        reference: row.reference,
        variance: row.variance,
        variance_equation: row.equation,
      })),
    ],
    tables: tablesOf(errors, spreads),
    figure: interferenceFigure({ products, errors, spreads, options }),
    remarks: [
      'A reference far stronger than the inputs brings the variance to ¼ of a photon, ½ without a reference beam.',
      'Of light that is given in all, a reference as strong as the inputs gives the least error: (1 + ρ)²/ρ is least at 1.',
    ],
  };
}
