import {
  type CellLaw,
  type Cmos,
  columnNormals,
  DOMAIN,
  driveOf,
  exponentialCell,
  linearGain,
  NORMALS_PER_CELL,
  predistortedCell,
  SLICE,
  staticKey,
  storedWeight,
} from '@ohmlight/devices/electronic';

/** A cell of a chip with its own offsets, gain and tolerance; full scales are 1. */
export interface MeasuredCell {
  readonly kind: 'plain' | 'arctanh';
  /** Measured output, in parts of the tail current. */
  readonly output: CellLaw;
  /** The same cell without errors. */
  readonly nominal: CellLaw;
  /** Gain that brings the nominal law nearest to x·w. */
  readonly gain: number;
}

/** Full scales of both ports in units of 2nV_T. */
export const drivesOf = (p: Cmos): readonly [number, number] => [
  driveOf(p.drive_x, p.slope_factor, p.temperature),
  driveOf(p.drive_w, p.slope_factor, p.temperature),
];

/**
 * The cell as the device has it: x′ = x + offset_x·ξ, w′ = stored(w) + weight_trim·offset_w·ξ, gain
 * 1 + weight_trim·gain_spread·ξ, with the draws of that cell of column 0 on the chip.
 */
export function measuredCell(p: Cmos, kind: MeasuredCell['kind'], chipSeed: bigint, cell: number): MeasuredCell {
  const [driveX, driveW] = drivesOf(p);
  const nominal =
    kind === 'plain' ? exponentialCell(driveX, driveW) : predistortedCell(driveX, driveW, p.predistortion_residual);
  const z = new Float32Array(NORMALS_PER_CELL);
  columnNormals(z, staticKey(chipSeed, 'lab/gilbert', DOMAIN.cells), 0, SLICE.cell, cell, cell + 1);
  const [tolerance, offsetX, offsetW, spread] = z as unknown as [number, number, number, number];
  const store = {
    kind: 'resistor',
    tolerance: p.weight_tolerance,
    temperatureCoefficient: p.weight_tempco,
    temperature: p.temperature,
  } as const;
  const factor = 1 + p.weight_trim * p.gain_spread * spread;
  return {
    kind,
    nominal,
    gain: linearGain(nominal),
    output: (x, w) =>
      factor *
      nominal(
        x + p.offset_x * offsetX,
        storedWeight(store, w, 0, p.weight_trim * tolerance, 0) + p.weight_trim * p.offset_w * offsetW,
      ),
  };
}
