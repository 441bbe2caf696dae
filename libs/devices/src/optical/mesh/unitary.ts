/** Row-major n × n complex numbers: real parts and imaginary parts. */
export interface Complex {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/**
 * A random unitary, uniform in the Haar measure, from standard normals: Gaussian rows made orthonormal. A real one is
 * orthogonal.
 */
export function randomUnitary(n: number, gaussian: () => number, kind: 'complex' | 'real' = 'complex'): Complex {
  const re = Float64Array.from({ length: n * n }, () => gaussian());
  const im = Float64Array.from({ length: n * n }, () => (kind === 'real' ? 0 : gaussian()));
  for (let r = 0; r < n; r++) {
    const at = r * n;
    // Twice: once leaves what rounding makes of it.
    for (let pass = 0; pass < 2; pass++)
      for (let q = 0; q < at; q += n) {
        let [a, b] = [0, 0];
        for (let i = 0; i < n; i++) {
          a += re[at + i]! * re[q + i]! + im[at + i]! * im[q + i]!;
          b += im[at + i]! * re[q + i]! - re[at + i]! * im[q + i]!;
        }
        for (let i = 0; i < n; i++) {
          re[at + i]! -= a * re[q + i]! - b * im[q + i]!;
          im[at + i]! -= a * im[q + i]! + b * re[q + i]!;
        }
      }
    let norm = 0;
    for (let i = 0; i < n; i++) norm += re[at + i]! ** 2 + im[at + i]! ** 2;
    for (let i = 0; i < n; i++) {
      re[at + i]! /= Math.sqrt(norm);
      im[at + i]! /= Math.sqrt(norm);
    }
  }
  return { re, im };
}

/** ‖A − B‖²_F/n. */
export const squareError = (a: Complex, b: Complex, n: number): number =>
  a.re.reduce((sum, value, i) => sum + (value - b.re[i]!) ** 2 + (a.im[i]! - b.im[i]!) ** 2, 0) / n;

/** |Tr(A†B)|²/n². */
export function fidelity(a: Complex, b: Complex, n: number): number {
  let [x, y] = [0, 0];
  for (let i = 0; i < n * n; i++) {
    x += a.re[i]! * b.re[i]! + a.im[i]! * b.im[i]!;
    y += a.re[i]! * b.im[i]! - a.im[i]! * b.re[i]!;
  }
  return (x * x + y * y) / (n * n);
}
