import type { Axis, Figure, Mark, Panel } from '@ohmlight/plots';
import type { MeshOptions } from './experiment.js';
import { type Cause, CAUSES } from './law.js';
import { ROUNDING, type Subject } from './measure.js';
import type { MeshRow } from './run.js';

const x: Axis = { label: 'standard deviation of the error', unit: 'rad', scale: 'log' };

/** Measured points on lines, and the closed forms dashed. */
function curves(
  rows: readonly MeshRow[],
  subject: Subject,
  causes: readonly Cause[],
  value: (row: MeshRow) => number,
  law: (row: MeshRow) => number | null,
): Mark[] {
  return causes.flatMap((cause): Mark[] => {
    const own = rows.filter((row) => row.subject === subject && row.cause === cause);
    const sigmas = own.map(({ sigma }) => sigma);
    const colour = CAUSES.indexOf(cause);
    return [
      { kind: 'line', name: cause, colour, x: sigmas, y: own.map(value), points: true },
      {
        kind: 'line',
        ...(cause === causes.at(-1) ? { name: 'closed form' } : {}),
        colour: 'ink',
        dash: true,
        x: sigmas,
        y: own.map((row) => law(row) ?? NaN),
      },
    ];
  });
}

export function meshFigure(rows: readonly MeshRow[], { modes, draws, seed }: MeshOptions): Figure {
  const errors = (title: string, subject: Subject, label: string): Panel => ({
    title,
    x,
    y: { label, scale: 'log' },
    marks: curves(
      // A log axis has no 0: where every split is within reach, nothing is left to draw.
      rows.filter(({ error }) => error > ROUNDING),
      subject,
      CAUSES,
      ({ error }) => error,
      ({ errorLaw }) => errorLaw,
    ),
  });
  return {
    title: 'Errors of an interferometer mesh',
    subtitle: `rectangles of ${modes} modes, ${draws} draws a point, seed ${seed}`,
    note: 'Lines with points are meshes through which light was followed; dashed lines are closed forms.',
    panels: [
      {
        title: 'Fidelity of random unitaries',
        x,
        y: { label: '|Tr(U†U′)|²/N²' },
        marks: curves(
          rows,
          'unitary',
          CAUSES,
          ({ fidelity }) => fidelity ?? NaN,
          ({ fidelityLaw }) => fidelityLaw,
        ),
      },
      errors('Error of random unitaries', 'unitary', 'E = ‖ΔU‖/√N'),
      errors('Error of real orthogonal matrices', 'orthogonal', 'E = ‖ΔU‖/√N'),
      errors('Error of real weights, one quadrature', 'weights', '‖Re ΔW‖/‖W‖'),
    ],
    panelSize: { width: 380, height: 260 },
  };
}
