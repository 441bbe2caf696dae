import type { GateCircuit } from '../engine.js';
import { type Arena, Layout } from './arena.js';
import * as L from './layout.js';

/** A gate circuit that lies in an arena as one block. */
export interface ResidentCircuit {
  readonly address: number;
  readonly bytes: number;
}

/** Lays the laws and statics of a gate circuit out in an arena. */
export function placeCircuit(
  arena: Arena,
  { gate, steering, activated, up, statics }: GateCircuit,
  hidden: number,
): ResidentCircuit {
  const layout = new Layout();
  const struct = layout.take(L.CIRCUIT_BYTES);
  const laws = [gate, steering, activated, up].map((law) => ({ ...law, at: layout.take(4 * law.values.length) }));
  const staticsAt = layout.take(4 * statics.length);
  const address = arena.allocator.allocate(layout.bytes);
  arena.fill(address, layout.bytes);
  const { view, floats } = arena;
  laws.forEach(({ range, values, at }, i) => {
    const law = address + struct + i * L.LAW_BYTES;
    const last = values.length - 1;
    view.setFloat32(law + L.LAW_RANGE, range, true);
    view.setFloat32(law + L.LAW_SCALE, last / (2 * range), true);
    view.setInt32(law + L.LAW_LAST, last, true);
    view.setInt32(law + L.LAW_VALUES, address + at, true);
    floats.set(values, (address + at) / 4);
  });
  view.setInt32(address + struct + L.CIRCUIT_STATICS, address + staticsAt, true);
  view.setInt32(address + struct + L.CIRCUIT_STRIDE, 4 * hidden, true);
  floats.set(statics, (address + staticsAt) / 4);
  return { address, bytes: layout.bytes };
}
