import { type FileHandle, open } from 'node:fs/promises';
import { OhmlightError } from '@ohmlight/contracts';
import { type WeightDtype, widen } from './dtype.js';
import { isMissing } from './json-file.js';
import { checkHeaderLength, LENGTH_BYTES, parseSafetensorsHeader, type TensorInfo } from './safetensors-header.js';

/** Bytes of one positional read: large enough to stream, small enough not to double a tensor's memory. */
const CHUNK_BYTES = 4 * 1024 * 1024;

/** One safetensors file, open for positional reads; its header is checked, its data stays on disk. */
export class SafetensorsFile {
  private constructor(
    readonly path: string,
    private readonly handle: FileHandle,
    readonly tensors: ReadonlyMap<string, TensorInfo>,
  ) {}

  /** @throws OhmlightError `checkpoint_not_found` | `invalid_checkpoint`. */
  static async open(path: string): Promise<SafetensorsFile> {
    let handle: FileHandle;
    try {
      handle = await open(path, 'r');
    } catch (cause) {
      const code = isMissing(cause) ? 'checkpoint_not_found' : 'invalid_checkpoint';
      throw new OhmlightError(code, `${path} cannot be opened: ${(cause as Error).message}`, null, { cause });
    }
    try {
      const { size } = await handle.stat();
      const prefix = Buffer.alloc(LENGTH_BYTES);
      await readFully(handle, prefix, 0, path, 'the header length');
      const length = checkHeaderLength(prefix.readBigUInt64LE(), size, path);
      const header = Buffer.alloc(length);
      await readFully(handle, header, LENGTH_BYTES, path, 'the header');
      const tensors = parseSafetensorsHeader(header.toString('utf8'), LENGTH_BYTES + length, size, path);
      return new SafetensorsFile(path, handle, tensors);
    } catch (thrown) {
      await handle.close();
      if (thrown instanceof OhmlightError) throw thrown;
      throw new OhmlightError('invalid_checkpoint', `${path} cannot be read: ${(thrown as Error).message}`, null, {
        cause: thrown,
      });
    }
  }

  /**
   * Reads `out.length` elements of a tensor, from element `first` on, as float32.
   * @throws OhmlightError `invalid_checkpoint` when the file has become shorter than its header says.
   */
  async read(tensor: TensorInfo & { dtype: WeightDtype }, first: number, out: Float32Array): Promise<void> {
    const elementBytes = tensor.dtype === 'F32' ? 4 : 2;
    const chunkElements = CHUNK_BYTES / elementBytes;
    const buffer = new Uint8Array(Math.min(CHUNK_BYTES, out.length * elementBytes));
    for (let done = 0; done < out.length; done += chunkElements) {
      const elements = Math.min(chunkElements, out.length - done);
      const bytes = buffer.subarray(0, elements * elementBytes);
      const position = tensor.start + (first + done) * elementBytes;
      await readFully(this.handle, bytes, position, this.path, `tensor "${tensor.name}"`);
      widen(tensor.dtype, bytes, out.subarray(done, done + elements));
    }
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}

async function readFully(
  handle: FileHandle,
  into: Uint8Array,
  position: number,
  path: string,
  what: string,
): Promise<void> {
  for (let done = 0; done < into.length;) {
    const { bytesRead } = await handle.read(into, done, into.length - done, position + done);
    if (bytesRead === 0)
      throw new OhmlightError(
        'invalid_checkpoint',
        `${path}: the file ends inside ${what}; it is truncated, fetch it again`,
      );
    done += bytesRead;
  }
}
