/** Rounds half to even for |v| < 2^51: adding 1.5·2^52 leaves no fraction bits. Larger v stay far beyond any code. */
export function nearestEven(v: number): number {
  return v + 6755399441055744 - 6755399441055744;
}

/** Weight code `round(w/full · limit)` of a finite weight, half to even, limited to ±limit; 0 where `full` is 0. */
export function weightCode(weight: number, full: number, limit: number): number {
  if (full === 0) return 0;
  const code = nearestEven((weight / full) * limit);
  // Math.min and Math.max, which also tell −0 and NaN apart, take longer than the division.
  return code > limit ? limit : code < -limit ? -limit : code;
}
