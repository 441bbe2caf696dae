export { addRow, layerNorm, rmsNorm } from './norm';
export { geluErfInto, geluTanhInto, gatedSilu } from './activation';
export { turn } from './rope';
export { attend, attention, storeKeyValue } from './attention';
export { useScratch } from './sum';
