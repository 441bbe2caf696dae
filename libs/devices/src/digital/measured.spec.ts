import { describe, expect, it } from 'vitest';
import { matricesOf, MEASURED, modelled, NAMES } from '../../testing/measured-rooflines.js';
import { profiles } from '../../testing/profiles.js';
import type { DigitalProfile } from '../profile/profile.js';
import { valuesOf } from '../profile/quantity.js';

describe.each(NAMES.map((name, index) => ({ name, measured: MEASURED[index]! })))(
  '$name as measured',
  (accelerator) => {
    const { name, measured } = accelerator;
    const p = valuesOf((profiles.devices.get(name) as unknown as DigitalProfile).parameters);

    it('multiplies rightly: fp32 to rounding, bf16 and fp8 to their outputs, int8 exactly', () => {
      const limits: Readonly<Record<string, number>> = { fp32: 2e-6, bf16: 2e-3, fp8: 2e-3, int8: 0 };
      for (const { format, relative_error: error } of measured.matrices)
        expect(error).toBeLessThanOrEqual(limits[format]!);
    });

    it('never beats its roofline where matrices are larger than its caches', () => {
      for (const { format, k, n, rows, seconds } of measured.matrices)
        expect(modelled(name, format, [[k, n]], rows).seconds).toBeLessThan(seconds!);
      for (const { model, format, rows, seconds } of measured.steps.filter(({ model }) => model !== 'nano'))
        expect(modelled(name, format, matricesOf(measured, model), rows).seconds).toBeLessThan(seconds!);
    });

    it('turns from memory to arithmetic: rows cost next to nothing at first, and their share in the end', () => {
      const at = (rows: number): number =>
        measured.matrices.find((point) => point.format === 'bf16' && point.n === 28_672 && point.rows === rows)!
          .seconds!;
      expect(at(16) / at(1)).toBeLessThan(1.03);
      expect(at(4096) / at(1024)).toBeGreaterThan(3.7);
    });

    it('idles and starts kernels as its profile says', () => {
      expect(p.idle_power).toBeCloseTo(measured.idle_watts.context, 0);
      expect(p.launch_overhead).toBeCloseTo(measured.overhead.matmul.graph_seconds, 7);
    });
  },
);
