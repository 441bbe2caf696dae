import { exp } from '@ohmlight/tile-engine';

/** E² = ‖ΔU‖²_F/N of a mesh whose phases err by σφ and whose splitters' angles by σ, rad: N·σφ² + 2(N − 1)·σ². */
export const programmingError = (modes: number, phase: number, splitter: number): number =>
  modes * phase * phase + 2 * (modes - 1) * splitter * splitter;

/** |Tr(U†U′)|²/N² of a mesh of error E². */
export const fidelityOf = (squareError: number): number => exp(-squareError);

/**
 * E² that is left of splitter errors σ after self-configuration of a random (Haar) unitary: of interferometers whose
 * split is out of reach, min(s, c) < |p| or |d| with p, d of variance 2σ². Each misses by |p| − s in two elements of two;
 * s² of N − k of them is Beta(1, k): the k-th adds k·E[p⁴]/3 = 4kσ⁴, and those of k = 1 as much at the other end.
 * 2/3·N²·σ⁴ for large N.
 */
export function correctedError(modes: number, splitter: number): number {
  const sum = (modes * (modes * modes - 1)) / 6 + (modes - 1);
  return (4 * sum * splitter ** 4) / modes;
}

/** E|p|³ of p with variance 2σ², over σ³. */
const CUBE = 2 ** 1.5 * 2 * Math.sqrt(2 / Math.PI);

/**
 * The same of a random real orthogonal matrix. There s² of N − k interferometers is Beta(½, k/2), whose density of s is
 * not 0 at 0 but 2/B(½, k/2): E² falls with σ³ alone, 0.64·N^1.5·σ³ for large N. An interferometer of density f adds
 * (2/3)·f·E|p|³.
 */
export function correctedRealError(modes: number, splitter: number): number {
  // 2/B(½, k/2), by twos: 2/B(½, ½) = 2/π, 2/B(½, 1) = 1.
  const density = [0, 2 / Math.PI, 1];
  for (let k = 3; k < modes; k++) density.push((density[k - 2]! * (k - 1)) / (k - 2));
  let sum = (modes - 1) * density[1]!;
  for (let k = 1; k < modes; k++) sum += (modes - k) * density[k]!;
  return ((2 / 3) * CUBE * sum * splitter ** 3) / modes;
}

/**
 * ‖Re ΔW‖²/‖W‖² of a real W = U·Σ·Vᵀ in two meshes, read in one quadrature. Errors of φ and of splitters leave the fields
 * of a real matrix in first order in the other quadrature; half of those of θ do: a quarter of N·σφ² is seen of each
 * mesh. What the other quadrature holds, e of both meshes, is seen in second order: it shrinks W by e/2 and adds as much
 * as √(e²/2) at random. `splitters` is E² of splitters in one mesh.
 */
export function realWeightError(modes: number, phase: number, splitters: number): number {
  const phases = modes * phase * phase;
  const hidden = 2 * (0.75 * phases + splitters);
  return phases / 2 + 0.75 * hidden * hidden;
}

/** IL·ln10/20: part of an amplitude that an interferometer takes, for a loss of IL dB. */
const amplitudeLoss = (loss: number): number => (loss * Math.LN10) / 20;

/**
 * E² of unbalanced loss: a path through a mesh meets as many interferometers as it keeps from the edges, N − 1 on average,
 * and each takes the part a of its amplitude. Fitted to random unitaries of 4 to 32 modes, to 15 %.
 */
export const lossError = (modes: number, loss: number): number =>
  amplitudeLoss(loss) ** 2 * (0.5 * Math.log2(modes) - 0.6);

/** ‖ΔW‖²/‖W‖² of unbalanced loss. Fitted to Gaussian W in meshes of 8 to 128 modes, to 15 %. */
export const weightLossError = (modes: number, loss: number): number =>
  1.6 * amplitudeLoss(loss) ** 2 * (Math.log2(modes) - 2);
