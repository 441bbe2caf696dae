import { describe, expect, it } from 'vitest';
import { parseIntegers, parseMatrices, parsePeers, parseRounds } from './options.js';

describe('parsers', () => {
  it('take integers once each', () => {
    expect(parseIntegers('rows', 64)('1, 48,1')).toEqual([1, 48]);
  });

  it.each(['0', '65', '1.5', '', '4,', 'x'])('refuse rows %j', (text) => {
    expect(() => parseIntegers('rows', 64)(text)).toThrow('rows from 1 to 64');
  });

  it('take matrices, of tiles of 256 inputs unless stated', () => {
    expect(parseMatrices('256x128,512x64/512')).toEqual([
      { k: 256, n: 128, tileRows: 256 },
      { k: 512, n: 64, tileRows: 512 },
    ]);
  });

  it.each(['256', '256x', '0x4', '4x4/0', '4x4/2000', '4x70000', ''])('refuse matrix %j', (text) => {
    expect(() => parseMatrices(text)).toThrow('INPUTSxOUTPUTS');
  });

  it('take peers', () => {
    expect(parsePeers('aihwkit,openblas')).toEqual(['aihwkit', 'openblas']);
    expect(() => parsePeers('mkl')).toThrow('openblas, aihwkit');
  });

  it.each(['0', '-1', 'many'])('refuse %j rounds', (text) => {
    expect(() => parseRounds(text)).toThrow('number of rounds');
  });
});
