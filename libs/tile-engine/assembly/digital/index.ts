export { addRow, layerNorm, rmsNorm } from './norm';
export { geluErfInto, geluTanhInto, gatedSilu } from './activation';
export { turn } from './rope';
export { attend, storeKeyValue } from './attention';
