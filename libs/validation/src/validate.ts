import type { Profiles } from '@ohmlight/devices';
import { Bench } from './bench.js';
import { FAMILIES } from './families/index.js';
import { rowOf, type ValidationRow } from './row.js';

/**
 * Published figures against ours, computed on the given profiles: the same on every machine.
 * @param onProgress told before each family how many are through, of how many, and which comes next
 * @throws OhmlightError `profile_not_found` where a profile is missing that a figure is computed on
 */
export function validate(
  profiles: Profiles,
  onProgress: (finished: number, total: number, next: string) => void = () => {},
): ValidationRow[] {
  const bench = new Bench(profiles);
  const rows: ValidationRow[] = [];
  for (const [finished, family] of FAMILIES.entries()) {
    onProgress(finished, FAMILIES.length, family.name);
    for (const figure of family.figures(bench)) rows.push(rowOf(family.name, figure));
  }
  return rows;
}
