import { type Lattice, latticeOf } from './lattice.js';

/**
 * A unitary as the lattice's rotations R = [[s, c], [c, −s]], s, c ≥ 0, with phases between them: light meets, place by
 * place, a phase on the rotation's upper mode (`pre`), the rotation, and a phase on its upper mode (`post`); the diagonal
 * stands after the first `lattice.before` of them.
 */
export interface Rotations {
  readonly lattice: Lattice;
  readonly s: Float64Array;
  readonly c: Float64Array;
  /** Unit complex numbers, real and imaginary part by turns. */
  readonly pre: Float64Array;
  readonly post: Float64Array;
  readonly diagonal: Float64Array;
}

/**
 * Decomposition of unitaries of one size after Clements et al., Optica 3, 1460 (2016): every element below the diagonal
 * is nulled in turn. Buffers are reused by the next call.
 */
export class Clements implements Rotations {
  readonly lattice: Lattice;
  readonly s: Float64Array;
  readonly c: Float64Array;
  readonly pre: Float64Array;
  readonly post: Float64Array;
  readonly diagonal: Float64Array;
  readonly #re: Float64Array;
  readonly #im: Float64Array;

  constructor(readonly modes: number) {
    this.lattice = latticeOf(modes);
    const { count } = this.lattice;
    this.s = new Float64Array(count);
    this.c = new Float64Array(count);
    this.pre = new Float64Array(2 * count);
    this.post = new Float64Array(2 * count);
    this.diagonal = new Float64Array(2 * modes);
    this.#re = new Float64Array(modes * modes);
    this.#im = new Float64Array(modes * modes);
  }

  /** Row-major real and imaginary parts of a unitary; without the latter it is orthogonal. */
  decompose(re: Float64Array, im?: Float64Array): this {
    const { modes, s, c, pre, post, diagonal } = this;
    const [u, v] = [this.#re, this.#im];
    u.set(re);
    if (im) v.set(im);
    else v.fill(0);
    pre.fill(0);
    post.fill(0);
    for (let place = 0; place < this.lattice.count; place++) pre[2 * place] = post[2 * place] = 1;
    for (const { row, column, mode, before, place } of this.lattice.steps) {
      // The element to be nulled, b, and its partner a in the neighbouring column or row.
      const at = row * modes + column;
      const partner = before ? at + 1 : at - modes;
      const bRe = u[at]!;
      const bIm = v[at]!;
      const aRe = u[partner]!;
      const aIm = v[partner]!;
      const b = Math.sqrt(bRe * bRe + bIm * bIm);
      const a = Math.sqrt(aRe * aRe + aIm * aIm);
      const norm = Math.sqrt(a * a + b * b);
      const nothing = a * b === 0;
      // Phase of a·b*.
      const pRe = nothing ? 1 : (aRe * bRe + aIm * bIm) / (a * b);
      const pIm = nothing ? 0 : (aIm * bRe - aRe * bIm) / (a * b);
      const sin = norm === 0 ? 1 : a / norm;
      const cos = norm === 0 ? 0 : b / norm;
      s[place] = sin;
      c[place] = cos;
      if (before) {
        // U·G⁻¹ with e^(−iφ) = −a·b*/|ab|.
        const sign = nothing ? 1 : -1;
        turn(u, v, { first: mode, step: modes, apart: 1, count: modes }, sin, cos, sign * pRe, sign * pIm);
        pre[2 * place] = sign * pRe;
        pre[2 * place + 1] = -sign * pIm;
      } else {
        // G·U with e^(iφ) = b·a*/|ab|.
        turn(u, v, { first: mode * modes, step: 1, apart: modes, count: modes }, sin, cos, pRe, -pIm);
        post[2 * place] = pRe;
        post[2 * place + 1] = pIm;
      }
      u[at] = v[at] = 0;
    }
    for (let m = 0; m < modes; m++) {
      diagonal[2 * m] = u[m * modes + m]!;
      diagonal[2 * m + 1] = v[m * modes + m]!;
    }
    return this;
  }
}

/**
 * Pairs of elements (x, y) become (s·p·x + c·y, c·p·x − s·y): columns m and m + 1 times G⁻¹ = [[p·s, p·c], [c, −s]], or rows
 * m and m + 1 under G = [[p·s, c], [p·c, −s]].
 * @param first index of the first x; `step` from one x to the next, `apart` from x to y, `count` pairs
 */
function turn(
  u: Float64Array,
  v: Float64Array,
  { first, step, apart, count }: { first: number; step: number; apart: number; count: number },
  s: number,
  c: number,
  pRe: number,
  pIm: number,
): void {
  for (let i = 0, at = first; i < count; i++, at += step) {
    const xRe = u[at]!;
    const xIm = v[at]!;
    const yRe = u[at + apart]!;
    const yIm = v[at + apart]!;
    const re = xRe * pRe - xIm * pIm;
    const im = xRe * pIm + xIm * pRe;
    u[at] = s * re + c * yRe;
    v[at] = s * im + c * yIm;
    u[at + apart] = c * re - s * yRe;
    v[at + apart] = c * im - s * yIm;
  }
}
