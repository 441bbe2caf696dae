/** Part of a matrix that an array is given. */
export interface ArrayWeights {
  readonly k: number;
  readonly n: number;
  /** Column of the whole matrix that the first one is. */
  readonly columnStart: number;
  /** Row-major n × k. */
  readonly weights: Float32Array;
  readonly chipSeed: bigint;
  /** Name of the matrix, which its static draws belong to. */
  readonly matrix: string;
}

/** The inputs start … end − 1 of one column in one tile. */
export interface ColumnTile {
  readonly column: number;
  readonly tile: number;
  readonly start: number;
  readonly end: number;
  /** Largest magnitude of its weights: the weight of one analog unit. */
  readonly largest: number;
  /** Index of its coefficients, tile · n + column. */
  readonly output: number;
}

/** All tiles of all columns, column by column; those of zeros alone, too. */
export function* columnTiles(
  { k, n, weights }: Pick<ArrayWeights, 'k' | 'n' | 'weights'>,
  tileRows: number,
): Generator<ColumnTile> {
  for (let column = 0; column < n; column++)
    for (let tile = 0, start = 0; start < k; tile++, start += tileRows) {
      const end = Math.min(k, start + tileRows);
      let largest = 0;
      for (let i = column * k + start; i < column * k + end; i++) {
        const magnitude = Math.abs(weights[i]!);
        if (magnitude > largest) largest = magnitude;
      }
      yield { column, tile, start, end, largest, output: tile * n + column };
    }
}

export const tilesOf = (k: number, tileRows: number): number => Math.ceil(k / tileRows);

/** v in −1 … 1 at the nearest of the codes ±(2^(b−1) − 1); v itself for 0 bits. */
export function quantised(v: number, bits: number): number {
  if (bits === 0) return v;
  // A power would take longer than all that follows.
  const limit = (1 << (bits - 1)) - 1;
  const code = Math.round(v * limit);
  // Math.min and Math.max, which also tell −0 and NaN apart, take longer than the division.
  return (code > limit ? limit : code < -limit ? -limit : code) / limit;
}
