import { pow } from '@ohmlight/tile-engine';

/** Planck's constant, the speed of light and the charge of an electron, exact in the SI. */
const PLANCK = 6.62607015e-34;
const LIGHT_SPEED = 299_792_458;
export const ELECTRON = 1.602176634e-19;

/** Joules of a photon of `wavelength` metres: h·c/λ. */
export const photonEnergy = (wavelength: number): number => (PLANCK * LIGHT_SPEED) / wavelength;

/** The share of power that `loss` dB leave. */
export const transmission = (loss: number): number => pow(10, -loss / 10);

/** Quantum efficiency of a detector of `responsivity` A/W: electrons per photon, R·h·c/(λ·q). */
export const quantumEfficiency = (responsivity: number, wavelength: number): number =>
  (responsivity * photonEnergy(wavelength)) / ELECTRON;

/** What a laser and the way to the detectors are made of. */
export interface Link {
  /** Optical power of the laser, W. */
  readonly laser_power: number;
  /** From laser to detectors, dB; splitting over inputs and outputs not included. */
  readonly link_loss: number;
  /** A/W. */
  readonly responsivity: number;
}

/**
 * Detected photons (photoelectrons) of the whole laser in `seconds`: P·10^(−loss/10)·R·t/q. An array divides them
 * among its inputs and outputs; no σ of shot noise stands anywhere else.
 */
export const detectedPhotons = ({ laser_power, link_loss, responsivity }: Link, seconds: number): number =>
  (laser_power * transmission(link_loss) * responsivity * seconds) / ELECTRON;

/**
 * Optical power for which a pixel of `photons` detected photons at full drive is the share `share` of the laser, W:
 * the inverse of `detectedPhotons`.
 */
export const laserPowerFor = (
  photons: number,
  share: number,
  link: Omit<Link, 'laser_power'>,
  seconds: number,
): number => photons / (share * detectedPhotons({ ...link, laser_power: 1 }, seconds));
