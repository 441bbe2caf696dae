import { fidelityOf } from '@ohmlight/devices/optical';
import { Draws } from '../draws.js';
import type { LabContext, Outcome, Table } from '../experiment.js';
import { logSpaced } from '../statistics.js';
import type { MeshOptions } from './experiment.js';
import { meshFigure } from './figure.js';
import { type Cause, CAUSES, errorLaw } from './law.js';
import { measure, type Measured, ROUNDING, type Subject } from './measure.js';

export interface MeshRow extends Measured {
  readonly subject: Subject;
  readonly cause: Cause;
  /** rad. */
  readonly sigma: number;
  readonly errorLaw: number | null;
  readonly fidelityLaw: number | null;
}

const SUBJECTS: readonly Subject[] = ['unitary', 'orthogonal', 'weights'];

const imperfectionsOf = (cause: Cause, sigma: number) =>
  cause === 'phase' ? { phaseError: sigma } : { splitterError: sigma, selfConfigured: cause !== 'splitter' };

function rowOf(subject: Subject, cause: Cause, sigma: number, { modes, draws, seed }: MeshOptions): MeshRow {
  const measured = measure(
    subject,
    modes,
    imperfectionsOf(cause, sigma),
    draws,
    new Draws(seed, `lab/mesh/${subject}`),
  );
  const law = errorLaw(subject, cause, modes, sigma);
  // A phase that all outputs share is an error of σ², and no loss of fidelity.
  const shared = cause === 'phase' ? sigma * sigma : 0;
  const fidelityLaw = law === null || subject === 'weights' ? null : fidelityOf(law * law - shared);
  return { subject, cause, sigma, ...measured, errorLaw: law, fidelityLaw };
}

const TITLES: Record<Subject, string> = {
  unitary: 'Random unitaries in one mesh',
  orthogonal: 'Random real orthogonal matrices in one mesh',
  weights: 'Gaussian weights, W = U·Σ·Vᵀ in two meshes, real part at the outputs',
};

const seen = (value: number): number => (value < ROUNDING ? 0 : value);
const lostOf = (fidelity: number | null): number | null => (fidelity === null ? null : seen(1 - fidelity));

function tableOf(subject: Subject, rows: readonly MeshRow[]): Table {
  const own = rows.filter((row) => row.subject === subject);
  const plain = subject === 'weights';
  return {
    title: TITLES[subject],
    columns: ['error of', 'σ mrad', ...(plain ? [] : ['1 − fidelity', 'closed form']), 'E', 'closed form'],
    rows: own.map((row) => [
      row.cause,
      row.sigma * 1e3,
      ...(plain ? [] : [lostOf(row.fidelity), lostOf(row.fidelityLaw)]),
      seen(row.error),
      row.errorLaw,
    ]),
  };
}

export function runMesh(options: MeshOptions, { progress }: LabContext): Outcome {
  const { modes, smallest, largest, points } = options;
  if (smallest >= largest) throw new RangeError('--smallest must be less than --largest');
  const sigmas = logSpaced(smallest, largest, points);
  const rows = SUBJECTS.flatMap((subject) =>
    CAUSES.flatMap((cause) =>
      sigmas.map((sigma) => {
        progress(`${subject}, ${cause}, ${(sigma * 1e3).toPrecision(3)} mrad`);
        return rowOf(subject, cause, sigma, options);
      }),
    ),
  );
  return {
    rows: rows.map((row) => ({
      modes,
      subject: row.subject,
      cause: row.cause,
      sigma_rad: row.sigma,
      fidelity: row.fidelity,
      fidelity_equation: row.fidelityLaw,
      error: row.error,
      error_equation: row.errorLaw,
    })),
    tables: SUBJECTS.map((subject) => tableOf(subject, rows)),
    figure: meshFigure(rows, options),
    remarks: [
      'E is the root of the mean ‖ΔU‖²/N, of weights of ‖Re ΔW‖²/‖W‖². Self-configured meshes know their splitters; phases err as they do, whatever is known.',
    ],
  };
}
