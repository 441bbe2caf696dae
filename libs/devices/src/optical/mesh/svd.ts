/** Columns whose cosine is below this are orthogonal. */
const ORTHOGONAL = 1e-15;
const MOST_SWEEPS = 60;

/**
 * Singular value decomposition A = U·Σ·Vᵀ of real square matrices of one size, by one-sided Jacobi rotations (Hestenes
 * 1958): columns of A are turned against each other until all are orthogonal. Buffers are reused by the next call.
 */
export class SquareSvd {
  /** Row-major Uᵀ and Vᵀ: row k is the k-th singular vector. */
  readonly ut: Float64Array;
  readonly vt: Float64Array;
  /** Singular values, falling. */
  readonly sigma: Float64Array;
  readonly #columns: Float64Array;
  readonly #right: Float64Array;
  readonly #squares: Float64Array;
  readonly #order: number[];

  constructor(readonly size: number) {
    const area = size * size;
    this.ut = new Float64Array(area);
    this.vt = new Float64Array(area);
    this.sigma = new Float64Array(size);
    this.#columns = new Float64Array(area);
    this.#right = new Float64Array(area);
    this.#squares = new Float64Array(size);
    this.#order = Array.from({ length: size }, (_, i) => i);
  }

  /** `transposed` is row-major Aᵀ: row j is column j of A. */
  decompose(transposed: Float64Array): void {
    const { size } = this;
    this.#columns.set(transposed);
    this.#right.fill(0);
    for (let j = 0; j < size; j++) this.#right[j * size + j] = 1;
    for (let sweep = 0; sweep < MOST_SWEEPS && this.#sweep(); sweep++);
    this.#arrange();
  }

  /** Turns every pair of columns once; false when none had to be. */
  #sweep(): boolean {
    const { size } = this;
    const [columns, right, squares] = [this.#columns, this.#right, this.#squares];
    for (let j = 0; j < size; j++) squares[j] = dot(columns, j * size, j * size, size);
    let turned = false;
    for (let p = 0; p < size - 1; p++)
      for (let q = p + 1; q < size; q++) {
        const [a, b] = [squares[p]!, squares[q]!];
        const c = dot(columns, p * size, q * size, size);
        if (c * c <= ORTHOGONAL * ORTHOGONAL * a * b || c === 0) continue;
        turned = true;
        const zeta = (b - a) / (2 * c);
        const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
        const cos = 1 / Math.sqrt(1 + t * t);
        rotate(columns, p * size, q * size, size, cos, t * cos);
        rotate(right, p * size, q * size, size, cos, t * cos);
        squares[p] = Math.max(0, a - t * c);
        squares[q] = Math.max(0, b + t * c);
      }
    return turned;
  }

  /** Sorts by singular value; completes Uᵀ where A has not full rank. */
  #arrange(): void {
    const { size, ut, vt, sigma } = this;
    const [columns, right, squares] = [this.#columns, this.#right, this.#squares];
    for (let j = 0; j < size; j++) squares[j] = dot(columns, j * size, j * size, size);
    const order = this.#order.sort((a, b) => squares[b]! - squares[a]! || a - b);
    const floor = squares[order[0]!]! * (size * Number.EPSILON) ** 2;
    for (let k = 0; k < size; k++) {
      const from = order[k]! * size;
      const value = Math.sqrt(squares[order[k]!]!);
      for (let i = 0; i < size; i++) vt[k * size + i] = right[from + i]!;
      const lost = squares[order[k]!]! <= floor;
      sigma[k] = lost ? 0 : value;
      if (lost) completed(ut, k, size);
      else for (let i = 0; i < size; i++) ut[k * size + i] = columns[from + i]! / value;
    }
  }
}

function dot(a: Float64Array, p: number, q: number, size: number): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += a[p + i]! * a[q + i]!;
  return sum;
}

function rotate(a: Float64Array, p: number, q: number, size: number, cos: number, sin: number): void {
  for (let i = 0; i < size; i++) {
    const x = a[p + i]!;
    const y = a[q + i]!;
    a[p + i] = cos * x - sin * y;
    a[q + i] = sin * x + cos * y;
  }
}

/** Writes row k of an orthonormal basis whose rows before k stand: the unit vector that is furthest from them. */
function completed(rows: Float64Array, k: number, size: number): void {
  let best = 0;
  let most = -1;
  for (let e = 0; e < size; e++) {
    let left = 1;
    for (let r = 0; r < k; r++) left -= rows[r * size + e]! ** 2;
    if (left > most) [best, most] = [e, left];
  }
  const at = k * size;
  rows.fill(0, at, at + size);
  rows[at + best] = 1;
  // Twice: once leaves what rounding makes of it.
  for (let pass = 0; pass < 2; pass++)
    for (let r = 0; r < k; r++) {
      const along = dot(rows, r * size, at, size);
      for (let i = 0; i < size; i++) rows[at + i]! -= along * rows[r * size + i]!;
    }
  const norm = Math.sqrt(dot(rows, at, at, size));
  for (let i = 0; i < size; i++) rows[at + i]! /= norm;
}

const MOST_STEPS = 200;

/**
 * Largest singular value of a square matrix, row-major Aᵀ, by the power method; from below, to about 1e-4. The direction
 * of its largest column is where it starts.
 */
export function spectralNorm(transposed: Float64Array, size: number): number {
  let [start, most] = [0, 0];
  for (let j = 0; j < size; j++) {
    const square = dot(transposed, j * size, j * size, size);
    if (square > most) [start, most] = [j, square];
  }
  if (most === 0) return 0;
  const u = transposed.slice(start * size, (start + 1) * size);
  const v = new Float64Array(size);
  let [norm, last] = [0, -1];
  for (let step = 0; step < MOST_STEPS && norm - last > 1e-7 * norm; step++) {
    last = norm;
    const length = Math.sqrt(dot(u, 0, 0, size));
    for (let i = 0; i < size; i++) u[i]! /= length;
    for (let j = 0; j < size; j++) {
      let sum = 0;
      for (let i = 0; i < size; i++) sum += transposed[j * size + i]! * u[i]!;
      v[j] = sum;
    }
    norm = Math.sqrt(dot(v, 0, 0, size));
    u.fill(0);
    for (let j = 0; j < size; j++) for (let i = 0; i < size; i++) u[i]! += transposed[j * size + i]! * v[j]!;
  }
  return norm;
}
