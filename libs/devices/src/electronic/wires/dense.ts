/** Dense steps of the elimination. Matrices are row-major; n is a multiple of 4, which callers reach with zeros. */

/**
 * F = E·(I + E)⁻¹ of a symmetric positive semidefinite E, n × n, in place.
 *
 * A sweep over pivots of I + E that keeps differences from the identity alone, so that a small E loses no digits.
 * Pivots go in blocks P of four: e_PP becomes f_PP = e_PP·(I + e_PP)⁻¹, a panel e_iP becomes e_iP·(I − f_PP), and
 * every other e_ij loses e_iP·(I − f_PP)·e_Pj, swept or not. Only the lower triangle is computed: n³/2
 * multiplications.
 */
export function shrink(e: Float64Array, n: number): void {
  const old = new Float64Array(4 * n);
  const swept = new Float64Array(4 * n);
  const f = new Float64Array(16);
  for (let k = 0; k < n; k += 4) {
    gather(e, n, k, old);
    f.set(old.subarray(4 * k, 4 * k + 16));
    shrinkBlock(f);
    for (let at = 0; at < 4 * n; at += 4)
      for (let p = 0; p < 4; p++) {
        let sum = old[at + p]!;
        for (let q = 0; q < 4; q++) sum -= old[at + q]! * f[4 * q + p]!;
        swept[at + p] = sum;
      }
    subtractProduct(e, n, swept, old);
    swept.set(f, 4 * k);
    scatter(e, n, k, swept);
  }
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) e[j * n + i] = e[i * n + j]!;
}

/** The same for one block of four, a pivot at a time. */
function shrinkBlock(f: Float64Array): void {
  for (let k = 0; k < 4; k++) {
    const d = 1 + f[5 * k]!;
    for (let i = 0; i < 4; i++)
      for (let j = 0; j < 4; j++) if (i !== k && j !== k) f[4 * i + j]! -= (f[4 * i + k]! * f[4 * k + j]!) / d;
    for (let i = 0; i < 4; i++) {
      f[4 * k + i]! /= d;
      if (i !== k) f[4 * i + k]! /= d;
    }
  }
}

/** Columns k … k + 3 of the symmetric matrix in the lower triangle of e, as n × 4. */
function gather(e: Float64Array, n: number, k: number, panel: Float64Array): void {
  for (let i = 0; i < n; i++)
    for (let p = 0; p < 4; p++) panel[4 * i + p] = i >= k + p ? e[i * n + k + p]! : e[(k + p) * n + i]!;
}

function scatter(e: Float64Array, n: number, k: number, panel: Float64Array): void {
  for (let i = 0; i < n; i++)
    for (let p = 0; p < 4; p++)
      if (i >= k + p) e[i * n + k + p] = panel[4 * i + p]!;
      else e[(k + p) * n + i] = panel[4 * i + p]!;
}

/** e −= a·bᵀ in the lower triangle (and up to three entries beside it); a and b are n × 4. */
function subtractProduct(e: Float64Array, n: number, a: Float64Array, b: Float64Array): void {
  for (let i = 0; i < n; i += 2) {
    const at = 4 * i;
    const a00 = a[at]!;
    const a01 = a[at + 1]!;
    const a02 = a[at + 2]!;
    const a03 = a[at + 3]!;
    const a10 = a[at + 4]!;
    const a11 = a[at + 5]!;
    const a12 = a[at + 6]!;
    const a13 = a[at + 7]!;
    for (let j = 0; j < i + 2; j++) {
      const b0 = b[4 * j]!;
      const b1 = b[4 * j + 1]!;
      const b2 = b[4 * j + 2]!;
      const b3 = b[4 * j + 3]!;
      e[i * n + j]! -= a00 * b0 + a01 * b1 + (a02 * b2 + a03 * b3);
      e[(i + 1) * n + j]! -= a10 * b0 + a11 * b1 + (a12 * b2 + a13 * b3);
    }
  }
}

/**
 * v −= v·F for the vectors from `from` to `count` − 1 of v (count × n, each contiguous; count a multiple of 4) and a
 * symmetric F.
 */
export function attenuate(v: Float64Array, from: number, count: number, f: Float64Array, n: number): void {
  const drop = new Float64Array(4 * n);
  for (let c = from - (from % 4); c < count; c += 4) {
    const v0 = c * n;
    const v1 = v0 + n;
    const v2 = v1 + n;
    const v3 = v2 + n;
    for (let i = 0; i < n; i += 2) {
      const f0 = i * n;
      const f1 = f0 + n;
      let d00 = 0;
      let d01 = 0;
      let d02 = 0;
      let d03 = 0;
      let d10 = 0;
      let d11 = 0;
      let d12 = 0;
      let d13 = 0;
      for (let k = 0; k < n; k++) {
        const x0 = v[v0 + k]!;
        const x1 = v[v1 + k]!;
        const x2 = v[v2 + k]!;
        const x3 = v[v3 + k]!;
        const y0 = f[f0 + k]!;
        const y1 = f[f1 + k]!;
        d00 += x0 * y0;
        d01 += x1 * y0;
        d02 += x2 * y0;
        d03 += x3 * y0;
        d10 += x0 * y1;
        d11 += x1 * y1;
        d12 += x2 * y1;
        d13 += x3 * y1;
      }
      const at = 4 * i;
      drop[at] = d00;
      drop[at + 1] = d01;
      drop[at + 2] = d02;
      drop[at + 3] = d03;
      drop[at + 4] = d10;
      drop[at + 5] = d11;
      drop[at + 6] = d12;
      drop[at + 7] = d13;
    }
    for (let i = 0; i < n; i++) {
      v[v0 + i]! -= drop[4 * i]!;
      v[v1 + i]! -= drop[4 * i + 1]!;
      v[v2 + i]! -= drop[4 * i + 2]!;
      v[v3 + i]! -= drop[4 * i + 3]!;
    }
  }
}
