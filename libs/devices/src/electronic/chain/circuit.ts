import { type ChainStage, exp, type TableLaw } from '@ohmlight/tile-engine';
import { ELEMENTARY_CHARGE, thermalVoltage } from '../constants.js';
import { columnNormals, DOMAIN, NORMALS_PER_CELL, staticKey } from '../crossbar/cell-draws.js';
import { bent, NOMINAL_TEMPERATURE } from '../gilbert/cell-law.js';
import { tanh } from '../gilbert/tanh.js';
import type { Chain } from './parameters.js';
import type { ChainRanges } from './ranges.js';

/** Points of a law's table over ± its range. */
const POINTS = 4097;

/** A port's law, in parts of its full scale: straight but for the residue, or a pair's tanh, of slope 1 at 0. */
export const portLaw = (p: Chain): ((x: number) => number) =>
  p.predistortion === 'arctanh' ? (x) => bent(x, p.predistortion_residual) : (x) => tanh(p.drive * x) / p.drive;

/**
 * Part of the tail that a differential pair steers to one side for a gate g, whose amplifier gives nV_T(300 K) for 1:
 * I/I_EE = 1/(1 + e^(−V/nV_T)) (Gray and Meyer), the logistic function of g at 300 K.
 */
export const steering = (p: Chain, g: number): number => 1 / (1 + exp((-g * NOMINAL_TEMPERATURE) / p.temperature));

/** Noise of a cell in parts of its full scale: shot noise of its tail, √(2q·I_EE·B)/I_EE. */
export const cellNoise = (p: Chain): number => Math.sqrt((2 * ELEMENTARY_CHARGE * p.noise_bandwidth) / p.tail_current);

function table(range: number, law: (x: number) => number): TableLaw {
  return { range, values: Float32Array.from({ length: POINTS }, (_, i) => law(((2 * i) / (POINTS - 1) - 1) * range)) };
}

/**
 * The stage between the arrays as the engine runs it. For a hidden value, with P a port's law and R its range:
 *
 *   a = R_g·P((g + o₀)/R_g)·σ(g + o₁)                       a pair whose tail is what the gate steers
 *   h = (1 + γ)·R_g·P((a + o₂)/R_g)·R_u·P((u + o₃)/R_u)     a Gilbert cell
 *   v = h/R_h + o₅ + noise·ξ                                limited to ±1
 *
 * Both cells are taken to be as noisy at any signal as at full scale: noise = √2·cellNoise·R_g·R_u/R_h.
 */
export function gatedStage(
  p: Chain,
  ranges: ChainRanges,
  inner: number,
  place: { readonly chipSeed: bigint; readonly checkpoint: string; readonly layer: number },
): ChainStage {
  const port = portLaw(p);
  const { gate, up, hidden } = ranges;
  const straight = (range: number): TableLaw => table(range, (x) => range * port(x / range));
  return {
    activation: 'silu',
    gated: true,
    range: hidden,
    noise: (Math.SQRT2 * cellNoise(p) * gate * up) / hidden,
    circuit: {
      gate: straight(gate),
      steering: table(gate, (g) => steering(p, g)),
      activated: straight(gate),
      up: straight(up),
      statics: staticsOf(p, ranges, inner, place),
    },
  };
}

/** o₀ … o₅ of each hidden value, drawn once for chip and matrix. */
function staticsOf(
  p: Chain,
  { gate, up }: ChainRanges,
  inner: number,
  { chipSeed, checkpoint, layer }: { readonly chipSeed: bigint; readonly checkpoint: string; readonly layer: number },
): Float32Array {
  const key = staticKey(chipSeed, `${checkpoint}/${layer}/ffn`, DOMAIN.cells);
  const ports = new Float32Array(inner * NORMALS_PER_CELL);
  const rest = new Float32Array(inner * NORMALS_PER_CELL);
  columnNormals(ports, key, 0, 0, 0, inner);
  columnNormals(rest, key, 0, 1, 0, inner);
  const steer = p.steering_offset / (p.slope_factor * thermalVoltage(NOMINAL_TEMPERATURE));
  const out = new Float32Array(6 * inner);
  for (let i = 0; i < inner; i++) {
    const at = i * NORMALS_PER_CELL;
    out[i] = p.port_offset * gate * ports[at]!;
    out[inner + i] = steer * ports[at + 1]!;
    out[2 * inner + i] = p.port_offset * gate * ports[at + 2]!;
    out[3 * inner + i] = p.port_offset * up * ports[at + 3]!;
    out[4 * inner + i] = 1 + p.gain_spread * rest[at]!;
    out[5 * inner + i] = p.output_offset * rest[at + 1]!;
  }
  return out;
}

/** Power of the cells of a chain while they are biased, W: two tails for a hidden value. */
export const cellPower = (p: Chain, inner: number): number => 2 * inner * p.tail_current * p.supply_voltage;
