/**
 * The parts that electronic devices are made of, for experiments that look inside one: laws of cells, amplifiers,
 * rectifiers, stores, arrays and their draws. Serving needs none of it; the package's main entry has what it needs.
 */
export { adcEnergy } from './adc-energy.js';
export { columnEnergy, evaluationTime } from './charge/cost.js';
export type { Charge } from './charge/parameters.js';
export { thermalVoltage } from './constants.js';
export { ratingOf } from './crossbar/area.js';
export { type CrossbarArray, crossbarArray } from './crossbar/array.js';
export type { Cell } from './crossbar/cell.js';
export { columnNormals, NORMALS_PER_CELL, type StaticKey, staticKey, threefry } from './crossbar/cell-draws.js';
export { compensated } from './crossbar/compensation.js';
export { mappingOf } from './crossbar/mapping.js';
export type { Frame } from './crossbar/parameters.js';
export type { ArrayState } from './crossbar/tiles.js';
export { bring, lawsAt } from './crossbar/trajectory.js';
export {
  type Amplifier,
  closedLoopBandwidth,
  finiteGain,
  noiseGain,
  outputNoise,
  settlingTime,
  type SummingNode,
  thermalNoise,
} from './gilbert/amplifier.js';
export type { GilbertArray } from './gilbert/array.js';
export { boardArray } from './gilbert/board.js';
export * from './gilbert/cell-law.js';
export { cmosArray, cmosLaw, createCmosChain } from './gilbert/cmos.js';
export { boardSettlingTime, cmosSettlingTime } from './gilbert/cost.js';
export type { Board, Cmos } from './gilbert/parameters.js';
export { programGilbert, type ProgrammedGilbert, SLICE } from './gilbert/program-gilbert.js';
export { clampOutput, type Diode, diodeOutput, superDiodeOutput } from './gilbert/rectifier.js';
export { storedWeight, type WeightStore } from './gilbert/storage.js';
export { atanh, tanh } from './gilbert/tanh.js';
export { type Tree, type TreeDesign, treeOf } from './gilbert/tree.js';
export { neurramCell } from './neurram/neurram.js';
export { pcmCell } from './pcm/pcm.js';
export { effectiveMatrix } from './wires/index.js';
export { DOMAIN } from './crossbar/cell-draws.js';
export { valuesOf } from '../profile/quantity.js';
