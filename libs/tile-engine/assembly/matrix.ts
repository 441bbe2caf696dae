/** Reads of programmed tiles' fields. */

/** Address of a coefficient's values of a tile from a column on. */
// @ts-ignore: decorator
@inline
export function coefficient(field: usize, tile: i32, column: i32): usize {
  return load<usize>(field) + <usize>(tile * load<i32>(field, 4)) + <usize>((column << 2) & load<i32>(field, 8));
}
