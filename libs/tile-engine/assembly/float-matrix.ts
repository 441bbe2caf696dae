/** The f32 product of src/reference/float-matrix.ts, strip by strip. */
import { floatProduct } from './float-product';
import {
  FLOAT_BLOCK,
  J_COLUMNS,
  J_K,
  J_PACKED,
  J_ROWS,
  J_WEIGHTS,
  J_WIDE,
  J_X,
  J_X_STRIDE,
  J_Y,
  ROW_CHUNK,
  STRIP,
} from '../src/wasm/layout';

export function floatUnits(job: usize): i32 {
  return (load<i32>(job + J_COLUMNS) + STRIP - 1) / STRIP;
}

/** Outputs of a strip of columns for all rows. Weights: block by block of inputs, panel by panel of 8 columns. */
export function floatStrip(job: usize, strip: i32): void {
  const rows = load<i32>(job + J_ROWS);
  const k = load<i32>(job + J_K);
  const padded = load<i32>(job + J_COLUMNS);
  const column = strip * STRIP;
  const columns = min(STRIP, padded - column);
  const stride = (<usize>padded) << 2;
  const wide = load<i32>(job + J_WIDE) != 0;
  const y = load<usize>(job + J_Y) + ((<usize>column) << 2);
  for (let row = 0; row < rows; row++) memory.fill(y + <usize>row * stride, 0, (<usize>columns) << 2);
  let w: usize = load<usize>(job + J_WEIGHTS);
  let x: usize = load<usize>(job + J_PACKED);
  for (let start = 0; start < k; start += FLOAT_BLOCK) {
    const inputs = min(FLOAT_BLOCK, k - start);
    const from = w + (((<usize>(column >> 3) * <usize>inputs) << 3) << 2);
    for (let first = 0; first < rows; first += ROW_CHUNK)
      floatProduct(
        from,
        x + ((<usize>first * <usize>inputs) << 2),
        y + <usize>first * stride,
        min(ROW_CHUNK, rows - first),
        columns,
        inputs,
        stride,
        wide,
      );
    w += (<usize>padded * <usize>inputs) << 2;
    x += (<usize>rows * <usize>inputs) << 2;
  }
}

/** Packs rows for the product, block by block: groups of four interleaved, the rest alone. */
export function packFloats(job: usize): void {
  const rows = load<i32>(job + J_ROWS);
  const k = load<i32>(job + J_K);
  const stride: usize = load<usize>(job + J_X_STRIDE);
  const x: usize = load<usize>(job + J_X);
  let to: usize = load<usize>(job + J_PACKED);
  const grouped = rows & ~3;
  for (let start = 0; start < k; start += FLOAT_BLOCK) {
    const inputs = min(FLOAT_BLOCK, k - start);
    for (let row = 0; row < grouped; row += 4) {
      const from = x + <usize>row * stride + ((<usize>start) << 2);
      for (let i = 0; i < inputs; i++, to += 16) {
        const at = from + ((<usize>i) << 2);
        store<f32>(to, load<f32>(at));
        store<f32>(to, load<f32>(at + stride), 4);
        store<f32>(to, load<f32>(at + 2 * stride), 8);
        store<f32>(to, load<f32>(at + 3 * stride), 12);
      }
    }
    for (let row = grouped; row < rows; row++) {
      memory.copy(to, x + <usize>row * stride + ((<usize>start) << 2), (<usize>inputs) << 2);
      to += (<usize>inputs) << 2;
    }
  }
}
