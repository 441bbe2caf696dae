/** Boltzmann's constant, J/K, and the elementary charge, C: both exact in the SI. */
export const BOLTZMANN = 1.380649e-23;
export const ELEMENTARY_CHARGE = 1.602176634e-19;

/** Thermal voltage kT/q, volts. */
export const thermalVoltage = (temperature: number): number => (BOLTZMANN * temperature) / ELEMENTARY_CHARGE;
