import { addParallel, emptyLedger, type ShardSpec, type Telemetry } from '@ohmlight/contracts';
import type { MatmulReply, MatmulWall } from '@ohmlight/transformer';
import type { ShardReply } from './shard-runner.js';

/**
 * The shards' outputs side by side: row-major, rows × n. Counts add; root mean squares combine over outputs;
 * the ledger's time is the slowest shard's.
 */
export function joinShards(
  shards: readonly ShardSpec[],
  replies: readonly ShardReply[],
  rows: number,
  wall: MatmulWall,
): MatmulReply {
  const n = shards[0]!.n;
  const y = new Float32Array(rows * n);
  const ledger = emptyLedger();
  replies.forEach((reply, i) => {
    const { columnStart, columnEnd } = shards[i]!;
    const columns = columnEnd - columnStart;
    for (let row = 0; row < rows; row++)
      y.set(reply.y.subarray(row * columns, (row + 1) * columns), row * n + columnStart);
    addParallel(ledger, reply.ledger);
  });
  const share = slowest(replies, ({ ledger: { seconds } }) => seconds).share ?? 1;
  return { y, ledger, telemetry: joinTelemetry(replies), wall, jobs: shards.length, ...(share < 1 && { share }) };
}

const slowest = (replies: readonly ShardReply[], seconds: (reply: ShardReply) => number): ShardReply =>
  replies.reduce((a, b) => (seconds(b) > seconds(a) ? b : a));

function joinTelemetry(replies: readonly ShardReply[]): Telemetry {
  let dacSaturated = 0;
  let adcSaturated = 0;
  let signal = 0;
  let noise = 0;
  let outputs = 0;
  for (const { y, telemetry } of replies) {
    dacSaturated += telemetry.dacSaturated;
    adcSaturated += telemetry.adcSaturated;
    signal += telemetry.signalRms ** 2 * y.length;
    noise += telemetry.noiseRms ** 2 * y.length;
    outputs += y.length;
  }
  return {
    dacSaturated,
    adcSaturated,
    signalRms: Math.sqrt(signal / outputs),
    noiseRms: Math.sqrt(noise / outputs),
  };
}

/**
 * Splits a phase's wall time along its slowest shard: the engine, gRPC around it, the queue around both. Where
 * shards take turns in this process, all of it is engine.
 */
export function splitWall(total: number, replies: readonly ShardReply[], serial: boolean): MatmulWall {
  if (serial) return { total, engine: total, grpc: 0, queue: 0 };
  const { coreSeconds, engineSeconds } = slowest(replies, (reply) => reply.coreSeconds);
  // Clocks of three processes tick differently: no part is negative, and none exceeds what holds it.
  const core = Math.min(coreSeconds, total);
  const engine = Math.min(engineSeconds, core);
  return { total, engine, grpc: core - engine, queue: total - core };
}
