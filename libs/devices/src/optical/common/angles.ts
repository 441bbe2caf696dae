import { cosKernel, sinKernel } from '@ohmlight/tile-engine';

const HALF_PI = Math.PI / 2;

/** Cosine and sine of any angle, the same bits on every machine: quadrant and kernel (fdlibm's). */
export function cosine(x: number): number {
  const quadrant = Math.round(x / HALF_PI);
  const rest = x - quadrant * HALF_PI;
  switch (quadrant & 3) {
    case 0:
      return cosKernel(rest);
    case 1:
      return -sinKernel(rest);
    case 2:
      return -cosKernel(rest);
    default:
      return sinKernel(rest);
  }
}

export const sine = (x: number): number => cosine(x - HALF_PI);

/** Coefficients of atan z = z − z³·(…) for |z| ≤ 7/16, even and odd powers of z² apart (fdlibm's s_atan.c). */
const ATAN = [
  3.33333333333329318027e-1, -1.99999999998764832476e-1, 1.42857142725034663711e-1, -1.1111110405462355788e-1,
  9.09088713343650656196e-2, -7.69187620504482999495e-2, 6.66107313738753120669e-2, -5.83357013379057348645e-2,
  4.97687799461593236017e-2, -3.6531572744216915527e-2, 1.62858201153657823623e-2,
] as const;

function atanKernel(z: number): number {
  const q = z * z;
  const w = q * q;
  const even = q * (ATAN[0] + w * (ATAN[2] + w * (ATAN[4] + w * (ATAN[6] + w * (ATAN[8] + w * ATAN[10])))));
  const odd = w * (ATAN[1] + w * (ATAN[3] + w * (ATAN[5] + w * (ATAN[7] + w * ATAN[9]))));
  return z - z * (even + odd);
}

/** Arc of 0 … π/2 whose tangent is y/x, both at least 0 and one of them above it. */
function firstQuadrant(y: number, x: number): number {
  if (y > x) return HALF_PI - firstQuadrant(x, y);
  // tan(a − π/4) = (y − x)/(y + x), −9/23 … 0 here: the kernel reaches 7/16.
  if (16 * y <= 7 * x) return atanKernel(y / x);
  return Math.PI / 4 + atanKernel((y - x) / (y + x));
}

/** Angle of (x, y) from the x axis, 0 ≤ angle < 2π, the same bits on every machine; 0 for (0, 0). */
export function angleOf(y: number, x: number): number {
  if (y === 0 && x >= 0) return 0;
  const angle = firstQuadrant(Math.abs(y), Math.abs(x));
  const upper = x < 0 ? Math.PI - angle : angle;
  const full = y < 0 ? 2 * Math.PI - upper : upper;
  return full >= 2 * Math.PI ? 0 : full;
}

/** Writes cosine and sine of an angle to out[0] and out[1]. */
export function writeUnit(out: Float64Array, x: number): void {
  const quadrant = Math.round(x / HALF_PI);
  const rest = x - quadrant * HALF_PI;
  const c = cosKernel(rest);
  const s = sinKernel(rest);
  switch (quadrant & 3) {
    case 0:
      out[0] = c;
      out[1] = s;
      return;
    case 1:
      out[0] = -s;
      out[1] = c;
      return;
    case 2:
      out[0] = -c;
      out[1] = -s;
      return;
    default:
      out[0] = s;
      out[1] = -c;
  }
}
