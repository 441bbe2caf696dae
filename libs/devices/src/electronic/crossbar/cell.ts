/** A power-law drift g(t) = g·((t + t₀)/t₀)^(−ν) with an exponent of its own for each device. */
export interface PowerLawDrift {
  /** t₀, seconds: the age at which conductances are as programmed. */
  readonly t0: number;
  /** Mean and standard deviation of ν by target conductance, S; a device draws |mean + sigma·ξ|. */
  readonly exponent: (target: number) => { readonly mean: number; readonly sigma: number };
}

/**
 * Statistics of one resistive device, all that a technology says about its cells. Conductances are in siemens, ages t
 * in seconds since programming. The frame tabulates these functions over g, so they may be as slow as they like.
 *
 * A device is a trajectory: its two normals (programming ξ₁, time ξ₂) are drawn once and keyed by its place, so g(t)
 * is the same whenever and wherever it is asked for:
 *
 *   g₁ = max(0, target + programmingSigma(target, t)·ξ₁)
 *   g(t) = g₁·((t + t₀)/t₀)^(−ν)                                       where the technology has drift
 *   g(t) = limit(g₁ + shift.mean + shift.sigma·ξ₂) of the target      where it has a shift
 *   σ_read(t) = readSigma(g₁, t)·g(t)/g₁ with drift, readSigma(g(t), t) without
 */
export interface Cell {
  /** σ_prog: spread of what a target ends up as. */
  programmingSigma(target: number, t: number): number;
  readonly drift?: PowerLawDrift;
  /** Relaxation: what age adds to the conductance of a device with this target. */
  shift?(target: number, t: number): { readonly mean: number; readonly sigma: number };
  /** Least and greatest conductance after a shift, S; 0 and no bound unless stated. */
  readonly limits?: readonly [number, number];
  /** Standard deviation of one read of a device. */
  readSigma(g: number, t: number): number;
}

/** Devices that hit their targets and stay there. */
export const EXACT: Cell = { programmingSigma: () => 0, readSigma: () => 0 };
