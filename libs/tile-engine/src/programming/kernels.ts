import { writeConstants } from '../wasm/constants.js';
import { HEAP } from '../wasm/layout.js';
import { kernelModule } from '../wasm/module.js';
import { type Memory, WebAssembly } from '../wasm/web-assembly.js';

/** Where values start in the kernels' memory, in bytes. */
export type Address = number;

/** What `assembly/programming.ts` and `assembly/device-pairs.ts` export, which document each. */
interface Kernels {
  cellNormals(
    out: Address,
    key: Address,
    column: number,
    slice: number,
    pair: number,
    pairs: number,
    table: Address,
    scratch: Address,
  ): void;
  decayDevices(
    target: Address,
    g: Address,
    variance: Address,
    count: number,
    z: Address,
    rows: Address,
    parts: Address,
    decays: Address,
    perSiemens: number,
    last: number,
    reach: number,
    factor: number,
    aged: number,
  ): void;
  shiftDevices(
    target: Address,
    g: Address,
    variance: Address,
    count: number,
    z: Address,
    rows: Address,
    reads: Address,
    perSiemens: number,
    last: number,
    least: number,
    greatest: number,
    factor: number,
    spreads: number,
  ): void;
  pairNormals(
    out: Address,
    word0: number,
    word1: number,
    input: number,
    count: number,
    column: number,
    low: number,
    high: number,
  ): void;
  programPairs(
    weights: Address,
    effective: Address,
    plus: Address,
    minus: Address,
    rows: Address,
    count: number,
    normals: Address,
    largest: number,
    least: number,
    greatest: number,
    coefficients: Address,
    coefficientCount: number,
  ): void;
  pairVariance(plus: Address, minus: Address, count: number, coefficient: number, spectrum: number): number;
}

/** Values in the kernels' memory. */
export interface Block<T> {
  readonly address: Address;
  readonly values: T;
}

const PAGE = 65_536;

/**
 * Bulk draws and trajectories of devices in WebAssembly, over a memory of a fixed size: views of it stay valid. Blocks
 * are taken one after the other and given back all at once down to a mark.
 */
export class ProgrammingKernels {
  readonly run: Kernels;
  readonly #memory: Memory;
  #next: Address = HEAP;

  /** @param bytes most that blocks may take */
  constructor(bytes: number) {
    const pages = Math.ceil((HEAP + bytes) / PAGE);
    this.#memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    writeConstants(this.#memory.buffer);
    this.run = new WebAssembly.Instance(kernelModule('portable'), { env: { memory: this.#memory } }).exports as Kernels;
  }

  /** What later blocks are given back down to. */
  mark(): Address {
    return this.#next;
  }

  /** Gives back the blocks that were taken since. Their views must not be used any more. */
  reset(mark: Address): void {
    this.#next = mark;
  }

  words(length: number): Block<Uint32Array> {
    const address = this.#take(4 * length);
    return { address, values: new Uint32Array(this.#memory.buffer, address, length) };
  }

  floats(length: number): Block<Float32Array> {
    const address = this.#take(4 * length);
    return { address, values: new Float32Array(this.#memory.buffer, address, length) };
  }

  doubles(length: number): Block<Float64Array> {
    const address = this.#take(8 * length);
    return { address, values: new Float64Array(this.#memory.buffer, address, length) };
  }

  /** A block that holds `values`. */
  placed(values: Float64Array): Block<Float64Array> {
    const block = this.doubles(values.length);
    block.values.set(values);
    return block;
  }

  #take(bytes: number): Address {
    const address = this.#next;
    this.#next += Math.ceil(bytes / 64) * 64;
    if (this.#next > this.#memory.buffer.byteLength) throw new RangeError(`no room for ${bytes} bytes of devices`);
    return address;
  }
}
