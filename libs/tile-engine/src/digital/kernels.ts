import { OhmlightError } from '@ohmlight/contracts';
import { Allocator } from '../wasm/allocator.js';
import { HEAP } from '../wasm/layout.js';
import { type KernelPath, kernelModule } from '../wasm/module.js';
import { type Memory, type Module, WebAssembly } from '../wasm/web-assembly.js';
import { writeConstants } from './constants.js';

/** Where a block of f32 values starts in the kernels' memory, in bytes. */
export type Address = number;

/** What the digital unit's WebAssembly exports; `assembly/digital` documents each. */
export interface Kernels {
  rmsNorm(x: Address, rows: number, width: number, weight: Address, epsilon: number, out: Address): void;
  layerNorm(
    x: Address,
    rows: number,
    width: number,
    weight: Address,
    bias: Address,
    epsilon: number,
    out: Address,
  ): void;
  addRow(into: Address, part: Address, length: number): void;
  gatedSilu(gateUp: Address, rows: number, width: number, out: Address): void;
  geluTanhInto(x: Address, length: number, out: Address): void;
  geluErfInto(x: Address, length: number, out: Address): void;
  turn(source: Address, cosines: Address, sines: Address, target: Address, heads: number, half: number): void;
  storeKeyValue(keys: Address, values: Address, page: Address, slot: number, kvHeads: number, headDim: number): void;
  attend(
    q: Address,
    group: number,
    headDim: number,
    pages: Address,
    offset: number,
    length: number,
    scale: number,
    scores: Address,
    out: Address,
  ): void;
  attention(
    rows: number,
    table: Address,
    qkv: Address,
    heads: number,
    kvHeads: number,
    headDim: number,
    cosines: Address,
    sines: Address,
    offset: number,
    scale: number,
    queries: Address,
    keys: Address,
    scores: Address,
    out: Address,
  ): void;
  useScratch(address: Address): void;
}

/** A call to a kernel as data: its name and its operands. */
export type KernelCall = { [Name in keyof Kernels]: readonly [Name, ...Parameters<Kernels[Name]>] }[keyof Kernels];

export interface DigitalKernelsOptions {
  /** The kernels, compiled; `kernelModule` of the path if left out. */
  readonly module?: Module;
  readonly path?: KernelPath;
  /** Most bytes that blocks may take; as many as a memory holds if left out. */
  readonly limitBytes?: number;
}

/**
 * The kernels of the digital unit over a memory of their own: what lies between the matmuls of a transformer, in
 * f32, one row at a time. A row's bits depend on the row alone (and its cache), not on its neighbours, the path or
 * the CPU. `reference/` says what each computes, and in which order.
 *
 * One thread allocates, frees and calls. Another may call too, with an instance and a scratch of its own
 * (`KernelThread`), over blocks that the first leaves alone meanwhile.
 */
export class DigitalKernels {
  readonly memory: Memory;
  readonly module: Module;
  readonly run: Kernels;
  private readonly allocator: Allocator;
  private values: Float32Array<SharedArrayBuffer>;

  constructor({ module, path = 'portable', limitBytes }: DigitalKernelsOptions = {}) {
    this.memory = new WebAssembly.Memory({ initial: 2, maximum: 65_536, shared: true });
    this.allocator = new Allocator(this.memory, HEAP, limitBytes);
    writeConstants(this.memory);
    this.module = module ?? kernelModule(path);
    this.run = new WebAssembly.Instance(this.module, { env: { memory: this.memory } }).exports as Kernels;
    this.values = new Float32Array(this.memory.buffer);
  }

  /** Makes calls, one after the other, in this thread. */
  call(calls: readonly KernelCall[]): void {
    for (const [kernel, ...operands] of calls) {
      const run: (...operands: number[]) => void = this.run[kernel];
      run(...operands);
    }
  }

  /** Bytes of all blocks. */
  get usedBytes(): number {
    return this.allocator.usedBytes;
  }

  /**
   * A block of `length` f32 values, contents undefined.
   * @throws OhmlightError `capacity_exceeded`
   */
  allocate(length: number): Address {
    return this.allocator.allocate(length * Float32Array.BYTES_PER_ELEMENT);
  }

  /** A block that holds `values`. */
  place(values: Float32Array): Address {
    const address = this.allocate(values.length);
    this.view(address, values.length).set(values);
    return address;
  }

  free(address: Address): void {
    this.allocator.free(address);
  }

  /** The `length` unsigned 32-bit words from `address` on. */
  words(address: Address, length: number): Uint32Array<SharedArrayBuffer> {
    return new Uint32Array(this.memory.buffer, address, length);
  }

  /** The `length` values from `address` on, as they stand in memory. */
  view(address: Address, length: number): Float32Array<SharedArrayBuffer> {
    const end = address + length * Float32Array.BYTES_PER_ELEMENT;
    // A memory that has grown has another buffer.
    if (end > this.values.byteLength) this.values = new Float32Array(this.memory.buffer);
    if (end > this.values.byteLength)
      throw new OhmlightError('internal_error', `values ${address} … ${end} lie past the end of the kernels' memory`);
    return this.values.subarray(address >>> 2, end >>> 2);
  }
}
