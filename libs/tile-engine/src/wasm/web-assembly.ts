/** The part of the WebAssembly JavaScript interface that the engine uses: TypeScript has it in its DOM library only. */
export interface Memory {
  readonly buffer: SharedArrayBuffer;
  /** Adds 64 KiB pages; returns how many there were. */
  grow(pages: number): number;
}

export interface Module {
  readonly exports?: never;
}

export interface Instance {
  readonly exports: object;
}

interface Interface {
  readonly Memory: new (descriptor: {
    readonly initial: number;
    readonly maximum: number;
    readonly shared: true;
  }) => Memory;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => Module;
  readonly Instance: new (module: Module, imports: { readonly env: { readonly memory: Memory } }) => Instance;
}

export const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: Interface };
