import { Allocator } from './allocator.js';
import { writeConstants } from './constants.js';
import { HEAP, SCRATCH_BYTES } from './layout.js';
import { type Memory, type Module, WebAssembly } from './web-assembly.js';

/** What the engine calls of the kernels; addresses and counts are i32, booleans 0 or 1. */
export interface TileKernels {
  convertInputs(job: number, scratch: number): number;
  packFloats(job: number): void;
  packCodes(
    to: number,
    weights: number,
    stride: number,
    columns: number,
    inputs: number,
    scales: number,
    limit: number,
  ): void;
  packDigits(
    to: number,
    codes: number,
    stride: number,
    columns: number,
    inputs: number,
    shift: number,
    bits: number,
    values: number,
    valueStride: number,
    scales: number,
    limit: number,
  ): void;
  work(job: number, scratch: number): void;
  products(job: number, scratch: number): void;
  join(job: number, timeoutNanoseconds: bigint): number;
  chainStage(
    hidden: number,
    k: number,
    activation: number,
    gated: number,
    circuit: number,
    range: number,
    noise: number,
    key: number,
    scratch: number,
  ): number;
  product(
    w: number,
    x: number,
    out: number,
    rows: number,
    columns: number,
    pairs: number,
    stride: number,
    wide: number,
  ): void;
}

const PAGES = 65_536;

/** One memory of up to 4 GiB, the kernels over it, and views of it that follow its growth. */
export class Arena {
  readonly memory: Memory;
  readonly kernels: TileKernels;
  readonly allocator: Allocator;
  /** One for each thread, the engine's own first. */
  readonly scratches: readonly number[];
  /** Growths of the memory that the views have followed. */
  #growths: number;
  #view: DataView<SharedArrayBuffer>;
  #floats: Float32Array<SharedArrayBuffer>;
  #shorts: Int16Array<SharedArrayBuffer>;
  #words: Int32Array<SharedArrayBuffer>;
  #workspace = 0;
  #workspaceBytes = 0;

  constructor(
    module: Module,
    /** Number among the engine's arenas. */
    readonly index: number,
    threads: number,
  ) {
    this.memory = new WebAssembly.Memory({ initial: 4, maximum: PAGES, shared: true });
    this.kernels = new WebAssembly.Instance(module, { env: { memory: this.memory } }).exports as TileKernels;
    writeConstants(this.memory.buffer);
    this.allocator = new Allocator(this.memory, HEAP);
    this.scratches = Array.from({ length: threads }, () => this.allocator.allocate(SCRATCH_BYTES));
    const { buffer } = this.memory;
    this.#growths = this.allocator.growths;
    this.#view = new DataView(buffer);
    this.#floats = new Float32Array(buffer);
    this.#shorts = new Int16Array(buffer);
    this.#words = new Int32Array(buffer);
    for (const scratch of this.scratches) this.fill(scratch, SCRATCH_BYTES);
  }

  /** Looks at the allocator's count, not at the memory's buffer: getting that costs more than many a short job. */
  #follow(): void {
    if (this.allocator.growths === this.#growths) return;
    this.#growths = this.allocator.growths;
    const { buffer } = this.memory;
    this.#view = new DataView(buffer);
    this.#floats = new Float32Array(buffer);
    this.#shorts = new Int16Array(buffer);
    this.#words = new Int32Array(buffer);
  }

  get view(): DataView<SharedArrayBuffer> {
    this.#follow();
    return this.#view;
  }

  get floats(): Float32Array<SharedArrayBuffer> {
    this.#follow();
    return this.#floats;
  }

  get shorts(): Int16Array<SharedArrayBuffer> {
    this.#follow();
    return this.#shorts;
  }

  get words(): Int32Array<SharedArrayBuffer> {
    this.#follow();
    return this.#words;
  }

  fill(address: number, bytes: number): void {
    new Uint8Array(this.memory.buffer, address, bytes).fill(0);
  }

  /** An i64 counter as a number. */
  count(address: number): number {
    const { words } = this;
    return (words[address / 4]! >>> 0) + words[address / 4 + 1]! * 2 ** 32;
  }

  /** Room for the job under way; what was there before is lost. One job runs at a time. */
  workspace(bytes: number): number {
    if (bytes > this.#workspaceBytes) {
      if (this.#workspaceBytes > 0) this.allocator.free(this.#workspace);
      this.#workspaceBytes = 0;
      this.#workspace = this.allocator.allocate(bytes);
      this.#workspaceBytes = bytes;
    }
    return this.#workspace;
  }
}

/** Lays blocks one after the other, each on a multiple of 64 bytes. */
export class Layout {
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /** Offset of a block. */
  take(bytes: number): number {
    const offset = this.#bytes;
    this.#bytes += Math.ceil(bytes / 64) * 64;
    return offset;
  }
}
