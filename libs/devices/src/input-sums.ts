import type { RowBatch, ShardSpec } from '@ohmlight/contracts';
import type { InputConverter, TileEngine, TileMatrix } from '@ohmlight/tile-engine';

/** Sums of the converted inputs of each tile, which a digital adder forms of their codes, exactly. */
export class InputSums {
  readonly #matrix: TileMatrix;
  readonly #tiles: number;

  constructor(
    readonly engine: TileEngine,
    readonly spec: ShardSpec,
    tileRows: number,
    input: InputConverter,
  ) {
    const { k } = spec;
    const tiles = Math.ceil(k / tileRows);
    this.#tiles = tiles;
    const weights = new Float32Array(tiles * k);
    const fullScale = new Float32Array(tiles * tiles);
    for (let tile = 0; tile < tiles; tile++) {
      weights.fill(1, tile * k + tile * tileRows, tile * k + Math.min(k, (tile + 1) * tileRows));
      fullScale[tile * tiles + tile] = 1;
    }
    const readout = { input, noise: [], shot: null, transfer: null, output: null };
    this.#matrix = engine.programTiles({ k, n: tiles, tileRows, weights, fullScale, readout });
  }

  get residentBytes(): number {
    return this.#matrix.residentBytes;
  }

  /** Subtracts offset·Σx of every tile from outputs of rows × columns; offsets are tiles × columns. */
  subtract(y: Float32Array, offset: Float32Array, batch: RowBatch): void {
    const columns = y.length / batch.rows;
    const { y: sums } = this.engine.readTiles(this.#matrix, batch, this.spec);
    const shift = new Float64Array(columns);
    for (let row = 0; row < batch.rows; row++) {
      shift.fill(0);
      for (let tile = 0; tile < this.#tiles; tile++) {
        const sum = sums[row * this.#tiles + tile]!;
        for (let c = 0; c < columns; c++) shift[c]! += sum * offset[tile * columns + c]!;
      }
      for (let c = 0; c < columns; c++) y[row * columns + c]! -= shift[c]!;
    }
  }

  release(): void {
    this.#matrix.release();
  }
}
