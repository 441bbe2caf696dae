import { random } from '../../tile-engine/testing/random.js';
import { type Imperfections, PERFECT } from '../src/optical/mesh/imperfections.js';
import { Mesh, NORMALS, nothingCarried } from '../src/optical/mesh/mesh.js';
import { type Fields, fieldsOf, lightEach } from '../src/optical/mesh/propagate.js';
import { type Complex, fidelity, randomUnitary, squareError } from '../src/optical/mesh/unitary.js';

type Draw = ReturnType<typeof random>;

/** A random unitary of a spec's draws. */
export const haar = (n: number, { gaussian }: Draw, kind?: 'complex' | 'real'): Complex =>
  randomUnitary(n, gaussian, kind);

/** Largest element of |A·A† − I|. */
export function unitarity({ re, im }: Complex, n: number): number {
  let most = 0;
  for (let a = 0; a < n; a++)
    for (let b = 0; b < n; b++) {
      let [x, y] = [a === b ? -1 : 0, 0];
      for (let i = 0; i < n; i++) {
        x += re[a * n + i]! * re[b * n + i]! + im[a * n + i]! * im[b * n + i]!;
        y += im[a * n + i]! * re[b * n + i]! - re[a * n + i]! * im[b * n + i]!;
      }
      most = Math.max(most, Math.hypot(x, y));
    }
  return most;
}

/** Meshes of a size and make, each with errors of its own. */
export class MeshMaker {
  readonly mesh: Mesh;
  readonly #z: Float32Array;

  constructor(
    readonly modes: number,
    imperfections: Partial<Imperfections>,
    readonly draw: Draw,
  ) {
    this.mesh = new Mesh(modes, { ...PERFECT, ...imperfections });
    this.#z = new Float32Array(NORMALS * (this.mesh.lattice.count + modes));
  }

  /** What a mesh makes of a unitary, in fields that are its own. */
  matrixOf({ re, im }: Complex): Fields {
    for (let i = 0; i < this.#z.length; i++) this.#z[i] = this.draw.gaussian();
    this.mesh.program(re, im, this.#z, 0, nothingCarried(new Float64Array(2 * this.modes)));
    const fields = fieldsOf(this.modes);
    lightEach(fields);
    this.mesh.propagate(fields);
    return fields;
  }
}

/** Means over random unitaries of ‖U′ − U‖²/n and of the fidelity. */
export function meanErrors(
  modes: number,
  imperfections: Partial<Imperfections>,
  draws: number,
  seed: number,
  kind: 'complex' | 'real' = 'complex',
): { square: number; fidelity: number } {
  const draw = random(seed);
  const maker = new MeshMaker(modes, imperfections, draw);
  let [square, alike] = [0, 0];
  for (let i = 0; i < draws; i++) {
    const unitary = randomUnitary(modes, draw.gaussian, kind);
    const made = maker.matrixOf(unitary);
    square += squareError(made, unitary, modes) / draws;
    alike += fidelity(made, unitary, modes) / draws;
  }
  return { square, fidelity: alike };
}
