import { iterate, wireModel, type CellLaw, type Wires } from '../wires/index.js';
import { ivLaw } from './iv.js';
import type { Frame } from './parameters.js';

/** Replaces a tile's conductances, column by column g[c·rows + i], by the effective ones. */
export type Wiring = (g: Float64Array, rows: number, columns: number) => void;

/**
 * What stands between a tile's devices and its outputs: wires, and devices whose current is no product. Each plane of
 * devices has lines of its own, and is solved at every age it is read at. `auto` takes the form that `wireModel`
 * expects to be within its accuracy, exact where none is.
 *
 * Nonlinear devices see one voltage (`ivFault`): without wires each is I(V)/V at read_voltage, which is exact. Behind
 * wires the voltage across a device depends on all inputs; its conductance is taken as I(v)/v at the operating point of
 * all lines driven together, found by iteration, and the network of those conductances solved as any other.
 *
 * Null where nothing is to be done.
 */
export function wiringOf(p: Frame): Wiring | null {
  const wires: Wires = { inputSegment: p.wire_input_resistance, outputSegment: p.wire_output_resistance };
  const wired = p.wire_model !== 'none' && (wires.inputSegment > 0 || wires.outputSegment > 0);
  const law = p.cell === 'exact' ? null : ivLaw(p);
  if (!wired) return law && ((g) => atReadVoltage(law, g, p.read_voltage));
  const kind = p.wire_model === 'auto' ? {} : { kind: p.wire_model as Exclude<Frame['wire_model'], 'auto'> };
  let byInput = new Float64Array();
  return (g, rows, columns) => {
    if (byInput.length !== rows * columns) byInput = new Float64Array(rows * columns);
    for (let c = 0, at = 0; c < columns; c++)
      for (let i = 0, to = c; i < rows; i++, at++, to += columns) byInput[to] = g[at]!;
    if (law) secants(law, byInput, rows, columns, wires, p.read_voltage);
    const model = wireModel({ rows, columns, wires, gMax: p.g_max }, kind);
    if (model.kind === 'iterate') return;
    const effective = model.matrix(byInput, byInput);
    for (let c = 0, at = 0; c < columns; c++)
      for (let i = 0, from = c; i < rows; i++, at++, from += columns) g[at] = effective[from]!;
  };
}

function atReadVoltage(law: CellLaw, g: Float64Array, volts: number): void {
  for (let at = 0; at < g.length; at++) g[at] = law.current(volts, g[at]!) / volts;
}

/** Replaces g by I(v)/v at the operating point of all inputs at `volts`. */
function secants(law: CellLaw, g: Float64Array, rows: number, columns: number, wires: Wires, volts: number): void {
  const driven = new Float64Array(rows).fill(volts);
  const { voltages } = iterate(driven, g, rows, columns, wires, { cell: law, tolerance: 1e-9 });
  for (let at = 0; at < g.length; at++) {
    const v = voltages[at]!;
    if (v > 0) g[at] = law.current(v, g[at]!) / v;
  }
}
