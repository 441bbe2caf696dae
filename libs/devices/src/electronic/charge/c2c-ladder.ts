/**
 * A C-2C ladder as a multiplier: a branch C of every bit is switched to the input or to ground, 2C join neighbouring
 * nodes, and the least significant end is terminated by C. Nodes have `parasitic`·C to ground. Capacitances are in
 * units of C.
 */
export interface Ladder {
  readonly termination: number;
  /** Least significant first. */
  readonly branches: Float64Array;
  /** Between node i and node i + 1. */
  readonly series: Float64Array;
  readonly parasitic: number;
}

export const idealLadder = (bits: number, parasitic: number): Ladder => ({
  termination: 1,
  branches: new Float64Array(bits).fill(1),
  series: new Float64Array(bits - 1).fill(2),
  parasitic,
});

/** What a ladder is at its most significant node, for an input of 1. */
export interface LadderOutput {
  /** Charge of every bit, least significant first; those of a code add. */
  readonly charges: Float64Array;
  /** Capacitance that the ladder joins the column with. */
  readonly capacitance: number;
}

/** Thevenin's equivalent, node by node from the least significant end on. */
export function ladderOutput({ termination, branches, series, parasitic }: Ladder): LadderOutput {
  const bits = branches.length;
  const voltages = new Float64Array(bits);
  let left = termination;
  for (let node = 0; node < bits; node++) {
    const total = left + branches[node]! + parasitic;
    for (let bit = 0; bit < node; bit++) voltages[bit]! *= left / total;
    voltages[node] = branches[node]! / total;
    if (node === bits - 1) return { charges: voltages.map((v) => v * total), capacitance: total };
    left = (total * series[node]!) / (total + series[node]!);
  }
  return { charges: voltages, capacitance: left };
}

/** Charges of all codes of a ladder of nominal capacitors, and their spread when the capacitors have one. */
export interface LadderTable {
  /** By code, in charges of a cell that is fully driven: the nominal charge of code 2^bits would be 1. */
  readonly mean: Float64Array;
  /** Standard deviation by code, first order in the capacitors' errors. */
  readonly sigma: Float64Array;
  /** Capacitance that a ladder joins the column with, and charge of a fully driven cell for an input of 1, units of C. */
  readonly capacitance: number;
  readonly charge: number;
}

/**
 * `unitSigma` is σ_C/C of a capacitor C; one of 2C has 1/√2 of it. A cell stores one code, so its error is one
 * Gaussian, whatever the number of its capacitors. Gain is taken out: means are the nearest to code/2^bits.
 */
export function ladderTable(bits: number, parasitic: number, unitSigma: number): LadderTable {
  const nominal = idealLadder(bits, parasitic);
  const { charges, capacitance } = ladderOutput(nominal);
  const sensitivities = capacitorSensitivities(nominal, charges);
  const codes = 2 ** bits;
  const mean = new Float64Array(codes);
  const sigma = new Float64Array(codes);
  let straight = 0;
  let squares = 0;
  for (let code = 0; code < codes; code++) {
    mean[code] = sumOfBits(charges, code);
    sigma[code] = Math.sqrt(
      sensitivities.reduce((sum, { bitwise, share }) => sum + (sumOfBits(bitwise, code) * unitSigma * share) ** 2, 0),
    );
    straight += mean[code]! * code;
    squares += code * code;
  }
  const gain = squares / straight / codes;
  return { mean: mean.map((q) => q * gain), sigma: sigma.map((s) => s * gain), capacitance, charge: 1 / gain };
}

/** ∂(charge of every bit)/∂ ln C of every capacitor, and the capacitor's spread over that of C. */
function capacitorSensitivities(
  nominal: Ladder,
  charges: Float64Array,
): { readonly bitwise: Float64Array; readonly share: number }[] {
  const step = 1e-6;
  const moved = (change: Partial<Ladder>): Float64Array =>
    ladderOutput({ ...nominal, ...change }).charges.map((q, bit) => (q - charges[bit]!) / step);
  const scaled = (values: Float64Array, at: number): Float64Array =>
    values.map((value, i) => (i === at ? value * (1 + step) : value));
  return [
    { bitwise: moved({ termination: nominal.termination * (1 + step) }), share: 1 },
    ...Array.from(nominal.branches, (_, i) => ({
      bitwise: moved({ branches: scaled(nominal.branches, i) }),
      share: 1,
    })),
    ...Array.from(nominal.series, (_, i) => ({
      bitwise: moved({ series: scaled(nominal.series, i) }),
      share: Math.SQRT1_2,
    })),
  ];
}

function sumOfBits(charges: Float64Array, code: number): number {
  let sum = 0;
  for (let bit = 0; bit < charges.length; bit++) if ((code >> bit) & 1) sum += charges[bit]!;
  return sum;
}
