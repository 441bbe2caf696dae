/** `into += part` over `length` f32 values, a multiple of 8. */
export function addInto(into: usize, part: usize, length: i32): void {
  const end = into + ((<usize>length) << 2);
  while (into < end) {
    v128.store(into, f32x4.add(v128.load(into), v128.load(part)));
    v128.store(into, f32x4.add(v128.load(into, 16), v128.load(part, 16)), 16);
    into += 32;
    part += 32;
  }
}
