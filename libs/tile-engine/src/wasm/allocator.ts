import { OhmlightError } from '@ohmlight/contracts';
import type { Memory } from './web-assembly.js';

/** Every block starts and ends on a multiple of this: a cache line, and two of the widest vectors. */
const ALIGNMENT = 64;
const PAGE = 65_536;
/** Addresses end here: 32 bits, less the last page, so that an end address is a 32-bit number too. */
const MOST = 65_535 * PAGE;
/** Pages that the memory grows by at least: 1 MiB. */
const LEAST_GROWTH = 16;

interface FreeBlock {
  start: number;
  bytes: number;
}

const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/**
 * Blocks of one growing WebAssembly memory: best fit among the free ones, neighbours joined when freed, the
 * memory grown when none fits. A block is 64-byte aligned and holds what was last written there.
 *
 * One thread allocates and frees; what it gets may be shared with others.
 */
export class Allocator {
  /** Free blocks in the order of their addresses; no two touch, and none touches `top`. */
  private readonly gaps: FreeBlock[] = [];
  /** Bytes of each block in use. */
  private readonly taken = new Map<number, number>();
  private readonly start: number;
  private readonly limit: number;
  /** Blocks were never given from here on. */
  private top: number;
  private used = 0;
  private growthCount = 0;

  /**
   * @param start First address that may be given.
   * @param limitBytes Most bytes from `start` on, in use or between blocks; as much as a memory may hold if left out.
   */
  constructor(
    private readonly memory: Memory,
    start: number,
    limitBytes = MOST,
  ) {
    this.start = aligned(start);
    this.limit = Math.min(MOST, this.start + limitBytes);
    this.top = this.start;
  }

  /** Bytes of all blocks in use, each rounded up to its alignment. */
  get usedBytes(): number {
    return this.used;
  }

  /** How often the memory has grown: views of it are new from one growth to the next. */
  get growths(): number {
    return this.growthCount;
  }

  /**
   * @returns The address of a block of at least `bytes`, its contents undefined.
   * @throws OhmlightError `capacity_exceeded` where neither the limit nor the machine leaves room.
   */
  allocate(bytes: number): number {
    const size = aligned(Math.max(bytes, 1));
    const address = this.fromGap(size) ?? this.fromTop(size);
    this.taken.set(address, size);
    this.used += size;
    return address;
  }

  /** @throws OhmlightError `internal_error` for an address that is not a block in use. */
  free(address: number): void {
    const size = this.taken.get(address);
    if (size === undefined)
      throw new OhmlightError('internal_error', `address ${address} is no block in use: freed twice, or never given`);
    this.taken.delete(address);
    this.used -= size;
    const after = this.gapAfter(address);
    const [before, next] = [this.gaps[after - 1], this.gaps[after]];
    const joinsBefore = before !== undefined && before.start + before.bytes === address;
    const joinsNext = next !== undefined && address + size === next.start;
    const start = joinsBefore ? before.start : address;
    const end = joinsNext ? next.start + next.bytes : address + size;
    const from = joinsBefore ? after - 1 : after;
    const gone = Number(joinsBefore) + Number(joinsNext);
    if (end === this.top) {
      this.top = start;
      this.gaps.splice(from, gone);
    } else this.gaps.splice(from, gone, { start, bytes: end - start });
  }

  /** The start of the smallest gap that fits, cut off its front. */
  private fromGap(size: number): number | undefined {
    let best = -1;
    for (let i = 0; i < this.gaps.length; i++) {
      const { bytes } = this.gaps[i]!;
      if (bytes >= size && (best < 0 || bytes < this.gaps[best]!.bytes)) best = i;
    }
    const gap = this.gaps[best];
    if (!gap) return undefined;
    const { start } = gap;
    gap.start += size;
    gap.bytes -= size;
    if (gap.bytes === 0) this.gaps.splice(best, 1);
    return start;
  }

  private fromTop(size: number): number {
    const address = this.top;
    const end = address + size;
    if (end > this.limit)
      throw new OhmlightError(
        'capacity_exceeded',
        `${size} bytes do not fit: ${this.used} of ${this.limit - this.start} bytes are in use; free some or spread the load over more processes`,
      );
    const { byteLength } = this.memory.buffer;
    if (end > byteLength) {
      const most = Math.ceil(this.limit / PAGE);
      const needed = Math.ceil((end - byteLength) / PAGE);
      const pages = Math.min(Math.max(needed, LEAST_GROWTH), most - byteLength / PAGE);
      try {
        this.memory.grow(pages);
        this.growthCount++;
      } catch (cause) {
        throw new OhmlightError(
          'capacity_exceeded',
          `the machine gives no ${pages * PAGE} bytes more beside ${byteLength}; free memory or lower the limit`,
          null,
          { cause },
        );
      }
    }
    this.top = end;
    return address;
  }

  /** Index of the first gap that starts after `address`. */
  private gapAfter(address: number): number {
    let low = 0;
    let high = this.gaps.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.gaps[middle]!.start < address) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
