import type { RowBatch, ShardSpec } from '@ohmlight/contracts';
import type { Reading, TileEngine, TileMatrix } from '@ohmlight/tile-engine';
import type { Calibration } from '../../device.js';
import type { Frame } from './parameters.js';
import { inputConverter } from './readout.js';

/**
 * Subtracts an offset that all weights of a column share: offset·Σ_j x_j per tile. The sum of a tile's input codes is
 * exact, as a unit column whose converter resolves every count would have it.
 */
export class OffsetReader {
  readonly #sums: TileMatrix;
  readonly #tiles: number;

  constructor(
    p: Frame,
    calibration: Calibration,
    readonly engine: TileEngine,
    readonly spec: ShardSpec,
    readonly n: number,
    readonly offset: Float32Array,
  ) {
    const { k } = spec;
    const tiles = Math.ceil(k / p.tile_rows);
    this.#tiles = tiles;
    // Output t sums the inputs of tile t and nothing else.
    const weights = new Float32Array(tiles * k);
    const fullScale = new Float32Array(tiles * tiles);
    for (let tile = 0; tile < tiles; tile++) {
      weights.fill(1, tile * k + tile * p.tile_rows, tile * k + Math.min(k, (tile + 1) * p.tile_rows));
      fullScale[tile * tiles + tile] = 1;
    }
    this.#sums = engine.programTiles({
      k,
      n: tiles,
      tileRows: p.tile_rows,
      weights,
      fullScale,
      readout: { input: inputConverter(p, calibration), noise: [], shot: null, transfer: null, output: null },
    });
  }

  get residentBytes(): number {
    return this.#sums.residentBytes + this.offset.byteLength;
  }

  subtract({ y, ...observed }: Reading, batch: RowBatch): Reading {
    const { n, offset } = this;
    const { y: sums } = this.engine.readTiles(this.#sums, batch, this.spec);
    const shift = new Float64Array(n);
    let signal = 0;
    for (let row = 0; row < batch.rows; row++) {
      shift.fill(0);
      for (let tile = 0; tile < this.#tiles; tile++) {
        const sum = sums[row * this.#tiles + tile]!;
        if (sum === 0) continue;
        for (let c = 0; c < n; c++) shift[c]! += sum * offset[tile * n + c]!;
      }
      for (let c = 0; c < n; c++) {
        y[row * n + c]! -= shift[c]!;
        signal += y[row * n + c]! ** 2;
      }
    }
    return { y, ...observed, signalRms: Math.sqrt(signal / y.length) };
  }

  release(): void {
    this.#sums.release();
  }
}
