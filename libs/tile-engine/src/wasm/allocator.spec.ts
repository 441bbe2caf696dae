import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Allocator } from './allocator.js';
import { type Memory, WebAssembly } from './web-assembly.js';

const START = 65_536;
const MIB = 1024 * 1024;
const memory = (maximum = 65_536): Memory => new WebAssembly.Memory({ initial: 1, maximum, shared: true });

const thrown = (code: string, message: string): Error =>
  expect.objectContaining({ code, message: expect.stringContaining(message) as string }) as Error;

interface Block {
  readonly start: number;
  readonly end: number;
}

/** Blocks that are misaligned, outside the memory, or over another. */
function faults(blocks: readonly Block[], { buffer }: Memory): Block[] {
  const sorted = blocks.toSorted((a, b) => a.start - b.start);
  return sorted.filter(
    ({ start, end }, i) =>
      start % 64 !== 0 || start < START || end > buffer.byteLength || end > (sorted[i + 1]?.start ?? Infinity),
  );
}

describe('Allocator', () => {
  it('gives 64-byte aligned blocks that lie in the memory and never overlap, whatever is freed between', () => {
    const step = fc.oneof(
      fc.record({ bytes: fc.oneof(fc.nat(300), fc.integer({ min: 1, max: 400_000 })) }),
      fc.record({ free: fc.nat() }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const room = memory();
        const allocator = new Allocator(room, START);
        let held: Block[] = [];
        for (const action of steps) {
          const address = 'bytes' in action ? allocator.allocate(action.bytes) : held[action.free % held.length]?.start;
          if (address === undefined) continue;
          if ('bytes' in action) held.push({ start: address, end: address + action.bytes });
          else {
            allocator.free(address);
            held = held.filter(({ start }) => start !== address);
          }
          expect(faults(held, room)).toEqual([]);
          const sum = held.reduce((total, { start, end }) => total + Math.ceil(Math.max(end - start, 1) / 64) * 64, 0);
          expect(allocator.usedBytes).toBe(sum);
        }
        for (const { start } of held) allocator.free(start);
        expect(allocator.usedBytes).toBe(0);
        // All gaps have joined: the next block starts where the first did.
        expect(allocator.allocate(1)).toBe(START);
      }),
      { numRuns: 60 },
    );
  });

  it('takes the smallest gap that fits, before it grows', () => {
    const allocator = new Allocator(memory(), START);
    const sizes = [1000, 64, 300, 64, 500, 64];
    const blocks = sizes.map((bytes) => allocator.allocate(bytes));
    for (const i of [0, 2, 4]) allocator.free(blocks[i]!);
    expect(allocator.allocate(310)).toBe(blocks[2]);
    expect(allocator.allocate(320)).toBe(blocks[4]);
    expect(allocator.allocate(900)).toBe(blocks[0]);
  });

  it('joins neighbours on both sides', () => {
    const allocator = new Allocator(memory(), START);
    const [a, b, c] = [64, 64, 64].map((bytes) => allocator.allocate(bytes));
    allocator.allocate(64);
    allocator.free(a!);
    allocator.free(c!);
    allocator.free(b!);
    expect(allocator.allocate(192)).toBe(a);
  });

  it('starts on the first aligned address from its start', () => {
    expect(new Allocator(memory(), START + 1).allocate(1)).toBe(START + 64);
  });

  it('refuses what goes over its limit, and stays usable', () => {
    const allocator = new Allocator(memory(), START, 3 * MIB);
    const first = allocator.allocate(2 * MIB);
    expect(() => allocator.allocate(MIB + 1)).toThrow(thrown('capacity_exceeded', 'bytes are in use'));
    expect(allocator.usedBytes).toBe(2 * MIB);
    allocator.allocate(MIB);
    allocator.free(first);
    expect(allocator.allocate(2 * MIB)).toBe(first);
  });

  it('says so when the memory itself grows no further', () => {
    const allocator = new Allocator(memory(40), START);
    allocator.allocate(16 * 65_536);
    expect(() => allocator.allocate(30 * 65_536)).toThrow(thrown('capacity_exceeded', 'the machine gives no'));
  });

  it('refuses more than 32-bit addresses reach', () => {
    const allocator = new Allocator(memory(), START);
    expect(() => allocator.allocate(2 ** 32)).toThrow(thrown('capacity_exceeded', 'do not fit'));
  });

  it('refuses to free what is not in use', () => {
    const allocator = new Allocator(memory(), START);
    const block = allocator.allocate(64);
    allocator.free(block);
    for (const address of [block, block + 64, 0])
      expect(() => allocator.free(address)).toThrow(thrown('internal_error', 'no block in use'));
  });
});
