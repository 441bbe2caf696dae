import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bits, PATHS, values } from '../../testing/f32.js';
import { DigitalKernels } from './kernels.js';
import { gatedSilu, geluErf, geluTanh } from './reference/activation.js';
import { layerNorm, rmsNorm } from './reference/norm.js';
import { turn } from './reference/rope.js';
import { digitalKernelModule } from './self-test.js';

const f32 = Math.fround;
const seed = fc.integer();
/** Every tail of a step of 16, and some longer rows. */
const width = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 41, max: 600 }));
/** None, few or many special values. */
const specials = fc.constantFrom(0, 0, 50, 4);
const sigma = fc.constantFrom(1e-20, 1e-3, 1, 30, 1e18);

describe.each(PATHS)('the %s kernels give the bits of their references:', (path) => {
  const kernels = new DigitalKernels({ path });
  const placed = (...inputs: Float32Array[]): number[] => inputs.map((input) => kernels.place(input));
  /** Bits of a block. */
  const read = (address: number, length: number): Uint32Array => bits(kernels.view(address, length));
  const release = (addresses: readonly number[]): void => addresses.forEach((address) => kernels.free(address));
  const row = (x: Float32Array, index: number, length: number): Float32Array =>
    x.slice(index * length, (index + 1) * length);

  it('RMSNorm and LayerNorm, rows of any width', () => {
    const rows = fc.integer({ min: 1, max: 3 });
    fc.assert(
      fc.property(seed, rows, width, sigma, specials, (seed, rows, width, sigma, specials) => {
        const x = values(seed, rows * width, sigma, specials);
        const weight = values(seed + 1, width);
        const bias = values(seed + 2, width);
        const at = placed(x, weight, bias, new Float32Array(rows * width));
        const each = (norm: (one: Float32Array) => Float32Array): Uint32Array =>
          bits(Array.from({ length: rows }, (_, i) => [...norm(row(x, i, width))]).flat());
        kernels.run.rmsNorm(at[0]!, rows, width, at[1]!, 1e-5, at[3]!);
        expect(read(at[3]!, rows * width)).toEqual(each((one) => rmsNorm(one, weight, 1e-5)));
        kernels.run.layerNorm(at[0]!, rows, width, at[1]!, at[2]!, 1e-5, at[3]!);
        expect(read(at[3]!, rows * width)).toEqual(each((one) => layerNorm(one, weight, bias, 1e-5)));
        release(at);
      }),
    );
  });

  it('gated SiLU, rows of any width', () => {
    const rows = fc.integer({ min: 1, max: 3 });
    const sigma = fc.constantFrom(1e-3, 1, 30, 1e10);
    fc.assert(
      fc.property(seed, rows, width, sigma, specials, (seed, rows, width, sigma, specials) => {
        const gateUp = values(seed, rows * 2 * width, sigma, specials);
        const at = placed(gateUp, new Float32Array(rows * width));
        kernels.run.gatedSilu(at[0]!, rows, width, at[1]!);
        const expected = Float32Array.from({ length: rows * width }, (_, i) => {
          const gate = Math.floor(i / width) * 2 * width + (i % width);
          return gatedSilu(gateUp[gate]!, gateUp[gate + width]!);
        });
        expect(read(at[1]!, rows * width)).toEqual(bits(expected));
        release(at);
      }),
    );
  });

  it('GELU in both forms, and the residual sum, over any length', () => {
    const sigma = fc.constantFrom(1e-3, 1, 5, 1e10);
    fc.assert(
      fc.property(seed, width, sigma, specials, (seed, length, sigma, specials) => {
        const x = values(seed, length, sigma, specials);
        const part = values(seed + 1, length, sigma, specials);
        const at = placed(x, part, new Float32Array(length));
        kernels.run.geluTanhInto(at[0]!, length, at[2]!);
        expect(read(at[2]!, length)).toEqual(bits(x.map(geluTanh)));
        kernels.run.geluErfInto(at[0]!, length, at[2]!);
        expect(read(at[2]!, length)).toEqual(bits(x.map(geluErf)));
        kernels.run.addRow(at[0]!, at[1]!, length);
        expect(read(at[0]!, length)).toEqual(bits(x.map((value, i) => f32(value + part[i]!))));
        release(at);
      }),
    );
  });

  it('RoPE, heads of any width', () => {
    const heads = fc.integer({ min: 1, max: 4 });
    const half = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(seed, heads, half, specials, (seed, heads, half, specials) => {
        const x = values(seed, heads * 2 * half, 1, specials);
        const angles = values(seed + 1, half, 2);
        const [cosines, sines] = [angles.map(Math.cos), angles.map(Math.sin)];
        const at = placed(x, cosines, sines, new Float32Array(x.length));
        kernels.run.turn(at[0]!, at[1]!, at[2]!, at[3]!, heads, half);
        const turned = Array.from({ length: heads }, (_, head) => [...turn(row(x, head, 2 * half), cosines, sines)]);
        expect(read(at[3]!, x.length)).toEqual(bits(turned.flat()));
        release(at);
      }),
    );
  });

  it('leave what lies after their outputs as it was', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), (width) => {
        const after = 0.123;
        const x = values(width, width);
        const at = placed(x, x, x, values(1, 2 * width), new Float32Array(width + 16).fill(after));
        const out = at[4]!;
        const half = Math.max(1, Math.floor(width / 2));
        kernels.run.rmsNorm(at[0]!, 1, width, at[1]!, 1e-5, out);
        kernels.run.layerNorm(at[0]!, 1, width, at[1]!, at[2]!, 1e-5, out);
        kernels.run.gatedSilu(at[3]!, 1, width, out);
        kernels.run.geluTanhInto(at[0]!, width, out);
        kernels.run.geluErfInto(at[0]!, width, out);
        kernels.run.addRow(out, at[0]!, width);
        if (2 * half <= width) kernels.run.turn(at[0]!, at[1]!, at[2]!, out, 1, half);
        expect([...kernels.view(out + 4 * width, 16)]).toEqual(Array.from({ length: 16 }, () => f32(after)));
        release(at);
      }),
    );
  });
});

describe('the self-test', () => {
  it('compiles the kernels once, on the path that is asked for or on one that it chose', () => {
    const chosen = digitalKernelModule();
    expect(digitalKernelModule()).toBe(chosen);
    expect([digitalKernelModule('portable'), digitalKernelModule('wide')]).toContain(chosen);
  });
});

describe('DigitalKernels', () => {
  it('counts and gives back its blocks', () => {
    const kernels = new DigitalKernels();
    const block = kernels.place(Float32Array.of(1, 2, 3));
    expect([...kernels.view(block, 3)]).toEqual([1, 2, 3]);
    expect(kernels.usedBytes).toBe(64);
    kernels.free(block);
    expect(kernels.usedBytes).toBe(0);
  });

  it('keeps views good when the memory grows', () => {
    const kernels = new DigitalKernels();
    const early = kernels.view(kernels.place(Float32Array.of(5)), 1);
    const late = kernels.allocate(1_000_000);
    kernels.view(late, 1_000_000)[999_999] = 7;
    expect([early[0], kernels.view(late + 4 * 999_999, 1)[0]]).toEqual([5, 7]);
  });

  it('refuses what goes over its limit, and views past its memory', () => {
    const kernels = new DigitalKernels({ limitBytes: 1024 });
    expect(() => kernels.allocate(300)).toThrow(expect.objectContaining({ code: 'capacity_exceeded' }) as Error);
    expect(() => kernels.view(2 ** 31, 1)).toThrow('past the end');
  });
});
