import { emptyLedger, type Ledger } from '@ohmlight/contracts';
import type { ValuesOf } from '../profile/quantity.js';
import type { DigitalParameters } from './parameters.js';

type Values = ValuesOf<DigitalParameters>;
/** The parameter that holds the peak rate of a number format. */
export type Rate = 'fp32_rate' | 'bf16_rate' | 'fp8_rate' | 'int8_rate';
/** What a matrix moves: bytes of an operand, of the scale of a row or column of them, and of an output. */
export interface Traffic {
  readonly operandBytes: number;
  readonly scaleBytes: number;
  readonly outputBytes: number;
}

/**
 * One kernel: `seconds = launch + max(2·macs/peak, bytes/bandwidth)`. Under load the device draws load_power, of which
 * idle_power is booked as idle, memory_energy·bytes as memory and the rest as array; while it starts the kernel it
 * idles.
 */
export function roofline(p: Values, rate: Rate, work: { macs: number; bytes: number }): Ledger {
  const { macs, bytes } = work;
  const busy = Math.max(macs === 0 ? 0 : (2 * macs) / p[rate], bytes / p.memory_bandwidth);
  const dynamic = Math.max(0, p.load_power - p.idle_power) * busy;
  const memory = Math.min(dynamic, p.memory_energy * bytes);
  const seconds = p.launch_overhead + busy;
  return {
    ...emptyLedger(),
    seconds,
    joules: { array: dynamic - memory, memory, idle: p.idle_power * seconds },
    macs,
    bytesMoved: bytes,
  };
}

/** Bytes of a matrix of k inputs and n columns. */
export const weightBytes = ({ operandBytes, scaleBytes }: Traffic, k: number, n: number): number =>
  (operandBytes * k + scaleBytes) * n;

/** Bytes that a row of k inputs and n outputs brings and takes. */
export const rowBytes = ({ operandBytes, scaleBytes, outputBytes }: Traffic, k: number, n: number): number =>
  operandBytes * k + scaleBytes + outputBytes * n;

/**
 * Rows of a batch from which a k × n matrix is bound by arithmetic, below which by the bytes that it moves: where
 * 2·R·k·n/peak = (weightBytes + R·rowBytes)/bandwidth. Infinite where a row's own bytes take longer than its
 * arithmetic. For large matrices it is operandBytes·peak/(2·bandwidth).
 */
export function crossingBatch(p: Values, rate: Rate, traffic: Traffic, k: number, n: number): number {
  const perRow = (2 * k * n * p.memory_bandwidth) / p[rate] - rowBytes(traffic, k, n);
  return perRow > 0 ? weightBytes(traffic, k, n) / perRow : Infinity;
}
