import { access } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { OhmlightError } from '@ohmlight/contracts';
import { isWeightDtype, WEIGHT_DTYPES } from './dtype.js';
import { readJsonObject } from './json-file.js';
import { SafetensorsFile } from './safetensors-file.js';

const SINGLE = 'model.safetensors';
const INDEX = 'model.safetensors.index.json';

/** All tensors of a checkpoint directory, from one safetensors file or from the shards of an index. */
export class TensorStore {
  private constructor(
    private readonly directory: string,
    private readonly files: readonly SafetensorsFile[],
    private readonly fileOf: ReadonlyMap<string, SafetensorsFile>,
  ) {}

  /** @throws OhmlightError `checkpoint_not_found` | `invalid_checkpoint`. */
  static async open(directory: string): Promise<TensorStore> {
    if (await exists(join(directory, SINGLE))) {
      const file = await SafetensorsFile.open(join(directory, SINGLE));
      return new TensorStore(directory, [file], new Map([...file.tensors.keys()].map((name) => [name, file])));
    }
    if (await exists(join(directory, INDEX))) return TensorStore.openSharded(directory);
    throw new OhmlightError(
      'checkpoint_not_found',
      `${directory} holds neither ${SINGLE} nor ${INDEX}; Ohmlight reads safetensors`,
    );
  }

  private static async openSharded(directory: string): Promise<TensorStore> {
    const indexPath = join(directory, INDEX);
    const { weight_map: weightMap } = await readJsonObject(indexPath);
    if (typeof weightMap !== 'object' || weightMap === null || Array.isArray(weightMap))
      throw new OhmlightError('invalid_checkpoint', `${indexPath}: weight_map is no JSON object`);

    const files = new Map<string, SafetensorsFile>();
    const fileOf = new Map<string, SafetensorsFile>();
    try {
      for (const [tensor, fileName] of Object.entries(weightMap)) {
        // A bare name cannot leave the directory.
        if (typeof fileName !== 'string' || fileName === '' || basename(fileName) !== fileName || fileName === '..')
          throw new OhmlightError(
            'invalid_checkpoint',
            `${indexPath}: tensor "${tensor}" is mapped to ${JSON.stringify(fileName)}, no file name`,
          );
        let file = files.get(fileName);
        if (!file) {
          file = await SafetensorsFile.open(join(directory, fileName));
          files.set(fileName, file);
        }
        if (!file.tensors.has(tensor))
          throw new OhmlightError(
            'invalid_checkpoint',
            `${indexPath} maps tensor "${tensor}" to ${fileName}, which does not hold it`,
          );
        fileOf.set(tensor, file);
      }
    } catch (thrown) {
      for (const file of files.values()) await file.close();
      throw thrown;
    }
    return new TensorStore(directory, [...files.values()], fileOf);
  }

  names(): string[] {
    return [...this.fileOf.keys()];
  }

  shape(name: string): readonly number[] {
    return this.locate(name).tensor.shape;
  }

  /**
   * Checks that a tensor exists with this shape and a dtype that weights may have.
   * @throws OhmlightError `invalid_checkpoint` | `unsupported_checkpoint` that names file and tensor.
   */
  require(name: string, shape: readonly number[]): void {
    const { file, tensor } = this.locate(name);
    if (tensor.shape.length !== shape.length || tensor.shape.some((size, axis) => size !== shape[axis]))
      throw new OhmlightError(
        'invalid_checkpoint',
        `${file.path}: tensor "${name}" has the shape [${tensor.shape.join(', ')}], but config.json asks for [${shape.join(', ')}]`,
      );
    if (!isWeightDtype(tensor.dtype))
      throw new OhmlightError(
        'unsupported_checkpoint',
        `${file.path}: tensor "${name}" has dtype ${tensor.dtype}; Ohmlight reads weights of ${WEIGHT_DTYPES.join(', ')}`,
      );
  }

  /** Reads `out.length` elements of a tensor, row-major, from element `first` on, as float32. */
  async read(name: string, first: number, out: Float32Array): Promise<void> {
    const { file, tensor } = this.locate(name);
    const { dtype } = tensor;
    if (!isWeightDtype(dtype))
      throw new OhmlightError(
        'unsupported_checkpoint',
        `${file.path}: tensor "${name}" has dtype ${dtype}; Ohmlight reads weights of ${WEIGHT_DTYPES.join(', ')}`,
      );
    await file.read({ ...tensor, dtype }, first, out);
  }

  async close(): Promise<void> {
    for (const file of this.files) await file.close();
  }

  private locate(name: string) {
    const file = this.fileOf.get(name);
    const tensor = file?.tensors.get(name);
    if (!file || !tensor)
      throw new OhmlightError('invalid_checkpoint', `${this.directory} holds no tensor "${name}"; it is incomplete`);
    return { file, tensor };
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
