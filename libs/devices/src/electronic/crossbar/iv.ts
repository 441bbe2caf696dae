import { ln } from '@ohmlight/tile-engine';
import { polynomial } from '../polynomial.js';
import type { CellLaw } from '../wires/index.js';
import type { Frame } from './parameters.js';

/**
 * I–V law of a device of g siemens at low voltage (CrossSim's form; Milo et al., IRPS 2021):
 *
 *   I(v) = g·v + a(g)·v·|v| + b(g)·v³     a, b: iv_second and iv_third, polynomials in log10(g/1 S)
 *
 * g is limited to g_min … g_max in the polynomials, where they were measured; a device without conductance carries
 * nothing. Null where both are absent: cells are ohmic.
 */
export function ivLaw(p: Frame): CellLaw | null {
  if (isAbsent(p.iv_second) && isAbsent(p.iv_third)) return null;
  const second = tabulated(p, p.iv_second);
  const third = tabulated(p, p.iv_third);
  return {
    current(v, g) {
      if (g <= 0) return 0;
      const size = Math.abs(v);
      return v * (g + size * (second(g) + size * third(g)));
    },
    slope(v, g) {
      if (g <= 0) return 0;
      const size = Math.abs(v);
      return g + size * (2 * second(g) + 3 * size * third(g));
    },
  };
}

const isAbsent = (coefficients: readonly number[]): boolean => coefficients.every((c) => c === 0);

const POINTS = 4096;

/** A polynomial in log10 g over g_min … g_max, linear between 4096 points. */
function tabulated(p: Frame, coefficients: readonly number[]): (g: number) => number {
  const least = Math.max(p.g_min, p.g_max / POINTS);
  const perSiemens = POINTS / (p.g_max - least);
  const table = Float64Array.from({ length: POINTS + 2 }, (_, i) =>
    polynomial(coefficients, ln(Math.min(p.g_max, least + i / perSiemens)) / Math.LN10),
  );
  return (g) => {
    const place = Math.min(POINTS, Math.max(0, (g - least) * perSiemens));
    const at = Math.trunc(place);
    return table[at]! + (table[at + 1]! - table[at]!) * (place - at);
  };
}

/** A fault where the lines carry more than one voltage: no conductance stands for such a device. */
export function ivFault(p: Frame): { parameter: string; reason: string } | undefined {
  const law = ivLaw(p);
  if (!law) return undefined;
  const oneVoltage =
    p.input_encoding === 'pulse-width' || (p.input_encoding.startsWith('bit') && p.input_slice_bits === 1);
  const parameter = isAbsent(p.iv_second) ? 'iv_third' : 'iv_second';
  if (!oneVoltage)
    return {
      parameter,
      reason: 'nonlinear cells are read at one voltage: input_encoding pulse-width, or bits with input_slice_bits 1',
    };
  if (p.read_voltage === 0) return { parameter, reason: 'nonlinear cells need a read_voltage above 0' };
  for (let i = 0; i <= 64; i++)
    for (const share of [0, 0.5, 1])
      if (!(law.slope(share * p.read_voltage, p.g_min + ((p.g_max - p.g_min) * i) / 64) >= 0))
        return { parameter, reason: 'the current of a cell must not fall as its voltage rises to read_voltage' };
  return undefined;
}
