import type { Axis, Figure, Mark, Panel } from '../../../libs/plots/dist/index.js';
import { excess, lit } from './analysis.ts';
import { ARRAYS, type ArrayName } from './arrays.ts';
import type { Results } from './results.ts';

/** σ/rms(y)·√n of unrelated Gaussian operands: 1 at the standard quantum limit, E|v|·E|u|/(σ_v·σ_u) on two rails. */
const LAW: Readonly<Record<ArrayName, number>> = { homodyne: 1, 'dual-rail': 2 / Math.PI };

const NAMES: Readonly<Record<ArrayName, string>> = { homodyne: 'homodyne', 'dual-rail': 'dual rail' };

/** Errors of Gaussian operands against their width, over the full scale and over the signal. */
export function gaussianFigure({ gaussians }: Results): Figure {
  const widths = [...new Set(gaussians.map(({ k }) => k))];
  const marks = (pick: 'overScale' | 'overSignal'): Mark[] =>
    ARRAYS.flatMap((array, colour): Mark[] => {
      const points = gaussians.filter((row) => row.array === array && row.full === (array === 'homodyne' ? 1 : 10));
      const law = points.map(({ k, detected }) => LAW[array] / Math.sqrt(detected * (pick === 'overScale' ? k : 1)));
      return [
        { kind: 'line', name: `${NAMES[array]}, closed form`, colour, dash: true, x: widths, y: law },
        {
          kind: 'scatter',
          name: `${NAMES[array]}, measured`,
          colour,
          points: points.map((row) => ({ x: row.k, y: row[pick] })),
        },
      ];
    });
  const x: Axis = { label: 'width d of the product', scale: 'log', domain: [50, 20_000] };
  return {
    title: 'Shot noise of a product against its width',
    subtitle:
      'Unrelated Gaussian operands; homodyne with 1 detected photon per multiplication, dual rail with 0.5 to 0.9',
    note: 'node test/bench/photons/widths.ts, report.ts',
    columns: 2,
    panelSize: { width: 380, height: 270 },
    panels: [
      {
        title: 'Against the full scale ‖w‖‖x‖',
        x,
        y: { label: 'σ/(‖w‖‖x‖)', scale: 'log', domain: [0.003, 0.3] },
        marks: marks('overScale'),
      },
      {
        title: 'Against the signal',
        x,
        y: { label: 'σ/rms(y)', scale: 'log', domain: [0.3, 3] },
        marks: marks('overSignal'),
      },
    ],
  };
}

/** Perplexity against photons per multiplication, and per output, for every checkpoint. */
export function widthFigure(results: Results): Figure {
  const panel = (array: ArrayName, by: 'multiplication' | 'output'): Panel => ({
    title: `${NAMES[array]}, by ${by}`,
    x: { label: `detected photons per ${by}`, scale: 'log' },
    y: { label: 'perplexity over the reference’s, less 1', scale: 'log', domain: [1e-3, 100] },
    marks: [
      { kind: 'rule', y: 0.1 } as Mark,
      ...results.checkpoints.map(({ name, width, reference }, colour): Mark => {
        const rows = lit(results, name, array);
        const all = Array.from({ length: results.repeats }, () => reference).flat();
        const points = rows
          .map((row) => ({
            x: row.detected! * (by === 'output' ? width : 1),
            y: Math.exp(Math.min(20, excess(row.documents, all))) - 1,
          }))
          .filter(({ y }) => y >= 1e-3 && y < 100);
        return { kind: 'line', name, colour, x: points.map(({ x }) => x), y: points.map(({ y }) => y), points: true };
      }),
    ],
  });
  return {
    title: 'What light a model takes, against its width',
    subtitle:
      'All matmuls on arrays of light alone; right: the same against photons per output of the hidden width, where curves would meet if photons ∝ 1/d were enough',
    note: 'node test/bench/photons/widths.ts, report.ts',
    columns: 2,
    panelSize: { width: 380, height: 270 },
    panels: ARRAYS.flatMap((array) => [panel(array, 'multiplication'), panel(array, 'output')]),
  };
}
