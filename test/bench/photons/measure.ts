import type { Operation } from '../../../libs/contracts/dist/index.js';
import { createDevice, type DeviceProfile, type ProgrammedShard } from '../../../libs/devices/dist/index.js';
import type { TileEngine } from '../../../libs/tile-engine/dist/index.js';
import {
  type Checkpoint,
  klNats,
  type LlamaModel,
  logSoftmax,
  type Matmul,
} from '../../../libs/transformer/dist/index.js';
import { TILE_ROWS } from './arrays.ts';
import { addRows, emptySums, type ErrorSums, type Operand, operandOf } from './operands.ts';

/** A checkpoint in this process, with its matrices as reference shards. */
export interface Subject {
  readonly name: string;
  readonly checkpoint: Checkpoint;
  readonly model: LlamaModel;
  readonly engine: TileEngine;
  readonly reference: Shards;
}

interface Held {
  readonly operation: Operation;
  readonly shard: ProgrammedShard;
  readonly operand: Operand;
}
/** By layer and operation. */
export type Shards = ReadonlyMap<string, Held>;

export async function program(checkpoint: Checkpoint, profile: DeviceProfile, engine: TileEngine): Promise<Shards> {
  const device = createDevice(profile, engine);
  const shards = new Map<string, Held>();
  for (const { layer, operation, k, n } of checkpoint.matrices()) {
    const weights = await checkpoint.readMatrix(layer, operation, 0, n);
    const range = { columnStart: 0, columnEnd: n };
    const spec = { checkpoint: checkpoint.name, layer, operation, profile: profile.name, chipSeed: 1n, k, n, ...range };
    const shard = device.program(spec, weights);
    shards.set(`${layer}/${operation}`, { operation, shard, operand: operandOf(weights, k, n, TILE_ROWS) });
  }
  return shards;
}

const BARE = { wall: { total: 0, engine: 0, grpc: 0, queue: 0 }, jobs: 1 };

/** Runs shards, and adds up their error against the reference on the same inputs. */
function observed(shards: Shards, reference: Shards, sums: Map<Operation, ErrorSums>): Matmul {
  return {
    async execute({ layer, operation, batch }) {
      const key = `${layer}/${operation}`;
      const { y, ledger, telemetry } = shards.get(key)!.shard.execute(batch);
      const { shard, operand } = reference.get(key)!;
      if (!sums.has(operation)) sums.set(operation, emptySums());
      addRows(sums.get(operation)!, operand, batch.x, y, shard.execute(batch).y);
      return { y, ledger, telemetry, ...BARE };
    },
  };
}

/** What a document came to, summed over its scored tokens. */
export interface DocumentScore {
  readonly tokens: number;
  /** Negative log likelihoods, and KL(reference ‖ array). */
  readonly nats: number;
  readonly kl: number;
}

export interface Measurement {
  readonly documents: readonly DocumentScore[];
  readonly sums: ReadonlyMap<Operation, ErrorSums>;
}

/** Logits of each document under a matmul, teacher-forced. */
async function logitsOf(
  subject: Subject,
  matmul: Matmul,
  ids: readonly number[],
  seed: bigint,
): Promise<Float32Array[]> {
  const cache = subject.model.newKvCache();
  try {
    const slice = { cache, tokens: ids.slice(0, -1), start: 0, seed, logits: 'all' as const };
    const { logits } = await subject.model.forward([slice], matmul);
    return [...logits[0]!];
  } finally {
    cache.free();
  }
}

/** Log probabilities of the reference for every document: what KL is measured from. */
export async function referenceLogits(subject: Subject, documents: readonly number[][]): Promise<Float32Array[][]> {
  const plain: Matmul = {
    async execute({ layer, operation, batch }) {
      const { y, ledger, telemetry } = subject.reference.get(`${layer}/${operation}`)!.shard.execute(batch);
      return { y, ledger, telemetry, ...BARE };
    },
  };
  const all: Float32Array[][] = [];
  for (const ids of documents) all.push(await logitsOf(subject, plain, ids, 0n));
  return all;
}

export function score(
  logits: readonly Float32Array[],
  reference: readonly Float32Array[],
  ids: readonly number[],
): DocumentScore {
  let nats = 0;
  let kl = 0;
  logits.forEach((row, i) => {
    nats -= logSoftmax(row)[ids[i + 1]!]!;
    kl += klNats(reference[i]!, row);
  });
  return { tokens: logits.length, nats, kl };
}

/** One array on all documents, `repeats` times with noise of its own; documents come repeat by repeat. */
export async function measure(
  subject: Subject,
  profile: DeviceProfile,
  documents: readonly number[][],
  reference: readonly Float32Array[][],
  repeats: number,
): Promise<Measurement> {
  const shards = await program(subject.checkpoint, profile, subject.engine);
  const sums = new Map<Operation, ErrorSums>();
  const matmul = observed(shards, subject.reference, sums);
  const scores: DocumentScore[] = [];
  try {
    for (let repeat = 0; repeat < repeats; repeat++)
      for (const [i, ids] of documents.entries()) {
        const logits = await logitsOf(subject, matmul, ids, BigInt(1 + repeat * documents.length + i));
        scores.push(score(logits, reference[i]!, ids));
      }
  } finally {
    for (const { shard } of shards.values()) shard.release?.();
  }
  return { documents: scores, sums };
}
