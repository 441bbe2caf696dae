import { exp, ln, pow } from '@ohmlight/tile-engine';

/**
 * Joules of one conversion by the regression of hwcomponents-adc over published converters, best fifth:
 *
 *   FOM_S = min(213.7807 − 2.87190·ln f_s, 128.3068 + 3.22051·⌈b⌉) dB
 *   SNDR  = 6.0206·b + 1.761 dB
 *   E[pJ] = exp(26.04962 + 1.88004·ln nm − 2.82913·ln b − 1.47020)/(2·10^((FOM_S − SNDR)/10))
 *
 * b counts effective bits, at least 4. Published converters scatter around the regression by a factor of 5.7
 * (one standard deviation), and so does every energy that rests on it.
 */
export function adcEnergy(bits: number, rate: number, nodeNanometres: number): number {
  const b = Math.max(4, bits);
  const fom = Math.min(213.7807 - 2.8719 * ln(rate), 128.3068 + 3.22051 * Math.ceil(b));
  const sndr = 6.0206 * b + 1.761;
  const tenTo = pow(10, (fom - sndr) / 10);
  const picojoules = exp(26.04962 + 1.88004 * ln(nodeNanometres) - 2.82913 * ln(b) - 1.4702) / (2 * tenTo);
  return picojoules * 1e-12;
}
