import {
  type Complex,
  fidelity,
  fieldsOf,
  type Imperfections,
  lightEach,
  Mesh,
  NORMALS_PER_INTERFEROMETER,
  nothingCarried,
  PERFECT,
  randomUnitary,
  squareError,
  WeightArray,
} from '@ohmlight/devices/optical';
import type { Draws } from '../draws.js';

/** Errors below this are what rounding makes of an exact mesh. */
export const ROUNDING = 1e-12;

/** What is put into the meshes. */
export type Subject = 'unitary' | 'orthogonal' | 'weights';

export interface Measured {
  /** Mean |Tr(U†U′)|²/N²; null of weights. */
  readonly fidelity: number | null;
  /** √ of the mean ‖ΔU‖²/N, or of the mean ‖Re ΔW‖²/‖W‖². */
  readonly error: number;
}

/** Standard normals one after the other, from a place of their own. */
const normals = (draws: Draws, stream: number, trial: number): (() => number) => {
  let next = 0;
  return () => draws.normal(next++, stream, trial);
};

/** Streams of a trial's draws: what is programmed is the same at every error. */
const MATTER = 1;
const ERRORS = 2;

/** Random unitaries, complex or real, in meshes with errors. */
function unitaries(
  modes: number,
  kind: 'complex' | 'real',
  imperfections: Partial<Imperfections>,
  count: number,
  draws: Draws,
): Measured {
  const mesh = new Mesh(modes, { ...PERFECT, ...imperfections });
  const z = new Float32Array(NORMALS_PER_INTERFEROMETER * (mesh.lattice.count + modes));
  const fields = fieldsOf(modes);
  const carried = new Float64Array(2 * modes);
  let [alike, square] = [0, 0];
  for (let trial = 0; trial < count; trial++) {
    const unitary: Complex = randomUnitary(modes, normals(draws, MATTER, trial), kind);
    const error = normals(draws, ERRORS, trial);
    for (let i = 0; i < z.length; i++) z[i] = error();
    mesh.program(unitary.re, unitary.im, z, 0, nothingCarried(carried));
    lightEach(fields);
    mesh.propagate(fields);
    alike += fidelity(unitary, fields, modes) / count;
    square += squareError(unitary, fields, modes) / count;
  }
  return { fidelity: alike, error: Math.sqrt(square) };
}

/** Gaussian weights in two meshes with attenuators between them, read in one quadrature. */
function weights(modes: number, imperfections: Partial<Imperfections>, count: number, draws: Draws): Measured {
  const array = new WeightArray(modes, { ...PERFECT, ...imperfections });
  const z = new Float32Array(NORMALS_PER_INTERFEROMETER * array.cells);
  const columns = new Float64Array(modes * modes);
  const missed = new Float64Array(modes * modes);
  let mean = 0;
  for (let trial = 0; trial < count; trial++) {
    const [weight, error] = [normals(draws, MATTER, trial), normals(draws, ERRORS, trial)];
    for (let i = 0; i < columns.length; i++) columns[i] = weight();
    for (let i = 0; i < z.length; i++) z[i] = error();
    array.program(columns, z, missed);
    let [square, power] = [0, 0];
    for (let i = 0; i < columns.length; i++) {
      square += missed[i]! * missed[i]!;
      power += columns[i]! * columns[i]!;
    }
    mean += square / power / count;
  }
  return { fidelity: null, error: Math.sqrt(mean) };
}

export function measure(
  subject: Subject,
  modes: number,
  imperfections: Partial<Imperfections>,
  count: number,
  draws: Draws,
): Measured {
  if (subject === 'weights') return weights(modes, imperfections, count, draws);
  return unitaries(modes, subject === 'orthogonal' ? 'real' : 'complex', imperfections, count, draws);
}
