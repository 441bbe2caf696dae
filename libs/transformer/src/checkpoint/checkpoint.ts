import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type MatrixRef, OhmlightError, type Operation } from '@ohmlight/contracts';
import { type GenerationConfig, type LlamaConfig, parseConfig, parseGenerationConfig } from './config.js';
import { checkpointFingerprint } from './fingerprint.js';
import { readJsonObject, readJsonObjectIfPresent } from './json-file.js';
import { type FfnForm, isRedundant, type MatrixLayout, matrixLayouts, requiredTensors } from './layout.js';
import { TensorStore } from './tensor-store.js';

/**
 * A checkpoint directory of the Llama form: `config.json`, safetensors (one file, or shards and an index) in
 * F32, F16 or BF16. Headers and shapes are checked when it opens; weights are read by position when asked for.
 *
 * @example
 * const checkpoint = await Checkpoint.open('nano', 'models/nano');
 * const { k, n } = checkpoint.matrix(0, 'qkv');
 * const firstRows = await checkpoint.readMatrix(0, 'qkv', 0, 256); // 256 × k
 */
export class Checkpoint {
  private readonly layouts: ReadonlyMap<string, MatrixLayout>;
  private fingerprinted: Promise<string> | undefined;

  private constructor(
    readonly name: string,
    readonly directory: string,
    readonly config: LlamaConfig,
    readonly generationConfig: GenerationConfig,
    private readonly store: TensorStore,
  ) {
    this.layouts = new Map(matrixLayouts(config).map((layout) => [key(layout.layer, layout.operation), layout]));
  }

  /**
   * @param name The name that requests use.
   * @throws OhmlightError `checkpoint_not_found` when the directory or one of its files is missing;
   *   `invalid_checkpoint` when a file is truncated, lies or contradicts config.json, with file and tensor;
   *   `unsupported_checkpoint` when a field, a tensor or a dtype is not of the Llama form.
   */
  static async open(name: string, directory: string): Promise<Checkpoint> {
    const found = await stat(directory).catch(() => undefined);
    if (!found?.isDirectory())
      throw new OhmlightError(
        'checkpoint_not_found',
        `checkpoint "${name}": ${directory} is no directory; check OHMLIGHT_CHECKPOINTS`,
      );
    const configPath = join(directory, 'config.json');
    const config = parseConfig(await readJsonObject(configPath), configPath);
    const generationPath = join(directory, 'generation_config.json');
    const generation = parseGenerationConfig(await readJsonObjectIfPresent(generationPath), config, generationPath);

    const store = await TensorStore.open(directory);
    try {
      const required = requiredTensors(config);
      for (const [tensor, shape] of required) store.require(tensor, shape);
      for (const tensor of store.names())
        if (!required.has(tensor) && !isRedundant(tensor))
          throw new OhmlightError(
            'unsupported_checkpoint',
            `${directory} holds the tensor "${tensor}", which the Llama form does not have; leaving it out would change the answers`,
          );
    } catch (thrown) {
      await store.close();
      throw thrown;
    }
    return new Checkpoint(name, directory, config, generation, store);
  }

  /** Every static weight matrix in execution order: per layer qkv, o, gate_up, down (or ffn); then lm_head. */
  matrices(form: FfnForm = 'apart'): MatrixRef[] {
    const apart = [...this.layouts.values()].map((layout) => this.toRef(layout));
    if (form === 'apart') return apart;
    return apart
      .filter(({ operation }) => operation !== 'gate_up')
      .map((ref) => (ref.operation === 'down' ? this.matrix(ref.layer, 'ffn') : ref));
  }

  /**
   * An `ffn` takes the inputs of `gate_up` and gives the outputs of `down`.
   * @throws OhmlightError `invalid_shard` when the checkpoint has no such matrix.
   */
  matrix(layer: number, operation: Operation): MatrixRef {
    if (operation === 'ffn') {
      const { k } = this.layout(layer, 'gate_up');
      const { k: inner, n } = this.layout(layer, 'down');
      return { checkpoint: this.name, layer, operation, k, n, inner };
    }
    return this.toRef(this.layout(layer, operation));
  }

  /**
   * Reads the weights of columns [columnStart, columnEnd) of a matrix: row-major,
   * (columnEnd − columnStart) × k, float32. A range may span the fused parts (q, k, v; gate, up). Of an `ffn`: all of
   * gate_up, then the columns of down.
   *
   * @throws OhmlightError `invalid_shard` when the range is empty or out of bounds; `invalid_checkpoint` when
   *   the file has become shorter than its header says.
   */
  async readMatrix(layer: number, operation: Operation, columnStart: number, columnEnd: number): Promise<Float32Array> {
    if (operation === 'ffn') return this.readFfn(layer, columnStart, columnEnd);
    const { k, n, parts } = this.layout(layer, operation);
    const whole = Number.isInteger(columnStart) && Number.isInteger(columnEnd);
    if (!whole || columnStart < 0 || columnStart >= columnEnd || columnEnd > n)
      throw new OhmlightError(
        'invalid_shard',
        `[${columnStart}, ${columnEnd}) is no range of the ${n} columns of ${this.name}/${layer}/${operation}`,
      );
    const out = new Float32Array((columnEnd - columnStart) * k);
    let partStart = 0;
    for (const { tensor, rows } of parts) {
      const from = Math.max(columnStart, partStart);
      const to = Math.min(columnEnd, partStart + rows);
      if (from < to) {
        const target = out.subarray((from - columnStart) * k, (to - columnStart) * k);
        await this.store.read(tensor, (from - partStart) * k, target);
      }
      partStart += rows;
    }
    return out;
  }

  private async readFfn(layer: number, columnStart: number, columnEnd: number): Promise<Float32Array> {
    const gateUp = await this.readMatrix(layer, 'gate_up', 0, this.layout(layer, 'gate_up').n);
    const down = await this.readMatrix(layer, 'down', columnStart, columnEnd);
    const out = new Float32Array(gateUp.length + down.length);
    out.set(gateUp);
    out.set(down, gateUp.length);
    return out;
  }

  /** Reads a whole tensor by its name in the files, as float32. */
  async readTensor(name: string): Promise<{ shape: number[]; data: Float32Array }> {
    const shape = [...this.store.shape(name)];
    const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
    await this.store.read(name, 0, data);
    return { shape, data };
  }

  /**
   * Names the contents (fingerprint.ts): calibrations belong to it.
   * @throws OhmlightError `invalid_checkpoint` when a file has become shorter than its header says.
   */
  fingerprint(): Promise<string> {
    return (this.fingerprinted ??= checkpointFingerprint(this.config, (tensor, first, out) =>
      this.store.read(tensor, first, out),
    ));
  }

  /** Closes the files. Reads fail from then on. */
  async close(): Promise<void> {
    await this.store.close();
  }

  private layout(layer: number, operation: Operation): MatrixLayout {
    const layout = this.layouts.get(key(layer, operation));
    if (layout) return layout;
    throw new OhmlightError(
      'invalid_shard',
      `checkpoint "${this.name}" has no matrix ${layer}/${operation}; it has ${this.config.layers} layers of qkv, o, gate_up, down, and lm_head at layer ${this.config.layers}`,
    );
  }

  private toRef({ layer, operation, k, n }: MatrixLayout): MatrixRef {
    return { checkpoint: this.name, layer, operation, k, n };
  }
}

const key = (layer: number, operation: Operation): string => `${layer}/${operation}`;
