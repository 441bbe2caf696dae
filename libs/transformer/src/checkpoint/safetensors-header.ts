import { OhmlightError } from '@ohmlight/contracts';
import { DTYPE_BYTES } from './dtype.js';

/** A tensor as the header of its file describes it, checked against the file's real size. */
export interface TensorInfo {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Absolute byte range in the file: [start, end). */
  readonly start: number;
  readonly end: number;
}

/** Most bytes of a header, as the format's own readers allow. */
export const MAX_HEADER_BYTES = 100_000_000;
/** Bytes before the header: its length, u64 little-endian. */
export const LENGTH_BYTES = 8;

/**
 * Checks the length field of a safetensors file against the file's size.
 * @returns Bytes of the JSON header.
 * @throws OhmlightError `invalid_checkpoint`.
 */
export function checkHeaderLength(length: bigint, fileSize: number, path: string): number {
  if (length > BigInt(MAX_HEADER_BYTES))
    throw invalid(path, `its header claims ${length} bytes; at most ${MAX_HEADER_BYTES} are allowed`);
  if (length < 2n) throw invalid(path, `its header claims ${length} bytes, too few for a JSON object`);
  const end = LENGTH_BYTES + Number(length);
  if (end > fileSize)
    throw invalid(path, `its header claims ${length} bytes, but the file ends after ${fileSize}; it is truncated`);
  return Number(length);
}

/**
 * Parses and checks a safetensors header: known dtypes, shape × element size = range, every range within the
 * file, and all ranges together cover the data exactly, without overlap or hole.
 *
 * @param text The JSON header.
 * @param dataStart Absolute offset of the data in the file.
 * @throws OhmlightError `invalid_checkpoint` that names the file and the tensor.
 */
export function parseSafetensorsHeader(
  text: string,
  dataStart: number,
  fileSize: number,
  path: string,
): Map<string, TensorInfo> {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (cause) {
    throw invalid(path, `its header is not JSON: ${(cause as Error).message}`);
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    throw invalid(path, 'its header is no JSON object');

  const tensors: TensorInfo[] = [];
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') checkMetadata(entry, path);
    else tensors.push(parseTensor(name, entry, dataStart, fileSize, path));
  }
  checkCover(tensors, dataStart, fileSize, path);
  return new Map(tensors.map((tensor) => [tensor.name, tensor]));
}

function checkMetadata(entry: unknown, path: string): void {
  const plain = typeof entry === 'object' && entry !== null && !Array.isArray(entry);
  if (!plain || !Object.values(entry).every((value) => typeof value === 'string'))
    throw invalid(path, '__metadata__ is no map of strings');
}

function parseTensor(name: string, entry: unknown, dataStart: number, fileSize: number, path: string): TensorInfo {
  const fail = (why: string): OhmlightError => invalid(path, `tensor "${name}" ${why}`);
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) throw fail('is described by no JSON object');
  const { dtype, shape, data_offsets: offsets } = entry as Record<string, unknown>;

  const elementBytes = typeof dtype === 'string' && Object.hasOwn(DTYPE_BYTES, dtype) ? DTYPE_BYTES[dtype] : undefined;
  if (elementBytes === undefined) throw fail(`has the unknown dtype ${JSON.stringify(dtype)}`);
  if (!isCountArray(shape)) throw fail(`has the shape ${JSON.stringify(shape)}, no list of sizes`);
  if (!isCountArray(offsets) || offsets.length !== 2)
    throw fail(`has the data_offsets ${JSON.stringify(offsets)}, no pair of offsets`);

  const [begin, end] = offsets as [number, number];
  const bytes = shape.reduce((product, size) => product * size, elementBytes);
  if (!Number.isSafeInteger(bytes)) throw fail(`has the shape ${JSON.stringify(shape)}, too large to address`);
  if (begin > end) throw fail(`ends at ${end}, before it begins at ${begin}`);
  if (end - begin !== bytes)
    throw fail(`spans ${end - begin} bytes, but its shape ${JSON.stringify(shape)} of ${String(dtype)} takes ${bytes}`);
  if (dataStart + end > fileSize)
    throw fail(`ends at byte ${dataStart + end}, but the file has ${fileSize}; it is truncated or its header lies`);
  return { name, dtype: dtype as string, shape, start: dataStart + begin, end: dataStart + end };
}

function checkCover(tensors: readonly TensorInfo[], dataStart: number, fileSize: number, path: string): void {
  // Empty tensors go before the one that starts where they stand.
  const ordered = tensors.toSorted((a, b) => a.start - b.start || a.end - b.end);
  let covered = dataStart;
  let last = 'the header';
  for (const { name, start, end } of ordered) {
    if (start < covered) throw invalid(path, `tensor "${name}" starts at byte ${start}, inside ${last}`);
    if (start > covered)
      throw invalid(
        path,
        `tensor "${name}" starts at byte ${start}, but ${last} ends at ${covered}: a hole between them`,
      );
    covered = end;
    last = `tensor "${name}"`;
  }
  if (covered !== fileSize)
    throw invalid(
      path,
      `${last} ends at byte ${covered}, but the file has ${fileSize}: ${fileSize - covered} stray bytes`,
    );
}

function isCountArray(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && (item as number) >= 0);
}

const invalid = (path: string, why: string): OhmlightError =>
  new OhmlightError('invalid_checkpoint', `${path}: ${why}; fetch the file again`);
